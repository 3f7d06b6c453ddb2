"""The feed for programs (contract.md §5)."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations import events
from integrations.models import FeedKind
from staff import paging
from staff.answers import moment
from staff.endpoints import LIMIT, Endpoint
from staff.languages import later as _
from staff.permissions import Permission
from staff.places import visible

CURSOR = OpenApiParameter(
    "cursor", str, description=_("Курсор из `next` прошлого ответа; живёт 30 дней. Без него лента идёт с начала.")
)


class FeedEventTold(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text=_("По нему узнаёте повтор."))
    kind = serializers.ChoiceField(FeedKind.choices)
    at = serializers.DateTimeField(help_text=_("Когда мы об этом узнали."))
    shop = serializers.SlugField()
    point = serializers.CharField(allow_null=True, help_text=_("Код точки продаж."))
    order = serializers.UUIDField(help_text=_("`id` заказа; у событий `quality.*` это `id` магазина."))
    order_code = serializers.CharField(
        help_text=_("Номер заказа в Kaspi; у событий `quality.*` короткое имя магазина.")
    )
    payload = serializers.DictField(
        help_text=_(
            "Что именно: этап до и после, причина, исход решения, сколько минут до срока. Покупателя здесь нет."
        )
    )


class FeedPage(serializers.Serializer[Any]):
    results = FeedEventTold(many=True)
    next = serializers.CharField(
        allow_null=True, help_text=_("Где продолжить. null: нового пока нет, спросите позже с прежним курсором.")
    )


class ListEvents(Endpoint):
    access = (Permission.EVENTS_READ,)
    tag = _("События")
    summary = _("Лента событий")
    about = _(
        "Что произошло с заказами, по порядку, без пропусков и не меньше чем за 30 дней. `next` стоит у каждого "
        "непустого ответа: сохраните его и спросите с ним снова, когда угодно."
    )
    asks = (OpenApiParameter("limit", LIMIT, description=_("Сколько строк на странице.")), CURSOR)
    answer = FeedPage

    def get(self, request: Request) -> Response:
        place = paging.place(
            self.asked,
            columns=events.POSITION,
            name="events",
            company_id=self.actor.company_id,
            life=events.CURSOR_LIFE,
        )
        rows = list(place.cut(events.settled(self.actor)).values())[: place.limit]
        places = visible(self.actor)
        shops = {shop.pk: shop.slug for shop in places.shops}
        points = {point.pk: point.code for point in places.points}
        return Response(
            {
                "results": [_told(row, shops[row["shop_id"]], points.get(row["point_id"])) for row in rows],
                "next": place.beyond(rows[-1]) if rows else None,
            }
        )


def _told(row: Mapping[str, Any], shop: str, point: str | None) -> dict[str, Any]:
    return {
        "id": str(row["public_id"]),
        "kind": row["kind"],
        "at": moment(row["at"]),
        "shop": shop,
        "point": point,
        "order": str(row["subject"]),
        "order_code": row["code"],
        "payload": row["payload"],
    }
