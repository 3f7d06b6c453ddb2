"""The four numbers by name, and how each is counted: versioned readings of formulas that Kaspi does not publish. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Metric(StrEnum):
    """The four numbers, by their public names (contract §5)."""

    RATING = "rating"
    CANCELLED = "cancelled"
    LATE_HANDOVER = "late_handover"
    QUALITY_RETURNS = "quality_returns"


class Anchor(StrEnum):
    """An event whose local day can put an order into a window."""

    CREATED = "created"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    HANDED_OVER = "handed_over"
    COMPLETED = "completed"
    RETURNED = "returned"
    MARKED = "marked"


@dataclass(frozen=True, slots=True)
class Sides:
    """By which event's day an order enters the numerator and the denominator of one metric."""

    numerator: Anchor
    denominator: Anchor


@dataclass(frozen=True, slots=True)
class Formula:
    """One reading of Kaspi's unwritten formulas. A different reading is a different version, never the same one.

    `items` are the numbers that are counted in lines of orders instead of orders.
    """

    version: str
    sides: Mapping[Metric, Sides]
    window_days: Mapping[Metric, int]
    items: frozenset[Metric] = frozenset()


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
# The other readings that the sources allow (capabilities §6.7, §6.8): what an order does counts on the day it arrived;
# of all that arrived, whichever number; returned goods, not orders.
BY_ARRIVAL = replace(
    FORMULA,
    version="arrival-days-1",
    sides={
        **{metric: Sides(Anchor.ARRIVED, Anchor.ARRIVED) for metric in Metric},
        Metric.RATING: Sides(Anchor.MARKED, Anchor.MARKED),
    },
)
OF_ARRIVED = replace(
    FORMULA,
    version="of-arrived-1",
    sides={
        Metric.RATING: Sides(Anchor.MARKED, Anchor.MARKED),
        Metric.CANCELLED: Sides(Anchor.CANCELLED, Anchor.ARRIVED),
        Metric.LATE_HANDOVER: Sides(Anchor.HANDED_OVER, Anchor.ARRIVED),
        Metric.QUALITY_RETURNS: Sides(Anchor.RETURNED, Anchor.ARRIVED),
    },
)
IN_ITEMS = replace(FORMULA, version="returns-items-1", items=frozenset({Metric.QUALITY_RETURNS}))
FORMULAS: Mapping[str, Formula] = {one.version: one for one in (FORMULA, BY_ARRIVAL, OF_ARRIVED, IN_ITEMS)}
