"""A company's own profiles of thresholds, and which profile holds for a shop since when."""

from typing import Any, ClassVar

from django.db import models

from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class OwnProfile(CompanyModel):
    """A profile that the owner wrote down. Its rules are never edited: another reading is another profile.

    `rules` and `ladder` as `quality.profiles.written` reads and writes them. `retired_at`: no longer offered.
    """

    code = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    source = models.CharField(max_length=300, blank=True)
    quoted = models.CharField(max_length=600, blank=True)
    confidence = models.CharField(max_length=8)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    formula = models.CharField(max_length=20)
    rules = models.JSONField()
    ladder = models.JSONField(default=list)
    actor_label = models.CharField(max_length=160)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "code"], name="own_profile_once"),
        ]


class ProfileAssignment(CompanyModel):
    """From this Almaty day on the shop is judged by this profile. Append-only; of one day the newest row holds."""

    shop = SameCompanyKey(Shop)
    profile = models.CharField(max_length=40)
    from_day = models.DateField()
    actor_label = models.CharField(max_length=160)
    made_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "-from_day", "-id"], name="profile_of_shop"),
        ]


class QualitySetting(CompanyModel):
    """By which profile a shop is warned: its own, or the strictest there is."""

    shop = SameCompanyKey(Shop)
    warn_by_strictest = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop"], name="quality_setting_once"),
        ]
