"""Each promise with what became of it, in one statement: order by order, and from there summed or listed.

A promise is the day that was named first; what Kaspi or the shop named later is a moved promise. What the shop does to
keep it hangs on the way the goods go (kaspi-api §2.5, §5):

- Kaspi Delivery: it hands the parcel over by the day that Kaspi planned for it (`courierTransmissionPlanningDate`). The day
  on which the buyer was promised it is kept or broken by Kaspi on the road, and is told apart.
- Own delivery: it brings the goods by `plannedDeliveryDate`. An order that Kaspi cancelled because it was not brought was
  never done.
- Pickup: the goods are ready by `plannedDeliveryDate`: that is when the order was accepted, and when it was over before
  anybody here saw it, at the latest when we saw it or the buyer had it. When the buyer comes is his own affair.

Pre-orders have a date of their own and are left out. An order belongs to the day of Almaty on which it was done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from orders.filters import REACH, reach_of
from orders.hours import USUAL_HOURS, calendar_of
from quality.terms.days import Unit, numbered
from staff.access import Actor
from staff.formats import ALMATY
from staff.models import PointOfSale
from staff.scoping import current_company

# Longer than any order takes, so that each day of one has its number; a day beyond stands at the edge.
BEFORE, AFTER = timedelta(days=200), timedelta(days=100)


class Way(StrEnum):
    """How the goods get to the buyer."""

    CITY = "city"
    COUNTRY = "country"
    POSTOMAT = "postomat"
    EXPRESS = "express"
    OWN = "own"
    PICKUP = "pickup"


@dataclass(frozen=True, slots=True)
class Window:
    """Orders of these shops that were done on these days of Almaty, both inclusive, as far as the actor sees them."""

    shop_ids: tuple[int, ...]
    first: date
    last: date
    unit: Unit
    seen_by: Actor


_COLUMNS: Final = """id, shop_id, point_id, town, approved_at, accepted_at, planned_delivery_at AS planned,
    courier_planned_at AS courier, moved_to, completed_at"""
_OF: Final = "company_id = %(company)s AND shop_id = ANY(%(shops)s) AND NOT pre_order"


def _done(moment: str, done: str, way: str, condition: str) -> str:
    """The orders whose `moment` lies in the window; each branch walks its own index."""
    return f"""
  SELECT {_COLUMNS}, {way} AS way, {done} AS done_at FROM orders_order
  WHERE {_OF} AND {moment} >= %(since)s AND {moment} < %(until)s AND {condition} AND {REACH}"""


_KASPI: Final = """CASE WHEN express THEN 'express' WHEN delivery_mode LIKE '%%PICKUP' THEN 'postomat'
      WHEN delivery_mode LIKE 'DELIVERY_REGIONAL%%' THEN 'country' ELSE 'city' END"""
_OWN: Final = "CASE WHEN delivery_mode LIKE '%%PICKUP' THEN 'pickup' ELSE 'own' END"
# The moment of acceptance is known only of orders that were watched: of others it is the one of arrival.
_READY: Final = """CASE WHEN delivery_mode NOT LIKE '%%PICKUP' THEN completed_at WHEN accepted_at > approved_at THEN accepted_at
      ELSE least(first_seen_at, completed_at) END"""
_NEVER: Final = "NOT is_kaspi_delivery AND cancellation_reason = 'TIMEOUT_MERCHANT_DELIVERY'"
_FOUND: Final = " UNION ALL ".join(
    (
        _done("handed_at", "handed_at", _KASPI, "is_kaspi_delivery"),
        _done("completed_at", _READY, _OWN, "NOT is_kaspi_delivery"),
        _done("cancelled_at", "NULL::timestamptz", _OWN, _NEVER),
    )
)


def _day(moment: str) -> str:
    """The number of its day of Almaty, counted from `base`: a search among its midnights, which come from the tz
    database; PostgreSQL takes six times as long for a zone that it is asked for.
    """
    return f"width_bucket({moment}, %(midnights)s::timestamptz[])"


_CHANGES: Final = """
change AS (
  SELECT order_id, (array_agg(planned ORDER BY id) FILTER (WHERE planned IS NOT NULL))[1]::timestamptz AS planned,
    (array_agg(courier ORDER BY id) FILTER (WHERE courier IS NOT NULL))[1]::timestamptz AS courier,
    min(learned_at) FILTER (WHERE courier IS NOT NULL) AS replanned_at
  FROM (
    SELECT id, order_id, learned_at, facts->'planned_delivery_at'->>0 AS planned, facts->'courier_planned_at'->>0 AS courier
    FROM orders_orderchange WHERE company_id = %(company)s
      AND (facts->'planned_delivery_at'->>0 IS NOT NULL OR facts->'courier_planned_at'->>0 IS NOT NULL)
  ) named GROUP BY order_id
), move AS (
  SELECT order_id, min(promised_at) AS planned, max(moved_to) AS moved_to, bool_and(asked_by = 'buyer') AS by_buyer
  FROM orders_datemove WHERE company_id = %(company)s AND shop_id = ANY(%(shops)s) GROUP BY order_id
)"""
_DATED: Final = f"""
dated AS (
  SELECT done.*, place.days, way NOT IN ('own', 'pickup') AS by_kaspi, change.replanned_at,
    CASE WHEN way IN ('own', 'pickup') THEN coalesce(change.planned, move.planned, done.planned)
      ELSE coalesce(change.courier, done.courier) END AS promise,
    CASE WHEN way IN ('own', 'pickup') THEN coalesce(done.moved_to, done.planned) ELSE done.courier END AS standing,
    coalesce(change.planned, done.planned) AS buyer_promise,
    CASE WHEN move.by_buyer THEN move.moved_to END AS buyer_moved_to
  FROM done LEFT JOIN place ON place.point_id = coalesce(done.point_id, 0)
  LEFT JOIN change ON change.order_id = done.id LEFT JOIN move ON move.order_id = done.id
), placed AS (
  SELECT dated.*, {_day("approved_at")} AS start_day, {_day("done_at")} AS done_day, {_day("promise")} AS promised_day,
    {_day("standing")} AS standing_day
  FROM dated OFFSET 0 -- each day is worked out once, not wherever it is named
)"""
_JUDGED: Final = f"""
judged AS (
  SELECT placed.id, placed.shop_id, point_id, town, way, coalesce(accepted_at, approved_at) AS accepted_at,
    start_day, promised_day, standing_day, done_day, coalesce(promised_day <> standing_day, FALSE) AS moved,
    CASE WHEN promised_day IS NULL THEN 'unknown'
      WHEN done_day IS NULL THEN 'late'
      WHEN done_day <= promised_day THEN
        CASE WHEN by_kaspi AND {_day("completed_at")} > {_day("buyer_promise")} THEN 'road' ELSE 'kept' END
      WHEN by_kaspi AND {_day("word.handed_at")} <= promised_day THEN 'courier'
      WHEN by_kaspi AND replanned_at < promise AND done_day <= standing_day THEN 'replanned'
      WHEN way = 'own' AND done_day <= {_day("buyer_moved_to")} THEN 'buyer'
      WHEN way = 'pickup' AND accepted_at <= approved_at THEN 'unknown'
      ELSE 'late' END AS verdict,
    days[promised_day] - days[start_day] AS promised, days[done_day] - days[start_day] AS taken
  FROM placed LEFT JOIN orders_handedover word ON word.company_id = %(company)s AND word.order_id = placed.id
)"""
STATEMENT: Final = f"""
WITH place AS MATERIALIZED (
  SELECT point_id, days::int[] AS days FROM unnest(%(points_told)s::bigint[], %(days_told)s::text[]) AS told (point_id, days)
), done AS ({_FOUND}
), {_CHANGES}, {_DATED}, {_JUDGED}"""


def asked(window: Window, points: Mapping[int, PointOfSale]) -> dict[str, Any]:
    """The parameters of STATEMENT. `points`: those whose calendars count; others have the usual hours."""
    base, last = window.first - BEFORE, window.last + AFTER
    hours = {0: USUAL_HOURS} | {pk: calendar_of(point) for pk, point in points.items()}
    days = {pk: numbered(base, last, window.unit, calendar) for pk, calendar in hours.items()}
    midnights = (_midnight(base + timedelta(days=n)).isoformat() for n in range(1, (last - base).days + 1))
    return {
        "company": current_company(),
        "shops": list(window.shop_ids),
        "since": _midnight(window.first),
        "until": _midnight(window.last + timedelta(days=1)),
        # The day before the first: `base` less one, and a number, is a day.
        "base": base - timedelta(days=1),
        "midnights": _array(["-infinity", *midnights]),
        "points_told": list(days),
        "days_told": [_array(numbers) for numbers in days.values()],
        **reach_of(window.seen_by),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ALMATY)


def _array(values: Iterable[object]) -> str:
    return f"{{{','.join(map(str, values))}}}"
