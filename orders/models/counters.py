"""What shelves and numbers are read from, kept by triggers on the orders table."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from staff.scoping import CompanyModel


class ShelfCount(CompanyModel):
    """How many orders stand at a stage, per shop and point (0: no point). Kept by a trigger on the orders table."""

    shop_id = models.BigIntegerField()
    point_id = models.BigIntegerField(default=0)
    stage = models.CharField(max_length=20)
    orders = models.IntegerField(default=0)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop_id", "point_id", "stage"], name="shelf_count_once"),
        ]


class ShopPulse(CompanyModel):
    """A number that grows with every change of a shop's orders: what a live shelf asks about.

    Writers of a shop's orders lock this row first (`orders.turn`), so they come one after another and cannot deadlock.
    """

    shop_id = models.BigIntegerField()
    version = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop_id"], name="shop_pulse_once"),
        ]


class ChangedDay(CompanyModel):
    """An Almaty day whose quality counts must be made again. Written by the trigger, taken by `quality`."""

    shop_id = models.BigIntegerField()
    day = models.DateField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop_id", "day"], name="changed_day_once"),
        ]
