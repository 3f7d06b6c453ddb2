"""Papers of an order."""

from typing import Any, ClassVar

from django.db import models

from orders.models.order import Order
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
