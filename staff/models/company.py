"""Company › Shop › PointOfSale: the tenant and its places (architecture.md §2)."""

from typing import Any, ClassVar

from django.db import models

from staff.ids import public_id_field
from staff.languages import later as _
from staff.scoping import CompanyModel, SameCompanyKey


class Mfa(models.TextChoices):
    """Whether a company asks its people for a second factor."""

    OFF = "off", _("не требуется")
    REQUIRED = "required", _("обязателен")


class ExpiryPolicy(models.TextChoices):
    """What we do when nobody accepted in time (capabilities.md §6.4).

    MIRROR: mark and free the stock, send nothing, wait for Kaspi's own cancel. PUSH: send the cancel too.
    OFF: only mark as overdue.
    """

    MIRROR = "mirror", _("Отметить и ждать отмены от Kaspi")
    PUSH = "push", _("Отменить и отправить отмену в Kaspi")
    OFF = "off", _("Только отметить просрочку")


class Company(models.Model):
    """The tenant."""

    public_id = public_id_field()
    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=200)
    mfa = models.CharField(max_length=10, choices=Mfa.choices, default=Mfa.OFF)
    # The first day of Almaty on which nobody works without a second factor, where `mfa` asks for one; None: at once.
    mfa_from = models.DateField(null=True, blank=True)
    # Days after an order's end until its buyer is forgotten; None keeps buyers.
    buyers_kept_days = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Shop(CompanyModel):
    """One shop on Kaspi, that is one merchant id."""

    public_id = public_id_field()
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    merchant_uid = models.CharField(max_length=30)
    expiry_policy = models.CharField(max_length=10, choices=ExpiryPolicy.choices, default=ExpiryPolicy.MIRROR)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "slug"], name="shop_slug_once"),
            models.UniqueConstraint(fields=["company", "merchant_uid"], name="shop_merchant_once"),
        ]

    def __str__(self) -> str:
        return self.name


class PointOfSale(CompanyModel):
    """A warehouse or shop floor of a shop, with the hours in which its acceptance clock runs."""

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    city_code = models.CharField(max_length=12, blank=True)
    # {"mon": ["09:00", "18:00"], "sun": null}; several spans a day are lunch breaks. See orders.deadlines.
    schedule = models.JSONField(default=dict)
    # {"2026-12-16": null, "2026-12-31": ["09:00", "14:00"]}
    exceptions = models.JSONField(default=dict, blank=True)
    zone = models.CharField(max_length=40, default="Asia/Almaty")
    # Where its goods lie, when that is another point: one warehouse behind several shops. Never a chain.
    keeps_at = SameCompanyKey("staff.PointOfSale", null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "code"], name="point_code_once"),
        ]

    def __str__(self) -> str:
        return self.name
