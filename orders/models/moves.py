"""Planned dates that were moved with the buyer's consent."""

from typing import Any, ClassVar

from django.db import models

from orders.models.evidence import Evidence
from orders.models.order import Order
from staff.languages import later as _
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class MovedBy(models.TextChoices):
    """Who asked for another date."""

    BUYER = "buyer", _("Покупатель")
    SHOP = "shop", _("Мы не успеваем")


class DateMove(CompanyModel):
    """One move of the planned date of an order in own delivery. Append-only: five days are counted over all of them.

    `promised_at` is Kaspi's date before the first move, `planned_at` the one that stood when this one was told.
    """

    shop = SameCompanyKey(Shop)
    order = SameCompanyKey(Order)
    promised_at = models.DateTimeField()
    planned_at = models.DateTimeField()
    moved_to = models.DateTimeField()
    asked_by = models.CharField(max_length=8, choices=MovedBy.choices)
    consent = SameCompanyKey(Evidence)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160)
    told_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "order", "id"], name="move_of_order"),
            models.Index(fields=["company", "told_at"], name="move_by_day"),
        ]
