"""What changed of days that were over: by it a number of the past is counted again as it was known then."""

from typing import Any, ClassVar

from django.db import models

from orders.models import Order
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class FactChange(CompanyModel):
    """A fact of a past day that became another one: late news, Kaspi's second thoughts, a person's correction.

    Written by a trigger on the orders table, append-only; what happened today and is told today leaves no row. `before`
    holds the columns of `quality.asof.COLUMNS` as they were until `known_at`: of an order the earliest row after a
    moment tells how the order was known at that moment.
    """

    shop = SameCompanyKey(Shop)
    order = SameCompanyKey(Order)
    known_at = models.DateTimeField()
    before = models.JSONField()

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "known_at"], name="fact_change_of_shop"),
            models.Index(fields=["company", "order", "known_at"], name="fact_change_of_order"),
        ]
