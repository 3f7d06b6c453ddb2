"""The four numbers Kaspi judges a shop by: pure functions over frozen rows. No Django, no clock, no rounding.

Kaspi publishes neither the exact formulas nor the day that puts an order into a window, so both are parameters of a
versioned `Formula`; its defaults follow kaspi-api §10 and capabilities §0, §6.5–6.11: units are orders, an order counts
on the local day (Asia/Almaty) of the **event** that puts it into the numerator or the denominator, and a window is whole
days ending yesterday. The result is an estimate: the official figure stands only in the cabinet.

The same numbers come from rows (`measure`) and from stored day buckets (`day_counts`, then `measure_days`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from orders.cancelling import Fault


class Metric(StrEnum):
    """The four numbers, by their public names (contract §5)."""

    RATING = "rating"
    CANCELLED = "cancelled"
    LATE_HANDOVER = "late_handover"
    QUALITY_RETURNS = "quality_returns"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """What the four numbers need of one order. Days are local calendar days of the event, None when it has not been.

    `arrived_day` is the day of the bank's approval. `late` is None while unknown: not handed over, or nothing planned.
    `overdue` means: not handed over, and the planned moment has passed. `return_for_quality` is None when the reason of
    a return is not known. `provisional` marks a cancel that is ours and not yet Kaspi's (expiry in the mode `mirror`).
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


class Anchor(StrEnum):
    """An event whose local day can put an order into a window."""

    CREATED = "created"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    HANDED_OVER = "handed_over"
    COMPLETED = "completed"
    RETURNED = "returned"
    MARKED = "marked"


DAY_OF: Mapping[Anchor, Callable[[OrderRow], date | None]] = {
    Anchor.CREATED: attrgetter("created_day"),
    Anchor.ARRIVED: attrgetter("arrived_day"),
    Anchor.CANCELLED: attrgetter("cancelled_day"),
    Anchor.HANDED_OVER: attrgetter("handed_over_day"),
    Anchor.COMPLETED: attrgetter("completed_day"),
    Anchor.RETURNED: attrgetter("returned_day"),
    Anchor.MARKED: attrgetter("mark_day"),
}


@dataclass(frozen=True, slots=True)
class Sides:
    """By which event's day an order enters the numerator and the denominator of one metric."""

    numerator: Anchor
    denominator: Anchor


@dataclass(frozen=True, slots=True)
class Formula:
    """One reading of Kaspi's unwritten formulas. A different reading is a different version, never the same one."""

    version: str
    sides: Mapping[Metric, Sides]
    window_days: Mapping[Metric, int]


FORMULA = Formula(
    version="event-days-1",
    sides={
        Metric.RATING: Sides(Anchor.MARKED, Anchor.MARKED),
        Metric.CANCELLED: Sides(Anchor.CANCELLED, Anchor.ARRIVED),
        Metric.LATE_HANDOVER: Sides(Anchor.HANDED_OVER, Anchor.HANDED_OVER),
        Metric.QUALITY_RETURNS: Sides(Anchor.RETURNED, Anchor.COMPLETED),
    },
    window_days={
        Metric.RATING: 90,
        Metric.CANCELLED: 30,
        Metric.LATE_HANDOVER: 30,
        Metric.QUALITY_RETURNS: 30,
    },
)


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

    `sample` is what "enough data" is judged by: marks for the rating, orders that arrived for the shares.
    `provisional` is the part of the numerator that Kaspi has not confirmed yet.
    """

    day: date
    numerator: int
    denominator: int
    sample: int
    provisional: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A metric over a window, exactly. Whether it is good, and whether it is enough to say so, is thresholds.judge."""

    metric: Metric
    window: Window
    numerator: int
    denominator: int
    sample: int
    provisional: int = 0
    version: str = FORMULA.version

    @property
    def value(self) -> Fraction | None:
        """The share (0–1) or the mean mark (1–5), exact; None when there is nothing to divide by."""
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


@dataclass(frozen=True, slots=True)
class Evidence:
    """The orders behind a number, in the order of the rows; and those left out of the numerator, each with its why."""

    numerator: tuple[int, ...]
    denominator: tuple[int, ...]
    excluded: tuple[tuple[int, Exclusion], ...] = field(default=())


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


def _mark_exclusion(row: OrderRow) -> Exclusion | None:
    return Exclusion.MARK_OF_RETURNED_ORDER if row.returned_day else None


def _cancel_exclusion(row: OrderRow) -> Exclusion | None:
    if row.fault is Fault.SELLER:
        return None
    known = row.fault in (Fault.BUYER, Fault.KASPI)
    return Exclusion.NOT_THE_SELLERS_FAULT if known else Exclusion.FAULT_UNKNOWN


def _return_exclusion(row: OrderRow) -> Exclusion | None:
    if row.return_for_quality is None:
        return Exclusion.RETURN_REASON_UNKNOWN
    return None if row.return_for_quality else Exclusion.RETURN_NOT_FOR_QUALITY
