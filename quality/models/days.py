"""Day buckets that the four numbers are summed from, so that a number costs the same at any age of a shop."""

from typing import Any, ClassVar

from django.db import models

from staff.scoping import CompanyModel


class QualityDay(CompanyModel):
    """Numerator and denominator of one metric on one Almaty day of a shop's point (0: no point), by one formula.

    For the rating: the sum of marks and their number.
    """

    shop_id = models.BigIntegerField()
    point_id = models.BigIntegerField(default=0)
    day = models.DateField()
    metric = models.CharField(max_length=20)
    numerator = models.IntegerField()
    denominator = models.IntegerField()
    formula = models.CharField(max_length=20)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "shop_id", "day", "metric", "point_id", "formula"], name="quality_day_once"
            ),
        ]
