"""Numbers by day and the orders behind one of them, as files. Nothing of a buyer stands in them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext

from orders.cancelling import Fault
from orders.lifecycle import Stage
from orders.models import Order
from quality import reading
from quality.behind_page import reason_of
from quality.formulas import Metric
from quality.history.reading import numbers_over
from quality.history.series import Shown
from quality.models import QualitySnapshot
from quality.reading import Behind
from quality.scales import NAMES
from quality.thresholds import BY_CODE, DEFAULT, Status, judge
from quality.words import EXCLUDED, STATUS_CHIPS
from staff.access import Actor
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.exports.kinds import MOST_ROWS, Cell, Column, Kind, Row
from staff.languages import later as _
from staff.models import Shop
from staff.permissions import Permission
from staff.places import visible

PIECE: Final = 2_000
# Of days before the first kept one the numbers are counted from today's orders, as far back as the page draws them.
COUNTED_DAYS: Final = 90
NAMED: Final = ("shop", "metric", "from", "to", "on")

FAULTS: Mapping[str, str] = {
    Fault.SELLER: _("магазин"),
    Fault.BUYER: _("покупатель"),
    Fault.KASPI: _("Kaspi"),
    Fault.UNKNOWN: _("неизвестно"),
}
# Windows reach years back from here and stay dates of the calendar.
EARLIEST, LATEST = date(2015, 1, 1), date(2100, 1, 1)
DAY_COLUMNS: Final = (
    Column(_("Магазин"), width=24),
    Column(_("День"), width=12),
    Column(_("Показатель"), width=24),
    Column(_("Правила"), width=32),
    Column(_("Значение"), Cell.MONEY, 12),
    Column(_("Единица"), width=10),
    Column(_("Числитель"), Cell.NUMBER, 12),
    Column(_("Знаменатель"), Cell.NUMBER, 12),
    Column(_("Выборка"), Cell.NUMBER, 12),
    Column(_("Оценка"), width=14),
    Column(_("Окно с"), width=12),
    Column(_("Окно по"), width=12),
    Column(_("Формула"), width=18),
    Column(_("Откуда"), width=26),
    Column(_("Известно на"), Cell.MOMENT, 18),
    Column(_("Вероятный прорыв"), width=16),
    Column(_("SHA-256"), width=20),
)
ORDER_COLUMNS: Final = (
    Column(_("Номер")),
    Column(_("Магазин"), width=24),
    Column(_("Точка"), width=24),
    Column(_("Показатель"), width=24),
    Column(_("Причина"), width=32),
    Column(_("Вина"), width=14),
    Column(_("Товар"), width=40),
    Column(_("Артикул"), width=20),
    Column(_("Состояние"), width=24),
    Column(_("День"), width=12),
    Column(_("Выйдет из окна"), width=16),
    Column(_("Входит"), width=10),
    Column(_("Почему нет"), width=28),
)


# --- What is asked ----------------------------------------------------------------------------------------------------


def _read_days(actor: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    """The shop, the number, the days. A shop that he does not see whole is NotVisible: what is kept is of whole shops."""
    _whole_shops(actor, asked)
    return _checked(asked)


def _read_orders(actor: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    _seen_shops(actor, asked)
    return _checked(asked) | {"metric": _metric(asked).value}


def _checked(asked: Mapping[str, str]) -> dict[str, str]:
    kept = {name: asked[name] for name in NAMED if asked.get(name)}
    if "metric" in kept:
        _metric(kept)
    for name in ("from", "to", "on"):
        _day(kept, name)
    return kept


def _metric(asked: Mapping[str, str]) -> Metric:
    name = asked.get("metric", Metric.CANCELLED.value)
    try:
        return Metric(name)
    except ValueError:
        told = gettext("Нет такого показателя: %(name)s") % {"name": name[:40]}
        raise Refused("bad_value", told, status=400, field="metric") from None


def _day(asked: Mapping[str, str], name: str) -> date | None:
    text = asked.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        if EARLIEST <= day <= LATEST:
            return day
        raise ValueError(text)
    except ValueError:
        told = gettext("Нет такого дня: %(day)s") % {"day": text[:40]}
        raise Refused("bad_value", told, status=400, field=name) from None


def _seen_shops(actor: Actor, asked: Mapping[str, str]) -> tuple[Shop, ...]:
    places, slug = visible(actor), asked.get("shop", "")
    return (places.shop(slug),) if slug else places.shops


def _whole_shops(actor: Actor, asked: Mapping[str, str]) -> tuple[Shop, ...]:
    found = tuple(shop for shop in _seen_shops(actor, asked) if actor.sees_whole(shop.pk))
    if asked.get("shop") and not found:
        raise NotVisible(asked["shop"])
    return found


# --- Numbers by day ---------------------------------------------------------------------------------------------------


def _days(actor: Actor, wanted: Mapping[str, str]) -> Iterator[Row]:
    """Of each shop the newest day first: the kept days, and before them those that are counted from today's orders."""
    now = database_now()
    metrics = [_metric(wanted)] if wanted.get("metric") else list(Metric)
    today = reading.today_of(now)
    last, first = min(_day(wanted, "to") or today, today), _day(wanted, "from") or date.min
    for shop in _whole_shops(actor, wanted):
        kept = QualitySnapshot.objects.filter(
            shop_id=shop.pk, metric__in=[one.value for one in metrics], day__range=(first, last)
        )
        oldest = kept.order_by("day").values_list("day", flat=True).first()
        for row in kept.order_by("-day", "metric", "profile")[:MOST_ROWS].iterator(PIECE):
            yield _kept_row(shop, row)
        yield from _counted_rows(shop, metrics, first, last if oldest is None else oldest - timedelta(days=1), now)


def _counted_rows(shop: Shop, metrics: Sequence[Metric], first: date, last: date, now: datetime) -> Iterator[Row]:
    begin = max(first, reading.today_of(now) - timedelta(days=COUNTED_DAYS))
    if begin > last:
        return
    found = numbers_over([shop.pk], first=begin, last=last)
    for n in range((last - begin).days, -1, -1):
        for metric in metrics:
            yield _counted_row(shop, found[metric][n], now)


def _kept_row(shop: Shop, row: QualitySnapshot) -> Row:
    metric = Metric(row.metric)
    value = Fraction(row.numerator, row.denominator) if row.denominator else None
    title = str(BY_CODE[row.profile].title) if row.profile in BY_CODE else row.profile
    source = gettext("сохранено") if reading.today_of(row.known_at) == row.day else gettext("сохранено позже")
    return Row(
        (
            shop.name,
            row.day.isoformat(),
            NAMES[metric],
            title,
            *_value(metric, value),
            row.numerator,
            row.denominator,
            row.sample,
            STATUS_CHIPS[Status(row.status)].text,
            row.first.isoformat(),
            row.last.isoformat(),
            row.formula,
            source,
            row.known_at,
            row.breach_on.isoformat() if row.breach_on else "",
            row.digest,
        )
    )


def _counted_row(shop: Shop, shown: Shown, now: datetime) -> Row:
    measured = shown.measured
    metric = measured.metric
    return Row(
        (
            shop.name,
            shown.day.isoformat(),
            NAMES[metric],
            str(DEFAULT.title),
            *_value(metric, measured.value),
            measured.numerator,
            measured.denominator,
            measured.sample,
            STATUS_CHIPS[judge(measured, DEFAULT.rules[metric])].text,
            measured.window.first.isoformat(),
            measured.window.last.isoformat(),
            measured.version,
            gettext("по нынешним данным"),
            now,
            "",
            "",
        )
    )


def _value(metric: Metric, value: Fraction | None) -> tuple[float | None, str]:
    """As a person reads it: per cent, or marks."""
    unit = gettext("балл") if metric is Metric.RATING else "%"
    if value is None:
        return None, unit
    return float(value if metric is Metric.RATING else value * 100), unit


# --- The orders behind a number ---------------------------------------------------------------------------------------


def _orders(actor: Actor, wanted: Mapping[str, str]) -> Iterator[Row]:
    """The orders in the number of a day and those left out of it, as far as he sees them; the newest first."""
    metric, shops = _metric(wanted), {shop.pk: shop for shop in _seen_shops(actor, wanted)}
    behind = reading.orders_behind(metric, list(shops), _day(wanted, "on"), now=database_now(), seen_by=actor)
    for one in behind[:MOST_ROWS]:
        yield _order_row(one, metric)


def _order_row(one: Behind, metric: Metric) -> Row:
    order: Order = one.order
    return Row(
        (
            order.code,
            order.shop.name,
            order.point.name if order.point else "",
            NAMES[metric],
            reason_of(one, metric).text,
            FAULTS.get(order.fault, "") if metric is Metric.CANCELLED else "",
            order.first_item,
            order.first_sku,
            Stage(order.stage).label,
            one.day.isoformat(),
            one.leaves_on.isoformat(),
            gettext("да") if one.counts else gettext("нет"),
            EXCLUDED[one.why] if one.why else "",
        )
    )


DAYS = Kind("quality", _("Показатели"), Permission.QUALITY_VIEW, _read_days, lambda actor: DAY_COLUMNS, _days)
ORDERS = Kind(
    "quality-orders", _("За показателем"), Permission.QUALITY_VIEW, _read_orders, lambda actor: ORDER_COLUMNS, _orders
)
