"""Planned prices."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from catalog.models.offers import Offer
from catalog.price_calendar.rules import OPEN, PlanState, Window
from staff.ids import public_id_field
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class PlannedPrice(CompanyModel):
    """A price of an offer, or of it in one city, from a moment until another; ₸ with VAT. Without an end it stays.

    `word`: breach of a bound → how many ₸ beyond it somebody allowed when it was planned. `before`: what stood when it
    began, None: nothing; `change_id`: the newest `PriceChange` of then, by which a later one is known. `due_at`: when it is
    to be looked at next. `batch` is one for all that were planned together. `why` it was closed: `price_calendar.rules.Why`.
    """

    public_id = public_id_field()
    batch = models.UUIDField()
    shop = SameCompanyKey(Shop)
    offer = SameCompanyKey(Offer)
    city_code = models.CharField(max_length=12, blank=True)
    price = models.DecimalField(max_digits=14, decimal_places=2)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    word = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.PLANNED)
    due_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    planned_at = models.DateTimeField()
    planned_by = models.CharField(max_length=200)
    begun_at = models.DateTimeField(null=True)
    before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    change_id = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=16, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(price__gt=0), name="planned_price_positive"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("begins_at")), name="planned_price_forward"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, due_at__isnull=False, settled_at__isnull=True)
                | (~Q(state__in=OPEN) & Q(due_at__isnull=True, settled_at__isnull=False)),
                name="planned_price_open_is_due",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlanState.RUNNING) | Q(begun_at__isnull=False, ends_at__isnull=False),
                name="planned_price_running_ends",
            ),
            models.UniqueConstraint(
                fields=["company", "offer", "city_code"],
                condition=Q(state=PlanState.RUNNING),
                name="planned_price_runs_once",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="planned_price_due"),
            models.Index(fields=["company", "shop", "state", "-id"], name="planned_price_of_shop"),
            models.Index(fields=["company", "shop", "-id"], name="planned_price_newest"),
            models.Index(fields=["company", "offer", "-id"], name="planned_price_of_offer"),
            models.Index(
                fields=["company", "shop", "begins_at"], condition=Q(state__in=OPEN), name="planned_price_open"
            ),
            models.Index(fields=["company", "batch"], condition=Q(state=PlanState.PLANNED), name="planned_price_batch"),
        ]

    @property
    def window(self) -> Window:
        return Window(self.begins_at, self.ends_at)
