"""The numbers of each day as they were shown, kept for ever; warnings raised from them; what Kaspi did to a shop."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class QualitySnapshot(CompanyModel):
    """One number of a shop as the cabinet would have shown it on `day`, by one profile. Append-only.

    `known_at`: what was known then went into it. `digest`: SHA-256 of the audit (quality.audit), by which the same number
    is known again. `breach_on`: the first likely day of a breach as it was foreseen then; `forecast_error`: how far
    forecasts of this shop have been off, a share of 1 (for the rating marks).
    """

    shop = SameCompanyKey(Shop)
    profile = models.CharField(max_length=40)
    metric = models.CharField(max_length=20)
    day = models.DateField()
    first = models.DateField()
    last = models.DateField()
    formula = models.CharField(max_length=20)
    numerator = models.IntegerField()
    denominator = models.IntegerField()
    sample = models.IntegerField()
    status = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    known_at = models.DateTimeField()
    breach_on = models.DateField(null=True)
    forecast_error = models.FloatField(null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "day", "profile", "metric"], name="snapshot_once"),
        ]


class QualityAlert(CompanyModel):
    """A warning that was raised: once per shop, number, kind and day that it is about. Append-only."""

    shop = SameCompanyKey(Shop)
    metric = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    about = models.DateField()
    profile = models.CharField(max_length=40)
    details = models.JSONField(default=dict)
    raised_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "metric", "kind", "about"], name="quality_alert_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "-raised_at"], name="quality_alert_newest"),
        ]


class Sanction(CompanyModel):
    """What Kaspi did: a step of the ladder, as the owner told us. Withdrawn when told by mistake."""

    shop = SameCompanyKey(Shop)
    step = models.PositiveSmallIntegerField()
    metric = models.CharField(max_length=20, blank=True)
    began_on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    actor_label = models.CharField(max_length=160)
    told_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(step__gte=1, step__lte=9), name="sanction_step_1_to_9"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "shop", "-began_on"], name="sanction_of_shop")]
