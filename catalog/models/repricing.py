"""Prices of others on our cards, the rules that follow them, and what the rules decided."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from catalog.models.offers import Offer
from catalog.repricing.deciding import Outcome, Strategy
from staff.ids import public_id_field
from staff.languages import later as _
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class PriceSource(models.TextChoices):
    """Who tells us of others' prices. Another source is another line here; none of them is asked by us."""

    FILE = "file", _("файл")
    API = "api", _("программа по API")


class CompetitorPrice(CompanyModel):
    """What one seller asked for on the card of our offer when a source looked, ₸ with VAT.

    All rows of an offer with one `seen_at` and source are one look at its card; the newest look says who is there now.
    Without a seller and a price: the source looked, and nobody else sold there. Added to, never changed; old ones go.
    """

    shop = SameCompanyKey(Shop)
    # The database removes them with their offer: nobody else may.
    offer = SameCompanyKey(Offer, on_delete=models.DO_NOTHING)
    seen_at = models.DateTimeField()
    told_at = models.DateTimeField()
    source = models.CharField(max_length=8, choices=PriceSource.choices)
    # The number of the seller's shop on Kaspi, where the source knows it.
    merchant_uid = models.CharField(max_length=30, blank=True)
    seller = models.CharField(max_length=200, blank=True)
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "offer", "seen_at", "source", "merchant_uid", "seller"], name="competitor_price_once"
            ),
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gt=0), name="competitor_price_positive"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "source", "-seen_at"], name="competitor_price_fresh"),
            models.Index(fields=["told_at"], name="competitor_price_age"),
        ]


class LinkState(models.TextChoices):
    UNKNOWN = "unknown", _("ещё не смотрели")
    ALIVE = "alive", _("открывается")
    BROKEN = "broken", _("не открывается")


class CardLink(CompanyModel):
    """The address of the card of an offer, for whoever watches it. We open none: the source tells what became of it."""

    offer = SameCompanyKey(Offer)
    url = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=LinkState.choices, default=LinkState.UNKNOWN)
    told_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "offer"], name="card_link_once"),
        ]


class FileState(models.TextChoices):
    QUEUED = "queued", _("в очереди")
    READING = "reading", _("читаем файл")
    DONE = "done", _("прочитан")
    FAILED = "failed", _("не прочитан")


class CompetitorFile(CompanyModel):
    """A file of others' prices. A worker reads it; the file goes once it is read.

    `taken`: new rows; `known`: told before; `unknown`: of goods that we do not have; `problems`: [row, column, sentence],
    the first of so many `unread`.
    """

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    state = models.CharField(max_length=8, choices=FileState.choices, default=FileState.QUEUED)
    name = models.CharField(max_length=120, blank=True)
    content = models.BinaryField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    problems = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    actor_label = models.CharField(max_length=200)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "-id"], name="competitor_file_newest"),
            models.Index(fields=["id"], condition=Q(state__in=("queued", "reading")), name="competitor_file_waiting"),
        ]


class PriceRule(CompanyModel):
    """How prices of a shop, of a category in it, or of one offer follow others; the narrowest rule holds.

    `step`: ₸, or with `step_is_share` a share 0–1 of the price that is followed. `most_move` (share 0–1) and
    `most_changes` bound what a rule does to an offer within 24 hours. `ignored`: names or merchant numbers of sellers
    that it does not look at; the company's own shops never count.
    """

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    category = models.CharField(max_length=256, blank=True)
    offer = SameCompanyKey(Offer, null=True)
    switched_on = models.BooleanField(default=False)
    strategy = models.CharField(max_length=8, choices=Strategy.choices)
    step = models.DecimalField(max_digits=14, decimal_places=4, default=1)
    step_is_share = models.BooleanField(default=False)
    place = models.PositiveSmallIntegerField(default=1)
    lag_minutes = models.PositiveIntegerField(default=0)
    floor = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    ceiling = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    most_changes = models.PositiveSmallIntegerField(default=6)
    most_move = models.DecimalField(max_digits=4, decimal_places=3)
    ignored = models.JSONField(default=list)
    rise_back = models.BooleanField(default=True)
    only_in_stock = models.BooleanField(default=True)
    min_interval_minutes = models.PositiveIntegerField(default=60)
    stale_minutes = models.PositiveIntegerField(default=180)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "shop", "category"], condition=Q(offer__isnull=True), name="price_rule_once"
            ),
            models.UniqueConstraint(
                fields=["company", "offer"], condition=Q(offer__isnull=False), name="price_rule_of_offer_once"
            ),
            models.CheckConstraint(condition=Q(offer__isnull=True) | Q(category=""), name="price_rule_one_scope"),
            models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(ceiling__isnull=True) | Q(floor__lte=F("ceiling")),
                name="price_rule_floor_below_ceiling",
            ),
        ]


class RepricingState(CompanyModel):
    """When a shop's rules run next, and whether somebody stopped them; the row without a shop is the whole company's."""

    shop = SameCompanyKey(Shop, null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    ran_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop"], nulls_distinct=False, name="repricing_state_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at"], condition=Q(shop__isnull=False), name="repricing_state_due"),
        ]


class PriceDecision(CompanyModel):
    """What a rule decided of an offer, and why; ₸. The same decision met again is counted, not written again.

    `wanted`: the price that was set, or that waits; None where the price was kept. `leader`: the cheapest other, None where
    there is none; `place` of `sellers`: where we stood. Kept for so long (`catalog.repricing.keeping`).
    """

    shop = SameCompanyKey(Shop)
    offer = SameCompanyKey(Offer)
    rule_id = models.BigIntegerField()
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reason = models.CharField(max_length=20)
    before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    wanted = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    floor = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    top = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    leader = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    place = models.PositiveIntegerField(null=True)
    sellers = models.PositiveIntegerField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "offer", "-id"], name="price_decision_of_offer"),
            models.Index(fields=["company", "shop", "outcome", "-id"], name="price_decision_of_shop"),
        ]


class WaitingState(models.TextChoices):
    WAITING = "waiting", _("ждёт")
    CONFIRMED = "confirmed", _("разрешена")
    DECLINED = "declined", _("отклонена")
    GONE = "gone", _("больше не нужна")


class WaitingPrice(CompanyModel):
    """A price that a rule wants and the bounds forbid: it waits for somebody who may guard prices. One per offer."""

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    offer = SameCompanyKey(Offer)
    rule_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=WaitingState.choices, default=WaitingState.WAITING)
    before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    wanted = models.DecimalField(max_digits=14, decimal_places=2)
    reason = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "offer"], condition=Q(state="waiting"), name="waiting_price_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "gone")) | Q(settled_at__isnull=False), name="waiting_price_settled"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "id"], condition=Q(state="waiting"), name="waiting_price_of_shop"),
        ]
