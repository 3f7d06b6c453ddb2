"""Orders for programs: the same filters, rights and verbs as the pages (contract.md §5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.models import ActionKind, KaspiAction
from orders import actions, couriers, devices, filters
from orders.api import order_json
from orders.api.answers import (
    Action,
    AssembleBody,
    CancelBody,
    CancelEntryBody,
    CompleteBody,
    CourierBody,
    CourierList,
    DevicesTold,
    EventPage,
    ImeiBody,
    OrderPage,
    WeighBody,
)
from orders.api.answers import Order as OrderTold
from orders.buyers.disclosing import of_rows
from orders.buyers.showing import sees_buyer
from orders.evidence.keeping import Proof
from orders.filters import is_visible
from orders.lifecycle import Shelf
from orders.models import CallOutcome, EvidenceKind, Order, OrderEvent, Purpose
from orders.policies import RIGHTS
from staff.access import Actor
from staff.answers import moment
from staff.clock import database_now
from staff.endpoints import PAGING, Endpoint, Write
from staff.errors import NotVisible, Refused
from staff.languages import later as _
from staff.models import Door
from staff.permissions import Permission
from staff.places import visible
from staff.privacy.disclosures import tell

TAG = _("Заказы")
REF = OpenApiParameter("id", str, OpenApiParameter.PATH, description=_("`id` заказа (UUID) или его номер в Kaspi."))
FILTERS = (
    OpenApiParameter("shop", str, description=_("Короткое имя магазина.")),
    OpenApiParameter("point", str, description=_("Код точки продаж.")),
    OpenApiParameter("shelf", str, enum=Shelf.values, description=_("Полка.")),
    OpenApiParameter(
        "stage", str, enum=list(filters.STAGES), description=_("Состояние или вкладка полки «Kaspi Доставка».")
    ),
    OpenApiParameter(
        "q", str, description=_("Начало номера заказа или артикула, конец телефона, часть имени покупателя.")
    ),
    OpenApiParameter(
        "updated_since",
        str,
        description=_(
            "Менялись с этого времени. Дата (`2026-11-22`, день Алматы) или момент (`2026-11-22T09:00:00+05:00`)."
        ),
    ),
    OpenApiParameter(
        "created_from",
        str,
        description=_(
            "Оформлены не раньше. Дата (`2026-11-22`, день Алматы) или момент (`2026-11-22T09:00:00+05:00`)."
        ),
    ),
    OpenApiParameter(
        "created_to",
        str,
        description=_(
            "Оформлены раньше этого момента; названный день входит весь. "
            "Дата (`2026-11-22`, день Алматы) или момент (`2026-11-22T09:00:00+05:00`)."
        ),
    ),
)
NEWEST_FIRST = ("-approved_at", "-id")


class ListOrders(Endpoint):
    access = (Permission.ORDERS_VIEW,)
    tag = TAG
    summary = _("Список заказов")
    about = _("Сначала новые. Неизвестный магазин или точка: 404.")
    asks = (*FILTERS, *PAGING)
    answer = OrderPage

    def get(self, request: Request) -> Response:
        place, places = self.place(*NEWEST_FIRST), visible(self.actor)
        orders = filters.select(self.actor, filters.parse(self.asked), places=places)
        rows, following = place.page(place.cut(orders).values(*order_json.COLUMNS))
        now = self.now()
        tell(self.actor, Door.API, of_rows(rows, by=self.actor, now=now), now=now, only_reads=True)
        return Response({"results": order_json.told(rows, by=self.actor, places=places), "next": following})


class ReadOrder(Endpoint):
    access = (Permission.ORDERS_VIEW,)
    tag = TAG
    summary = _("Один заказ")
    asks = (REF,)
    answer = OrderTold

    def get(self, request: Request, id: str) -> Response:
        order = actions.find(id, by=self.actor)
        return Response(_told(order.pk, by=self.actor, now=self.now(), only_reads=True))


class ListHistory(Endpoint):
    access = (Permission.ORDERS_VIEW,)
    tag = TAG
    summary = _("Что было с заказом")
    about = _("По порядку, как мы узнавали. У события два времени: по часам Kaspi и наше.")
    asks = (REF, *PAGING)
    answer = EventPage

    def get(self, request: Request, id: str) -> Response:
        place, order = self.place("id"), actions.find(id, by=self.actor)
        events = OrderEvent.objects.filter(order_id=order.pk)
        rows, following = place.page(place.cut(events).values())
        seen = sees_buyer(self.actor, closed_at=order.closed_at, now=database_now())
        return Response({"results": [_event(row, words=seen) for row in rows], "next": following})


class ReadAction(Endpoint):
    access = (Permission.ORDERS_VIEW,)
    tag = TAG
    summary = _("Что стало с действием")
    about = _("Исход известен, когда заказ перечитан у Kaspi: `done`, `refused` или `parked` (ждёт человека).")
    asks = (OpenApiParameter("id", UUID, OpenApiParameter.PATH, description=_("`id` действия.")),)
    answer = Action

    def get(self, request: Request, id: str) -> Response:
        action = KaspiAction.objects.filter(public_id=_uuid(id)).first()
        order = Order.objects.filter(pk=action.subject_id).first() if action else None
        if action is None or order is None or not is_visible(self.actor, order):
            raise NotVisible
        return Response(_action(action, order))


class OrderWrite(Write):
    """One verb of `orders.actions` on one order."""

    tag = _("Действия с заказом")
    asks = (REF,)
    answer = Action
    kind: ClassVar[ActionKind]

    def perform(self, said: Mapping[str, Any], *, now: datetime, **kwargs: Any) -> dict[str, Any]:
        order = actions.find(kwargs["id"], by=self.actor)
        action = actions.VERBS[self.kind](order, by=self.actor, now=now, **self.arguments(said))
        return _action(action, order)

    def arguments(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """The body as the verb takes it."""
        return said


class ListCouriers(Endpoint):
    access = (Permission.ORDERS_VIEW, Permission.ORDERS_ASSIGN)
    tag = TAG
    summary = _("Кому можно отдать заказ")
    about = _("Сотрудники, которые могут выдать этот заказ покупателю. Их немного, список приходит целиком.")
    asks = (REF,)
    answer = CourierList

    def get(self, request: Request, id: str) -> Response:
        people = couriers.couriers_of(actions.find(id, by=self.actor))
        return Response({"results": [{"id": str(one.public_id), "name": one.name} for one in people]})


class GiveToCourier(Write):
    """The one deed on an order that Kaspi is not asked about."""

    access = (Permission.ORDERS_VIEW, Permission.ORDERS_ASSIGN)
    tag = _("Действия с заказом")
    summary = _("Назначить курьера")
    about = _("Для заказа в доставке магазина. Назначенный прежде курьер его больше не видит.")
    asks = (REF,)
    body: ClassVar[type[serializers.Serializer[Any]]] = CourierBody
    answer = OrderTold
    success = 200

    def perform(self, said: Mapping[str, Any], *, now: datetime, **kwargs: Any) -> dict[str, Any]:
        order = actions.find(kwargs["id"], by=self.actor)
        if said["courier"] is None:
            couriers.unassign(order, by=self.actor, now=now)
        else:
            couriers.assign(order, str(said["courier"]), by=self.actor, now=now)
        return _told(order.pk, by=self.actor, now=now, only_reads=False)


class AcceptOrder(OrderWrite):
    kind = ActionKind.ACCEPT
    access = (RIGHTS[kind],)
    summary = _("Принять")
    about = _("Заказ принят, когда это сказал сам Kaspi: следите за действием или за `pending` заказа.")


class CancelOrder(OrderWrite):
    kind = ActionKind.CANCEL
    access = (RIGHTS[kind],)
    body: ClassVar[type[serializers.Serializer[Any]]] = CancelBody
    summary = _("Отменить")

    def arguments(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        proofs = [Proof(purpose=Purpose.CANCEL, **_proof(one)) for one in said.get("evidence", ())]
        return {**said, "evidence": proofs}


class AssembleOrder(OrderWrite):
    kind = ActionKind.ASSEMBLE
    access = (RIGHTS[kind],)
    body: ClassVar[type[serializers.Serializer[Any]]] = AssembleBody
    summary = _("Упаковать")
    about = _("После этого Kaspi делает накладную: она появится в `delivery.waybill`.")


class SendCode(OrderWrite):
    kind = ActionKind.SEND_CODE
    access = (RIGHTS[kind],)
    summary = _("Отправить покупателю код")
    about = _("Ещё раз можно через минуту после прошлой отправки: до того 409 с `until`.")


class CompleteOrder(OrderWrite):
    kind = ActionKind.COMPLETE
    access = (RIGHTS[kind],)
    body: ClassVar[type[serializers.Serializer[Any]]] = CompleteBody
    summary = _("Выдать по коду")
    about = _(
        "Неверный код кончается состоянием `refused` со словами Kaspi; после пяти подряд пауза 15 минут: 409 с `until`."
    )


class MarkArrived(OrderWrite):
    kind = ActionKind.ARRIVED
    access = (RIGHTS[kind],)
    summary = _("Товар предзаказа прибыл")


class MarkReturned(OrderWrite):
    kind = ActionKind.RETURNED
    access = (RIGHTS[kind],)
    summary = _("Товар вернулся в магазин")


class CancelEntry(OrderWrite):
    kind = ActionKind.CANCEL_ENTRY
    access = (RIGHTS[kind],)
    body: ClassVar[type[serializers.Serializer[Any]]] = CancelEntryBody
    summary = _("Убрать позицию или уменьшить количество")
    about = _(
        "Последнюю позицию убирает только отмена заказа. Исход известен, когда состав перечитан у Kaspi."
        " Входит ли отмена позиции в долю отмен, Kaspi не сообщает."
    )


class Weigh(OrderWrite):
    kind = ActionKind.WEIGH
    access = (RIGHTS[kind],)
    body: ClassVar[type[serializers.Serializer[Any]]] = WeighBody
    summary = _("Уменьшить вес позиции")
    about = _("Для товаров на вес: сколько граммов вышло на самом деле, меньше заказанного.")


class ReadDevices(Endpoint):
    access = (Permission.ORDERS_VIEW, Permission.BUYERS_SEE)
    tag = TAG
    summary = _("IMEI устройств заказа")
    about = _("Как их показал Kaspi, когда мы читали в последний раз: после каждого `POST`.")
    asks = (REF,)
    answer = DevicesTold

    def get(self, request: Request, id: str) -> Response:
        return Response(_devices(actions.find(id, by=self.actor)))


class NameDevices(OrderWrite):
    kind = ActionKind.IMEI
    access = (RIGHTS[kind],)
    reads = ReadDevices
    body: ClassVar[type[serializers.Serializer[Any]]] = ImeiBody
    summary = _("Указать IMEI")
    about = _("Для позиций с `imei_required`. Названное раньше заменяется.")

    def get(self, request: Request, id: str) -> Response:
        return Response(_devices(actions.find(id, by=self.actor)))


def _devices(order: Order) -> dict[str, Any]:
    rows = devices.of_order(order)
    return {
        "results": [{"entry": row.entry_number, "items": row.imeis, "read_at": moment(row.read_at)} for row in rows]
    }


def _proof(said: Mapping[str, Any]) -> dict[str, Any]:
    outcome = said.get("outcome")
    return {
        "kind": EvidenceKind(said["kind"]),
        "outcome": CallOutcome(outcome) if outcome else None,
        "text": said["text"],
        "happened_at": said.get("happened_at"),
    }


def _told(order_id: int, *, by: Actor, now: datetime, only_reads: bool) -> dict[str, Any]:
    """The order as it is now, and the note that its buyer was shown."""
    rows = list(Order.objects.filter(pk=order_id).values(*order_json.COLUMNS))
    tell(by, Door.API, of_rows(rows, by=by, now=now), now=now, only_reads=only_reads)
    (told,) = order_json.told(rows, by=by, places=visible(by))
    return told


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        raise Refused("bad_value", gettext("id: ждём UUID"), status=400, field="id") from problem


def _event(row: Mapping[str, Any], *, words: bool) -> dict[str, Any]:
    """`words` False: without what people wrote, which may tell of the buyer."""
    return {
        "kind": row["kind"],
        "kaspi_at": moment(row["kaspi_at"]),
        "learned_at": moment(row["learned_at"]),
        "stage_before": row["stage_before"] or None,
        "stage_after": row["stage_after"] or None,
        "actor": {"kind": row["actor_kind"], "name": row["actor_label"]},
        "expected": row["expected"],
        "details": {name: told for name, told in row["details"].items() if words or name != "text"},
    }


def _action(action: KaspiAction, order: Order) -> dict[str, Any]:
    return {
        "id": str(action.public_id),
        "kind": order_json.spelled(action.kind),
        "state": action.state,
        "order": str(order.public_id),
        "order_code": action.code,
        "problem": action.problem or None,
        "attempts": action.attempts,
        "requested_by": action.actor_label,
        "created_at": moment(action.created_at),
        "settled_at": moment(action.settled_at),
    }
