"""An order as Kaspi last told it, and its lines."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from orders.buyers.persons import NOBODY
from orders.lifecycle import Shelf, Stage
from staff.ids import public_id_field
from staff.models import Member, PointOfSale, Shop
from staff.scoping import CompanyModel, SameCompanyKey

ON_SHELVES = ~Q(shelf=Shelf.ARCHIVE)
# What a promise, and the way the goods go, is judged by.
PROMISED = (
    *("id", "point", "courier", "approved_at", "accepted_at", "first_seen_at", "planned_delivery_at"),
    *("courier_planned_at", "moved_to", "express", "pre_order", "is_kaspi_delivery", "delivery_mode", "town"),
)


def _money(**options: Any) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=14, decimal_places=2, **options)


class Order(CompanyModel):
    """Facts of the newest observation (`observed_at`: database time when the request started), and what follows.

    `stage`, `shelf`, `accept_by`, `due_at`, `burns_at`, `fault` are derived when a row is written, so that a shelf is
    one index range; everything else is what happened. Money in ₸, times in UTC.
    """

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    point = SameCompanyKey(PointOfSale, null=True, on_delete=models.SET_NULL)
    kaspi_id = models.CharField(max_length=64)
    code = models.CharField(max_length=32)
    state = models.CharField(max_length=40)
    status = models.CharField(max_length=60)
    stage = models.CharField(max_length=20, choices=Stage.choices)
    shelf = models.CharField(max_length=16, choices=Shelf.choices)

    total_price = _money()
    delivery_cost = _money(default=0)
    delivery_cost_for_seller = _money(default=0)
    payment_mode = models.CharField(max_length=40, blank=True)
    credit_term = models.PositiveSmallIntegerField(null=True)
    is_kaspi_delivery = models.BooleanField(default=False)
    delivery_mode = models.CharField(max_length=40, blank=True)
    express = models.BooleanField(default=False)
    pre_order = models.BooleanField(default=False)
    signature_required = models.BooleanField(default=False)
    assembled = models.BooleanField(default=False)
    imei_required = models.BooleanField(default=False)
    returned_to_warehouse = models.BooleanField(default=False)
    pickup_point_id = models.CharField(max_length=80, blank=True)
    town = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=500, blank=True)
    waybill_url = models.CharField(max_length=500, blank=True)
    waybill_number = models.CharField(max_length=64, blank=True)
    cancellation_reason = models.CharField(max_length=60, blank=True)

    created_at = models.DateTimeField()
    approved_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    planned_delivery_at = models.DateTimeField(null=True)
    reservation_at = models.DateTimeField(null=True)
    courier_planned_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    buyer_kaspi_id = models.CharField(max_length=64, blank=True)
    buyer_first_name = models.CharField(max_length=120, blank=True)
    buyer_last_name = models.CharField(max_length=120, blank=True)
    buyer_search = models.CharField(max_length=250, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    phone_state = models.CharField(max_length=8, default="absent")
    recipient_name = models.CharField(max_length=250, blank=True)
    recipient_phone = models.CharField(max_length=16, blank=True)
    phone_alias = models.CharField(max_length=64, blank=True)

    # The member who brings it, in own delivery.
    courier = SameCompanyKey(Member, null=True, on_delete=models.SET_NULL)
    # Since then the buyer is nobody: names, phones, address and the raw answer are gone, and stay so.
    forgotten_at = models.DateTimeField(null=True)
    # The buyer asked to be forgotten while the order went on: it is done when it ends.
    forget_asked_at = models.DateTimeField(null=True)

    first_item = models.CharField(max_length=300, blank=True)
    first_sku = models.CharField(max_length=64, blank=True)
    items_count = models.PositiveSmallIntegerField(default=0)
    pieces = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    entries_at = models.DateTimeField(null=True)

    accept_by = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_kind = models.CharField(max_length=16, blank=True)
    burns_at = models.DateTimeField()
    # Nobody accepted in time and our clock saw it first; Kaspi's own cancel confirms, its acceptance takes it back.
    expired_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    # The planned date as the shop moved it in the cabinet, and Kaspi's date when it did: another one takes it back.
    moved_to = models.DateTimeField(null=True)
    moved_from = models.DateTimeField(null=True)
    fault = models.CharField(max_length=8, blank=True)
    return_for_quality = models.BooleanField(default=False)
    mark = models.PositiveSmallIntegerField(null=True)
    mark_on = models.DateField(null=True)

    digest = models.BinaryField()
    raw = models.JSONField(default=dict)
    observed_at = models.DateTimeField()
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "kaspi_id"], name="order_once"),
            models.CheckConstraint(condition=Q(mark__isnull=True) | Q(mark__range=(1, 5)), name="order_mark_1_to_5"),
            models.CheckConstraint(
                condition=Q(mark__isnull=True, mark_on__isnull=True) | Q(mark__isnull=False, mark_on__isnull=False),
                name="order_mark_has_day",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at__isnull=True) | Q(**NOBODY), name="order_forgotten_is_blank"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shelf", "burns_at", "id"], condition=ON_SHELVES, name="order_shelf"),
            models.Index(
                fields=["company", "shop", "shelf", "burns_at", "id"], condition=ON_SHELVES, name="order_shop_shelf"
            ),
            models.Index(
                fields=["company", "shop", "-closed_at", "-id"], condition=Q(shelf=Shelf.ARCHIVE), name="order_archive"
            ),
            models.Index(fields=["company", "-approved_at", "-id"], name="order_newest"),
            models.Index(
                fields=["company", "courier", "shelf"], condition=Q(courier__isnull=False), name="order_of_courier"
            ),
            models.Index(fields=["company", "changed_at", "id"], name="order_changed"),
            models.Index(
                fields=["accept_by", "id"], condition=Q(stage=Stage.NEW, overdue_at__isnull=True), name="order_expiry"
            ),
            # Days are counted from these three alone, without the rows: thousands of a large shop lie far apart.
            models.Index(fields=["company", "shop", "approved_at"], include=["point"], name="order_arrived_day"),
            models.Index(
                fields=["company", "shop", "cancelled_at"],
                condition=Q(cancelled_at__isnull=False),
                name="order_cancelled_day",
            ),
            models.Index(
                fields=["company", "shop", "handed_at"],
                include=["courier_planned_at", "point"],
                condition=Q(handed_at__isnull=False),
                name="order_handed_day",
            ),
            models.Index(
                fields=["company", "shop", "completed_at"],
                include=["point"],
                condition=Q(completed_at__isnull=False),
                name="order_completed_day",
            ),
            # What was promised beside what was done (quality.terms), from these two alone for the same reason.
            models.Index(
                fields=["company", "shop", "handed_at"],
                include=[*PROMISED, "completed_at"],
                condition=Q(handed_at__isnull=False, is_kaspi_delivery=True, pre_order=False),
                name="order_handed_promise",
            ),
            models.Index(
                fields=["company", "shop", "completed_at"],
                include=PROMISED,
                condition=Q(completed_at__isnull=False, is_kaspi_delivery=False, pre_order=False),
                name="order_brought_promise",
            ),
            models.Index(
                fields=["company", "shop", "returned_at"],
                condition=Q(returned_at__isnull=False),
                name="order_returned_day",
            ),
            # Parcels still here that are late already: every view of the numbers counts them.
            models.Index(
                fields=["company", "shop", "courier_planned_at"],
                include=["point"],
                condition=Q(stage__in=(Stage.KD_PACKING, Stage.KD_HANDOVER)),
                name="order_to_hand_over",
            ),
            models.Index(
                fields=["company", "shop", "mark_on"],
                include=["mark", "returned_at", "point"],
                condition=Q(mark_on__isnull=False),
                name="order_mark_day",
            ),
            models.Index(
                fields=["company", "shop", "closed_at"],
                condition=Q(shelf=Shelf.ARCHIVE, forgotten_at__isnull=True),
                name="order_to_forget",
            ),
            models.Index(
                fields=["company", "shop"],
                condition=Q(forget_asked_at__isnull=False, forgotten_at__isnull=True),
                name="order_asked_to_forget",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class OrderEntry(CompanyModel):
    """A line of an order. Quantity may be a weight in kilograms or metres; prices in ₸."""

    order = SameCompanyKey(Order)
    number = models.PositiveSmallIntegerField()
    kaspi_id = models.CharField(max_length=80)
    sku = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=1024, blank=True)
    master_id = models.CharField(max_length=64, blank=True)
    category = models.CharField(max_length=256, blank=True)
    unit_type = models.CharField(max_length=24, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    base_price = _money()
    total_price = _money()
    weight_grams = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    imei_required = models.BooleanField(default=False)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order", "number"], name="entry_once"),
        ]
