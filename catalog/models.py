"""What is sold and how many there are: offers, stock per point, and reservations that orders hold."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from staff.languages import later as _
from staff.models import PointOfSale, Shop
from staff.scoping import CompanyModel, SameCompanyKey


class Offer(CompanyModel):
    """A good of a shop under the seller's own SKU. First known from an order's entry or from the demo."""

    shop = SameCompanyKey(Shop)
    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=1024)
    category = models.CharField(max_length=256, blank=True)
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "sku"], name="offer_once"),
        ]


class StockItem(CompanyModel):
    """How many of a SKU lie at a point. `reserved` may exceed `on_hand`: Kaspi has sold what is not there, and we say so.

    What came back lies in `quarantine` beside `on_hand` until somebody decides; `written_off` counts what never will be
    sold again.
    """

    point = SameCompanyKey(PointOfSale)
    sku = models.CharField(max_length=64)
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    quarantine = models.IntegerField(default=0, db_default=0)
    written_off = models.IntegerField(default=0, db_default=0)
    place = models.CharField(max_length=60, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "point", "sku"], name="stock_item_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0) & Q(reserved__gte=0), name="stock_not_negative"),
            models.CheckConstraint(
                condition=Q(quarantine__gte=0) & Q(written_off__gte=0), name="stock_aside_not_negative"
            ),
        ]


class ReservationState(models.TextChoices):
    HELD = "held", _("в резерве")
    FREED = "freed", _("освобождено")
    SHIPPED = "shipped", _("отгружено")


class Reservation(CompanyModel):
    """What one entry of an order holds at a point. Once per entry, whatever is repeated."""

    order_id = models.BigIntegerField()
    entry_number = models.PositiveSmallIntegerField()
    point = SameCompanyKey(PointOfSale)
    sku = models.CharField(max_length=64)
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=ReservationState.choices, default=ReservationState.HELD)
    changed_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order_id", "entry_number"], name="reservation_once"),
        ]


class ComeBack(CompanyModel):
    """What became of the pieces of one entry that came back: the latest verdict, in whole pieces. Once per entry.

    `most` is how many were sent out; the verdicts together never exceed it.
    """

    order_id = models.BigIntegerField()
    entry_number = models.PositiveSmallIntegerField()
    point = SameCompanyKey(PointOfSale)
    sku = models.CharField(max_length=64)
    most = models.PositiveIntegerField()
    restocked = models.PositiveIntegerField(default=0)
    repacked = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    written_off = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order_id", "entry_number"], name="come_back_once"),
            models.CheckConstraint(
                condition=Q(most__gte=F("restocked") + F("repacked") + F("quarantined") + F("written_off")),
                name="come_back_not_more",
            ),
        ]


class Movement(CompanyModel):
    """The ledger: every change of stock, with its reason. Added to, never changed."""

    at = models.DateTimeField()
    point = SameCompanyKey(PointOfSale)
    sku = models.CharField(max_length=64)
    on_hand_change = models.IntegerField(default=0)
    reserved_change = models.IntegerField(default=0)
    quarantine_change = models.IntegerField(default=0, db_default=0)
    written_off_change = models.IntegerField(default=0, db_default=0)
    reason = models.CharField(max_length=20)
    order_id = models.BigIntegerField(null=True)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "point", "sku", "-at"], name="movement_by_item")
        ]
