"""Offers: goods of a shop under the seller's own SKU, their prices, and where they are sold."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from catalog.rules import LONGEST_PREORDER
from staff.languages import later as _
from staff.models import PointOfSale, Shop
from staff.scoping import CompanyModel, SameCompanyKey


class OfferSource(models.TextChoices):
    """Where we met the offer first."""

    ORDER = "order", _("из заказа")
    PRICE_LIST = "price_list", _("из прайс-листа")
    HAND = "hand", _("добавлен вручную")
    DEMO = "demo", _("из примера")


class How(models.TextChoices):
    """By which way an offer was changed last."""

    HAND = "hand", _("вручную")
    API = "api", _("программой")
    PRICE_LIST = "price_list", _("прайс-листом")
    ROLLBACK = "rollback", _("откатом загрузки")
    REPRICING = "repricing", _("правилом цены")
    GUARD = "guard", _("защитой остатка")
    CALENDAR = "calendar", _("по сроку")


class Offer(CompanyModel):
    """A good of a shop under the seller's own SKU.

    Prices are ₸ with VAT. `stock_sku` names the physical item: offers of one warehouse with the same one share its pieces;
    empty: the offer's own SKU. `floor` and `ceiling` bound the price, `most_step` (share 0–1) one change of it; a breach
    waits for a person who may guard prices. `off_…` tell who took it off sale, why, and on which day of Almaty it comes
    back by itself. `buffer`: pieces held back from Kaspi; None: as the sales rate asks (`catalog.buffers`). `version`
    grows with every change by whoever; whoever writes says `changed_at`, `changed_by` and `changed_how` too, and the database
    keeps each change of the price (`PriceChange`).
    """

    shop = SameCompanyKey(Shop)
    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=1024)
    category = models.CharField(max_length=256, blank=True)
    brand = models.CharField(max_length=256, blank=True, db_default="")
    barcode = models.CharField(max_length=64, blank=True, db_default="")
    # Kaspi's code of the card that the offer is bound to, where it is known.
    card_code = models.CharField(max_length=64, blank=True, db_default="")
    # A group of the commission's tariff; empty: the default one.
    commission_group = models.CharField(max_length=40, blank=True, db_default="")
    stock_sku = models.CharField(max_length=64, blank=True, db_default="")
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    floor = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    ceiling = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    most_step = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    preorder_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    buffer = models.PositiveIntegerField(null=True)
    on_sale = models.BooleanField(default=True, db_default=True)
    off_reason = models.CharField(max_length=200, blank=True, db_default="")
    off_by = models.CharField(max_length=200, blank=True, db_default="")
    off_at = models.DateTimeField(null=True)
    off_until = models.DateField(null=True)
    source = models.CharField(max_length=12, choices=OfferSource.choices, default=OfferSource.HAND, db_default="hand")
    version = models.PositiveIntegerField(default=1, db_default=1)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=200, blank=True, db_default="")
    changed_how = models.CharField(max_length=10, choices=How.choices, blank=True, db_default="")

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "sku"], name="offer_once"),
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gt=0), name="offer_price_positive"),
            models.CheckConstraint(condition=Q(preorder_days__lte=LONGEST_PREORDER), name="offer_preorder_short"),
            models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(ceiling__isnull=True) | Q(floor__lte=F("ceiling")),
                name="offer_floor_below_ceiling",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "shop", "name", "id"], name="offer_by_name"),
            # Few goods share their pieces under another name: this is asked with every page of new orders.
            models.Index(
                fields=["company", "stock_sku", "shop"], condition=~Q(stock_sku=""), name="offer_of_stock_item"
            ),
            models.Index(fields=["off_until"], condition=Q(off_until__isnull=False), name="offer_comes_back"),
        ]


class CityPrice(CompanyModel):
    """The price of an offer in one city, ₸ with VAT. An offer with city prices has no other price on Kaspi."""

    offer = SameCompanyKey(Offer)
    city_code = models.CharField(max_length=12)
    price = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "offer", "city_code"], name="city_price_once"),
            models.CheckConstraint(condition=Q(price__gt=0), name="city_price_positive"),
        ]


class OfferPoint(CompanyModel):
    """Whether an offer is sold at a point, as somebody said; without a row nobody said.

    Where pieces are counted they decide how many; `sold` False takes the offer off sale at this point all the same.
    """

    offer = SameCompanyKey(Offer)
    point = SameCompanyKey(PointOfSale)
    sold = models.BooleanField(default=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "offer", "point"], name="offer_point_once"),
        ]


class PriceChange(CompanyModel):
    """A change of an offer's price, or of its price in one city; ₸. Written by triggers, never changed."""

    offer_id = models.BigIntegerField()
    shop = SameCompanyKey(Shop)
    city_code = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()
    before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    after = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    by = models.CharField(max_length=200, blank=True)
    how = models.CharField(max_length=10, choices=How.choices, blank=True)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "offer_id", "-at"], name="price_change_of_offer"),
            models.Index(fields=["company", "shop", "-at"], name="price_change_of_shop"),
        ]
