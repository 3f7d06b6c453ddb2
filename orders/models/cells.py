"""Where a parcel of a pickup order lies."""

from typing import Any, ClassVar

from django.db import models

from orders.models.order import Order
from staff.scoping import CompanyModel, SameCompanyKey


class OrderCell(CompanyModel):
    """The place in the words of who put it there. A trigger forgets it when the order leaves the shelf of pickup."""

    order = SameCompanyKey(Order)
    place = models.CharField(max_length=20)
    put_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order"], name="order_cell_once"),
        ]
