"""Kaspi's own numbers, as a person read them in the cabinet."""

from typing import Any, ClassVar

from django.db import models

from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class KaspiNumber(CompanyModel):
    """What the cabinet showed on a day: a share of 1, or for the rating a mean mark. Never edited: the newest one holds.

    `numerator` and `denominator` where the cabinet told them as well.
    """

    shop = SameCompanyKey(Shop)
    metric = models.CharField(max_length=20)
    day = models.DateField()
    value = models.DecimalField(max_digits=9, decimal_places=6)
    numerator = models.PositiveIntegerField(null=True)
    denominator = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)
    actor_label = models.CharField(max_length=160)
    entered_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "metric", "-day", "-id"], name="kaspi_number_newest"),
        ]
