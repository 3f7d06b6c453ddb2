"""Others' prices from a program: `POST /api/v1/competitor-prices` (capabilities.md row 107)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from catalog.models import PriceSource
from catalog.repricing.intake import Told, take
from catalog.rules import DEAREST
from staff.access import require_whole
from staff.endpoints import Write
from staff.errors import Refused
from staff.languages import later as _
from staff.permissions import Permission
from staff.places import visible

MOST = 1_000


class OnePrice(serializers.Serializer[Any]):
    sku = serializers.CharField(max_length=64, required=False, help_text=_("Ваш артикул; или `card`."))
    card = serializers.CharField(max_length=64, required=False, help_text=_("Код карточки на Kaspi."))
    seller = serializers.CharField(max_length=200, required=False, help_text=_("Продавец, как на карточке."))
    merchant_uid = serializers.CharField(max_length=30, required=False, help_text=_("Номер магазина на Kaspi."))
    price = serializers.DecimalField(
        14,
        2,
        required=False,
        min_value=1,
        max_value=DEAREST,
        help_text=_("₸. Без продавца и цены: на карточке никого больше нет."),
    )
    seen_at = serializers.DateTimeField(help_text=_("Когда видели: `2026-11-30T09:15:00+05:00`."))
    url = serializers.CharField(max_length=500, required=False, help_text=_("Ссылка на карточку."))
    broken = serializers.BooleanField(default=False, help_text=_("Ссылка не открылась."))


class Prices(serializers.Serializer[Any]):
    shop = serializers.CharField(max_length=60, help_text=_("Короткое имя магазина."))
    prices = serializers.ListField(child=OnePrice(), min_length=1, max_length=MOST)


class TakenIn(serializers.Serializer[Any]):
    taken = serializers.IntegerField(help_text=_("Новых строк."))
    known = serializers.IntegerField(help_text=_("Уже были."))
    unknown = serializers.IntegerField(help_text=_("Нет такого товара в магазине."))
    late = serializers.IntegerField(help_text=_("Старше 90 дней или из будущего: не записаны."))
    unknown_goods = serializers.ListField(child=serializers.CharField(), help_text=_("Первые из неизвестных."))


class TellCompetitorPrices(Write):
    access = (Permission.CATALOG_MANAGE,)
    tag = _("Товары")
    summary = _("Цены других продавцов")
    about = _(
        "До 1000 строк за раз. Строки одной карточки, сказанные вместе, – один взгляд на неё: кого в нём нет, тот ушёл."
        " Карточку присылайте целиком. Цены старше срока правила ничего не меняют."
    )
    body = Prices
    answer = TakenIn
    success = 200

    def perform(self, said: Mapping[str, Any], *, now: datetime, **kwargs: Any) -> dict[str, Any]:
        shop = visible(self.actor).shop(said["shop"])
        require_whole(self.actor, Permission.CATALOG_MANAGE, shop_id=shop.pk)
        rows = [_row(number, one) for number, one in enumerate(said["prices"])]
        taken = take(shop, rows, source=PriceSource.API, by=self.actor.label, now=now)
        return {
            "taken": taken.taken,
            "known": taken.known,
            "unknown": taken.unknown,
            "late": taken.late,
            "unknown_goods": list(taken.named),
        }


def _row(number: int, one: Mapping[str, Any]) -> Told:
    """Raises Refused (400) naming the row."""
    sku, card, price = one.get("sku", ""), one.get("card", ""), one.get("price")
    named = bool(one.get("seller") or one.get("merchant_uid"))
    if not (sku or card):
        raise _bad(number, gettext("назовите sku или card"))
    if named != (price is not None):
        raise _bad(number, gettext("продавец и цена называются вместе"))
    return Told(
        sku,
        card,
        one.get("seller", ""),
        one.get("merchant_uid", ""),
        price,
        one["seen_at"],
        one.get("url", ""),
        one["broken"],
    )


def _bad(number: int, sentence: str) -> Refused:
    told = gettext("Строка %(number)s: %(sentence)s") % {"number": number + 1, "sentence": sentence}
    return Refused("bad_value", told, status=400, field=f"prices.{number}")
