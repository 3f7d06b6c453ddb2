"""The forecast of the points in words: what of their queues will be missed at the pace of the last hours."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext

from orders.clocks import Calendars
from orders.deadlines import Step
from orders.filters import OrderFilter, select
from orders.lifecycle import Shelf
from orders.radar.forecast import Forecast, Pace, forecast
from orders.radar.pace import paces
from orders.radar.page_models import ForecastLine
from orders.radar.steps import Asked
from staff.formats import almaty_moment, grouped
from staff.models import PointOfSale

# Longer queues are foreseen as far as this.
QUEUE = 2000
WORST_FIRST = ("danger", "", "warn")


def outlook(asked: Asked, url: Callable[..., str]) -> tuple[ForecastLine, ...]:
    """A line for each point where orders wait to be accepted, the worst first; nothing for a courier.

    `url` makes an address of the board with other filters.
    """
    queues = _queues(asked) if asked.actor.orders_of is None else {}
    points = [point for point in asked.places.points if point.pk in queues]
    calendars = Calendars(asked.places)
    known = paces(points, calendars, now=asked.now) if points else {}
    told = []
    for point in points:
        per_hour, queue = known[point.pk].per_hour, queues[point.pk]
        calendar = calendars.of(point.pk)
        ahead = forecast(queue, per_hour=per_hour, now=asked.now, calendar=calendar) if per_hour else None
        there = url(point=point.code, step=Step.ACCEPT.value)
        told.append(_line(point, len(queue), known[point.pk], ahead, there, asked.now))
    return tuple(sorted(told, key=lambda line: WORST_FIRST.index(line.level)))


def _queues(asked: Asked) -> Mapping[int, Sequence[tuple[str, datetime]]]:
    """By point the orders that wait to be accepted and still can be, with their deadlines."""
    wanted = OrderFilter(shop=asked.wanted.shop, point=asked.wanted.point, shelf=Shelf.NEW)
    waiting = select(asked.actor, wanted, places=asked.places).filter(burns_at__gt=asked.now)
    queues: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    rows = waiting.order_by("burns_at", "id").values_list("point_id", "code", "due_at")[:QUEUE]
    for point_id, code, due_at in rows:
        if point_id is not None and due_at is not None:
            queues[point_id].append((code, due_at))
    return queues


def _line(
    point: PointOfSale, waiting: int, pace: Pace, ahead: Forecast[str] | None, url: str, now: datetime
) -> ForecastLine:
    if pace.per_hour is None or ahead is None:
        text = gettext(
            "Ждут принятия %(waiting)s. Темп не посчитать, мало данных: за последние часы принято %(accepts)s"
        )
        unknown = text % {"waiting": waiting, "accepts": pace.accepts}
        return ForecastLine(point.name, unknown, url, "warn", "circle-help")
    rate = grouped(pace.per_hour, digits=0 if pace.per_hour >= 3 else 1)
    if ahead.missed:
        text = gettext("При нынешнем темпе %(pace)s в час не успеть %(missed)s из %(waiting)s")
        missed = text % {"pace": rate, "missed": len(ahead.missed), "waiting": waiting}
        return ForecastLine(point.name, missed, url, "danger", "trending-down")
    when = almaty_moment(ahead.clear_at, now=now) if ahead.clear_at else ""
    text = gettext("При нынешнем темпе %(pace)s в час успеете всё, очередь кончится %(when)s")
    return ForecastLine(point.name, text % {"pace": rate, "when": when}, url)
