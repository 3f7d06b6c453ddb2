"""The devices of an order's lines as Kaspi holds them."""

from typing import Any, ClassVar

from django.db import models

from orders.models.order import Order
from staff.scoping import CompanyModel, SameCompanyKey


class LineDevices(CompanyModel):
    """IMEIs of one line, read back from Kaspi at `read_at`: a list a device, one IMEI a SIM slot.

    They name the thing that a buyer carries about, so they go when he is forgotten.
    """

    order = SameCompanyKey(Order)
    entry_number = models.PositiveSmallIntegerField()
    imeis = models.JSONField(default=list)
    read_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "order", "entry_number"], name="line_devices_once"),
        ]
