"""The orders that make up a number, and by what they are split: points, people, goods, hours, reasons.

Asked inside a company's scope. Windows are whole Almaty days; `seen_by` limits everything to what that actor sees, and
with it the people: only those who held, or brought from, a point of his.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple, cast

from django.db.models import Q, QuerySet

from catalog.models import Offer
from integrations.models import ActionKind, KaspiAction
from orders.clocks import Calendars
from orders.filters import visible_to
from orders.lifecycle import Stage
from orders.models import Order, OrderEntry
from quality.attribution.fault import Cause, OrderFacts, cause_of
from quality.attribution.rules import BY_SHIFT, JUST_BEFORE, WHOLE, Answerer, Case, Shifts, Span, answer, equal
from quality.buckets import COLUMN_OF
from quality.formulas import FORMULAS, Formula, Metric
from quality.metrics import Window
from quality.models import Ruling
from quality.queries import IN_NUMBER, MOMENT_OF, candidates, in_number
from quality.reading import since_of, today_of
from quality.thresholds import Profile, Rule, shown_window
from staff.access import Actor
from staff.formats import ALMATY
from staff.models import Shift
from staff.places import Places
from staff.shifts import LONGEST

# So many orders of a number are looked at, the newest; a number of more is told as cut.
MOST = 3_000
# Nobody answers for a low mark, so fewer of them tell as much; they are of ninety days. Of late hand-overs, which a large
# shop has more of than of anything else, half as many show whose they are.
MOST_MARKS, MOST_LATE = 1_000, 1_500
# Of these the index of the days holds all that our judgement needs.
BY_INDEX_ALONE = (Metric.RATING, Metric.LATE_HANDOVER)
# A mark that pulls the rating down; of higher ones nobody has to speak.
LOW_MARK = 3
NAMELESS = ""


class Dimension(StrEnum):
    """By what a number is split."""

    POINT = "point"
    MEMBER = "member"
    SKU = "sku"
    CATEGORY = "category"
    HOUR = "hour"
    REASON = "reason"


Key = int | str | Cause | Answerer | None
Parts = Mapping[Key, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number that these shops have today by a profile, or what the last `days` of its window are of it."""

    metric: Metric
    shop_ids: Sequence[int]
    profile: Profile
    now: datetime
    days: int | None = None

    @property
    def rule(self) -> Rule:
        return self.profile.rules[self.metric]

    @property
    def formula(self) -> Formula:
        return FORMULAS[self.profile.formula]

    @property
    def window(self) -> Window:
        return window_of(shown_window(self.rule, today_of(self.now)), self.days)

    @property
    def column(self) -> str:
        """By which an order comes into the numerator."""
        return COLUMN_OF[self.formula.sides[self.metric].numerator]

    def candidates(self, seen_by: Actor) -> "QuerySet[Order]":
        since, window = since_of(self.rule, self.now), self.window
        begun = since if since is not None and window.holds(today_of(since)) else None
        found = candidates(self.metric, self.shop_ids, window, formula=self.formula, since=begun)
        return visible_to(seen_by, found)

    def weight(self, unit: "Unit") -> int:
        """How much an order adds: one, or its lines."""
        return max(unit.items, 1) if self.metric in self.formula.items else 1


@dataclass(frozen=True, slots=True)
class Unit:
    """An order in the numerator: one unit of the budget. `at`: the moment that it went wrong."""

    order_id: int
    shop_id: int
    point_id: int | None
    courier_id: int | None
    sku: str
    item: str
    items: int
    cause: Cause
    at: datetime | None


class Units(NamedTuple):
    """The newest first; `cut`: there are more than were looked at."""

    found: tuple[Unit, ...]
    cut: bool = False


_FIELDS = (
    *("id", "shop_id", "point_id", "courier_id", "first_sku", "first_item", "items_count", "stage"),
    *("cancellation_reason", "expired_at", "accept_by", "accepted_at", "cancelled_at", "courier_planned_at"),
    *("handed_at", "returned_at", "return_for_quality", "mark"),
)


def counting(number: Number, *, seen_by: Actor) -> "QuerySet[Order]":
    """The orders in the numerator (of the rating: its low marks), the newest first; a person's word goes before ours."""
    inside = in_number(number.metric, number.shop_ids) & _low(number.metric)
    # In the order of the index, which knows no second one: some thousands are read then, and not all of the window.
    return number.candidates(seen_by).filter(inside).order_by(f"-{number.column}")


def _low(metric: Metric) -> Q:
    return Q(mark__lte=LOW_MARK) if metric is Metric.RATING else Q()


def units(number: Number, *, seen_by: Actor) -> Units:
    """What `counting` finds, as units; at most so many as `most_of` says."""
    metric, found, most = number.metric, counting(number, seen_by=seen_by), most_of(number.metric)
    if metric in BY_INDEX_ALONE and number.column == MOMENT_OF[metric]:
        found = found.filter(**{f"{number.column}__in": _newest(number, most + 1, seen_by)})
    rows = list(found.values(*_FIELDS)[: most + 1])
    return units_of(metric, rows[:most], cut=len(rows) > most)


def _newest(number: Number, count: int, seen_by: Actor) -> "QuerySet[Any, Any]":
    """Moments among which are those of the newest orders in the number, so many of them at least, for a condition.

    Told by the index without the rows: of a large shop ten times as many would be read to leave them, each in a page of
    its own. What people said needs the rows, so their orders come beside.
    """
    metric, moment = number.metric, number.column
    said = Ruling.objects.filter(shop_id__in=number.shop_ids, metric=metric, withdrawn_at=None)
    ours = number.candidates(seen_by).filter(IN_NUMBER[metric] & _low(metric)).order_by(f"-{moment}")
    newest: QuerySet[Any, Any] = ours.values(moment)
    ruled = said.count()
    return newest[: count + ruled].union(said.values(f"order__{moment}")) if ruled else newest[:count]


def most_of(metric: Metric) -> int:
    """How many orders of the number are looked at."""
    return {Metric.RATING: MOST_MARKS, Metric.LATE_HANDOVER: MOST_LATE}.get(metric, MOST)


def units_of(metric: Metric, rows: Sequence[Mapping[str, Any]], *, cut: bool = False) -> Units:
    """Rows with `_FIELDS` as units of the number."""
    sent = _sent([row["id"] for row in rows if row["cancellation_reason"]]) if metric is Metric.CANCELLED else {}
    return Units(tuple(_unit(metric, row, sent.get(row["id"])) for row in rows), cut)


def facts_of(row: Mapping[str, Any], sent: "Sent | None" = None) -> OrderFacts:
    """What a judgement needs, from columns of the order and the cancel of ours that Kaspi took."""
    return OrderFacts(
        reason=row["cancellation_reason"],
        expired=row["expired_at"] is not None or row["stage"] == Stage.EXPIRED,
        accept_by=row["accept_by"],
        accepted_at=row["accepted_at"],
        cancelled_at=row["cancelled_at"],
        planned_at=row["courier_planned_at"],
        handed_at=row["handed_at"],
        returned_at=row["returned_at"],
        return_for_quality=row["return_for_quality"],
        mark=row["mark"],
        sent_at=sent.at if sent else None,
        sent_by=sent.by if sent else "",
    )


def facts_of_orders(orders: Sequence[Order]) -> dict[int, OrderFacts]:
    """The same of orders that are read already."""
    sent = _sent([order.pk for order in orders])
    return {order.pk: facts_of(row_of(order), sent.get(order.pk)) for order in orders}


def row_of(order: Order) -> Mapping[str, Any]:
    """An order that is read already, as `units_of` takes it."""
    return {name: getattr(order, name) for name in _FIELDS}


class Sent(NamedTuple):
    """A cancel of ours that Kaspi took: when, and who had decided it."""

    at: datetime
    by: str


def _sent(order_ids: Sequence[int]) -> dict[int, Sent]:
    taken = KaspiAction.objects.filter(subject_id__in=order_ids, kind=ActionKind.CANCEL, taken_at__isnull=False)
    rows: Any = taken.order_by("id").values_list("subject_id", "taken_at", "actor_label")
    return {order_id: Sent(at, by) for order_id, at, by in rows}


def _unit(metric: Metric, row: Mapping[str, Any], sent: Sent | None) -> Unit:
    cause = cause_of(facts_of(row, sent), metric)
    return Unit(
        order_id=row["id"],
        shop_id=row["shop_id"],
        point_id=row["point_id"],
        courier_id=row["courier_id"],
        sku=row["first_sku"],
        item=row["first_item"],
        items=row["items_count"],
        cause=cause,
        at=_moment(metric, cause, row),
    )


def _moment(metric: Metric, cause: Cause, row: Mapping[str, Any]) -> datetime | None:
    """When it went wrong: a deadline where one ran out, else the event itself; a mark has a day only."""
    if metric is Metric.LATE_HANDOVER:
        return _known(row["courier_planned_at"])
    if metric is Metric.CANCELLED:
        return _known((row["accept_by"] if cause in BY_SHIFT else None) or row["cancelled_at"])
    return _known(row["returned_at"]) if metric is Metric.QUALITY_RETURNS else None


def _known(moment: Any) -> datetime | None:
    return moment if isinstance(moment, datetime) else None


# --- Splitting --------------------------------------------------------------------------------------------------------


def parts(found: Sequence[Unit], dimension: Dimension, *, places: Places) -> Iterator[tuple[Unit, Parts]]:
    """Each unit with its parts by this dimension, which add up to one."""
    yield from zip(found, _SPLITS[dimension](found, places), strict=True)


def _one(key: Callable[[Unit], Key]) -> Callable[[Sequence[Unit], Places], Iterator[Parts]]:
    return lambda found, places: ({key(unit): WHOLE} for unit in found)


def _by_member(found: Sequence[Unit], places: Places) -> Iterator[Parts]:
    for case in cases(found, places=places):
        yield cast(Parts, answer(case))


def cases(found: Sequence[Unit], *, places: Places) -> Iterator[Case]:
    """What the fair rules need of each unit; one question for the shifts of all."""
    timed = [unit for unit in found if unit.cause in BY_SHIFT and unit.at is not None and unit.point_id is not None]
    shifts, calendars = _shifts(timed), Calendars(places)
    for unit in found:
        if unit.cause not in BY_SHIFT or unit.at is None or unit.point_id is None:
            yield Case(cause=unit.cause, point_id=unit.point_id, courier_id=unit.courier_id)
            continue
        yield Case(
            cause=unit.cause,
            point_id=unit.point_id,
            working=calendars.of(unit.point_id).is_open(unit.at - JUST_BEFORE),
            holders=shifts[unit.point_id].holders(unit.at),
        )


def _shifts(timed: Sequence[Unit]) -> Mapping[int, Shifts]:
    spans: dict[int, list[Span]] = {unit.point_id: [] for unit in timed if unit.point_id is not None}
    moments = [unit.at for unit in timed if unit.at is not None]
    if moments:
        first, last = min(moments), max(moments)
        held = Shift.objects.filter(point_id__in=spans, began_at__gt=first - LONGEST, began_at__lt=last)
        for point_id, member_id, begins, ends in held.values_list("point_id", "member_id", "began_at", "ended_at"):
            until = begins + LONGEST
            spans[point_id].append(Span(begins, min(ends, until) if ends else until, member_id))
    return {point_id: Shifts(told, longest=LONGEST) for point_id, told in spans.items()}


def _by_sku(found: Sequence[Unit], places: Places) -> Iterator[Parts]:
    lines = _lines([unit for unit in found if unit.items != 1])
    for unit in found:
        yield equal([line.sku for line in lines.get(unit.order_id, ())] or [unit.sku])


def _by_category(found: Sequence[Unit], places: Places) -> Iterator[Parts]:
    lines = _lines(found)
    lacking = [(unit, line.sku) for unit in found for line in lines.get(unit.order_id, ()) if not line.category]
    offers = Offer.objects.filter(
        shop_id__in={unit.shop_id for unit, _ in lacking}, sku__in={sku for _, sku in lacking}
    )
    known = {(shop, sku): category for shop, sku, category in offers.values_list("shop_id", "sku", "category")}
    for unit in found:
        told = [line.category or known.get((unit.shop_id, line.sku), "") for line in lines.get(unit.order_id, ())]
        yield equal(told or [NAMELESS])


class _Line(NamedTuple):
    sku: str
    name: str
    category: str


def _lines(found: Iterable[Unit]) -> Mapping[int, Sequence[_Line]]:
    lines: defaultdict[int, list[_Line]] = defaultdict(list)
    entries = OrderEntry.objects.filter(order_id__in=[unit.order_id for unit in found]).order_by("order_id", "number")
    for order_id, *line in entries.values_list("order_id", "sku", "name", "category"):
        lines[order_id].append(_Line(*line))
    return lines


_SPLITS: Mapping[Dimension, Callable[[Sequence[Unit], Places], Iterator[Parts]]] = {
    Dimension.POINT: _one(lambda unit: unit.point_id),
    Dimension.MEMBER: _by_member,
    Dimension.SKU: _by_sku,
    Dimension.CATEGORY: _by_category,
    Dimension.HOUR: _one(lambda unit: unit.at.astimezone(ALMATY).hour if unit.at else None),
    Dimension.REASON: _one(lambda unit: unit.cause),
}


def titles_of(skus: Iterable[str], found: Sequence[Unit]) -> Mapping[str, str]:
    """What the goods are called: as the orders call them."""
    names = {unit.sku: unit.item for unit in reversed(found) if unit.items == 1}
    lacking = [sku for sku in skus if sku not in names]
    if lacking:
        several = [unit.order_id for unit in found if unit.items != 1]
        entries = OrderEntry.objects.filter(order_id__in=several, sku__in=lacking).values_list("sku", "name")
        names |= dict(entries.order_by("sku", "name").distinct()[: len(lacking) * 2])
    return names


def window_of(whole: Window, days: int | None) -> Window:
    """The last `days` of a window; the whole of it without."""
    length = (whole.last - whole.first).days + 1
    return whole if days is None or days >= length else Window(whole.last - timedelta(days=days - 1), whole.last)
