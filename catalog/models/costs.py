"""What goods cost: receipts as layers of cost, the company's own tariffs, and how goods are ordered anew."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from catalog.costs.tariffs import TariffKind
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class CostLoad(CompanyModel):
    """A file of receipts that was taken in whole; `digest` tells the same file when it comes again."""

    name = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64)
    receipts = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "-id"], name="cost_load_newest")]


class CostLayer(CompanyModel):
    """So many pieces of a physical item came on a day of Almaty for `unit_cost` ₸ each. Never edited.

    `sku` is the item's name, as the stock knows it (`Offer.stock_sku`, else its own SKU), whatever shops and points sell
    it. A layer that was a mistake is taken back by another row, which names it in `reverses` and repeats its numbers.
    """

    sku = models.CharField(max_length=64)
    day = models.DateField()
    pieces = models.PositiveIntegerField()
    unit_cost = models.DecimalField(max_digits=14, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    load = SameCompanyKey(CostLoad, null=True)
    reverses = SameCompanyKey("self", null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(pieces__gt=0) & Q(unit_cost__gte=0), name="cost_layer_of_something"),
            models.UniqueConstraint(
                fields=["company", "reverses"], condition=Q(reverses__isnull=False), name="cost_layer_back_once"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "sku", "day", "id"], name="cost_layer_of_item"),
            models.Index(fields=["company", "load"], condition=Q(load__isnull=False), name="cost_layer_of_load"),
        ]


class Tariff(CompanyModel):
    """A value of a tariff that the company set from a day of Almaty on; what held before goes on holding for the past.

    `catalog.costs.tariffs` tells what values mean and which row holds. Of one day the newest row does. Never edited.
    """

    kind = models.CharField(max_length=20, choices=TariffKind.choices)
    key = models.CharField(max_length=40, blank=True)
    since = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=4)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(value__gte=0), name="tariff_not_negative"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "kind", "key", "since", "id"], name="tariff_by_day"),
        ]


class SupplySetting(CompanyModel):
    """How a shop orders its goods anew, or one item of it (`sku`; empty: all that have no row of their own).

    `lead_days`: from the order to the shelf; `review_days`: from one order to the next; `level` (share 0–1): how surely
    the goods are to last until the order after this one has come.
    """

    shop = SameCompanyKey(Shop)
    sku = models.CharField(max_length=64, blank=True)
    lead_days = models.PositiveSmallIntegerField()
    review_days = models.PositiveSmallIntegerField()
    level = models.DecimalField(max_digits=4, decimal_places=3)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "sku"], name="supply_setting_once"),
            models.CheckConstraint(condition=Q(level__gt=0) & Q(level__lt=1), name="supply_level_is_a_share"),
            models.CheckConstraint(
                condition=Q(lead_days__lte=180) & Q(review_days__range=(1, 90)), name="supply_days_few"
            ),
        ]
