"""Offers and stock for programs: the same verbs, rights and refusals as on the pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import offer_json
from catalog.api.answers import (
    BulkBody,
    BulkDone,
    ChangeBody,
    OfferPage,
    OfferTold,
    StockBody,
    StockDone,
    StockPage,
)
from catalog.counting import count_at
from catalog.models import Offer
from catalog.offers.finding import find_exactly
from catalog.offers.patching import patch
from catalog.standing import standings
from staff.api_views import SHOP
from staff.endpoints import PAGING, Endpoint, Write
from staff.errors import NotVisible, Refused
from staff.formats import ALMATY
from staff.languages import later as _
from staff.models import PointOfSale, Shop
from staff.permissions import Permission
from staff.places import Places, visible

TAG = _("Товары")
SKU = OpenApiParameter("sku", str, OpenApiParameter.PATH, description=_("Артикул продавца."))
QUERY = OpenApiParameter("q", str, description=_("Часть названия, начало артикула, код карточки или штрихкод."))
SINCE = OpenApiParameter(
    "updated_since",
    str,
    description=_(
        "Менялись с этого времени: дата (`2026-11-22`, день Алматы) или момент (`2026-11-22T09:00:00+05:00`)."
    ),
)
POINT = OpenApiParameter("point", str, description=_("Код точки продаж."))
ONE_SKU = OpenApiParameter("sku", str, description=_("Один артикул."))
ORDER = ("id",)


class ListOffers(Endpoint):
    access = (Permission.CATALOG_VIEW,)
    tag = TAG
    summary = _("Список товаров")
    about = _("В порядке появления. Цены, остатки по точкам и то, что мы говорим о них Kaspi.")
    asks = (SHOP, QUERY, SINCE, *PAGING)
    answer = OfferPage

    def get(self, request: Request) -> Response:
        place, places = self.place(*ORDER), visible(self.actor)
        offers = list(place.cut(_asked(self.asked, places)))
        shown, following = place.page([{"id": offer.pk} for offer in offers])
        return Response({"results": offer_json.told(offers[: len(shown)], places), "next": following})


class ReadOffer(Endpoint):
    access = (Permission.CATALOG_VIEW,)
    tag = TAG
    summary = _("Один товар")
    about = _("`shop` нужен, если артикул есть в нескольких магазинах.")
    asks = (SKU, SHOP)
    answer = OfferTold

    def get(self, request: Request, sku: str) -> Response:
        places = visible(self.actor)
        return Response(offer_json.told([_named(places, sku, self.asked)], places)[0])


class ChangeOffer(Write):
    access = (Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
    reads = ReadOffer
    tag = TAG
    summary = _("Изменить товар")
    about = _(
        "Названное меняется целиком или никак, остальное стоит. Цена за границами, которые поставил человек: 409 "
        "`price_guard`, подтвердить её может только человек на странице товара."
    )
    asks = (SKU, SHOP)
    body: ClassVar[type[serializers.Serializer[Any]]] = ChangeBody
    answer = OfferTold
    success = 200
    http_method_names = ["get", "head", "patch"]  # noqa: RUF012  Django declares it so

    def get(self, request: Request, sku: str) -> Response:
        places = visible(self.actor)
        return Response(offer_json.told([_named(places, sku, self.asked)], places)[0])

    def patch(self, request: Request, **kwargs: Any) -> Response:
        return self.post(request, **kwargs)

    def perform(self, said: Mapping[str, Any], *, now: datetime, **kwargs: Any) -> dict[str, Any]:
        places = visible(self.actor)
        offer = _named(places, kwargs["sku"], self.asked)
        row = patch(offer, said, points=_points(places, offer), by=self.actor, now=now)
        return offer_json.told([row], places)[0]


class ChangeOffers(Write):
    access = (Permission.CATALOG_VIEW, Permission.CATALOG_MANAGE)
    tag = TAG
    summary = _("Изменить много товаров")
    about = _(
        "До 1000 строк. Каждая строка сама по себе, целиком или никак: отказ одной не мешает другим. Ответ назовёт, что "
        "стало с каждой, в том же порядке."
    )
    body: ClassVar[type[serializers.Serializer[Any]]] = BulkBody
    answer = BulkDone
    success = 200

    def perform(self, said: Mapping[str, Any], *, now: datetime, **kwargs: Any) -> dict[str, Any]:
        places = visible(self.actor)
        return {"results": [self._one(row, places, now=now) for row in said["offers"]]}

    def _one(self, row: Mapping[str, Any], places: Places, *, now: datetime) -> dict[str, Any]:
        told: dict[str, Any] = {"sku": row["sku"], "shop": row.get("shop"), "done": False, "version": None}
        try:
            with transaction.atomic():
                offer = _named(places, row["sku"], row)
                done = patch(offer, row, points=_points(places, offer), by=self.actor, now=now)
        except (Refused, NotVisible) as problem:
            return {**told, "error": _error(problem)}
        return {**told, "done": True, "version": done.version, "error": None}


class ListStock(Endpoint):
    access = (Permission.CATALOG_VIEW,)
    tag = TAG
    summary = _("Остатки")
    about = _(
        "По строке на товар и точку; `limit` считает товары. Магазин, который хранит товар на чужой точке, видит её остаток."
    )
    asks = (SHOP, POINT, ONE_SKU, *PAGING)
    answer = StockPage

    def get(self, request: Request) -> Response:
        place, places = self.place(*ORDER), visible(self.actor)
        shop = places.shop(self.asked["shop"]) if "shop" in self.asked else None
        points: Sequence[PointOfSale] = places.points_of(shop)
        if "point" in self.asked:
            points = places.points_by_code(self.asked["point"], shop=shop)
        offers = Offer.objects.filter(shop_id__in={point.shop_id for point in points})
        if "sku" in self.asked:
            offers = offers.filter(sku=self.asked["sku"])
        found = list(place.cut(offers))
        shown, following = place.page([{"id": offer.pk} for offer in found])
        told = offer_json.stock_told(standings(found[: len(shown)], points), places)
        return Response({"results": told, "next": following})


class CountStock(Write):
    access = (Permission.CATALOG_VIEW, Permission.STOCK_MANAGE)
    tag = TAG
    summary = _("Указать остатки")
    about = _(
        "До 1000 строк: сколько лежит на точке. Каждая строка сама по себе: отказ одной не мешает другим. Резервы заказов "
        "остаются, Kaspi увидит остаток без них."
    )
    body: ClassVar[type[serializers.Serializer[Any]]] = StockBody
    answer = StockDone
    success = 200

    def perform(self, said: Mapping[str, Any], *, now: datetime, **kwargs: Any) -> dict[str, Any]:
        places = visible(self.actor)
        return {"results": [self._one(row, places, now=now) for row in said["stock"]]}

    def _one(self, row: Mapping[str, Any], places: Places, *, now: datetime) -> dict[str, Any]:
        told = {"sku": row["sku"], "point": row["point"]}
        try:
            with transaction.atomic():
                point = _one_point(places, row)
                count_at(point, {row["sku"]: row["on_hand"]}, by=self.actor, now=now)
        except (Refused, NotVisible) as problem:
            return {**told, "done": False, "error": _error(problem)}
        return {**told, "done": True, "error": None}


def _asked(asked: Mapping[str, str], places: Places) -> "QuerySet[Offer]":
    shops: Sequence[Shop] = [places.shop(asked["shop"])] if "shop" in asked else places.shops
    offers: QuerySet[Offer] = Offer.objects.filter(shop_id__in=[shop.pk for shop in shops])
    if "q" in asked:
        word = asked["q"]
        named = Q(name__icontains=word) | Q(sku__istartswith=word) | Q(card_code=word) | Q(barcode=word)
        offers = offers.filter(named)
    if "updated_since" in asked:
        offers = offers.filter(changed_at__gte=_moment(asked["updated_since"]))
    return offers


def _moment(text: str) -> datetime:
    """A moment, or the beginning of a day of Almaty. Raises Refused 400."""
    try:
        day = parse_date(text)
        found = datetime.combine(day, datetime.min.time(), ALMATY) if day else parse_datetime(text)
        if found is not None:
            found = found if found.tzinfo else found.replace(tzinfo=ALMATY)
            # The first and the last day of the calendar have no counterpart in UTC.
            found.timestamp()
            if 1900 < found.year < 2200:
                return found
    except (ValueError, OverflowError):
        pass
    sentence = gettext("updated_since: ждём дату 2026-11-22 или момент 2026-11-22T09:00:00+05:00")
    raise Refused("bad_value", sentence, status=400, field="updated_since")


def _named(places: Places, sku: str, asked: Mapping[str, Any]) -> Offer:
    return find_exactly(places, sku, places.shop(asked["shop"]) if asked.get("shop") else None)


def _points(places: Places, offer: Offer) -> dict[str, PointOfSale]:
    return {point.code: point for point in places.points if point.shop_id == offer.shop_id}


def _one_point(places: Places, row: Mapping[str, Any]) -> PointOfSale:
    """The point of a row. Raises NotVisible, Refused 400 where several shops have this code."""
    found = places.points_by_code(row["point"], shop=places.shop(row["shop"]) if row.get("shop") else None)
    if len(found) > 1:
        sentence = gettext("Точка с таким кодом есть в нескольких магазинах. Назовите магазин: shop")
        raise Refused("required", sentence, status=400, field="shop")
    return found[0]


def _error(problem: Refused | NotVisible) -> dict[str, Any]:
    if isinstance(problem, NotVisible):
        return {"code": "not_found", "message": gettext("Такого нет или оно вам не видно"), "field": None}
    return {"code": problem.code, "message": problem.sentence, "field": problem.field}
