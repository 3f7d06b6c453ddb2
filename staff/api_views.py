"""Shops and points of sale: what the key may see."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from staff.answers import moment
from staff.endpoints import PAGING, Endpoint
from staff.languages import later as _
from staff.models import PointOfSale, Shop
from staff.places import visible

SHOP = OpenApiParameter("shop", str, description=_("Короткое имя магазина (`slug`)."))


class ShopTold(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.SlugField(help_text=_("Им магазин называется в фильтрах."))
    name = serializers.CharField()
    merchant_uid = serializers.CharField(help_text=_("Номер магазина в Kaspi."))
    created_at = serializers.DateTimeField()


class PointTold(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    shop = serializers.SlugField()
    code = serializers.CharField(help_text=_("Код склада, как в Kaspi; единственный в магазине."))
    name = serializers.CharField()
    city = serializers.CharField(help_text=_("Код города Kaspi."))
    timezone = serializers.CharField(help_text=_("Пояс, в котором идут часы работы."))
    schedule = serializers.DictField(help_text=_('Часы работы по дням: {"mon": ["09:00", "18:00"], "sun": null}.'))
    exceptions = serializers.DictField(help_text=_("Часы в особые даты: праздники и сокращённые дни."))


class ShopPage(serializers.Serializer[Any]):
    results = ShopTold(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("Курсор следующей страницы."))


class PointPage(serializers.Serializer[Any]):
    results = PointTold(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("Курсор следующей страницы."))


class ListShops(Endpoint):
    access = ()
    tag = _("Магазины")
    summary = _("Магазины")
    asks = PAGING
    answer = ShopPage

    def get(self, request: Request) -> Response:
        place = self.place("id")
        shops = Shop.objects.filter(pk__in=[shop.pk for shop in visible(self.actor).shops])
        rows, following = place.page(place.cut(shops).values())
        return Response({"results": [_shop(row) for row in rows], "next": following})


class ListPoints(Endpoint):
    access = ()
    tag = _("Магазины")
    summary = _("Точки продаж")
    asks = (SHOP, *PAGING)
    answer = PointPage

    def get(self, request: Request) -> Response:
        place, places = self.place("id"), visible(self.actor)
        shop = places.shop(self.asked["shop"]) if "shop" in self.asked else None
        points = PointOfSale.objects.filter(pk__in=[point.pk for point in places.points_of(shop)])
        slugs = {shop.pk: shop.slug for shop in places.shops}
        rows, following = place.page(place.cut(points).values())
        return Response({"results": [_point(row, slugs[row["shop_id"]]) for row in rows], "next": following})


def _shop(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row["public_id"]),
        "slug": row["slug"],
        "name": row["name"],
        "merchant_uid": row["merchant_uid"],
        "created_at": moment(row["created_at"]),
    }


def _point(row: Mapping[str, Any], shop: str) -> dict[str, Any]:
    return {
        "id": str(row["public_id"]),
        "shop": shop,
        "code": row["code"],
        "name": row["name"],
        "city": row["city_code"],
        "timezone": row["zone"],
        "schedule": row["schedule"],
        "exceptions": row["exceptions"],
    }
