"""How many there are: stock per point, what orders hold of it, what came back, and the ledger of every change."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from staff.languages import later as _
from staff.models import PointOfSale
from staff.scoping import CompanyModel, SameCompanyKey


class StockItem(CompanyModel):
    """How many of a physical item lie at a point (`catalog.shared` tells of an offer at a point which item that is).

    `reserved` may exceed `on_hand`: Kaspi has sold what is not there, and we say so. Of these `promised` are claimed by
    orders that are accepted or being accepted: a claim is given only while `on_hand` covers it, so who comes too late is
    told before he accepts. What is on its way back is `in_return`; what came back lies in `quarantine` until somebody
    decides; `written_off` counts what never will be sold again. `counted_at`: when the pieces were told first; None:
    nobody knows how many there are. `held_back`: pieces that the sales rate asks to keep from Kaspi.
    """

    point = SameCompanyKey(PointOfSale)
    sku = models.CharField(max_length=64)
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    quarantine = models.IntegerField(default=0, db_default=0)
    written_off = models.IntegerField(default=0, db_default=0)
    promised = models.IntegerField(default=0, db_default=0)
    in_return = models.IntegerField(default=0, db_default=0)
    place = models.CharField(max_length=60, blank=True)
    counted_at = models.DateTimeField(null=True)
    held_back = models.PositiveIntegerField(default=0, db_default=0)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "point", "sku"], name="stock_item_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0) & Q(reserved__gte=0), name="stock_not_negative"),
            models.CheckConstraint(
                condition=Q(promised__gte=0) & Q(in_return__gte=0), name="stock_promised_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(quarantine__gte=0) & Q(written_off__gte=0), name="stock_aside_not_negative"
            ),
        ]


class ReservationState(models.TextChoices):
    HELD = "held", _("в резерве")
    FREED = "freed", _("освобождено")
    SHIPPED = "shipped", _("отгружено")


class Reservation(CompanyModel):
    """What one entry of an order holds of a physical item. Once per entry, whatever is repeated.

    `sold_at` and `sold_as` are the point and the SKU of the order; where a good lies and what it is called there may be
    said anew (`catalog.binding`).
    """

    order_id = models.BigIntegerField()
    entry_number = models.PositiveSmallIntegerField()
    sold_at = SameCompanyKey(PointOfSale)
    sold_as = models.CharField(max_length=64)
    point = SameCompanyKey(PointOfSale)
    sku = models.CharField(max_length=64)
    quantity = models.PositiveIntegerField()
    # The pieces are this order's: it is accepted or being accepted.
    promised = models.BooleanField(default=False, db_default=False)
    # Shipped pieces on their way back to the point.
    coming_back = models.PositiveIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=8, choices=ReservationState.choices, default=ReservationState.HELD)
    changed_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order_id", "entry_number"], name="reservation_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            # Who waits for an item: asked where it is short, and when it is bound anew.
            models.Index(fields=["company", "point", "sku"], condition=Q(state="held"), name="reservation_of_item"),
            # What has left, in the order in which it left: costs are counted from these alone, without the rows.
            models.Index(
                fields=["company", "sku", "changed_at", "order_id", "entry_number"],
                include=["quantity"],
                condition=Q(state="shipped"),
                name="reservation_spent",
            ),
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
    in_return_change = models.IntegerField(default=0, db_default=0)
    reason = models.CharField(max_length=20)
    order_id = models.BigIntegerField(null=True)
    # The count or receipt that it belongs to, and who wrote that.
    document_id = models.BigIntegerField(null=True)
    by = models.CharField(max_length=200, blank=True, db_default="")

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "point", "sku", "-at"], name="movement_by_item"),
            models.Index(
                fields=["company", "document_id"], condition=Q(document_id__isnull=False), name="movement_of_document"
            ),
        ]


class DocumentKind(models.TextChoices):
    """Papers of a storekeeper: COUNT says how many there are, RECEIPT adds, WRITE_OFF takes away for ever, MOVE carries over."""

    COUNT = "count", _("Пересчёт")
    RECEIPT = "receipt", _("Приход")
    WRITE_OFF = "write_off", _("Списание")
    MOVE = "move", _("Перемещение")


class StockDocument(CompanyModel):
    """A paper that moved stock at a point, posted at once; its lines are the movements that name it. Never changed.

    `number` counts the papers of the company. `to_point`: where a MOVE brings the pieces.
    """

    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=DocumentKind.choices)
    point = SameCompanyKey(PointOfSale)
    to_point = SameCompanyKey(PointOfSale, null=True)
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    lines = models.PositiveIntegerField()
    actor_label = models.CharField(max_length=200)
    # The same paper posted twice, by a second press or a repeated request, is one.
    key = models.UUIDField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "number"], name="stock_document_number_once"),
            models.UniqueConstraint(fields=["company", "key"], name="stock_document_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "point", "-id"], name="stock_document_of_point"),
        ]


class Oversell(CompanyModel):
    """A time in which orders held more of an item than there was. Written by a trigger of the stock rows.

    `most_short`: the most pieces that were lacking.
    """

    point = SameCompanyKey(PointOfSale)
    sku = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    most_short = models.PositiveIntegerField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "point", "sku"], condition=Q(ended_at=None), name="oversell_once_at_a_time"
            ),
        ]
