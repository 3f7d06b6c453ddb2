"""The planned date of own delivery, moved with the buyer's consent.

Kaspi lets a shop move it by at most five calendar days (kaspi-api §5, capabilities §0.1), in the cabinet only: the API has
no such write (kaspi-api §4). So the move is done there and told here, with what proves the consent. Our shelf goes by the
moved date until Kaspi's own date changes (orders.merging): whatever that then is, it is Kaspi's and stands.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from orders.cancelling import Handing, handing_of
from orders.evidence import keeping
from orders.evidence.keeping import Proof
from orders.lifecycle import Stage
from orders.models import DateMove, EventKind, Evidence, MovedBy, Order, OrderEvent
from orders.turns import take_turn
from staff import audit
from staff.access import Actor, require
from staff.errors import Refused
from staff.formats import ALMATY, calendar_day
from staff.permissions import Permission

MOST_DAYS: Final = 5
RIGHT: Final = Permission.ORDERS_ASSIGN
CABINET: Final = "https://kaspi.kz/mc/#/orders"


def days_open(*, promised: date, planned: date, today: date) -> tuple[date, ...]:
    """The days that the order may be moved to: after the one planned, not in the past, at most five after the promise."""
    first, last = max(planned + timedelta(days=1), today), promised + timedelta(days=MOST_DAYS)
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def may_move(order: Order, *, by: Actor) -> bool:
    """Whether this actor may move the date of an order like this, were there days left."""
    return by.may(RIGHT) and _is_own_delivery(order) and order.planned_delivery_at is not None


def planned_of(order: Order) -> datetime | None:
    """The date that the shop goes by: the moved one, else Kaspi's."""
    return order.moved_to or order.planned_delivery_at


def days_of(order: Order, *, now: datetime) -> tuple[date, ...]:
    """The days that this order may be moved to; none without a planned date."""
    planned = planned_of(order)
    if planned is None:
        return ()
    return days_open(promised=_day(promised_of(order) or planned), planned=_day(planned), today=_day(now))


def promised_of(order: Order) -> datetime | None:
    """What the buyer was promised at first, before any move of ours or of the cabinet's that we saw."""
    first = DateMove.objects.filter(order_id=order.pk).order_by("id").first()
    changed = OrderEvent.objects.filter(
        order_id=order.pk, kind=EventKind.CHANGED, details__has_key="planned_delivery_at"
    )
    said = [_before(event.details) for event in changed.order_by("id")[:1]]
    known = [moment for moment in (first and first.promised_at, *said, order.planned_delivery_at) if moment]
    return min(known, default=None)


def move(
    order: Order,
    to: date,
    *,
    by: Actor,
    now: datetime,
    planned: datetime,
    asked_by: MovedBy,
    evidence: Sequence[Proof],
) -> DateMove:
    """Tell the move, with the buyer's consent. Pressed twice, the first press answers.

    `planned`: the date that the person saw. Raises Refused: 409 when it has changed meanwhile or no day is left, 400 for a
    day that is not open or a consent that nothing proves.
    """
    require(by, RIGHT)
    with transaction.atomic():
        take_turn(order.shop_id)
        order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        last = DateMove.objects.filter(order_id=order.pk).order_by("-id").first()
        if (
            last is not None
            and order.moved_to == last.moved_to
            and _day(last.moved_to) == to
            and planned != order.moved_to
        ):
            return last
        stands = _check(order, to, planned=planned, now=now)
        if not evidence:
            sentence = gettext("Чем подтвердить согласие покупателя? Укажите звонок, приложите снимок или напишите")
            raise Refused("no_proof", sentence, status=400, field="evidence")
        kept = [keeping.attach(order, proof, by=by, now=now) for proof in evidence]
        return _write(order, to, stands, by=by, now=now, asked_by=asked_by, consent=kept[0])


def _check(order: Order, to: date, *, planned: datetime, now: datetime) -> datetime:
    """The date that is moved. Raises Refused."""
    stands = planned_of(order)
    if not _is_own_delivery(order) or stands is None:
        sentence = gettext("Дату переносят у заказа в доставке магазина, а этот сейчас «%(stage)s»")
        raise Refused("not_allowed", sentence % {"stage": Stage(order.stage).label})
    if planned != stands:
        told = {"day": calendar_day(_day(stands))}
        raise Refused("stale_version", gettext("Дату уже изменили: сейчас она %(day)s. Откройте перенос заново") % told)
    days = days_of(order, now=now)
    if not days:
        promised = calendar_day(_day(promised_of(order) or stands))
        sentence = gettext(
            "Переносить больше некуда: от обещанного %(day)s прошло пять дней. Доставьте или отмените заказ"
        )
        raise Refused("no_days_left", sentence % {"day": promised})
    if to not in days:
        told = {"first": calendar_day(days[0]), "last": calendar_day(days[-1])}
        raise Refused("bad_day", gettext("Можно перенести с %(first)s по %(last)s") % told, status=400, field="to")
    return stands


def _write(
    order: Order, to: date, stands: datetime, *, by: Actor, now: datetime, asked_by: MovedBy, consent: Evidence
) -> DateMove:
    moved_to = stands + (to - _day(stands))
    made: DateMove = DateMove.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        promised_at=promised_of(order) or stands,
        planned_at=stands,
        moved_to=moved_to,
        asked_by=asked_by,
        consent=consent,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
        told_at=now,
    )
    Order.objects.filter(pk=order.pk).update(
        moved_to=moved_to,
        moved_from=order.planned_delivery_at,
        # The deadline of own delivery is the planned date itself (orders.deadlines.deliver_by).
        due_at=moved_to,
        burns_at=moved_to,
        version=F("version") + 1,
        changed_at=now,
    )
    _tell(order, made, by=by, now=now)
    return made


def _tell(order: Order, made: DateMove, *, by: Actor, now: datetime) -> None:
    told = {
        "before": made.planned_at.isoformat(),
        "after": made.moved_to.isoformat(),
        "asked_by": made.asked_by,
        "evidence": str(made.consent.public_id),
        # Until Kaspi's own date says so.
        "provisional": True,
    }
    OrderEvent.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=EventKind.RESCHEDULED,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details=told,
    )
    audit.record(by, "order.rescheduled", subject=("order", order.code), now=now, details=told)


def _is_own_delivery(order: Order) -> bool:
    handing = handing_of(is_kaspi_delivery=order.is_kaspi_delivery, delivery_mode=order.delivery_mode)
    return order.stage == Stage.DELIVERY and handing is Handing.OWN_DELIVERY


def _before(details: dict[str, Any]) -> datetime | None:
    pair = details["planned_delivery_at"]
    return parse_datetime(str(pair[0])) if isinstance(pair, list) and pair and pair[0] else None


def _day(moment: datetime) -> date:
    return moment.astimezone(ALMATY).date()
