"""Lists of goods from outside, and to which offer each line belongs."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from catalog.models.cards import Card
from catalog.models.offers import Offer
from staff.ids import uuid7
from staff.languages import later as _
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class ListState(models.TextChoices):
    QUEUED = "queued", _("в очереди")
    READING = "reading", _("читаем файл")
    READY = "ready", _("разберите")
    FAILED = "failed", _("не прочитан")


class SupplierList(CompanyModel):
    """A file with goods of a supplier, brought for one shop. The file itself is kept until it is read."""

    public_id = models.UUIDField(default=uuid7, editable=False, unique=True)
    shop = SameCompanyKey(Shop)
    name = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=ListState.choices, default=ListState.QUEUED)
    # The supplier's article becomes the name of the physical item of the offers that are bound.
    binds_stock = models.BooleanField(default=False)
    content = models.BinaryField(null=True)
    rows = models.PositiveIntegerField(default=0)
    unread = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    actor_label = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["id"], condition=Q(state__in=(ListState.QUEUED, ListState.READING)), name="supplier_list_due"
            ),
            models.Index(fields=["company", "shop", "-id"], name="supplier_list_of_shop"),
        ]


class Verdict(models.TextChoices):
    """What is known of a line."""

    CERTAIN = "certain", _("уверенно")
    REVIEW = "review", _("проверьте")
    NONE = "none", _("не нашлось")
    BOUND = "bound", _("привязан")
    DRAFTED = "drafted", _("новая карточка")
    SKIPPED = "skipped", _("пропущен")


OPEN_VERDICTS = (Verdict.CERTAIN, Verdict.REVIEW, Verdict.NONE)


class SupplierLine(CompanyModel):
    """A good of the list. `score`: 0–100, of the best offer; `found`: up to three offers, each with its score and why
    (`catalog.matching.scoring`). `offer`: to which it was bound.
    """

    batch = SameCompanyKey(SupplierList)
    row = models.PositiveIntegerField()
    name = models.CharField(max_length=1024)
    brand = models.CharField(max_length=256, blank=True)
    barcode = models.CharField(max_length=64, blank=True)
    supplier_sku = models.CharField(max_length=64, blank=True)
    card_code = models.CharField(max_length=64, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    score = models.PositiveSmallIntegerField(default=0)
    found = models.JSONField(default=list)
    offer = SameCompanyKey(Offer, null=True)
    card = SameCompanyKey(Card, null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "batch", "row"], name="supplier_line_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "batch", "verdict", "-score", "id"], name="supplier_line_to_review")
        ]
