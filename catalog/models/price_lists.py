"""Price lists that were loaded: the file, what it would change, what it did. Every load is a version of the list."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from staff.ids import public_id_field
from staff.languages import later as _
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class LoadState(models.TextChoices):
    QUEUED = "queued", _("в очереди")
    READING = "reading", _("проверяем")
    # Nobody has said what its columns are.
    COLUMNS = "columns", _("назовите колонки")
    READY = "ready", _("проверен")
    APPLYING = "applying", _("применяем")
    APPLIED = "applied", _("применён")
    UNDOING = "undoing", _("возвращаем")
    STOPPED = "stopped", _("остановлен")
    FAILED = "failed", _("не прочитан")


class LoadMode(models.TextChoices):
    LISTED = "listed", _("только товары из файла")
    WHOLE = "whole", _("весь прайс: чего нет в файле, снять с продажи")


class PriceLoad(CompanyModel):
    """A price list that somebody brought, or the undoing of one (`undoes`).

    A worker reads it and says what it would change; a person applies it. The file is kept until then: corrections read it
    again. `titles` are those of its columns, `samples` the first rows below, `columns` says what each column is
    (`catalog.price_list.columns`), `fixes` what people put in place of a word: {"skus": {…}, "points": {…}}.
    `bounds`: who brought it may guard prices. `wish`: how it is to be applied or taken back by a worker, and for whom
    (`catalog.price_list.wishes`). Counts are goods; `wrong` counts rows, of which `held` wait for a person
    who may guard prices; `moved` were changed by somebody meanwhile and left as they are.
    """

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    state = models.CharField(max_length=8, choices=LoadState.choices, default=LoadState.QUEUED)
    mode = models.CharField(max_length=8, choices=LoadMode.choices, default=LoadMode.LISTED)
    name = models.CharField(max_length=120, blank=True)
    form = models.CharField(max_length=4, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    content = models.BinaryField(null=True)
    titles = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    fixes = models.JSONField(default=dict)
    bounds = models.BooleanField(default=False)
    problem = models.CharField(max_length=300, blank=True)
    rows_all = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    off = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    # Offers of the shop that were on sale when it was read: what `off` is a share of.
    on_sale = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    actor_label = models.CharField(max_length=160)
    applied_label = models.CharField(max_length=160, blank=True)
    wish = models.JSONField(default=dict)
    undoes = SameCompanyKey("catalog.PriceLoad", null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "undoes"], name="price_load_undone_once"),
            models.CheckConstraint(condition=Q(held__lte=F("wrong")), name="price_load_held_is_wrong"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "-id"], name="price_load_newest"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=("queued", "reading", "applying", "undoing")),
                name="price_load_waiting",
            ),
        ]


class PriceKind(models.TextChoices):
    CHANGE = "change", _("обновится")
    NEW = "new", _("новый")
    OFF = "off", _("снимется с продажи")
    # A price beyond its bounds: it waits for a person who may guard prices.
    HELD = "held", _("ждёт подтверждения")


class PriceOutcome(models.TextChoices):
    NONE = "", _("ещё не применено")
    DONE = "done", _("применено")
    MOVED = "moved", _("изменили тем временем")


class PriceLine(CompanyModel):
    """A good that a load changes: the fields that differ, `before` and `after` (`catalog.price_list.comparing`).

    `seen` is the version of the offer that this was said of, 0 for one that the load brings. The line outlives its offer.
    """

    load = SameCompanyKey(PriceLoad)
    row = models.PositiveIntegerField()
    sku = models.CharField(max_length=64)
    offer_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=8, choices=PriceKind.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    seen = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=PriceOutcome.choices, blank=True, db_default="")

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "load", "kind", "id"], name="price_line_of_load"),
            models.Index(fields=["company", "offer_id", "-id"], name="price_line_of_offer"),
        ]


class PriceProblem(CompanyModel):
    """What is wrong in a cell: `code` of `catalog.price_list.problems`, and what its sentence names (`told`)."""

    load = SameCompanyKey(PriceLoad)
    row = models.PositiveIntegerField()
    sku = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=20)
    told = models.JSONField(default=dict)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "load", "id"], name="price_problem_of_load"),
        ]


class PriceColumns(CompanyModel):
    """What the columns of a table with these titles are in a shop, as somebody said once. `digest` is of the titles."""

    shop = SameCompanyKey(Shop)
    digest = models.CharField(max_length=64)
    columns = models.JSONField(default=list)
    changed_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "digest"], name="price_columns_once"),
        ]
