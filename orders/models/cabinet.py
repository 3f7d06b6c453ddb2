"""What the cabinet's order export tells of orders, and the files that told it (kaspi-api.md §6.3)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from orders.models.order import Order
from staff.ids import public_id_field
from staff.languages import later as _
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class ImportState(models.TextChoices):
    QUEUED = "queued", _("в очереди")
    READING = "reading", _("читаем файл")
    READY = "ready", _("проверьте и запишите")
    APPLIED = "applied", _("записана")
    FAILED = "failed", _("не прочитана")


class CabinetImport(CompanyModel):
    """A file that somebody brought: read by a worker, looked at by a person, then applied. The file goes once it is read.

    `problem` says why it was not read. Counts are orders, but for `unread`: cells.
    """

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    state = models.CharField(max_length=8, choices=ImportState.choices, default=ImportState.QUEUED)
    name = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    missing = models.JSONField(default=list)
    extra = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    against = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    actor_label = models.CharField(max_length=160)
    applied_label = models.CharField(max_length=160, blank=True)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "-id"], name="cabinet_import_newest"),
            models.Index(fields=["id"], condition=Q(state__in=("queued", "reading")), name="cabinet_import_waiting"),
        ]


class LineKind(models.TextChoices):
    CHANGE = "change", _("изменится")
    AGAINST = "against", _("расходится с Kaspi")
    UNKNOWN = "unknown", _("нет у нас")
    UNREAD = "unread", _("не прочитано")


class CabinetLine(CompanyModel):
    """A line of the report of a dry run: an order that would change, or what is wrong in a row.

    `before` holds what would change as it was, `told` everything that would stand afterwards, both by the names of
    `orders.cabinet.told.FIELDS`; `title` is that of a column; `conflicts`: in what the file contradicts Kaspi's API, as
    [what, the file's words, ours].
    """

    batch = SameCompanyKey(CabinetImport)
    order = SameCompanyKey(Order, null=True)
    kind = models.CharField(max_length=8, choices=LineKind.choices)
    row = models.PositiveIntegerField()
    code = models.CharField(max_length=32, blank=True)
    before = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    conflicts = models.JSONField(default=list)
    title = models.CharField(max_length=120, blank=True)
    sentence = models.CharField(max_length=300, blank=True)
    applied = models.BooleanField(default=False)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "batch", "kind", "id"], name="cabinet_line_of_import"),
            models.Index(fields=["company", "order"], condition=Q(order__isnull=False), name="cabinet_line_of_order"),
        ]


class CabinetFacts(CompanyModel):
    """What the cabinet told of an order and the API does not. Days are of Almaty, `compensation` is ₸.

    The mark and whether a return was for quality stand on the order itself, for the four numbers are made from them.
    """

    order = SameCompanyKey(Order)
    batch = SameCompanyKey(CabinetImport)
    status = models.CharField(max_length=60, blank=True)
    status_on = models.DateField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    review = models.TextField(blank=True)
    review_on = models.DateField(null=True)
    accepted_by = models.CharField(max_length=160, blank=True)
    issued_by = models.CharField(max_length=160, blank=True)
    cancelled_by = models.CharField(max_length=160, blank=True)
    placed_by = models.CharField(max_length=160, blank=True)
    courier_service = models.CharField(max_length=120, blank=True)
    compensation = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    hand_over_on = models.DateField(null=True)
    told_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order"], name="cabinet_facts_once"),
        ]
