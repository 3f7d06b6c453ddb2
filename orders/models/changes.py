"""What changed in an order between two observations, kept so that any past moment can be shown."""

from typing import Any, ClassVar

from django.db import models

from orders.models.order import Order
from staff.scoping import CompanyModel, SameCompanyKey


class OrderChange(CompanyModel):
    """One observation that found something new, as [old, new] by name.

    `facts`: columns of the order that a person asks about (`orders.past.diffs.WATCHED`), and `lines`. `raw`: attributes
    of Kaspi's answer by their path, without those of people. `cut`: more had changed than is kept.
    Two clocks: `kaspi_at`, when Kaspi says when; `learned_at`, when it was written down here.
    """

    order = SameCompanyKey(Order)
    learned_at = models.DateTimeField()
    kaspi_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)
    raw = models.JSONField(default=dict)
    cut = models.BooleanField(default=False)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "order", "id"], name="change_of_order")]
