"""Papers of an order: the waybill that Kaspi made, and what was printed of it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from orders.models.order import Order
from staff.languages import later as _
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class Waybill(CompanyModel):
    """The waybill that Kaspi made for an order, kept so that it prints at once. `url` is the one that was fetched."""

    order = SameCompanyKey(Order)
    url = models.CharField(max_length=500)
    pdf = models.BinaryField(null=True)
    fetched_at = models.DateTimeField(null=True)
    # Not asked for again before then: a try under way, or a pause after one that failed.
    try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order"], name="waybill_once"),
        ]


class Paper(models.TextChoices):
    WAYBILL = "waybill", _("Накладные")
    PICK_LIST = "pick_list", _("Лист сборки")
    LABEL = "label", _("Этикетки")
    SLIP = "slip", _("Вкладыш в посылку")


class Layout(models.TextChoices):
    """How a paper lies on the sheet. Which of them a paper has: `orders.documents.kinds`."""

    AS_IS = "as_is", _("как есть")
    A4X4 = "a4x4", _("A4, по четыре")
    A6 = "a6", _("A6")
    THERMAL = "thermal", _("105×74 мм")
    A4 = "a4", _("A4")
    A4_GIFT = "a4_gift", _("A4 без цен")
    A6_GIFT = "a6_gift", _("A6 без цен")
    PIECE = "piece", _("58×40 мм на каждую штуку")
    ORDER = "order", _("58×40 мм на заказ")


class PrintedPaper(CompanyModel):
    """One paper of one order that somebody had printed. Papers printed in one press share their `batch`.

    `stage` and `waybill_number` are the order's then: an order that is cancelled since, or whose waybill Kaspi has made
    anew, stands on the stop list until somebody says that he has put the paper aside.
    """

    shop = SameCompanyKey(Shop)
    order = SameCompanyKey(Order)
    batch = models.UUIDField()
    paper = models.CharField(max_length=12, choices=Paper.choices)
    layout = models.CharField(max_length=12, choices=Layout.choices)
    # Asked for, but Kaspi had not made the waybill yet: nothing was printed.
    missing = models.BooleanField(default=False)
    stage = models.CharField(max_length=20)
    waybill_number = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160)
    put_aside_at = models.DateTimeField(null=True)
    put_aside_by = models.CharField(max_length=160, blank=True)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "-at"], name="printed_by_time"),
            models.Index(fields=["company", "batch"], name="printed_batch"),
            models.Index(fields=["company", "order"], condition=Q(put_aside_at__isnull=True), name="printed_standing"),
        ]
