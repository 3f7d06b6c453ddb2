"""The four numbers Kaspi judges a shop by: pure functions over frozen rows. No Django, no clock, no rounding.

Kaspi publishes neither the exact formulas nor the day that puts an order into a window, so both are parameters of a
versioned `Formula`; its defaults follow kaspi-api §10 and capabilities §0, §6.5–6.11: units are orders, an order
counts on the local day (Asia/Almaty) of the **event** that puts it into the numerator or the denominator, and a window
is whole days ending yesterday. The result is an estimate: the official figure stands only in the cabinet.

The same numbers come from rows (`measure`) and from stored day buckets (`day_counts`, then `measure_days`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from orders.cancelling import Fault
from quality.formulas import FORMULA, Anchor, Formula, Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """What the four numbers need of one order. Days are local calendar days of the event, None when it has not been.

    `arrived_day` is the day of the bank's approval. `late` is None while unknown: not handed over, or nothing planned.
    `overdue` means: not handed over, and the planned moment has passed. `return_for_quality` is None when the reason of
    a return is not known. `provisional` marks a cancel that is ours and not yet Kaspi's (expiry in the mode `mirror`).
    `ruled_in` and `ruled_out` are the numbers of which a person says that the order counts, or does not, whatever we
    would judge: it can only count where it has the event.
    """

    order_id: int
    point_id: int | None = None
    created_day: date | None = None
    arrived_day: date | None = None
    cancelled_day: date | None = None
    fault: Fault | None = None
    provisional: bool = False
    handed_over_day: date | None = None
    late: bool | None = None
    overdue: bool = False
    completed_day: date | None = None
    returned_day: date | None = None
    return_for_quality: bool | None = None
    mark: int | None = None
    mark_day: date | None = None
    items: int = 1
    ruled_in: frozenset[Metric] = frozenset()
    ruled_out: frozenset[Metric] = frozenset()


DAY_OF: Mapping[Anchor, Callable[[OrderRow], date | None]] = {
    Anchor.CREATED: attrgetter("created_day"),
    Anchor.ARRIVED: attrgetter("arrived_day"),
    Anchor.CANCELLED: attrgetter("cancelled_day"),
    Anchor.HANDED_OVER: attrgetter("handed_over_day"),
    Anchor.COMPLETED: attrgetter("completed_day"),
    Anchor.RETURNED: attrgetter("returned_day"),
    Anchor.MARKED: attrgetter("mark_day"),
}


class Window(NamedTuple):
    """Whole local days, both ends included."""

    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        """Whether the day lies in the window; no day never does."""
        return day is not None and self.first <= day <= self.last

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The same window in UTC: from its first instant to the first instant after it."""
        ends = (self.first, self.last + timedelta(days=1))
        begins, after = (datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in ends)
        return begins, after


def official_window(today: date, days: int) -> Window:
    """The window of the number that the cabinet shows today: whole days ending yesterday (capabilities §0.2)."""
    return Window(today - timedelta(days=days), today - timedelta(days=1))


def preview_window(today: date, days: int) -> Window:
    """The window of the number that the cabinet will show tomorrow: as long, one day on, today so far included."""
    return Window(today - timedelta(days=days - 1), today)


class DayCounts(NamedTuple):
    """What one local day adds to a metric: all a window needs is the sum of its days.

    For the rating the numerator is a sum of marks. `provisional` is the part of it that Kaspi has not confirmed yet.
    """

    day: date
    numerator: int
    denominator: int
    provisional: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A metric over a window, exactly. Whether it is good, and whether it is enough to say so, is thresholds.judge.

    `sample` is what "enough data" is judged by: marks for the rating, all orders of the window for the shares.
    `provisional` is the part of the numerator that Kaspi has not confirmed yet.
    """

    metric: Metric
    window: Window
    numerator: int
    denominator: int
    sample: int
    provisional: int = 0
    version: str = FORMULA.version

    @property
    def value(self) -> Fraction | None:
        """The share (of 1) or the mean mark (1–5), exact; None when there is nothing to divide by."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Reading:
    """One metric as the cabinet shows it today, and as it would show it tomorrow if nothing else happened."""

    official: Measured
    preview: Measured


class Exclusion(StrEnum):
    """Why an order that looks as if it belonged to a number is not in it."""

    MARK_OF_RETURNED_ORDER = "mark_of_returned_order"
    NOT_THE_SELLERS_FAULT = "not_the_sellers_fault"
    FAULT_UNKNOWN = "fault_unknown"
    RETURN_NOT_FOR_QUALITY = "return_not_for_quality"
    RETURN_REASON_UNKNOWN = "return_reason_unknown"
    RULED_OUT = "ruled_out"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The orders behind a number, in the order of the rows; and those left out of the numerator, each with its why."""

    numerator: tuple[int, ...]
    denominator: tuple[int, ...]
    excluded: tuple[tuple[int, Exclusion], ...]


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The local calendar day of an aware instant."""
    return instant.astimezone(zone).date()


def is_late(planned_at: datetime | None, handed_over_at: datetime | None) -> bool | None:
    """Whether a hand-over was late: strictly after the planned moment (kaspi-api §10). None while either is unknown."""
    if planned_at is None or handed_over_at is None:
        return None
    return handed_over_at > planned_at


def is_overdue(planned_at: datetime | None, handed_over_at: datetime | None, now: datetime) -> bool:
    """Whether a hand-over that has not been is late already."""
    return handed_over_at is None and planned_at is not None and now > planned_at


def _excluded_mark(row: OrderRow) -> Exclusion | None:
    return Exclusion.MARK_OF_RETURNED_ORDER if row.returned_day else None


def _excluded_cancel(row: OrderRow) -> Exclusion | None:
    if row.fault is Fault.SELLER:
        return None
    known = row.fault in (Fault.BUYER, Fault.KASPI)
    return Exclusion.NOT_THE_SELLERS_FAULT if known else Exclusion.FAULT_UNKNOWN


def _excluded_return(row: OrderRow) -> Exclusion | None:
    if row.return_for_quality is None:
        return Exclusion.RETURN_REASON_UNKNOWN
    return None if row.return_for_quality else Exclusion.RETURN_NOT_FOR_QUALITY


def _left_out(row: OrderRow, metric: Metric) -> Exclusion | None:
    """Why a candidate is not in the number; a person's word goes before our judgement."""
    if metric in row.ruled_out:
        return Exclusion.RULED_OUT
    return None if metric in row.ruled_in else COUNTING[metric].excluded(row)


@dataclass(frozen=True, slots=True)
class Counting:
    """Which orders make up one metric, whatever the days."""

    candidate: Callable[[OrderRow], bool]
    excluded: Callable[[OrderRow], Exclusion | None]
    in_denominator: Callable[[OrderRow], bool] = lambda row: True
    weight: Callable[[OrderRow], int] = lambda row: 1


COUNTING: Mapping[Metric, Counting] = {
    Metric.RATING: Counting(
        candidate=lambda row: row.mark is not None,
        excluded=_excluded_mark,
        # A mark that is left out of the sum is left out of the count as well.
        in_denominator=lambda row: row.mark is not None and _left_out(row, Metric.RATING) is None,
        weight=lambda row: row.mark or 0,
    ),
    Metric.CANCELLED: Counting(candidate=lambda row: row.cancelled_day is not None, excluded=_excluded_cancel),
    # A hand-over for which nothing was planned cannot be late, and is a hand-over nevertheless.
    Metric.LATE_HANDOVER: Counting(candidate=lambda row: row.late is True, excluded=lambda row: None),
    Metric.QUALITY_RETURNS: Counting(candidate=lambda row: row.returned_day is not None, excluded=_excluded_return),
}

# "From 10 orders in 30 days" speaks of orders, not of hand-overs or issues (kaspi-api §10): so the size of the sample
# is the denominator of this metric.
SAMPLE_OF: Mapping[Metric, Metric] = {
    Metric.RATING: Metric.RATING,
    Metric.CANCELLED: Metric.CANCELLED,
    Metric.LATE_HANDOVER: Metric.CANCELLED,
    Metric.QUALITY_RETURNS: Metric.CANCELLED,
}


def measure(rows: Iterable[OrderRow], metric: Metric, window: Window, *, formula: Formula = FORMULA) -> Measured:
    """One metric over a window, order by order. Rows must hold every order with an event in the window."""
    numerator = denominator = sample = provisional = 0
    for row in rows:
        if window.holds(_numerator_day(row, metric, formula)):
            numerator += _weight(row, metric, formula)
            provisional += row.provisional and metric is Metric.CANCELLED
        if window.holds(_denominator_day(row, metric, formula)):
            denominator += row.items if metric in formula.items else 1
        if window.holds(_denominator_day(row, SAMPLE_OF[metric], formula)):
            sample += row.items if SAMPLE_OF[metric] in formula.items else 1
    return Measured(
        metric=metric,
        window=window,
        numerator=numerator,
        denominator=denominator,
        sample=sample,
        provisional=provisional,
        version=formula.version,
    )


def day_counts(rows: Iterable[OrderRow], metric: Metric, *, formula: Formula = FORMULA) -> tuple[DayCounts, ...]:
    """What each day adds to the metric, by day; days that add nothing are absent."""
    days: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        if (day := _numerator_day(row, metric, formula)) is not None:
            days[day][0] += _weight(row, metric, formula)
            days[day][2] += row.provisional and metric is Metric.CANCELLED
        if (day := _denominator_day(row, metric, formula)) is not None:
            days[day][1] += row.items if metric in formula.items else 1
    return tuple(DayCounts(day, *counts) for day, counts in sorted(days.items()))


def measure_days(
    days: Mapping[Metric, Iterable[DayCounts]], metric: Metric, window: Window, *, formula: Formula = FORMULA
) -> Measured:
    """The same as `measure`, from day buckets. Needs those of the metric and of `SAMPLE_OF[metric]`."""
    held = [day for day in days[metric] if window.holds(day.day)]
    return Measured(
        metric=metric,
        window=window,
        numerator=sum(day.numerator for day in held),
        denominator=sum(day.denominator for day in held),
        sample=sum(day.denominator for day in days[SAMPLE_OF[metric]] if window.holds(day.day)),
        provisional=sum(day.provisional for day in held),
        version=formula.version,
    )


def with_overdue(measured: Measured, overdue: int) -> Measured:
    """A preview of late hand-overs in which parcels that are late already, and still here, are handed over today.

    Only a preview may count them: until the hand-over no event puts them into a window, and an order that is cancelled
    instead never becomes a late hand-over.
    """
    return replace(
        measured,
        numerator=measured.numerator + overdue,
        denominator=measured.denominator + overdue,
        provisional=measured.provisional + overdue,
    )


def readings(rows: Iterable[OrderRow], *, today: date, formula: Formula = FORMULA) -> dict[Metric, Reading]:
    """All four numbers, official and preview. `today` is the local day of the shop."""
    kept = tuple(rows)
    overdue = sum(row.overdue for row in kept)
    found = {}
    for metric in Metric:
        days = formula.window_days[metric]
        preview = measure(kept, metric, preview_window(today, days), formula=formula)
        found[metric] = Reading(
            official=measure(kept, metric, official_window(today, days), formula=formula),
            preview=with_overdue(preview, overdue) if metric is Metric.LATE_HANDOVER else preview,
        )
    return found


def evidence(rows: Iterable[OrderRow], metric: Metric, window: Window, *, formula: Formula = FORMULA) -> Evidence:
    """The orders behind one number, so that anyone can count them again."""
    rule, kept = COUNTING[metric], tuple(rows)
    in_numerator = (row.order_id for row in kept if window.holds(_numerator_day(row, metric, formula)))
    in_denominator = (row.order_id for row in kept if window.holds(_denominator_day(row, metric, formula)))
    day = DAY_OF[formula.sides[metric].numerator]
    left_out = (
        (row.order_id, reason)
        for row in kept
        if rule.candidate(row) and window.holds(day(row)) and (reason := _left_out(row, metric))
    )
    return Evidence(tuple(in_numerator), tuple(in_denominator), tuple(left_out))


def _weight(row: OrderRow, metric: Metric, formula: Formula) -> int:
    return row.items if metric in formula.items else COUNTING[metric].weight(row)


def _numerator_day(row: OrderRow, metric: Metric, formula: Formula) -> date | None:
    counts = COUNTING[metric].candidate(row) and _left_out(row, metric) is None
    return DAY_OF[formula.sides[metric].numerator](row) if counts else None


def _denominator_day(row: OrderRow, metric: Metric, formula: Formula) -> date | None:
    counts = COUNTING[metric].in_denominator(row)
    return DAY_OF[formula.sides[metric].denominator](row) if counts else None
