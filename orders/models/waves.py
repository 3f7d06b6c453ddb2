"""Hand-over of parcels to Kaspi Delivery: where a point brings them, and what it says it has brought."""

from typing import Any, ClassVar

from django.db import models

from orders.models.order import Order
from staff.models import PointOfSale, Shop
from staff.scoping import CompanyModel, SameCompanyKey


class DropPoint(CompanyModel):
    """Where the parcels of a point go. `road_minutes`: from the door of the point to the counter there."""

    point = SameCompanyKey(PointOfSale)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=300, blank=True)
    road_minutes = models.PositiveSmallIntegerField(default=30)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "point"], name="drop_point_once"),
        ]


class HandedOver(CompanyModel):
    """Our word that a parcel has been handed over, until Kaspi's own date says so. `batch`: what one press told."""

    shop = SameCompanyKey(Shop)
    order = SameCompanyKey(Order)
    wave_at = models.DateTimeField()
    handed_at = models.DateTimeField()
    batch = models.UUIDField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order"], name="handed_over_once"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "batch"], name="handed_over_batch")]
