"""Day buckets made again where something changed: a few index ranges, whatever the age of the shop.

The rules are those of `quality.metrics`, said in SQL because a big shop has thousands of orders on one day; a test
holds the two against each other.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, transaction

from orders.models import ChangedDay
from orders.turns import take_turn
from quality.formulas import FORMULA, FORMULAS, Anchor, Formula, Metric
from quality.metrics import Window
from quality.models import OwnProfile, Ruling
from staff.formats import ALMATY
from staff.scoping import company_scope, current_company

log = logging.getLogger(__name__)

SHOPS_A_TURN = 100

COLUMN_OF: Mapping[Anchor, str] = {
    Anchor.CREATED: "created_at",
    Anchor.ARRIVED: "approved_at",
    Anchor.CANCELLED: "cancelled_at",
    Anchor.HANDED_OVER: "handed_at",
    Anchor.COMPLETED: "completed_at",
    Anchor.RETURNED: "returned_at",
    Anchor.MARKED: "mark_on",
}


class _Rules(NamedTuple):
    """`quality.metrics.COUNTING` in SQL: which orders can count, which do by our judgement, and which are below the line."""

    candidate: str
    counts: str
    below: str = "TRUE"
    weight: str = "1"


_RULES: Mapping[Metric, _Rules] = {
    Metric.RATING: _Rules(
        "o.mark IS NOT NULL", "o.returned_at IS NULL", "o.mark IS NOT NULL AND o.returned_at IS NULL", "o.mark"
    ),
    Metric.CANCELLED: _Rules("o.cancelled_at IS NOT NULL", "o.fault = 'seller'"),
    Metric.LATE_HANDOVER: _Rules("o.handed_at > o.courier_planned_at", "TRUE"),
    Metric.QUALITY_RETURNS: _Rules("o.returned_at IS NOT NULL", "o.return_for_quality"),
}
# A line at least: the lines of an order come a moment after the order itself.
_ITEMS = "greatest(o.items_count, 1)"
_OF_SHOP = "o.company_id = %(company)s AND o.shop_id = %(shop)s"


def _sides(formula: Formula, metric: Metric, *, ruled: bool = True) -> Iterator[str]:
    """What the days of the events add to a number, and what people said otherwise. Every part is a constant of ours.

    Most shops have no ruling, and to plan for them would take longer than all the rest: then not `ruled`.
    """
    rules, sides = _RULES[metric], formula.sides[metric]
    weight = _ITEMS if metric in formula.items else rules.weight
    one = _ITEMS if metric in formula.items else "1"
    above = f"{rules.candidate} AND {rules.counts}"
    if sides.numerator is sides.denominator:
        # Both sides of one row, where the same days are asked: half the ranges to read.
        yield _of_days(
            metric, sides.numerator, _sum(weight, above), _sum(one, rules.below), f"({above}) OR ({rules.below})"
        )
    else:
        yield _of_days(metric, sides.denominator, "0", _sum(one, "TRUE"), rules.below)
        yield _of_days(metric, sides.numerator, _sum(weight, "TRUE"), "0", above)
    if ruled:
        yield _of_rulings(
            metric, sides.numerator, weight, below=rules.below != "TRUE", above=above, candidate=rules.candidate
        )


def _sum(weight: str, condition: str) -> str:
    where = "" if condition == "TRUE" else f" FILTER (WHERE {condition})"
    return f"count(*){where}" if weight == "1" else f"coalesce(sum({weight}){where}, 0)"


def _on_day(anchor: Anchor) -> str:
    column = f"o.{COLUMN_OF[anchor]}"
    return f"{column} = d.day" if anchor is Anchor.MARKED else f"{column} >= d.begins AND {column} < d.ends"


def _of_days(metric: Metric, anchor: Anchor, numerator: str, denominator: str, condition: str) -> str:
    # Day by day, so that each is a range of an index: joined, the planner read the whole history of a large shop.
    return f"""
      SELECT '{metric}' AS metric, d.day, c.* FROM days d CROSS JOIN LATERAL (
        SELECT coalesce(o.point_id, 0) AS point, {numerator} AS numerator, {denominator} AS denominator
        FROM orders_order o WHERE {_OF_SHOP} AND {_on_day(anchor)} AND ({condition}) GROUP BY 1) c"""  # noqa: S608


def _of_rulings(metric: Metric, anchor: Anchor, weight: str, *, below: bool, above: str, candidate: str) -> str:
    # Beside the rest, for rulings are few: in every range they would cost the indexes their rows.
    sign = "CASE WHEN r.counts THEN 1 ELSE -1 END"
    return f"""
      SELECT '{metric}', d.day, coalesce(o.point_id, 0), ({sign}) * {weight}, {f"({sign})" if below else "0"}
      FROM quality_ruling r
      JOIN orders_order o ON o.company_id = r.company_id AND o.id = r.order_id
      JOIN days d ON {_on_day(anchor)}
      WHERE r.company_id = %(company)s AND r.shop_id = %(shop)s AND r.metric = '{metric}' AND r.withdrawn_at IS NULL
        AND {candidate} AND r.counts <> coalesce({above}, FALSE)"""  # noqa: S608


@cache
def _fresh(version: str, ruled: bool) -> str:
    """The table `fresh` of what the orders say of these days, as the beginning of a statement."""
    sides = [side for metric in Metric for side in _sides(FORMULAS[version], metric, ruled=ruled)]
    return f"""
WITH days AS (
  SELECT * FROM unnest(%(days)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS one (day, begins, ends)
), counts (metric, day, point, numerator, denominator) AS ({" UNION ALL ".join(sides)}),
fresh AS (
  SELECT metric, day, point, sum(numerator) AS numerator, sum(denominator) AS denominator
  FROM counts GROUP BY point, day, metric HAVING sum(numerator) <> 0 OR sum(denominator) <> 0)
"""  # noqa: S608


@cache
def _rebuild(version: str, ruled: bool) -> str:
    return f"""{_fresh(version, ruled)}
INSERT INTO quality_qualityday (company_id, shop_id, point_id, day, metric, numerator, denominator, formula)
SELECT %(company)s, %(shop)s, point, day, metric, numerator, denominator, '{version}' FROM fresh
"""  # noqa: S608


@cache
def _compare(version: str, ruled: bool) -> str:
    # One statement sees one moment. Whoever changes an order marks its days in the same transaction, and the mark goes
    # only with the recount: a day without a mark agrees with the orders of that same moment, or something is wrong.
    return f"""{_fresh(version, ruled)}
SELECT one.* FROM (
  SELECT day, metric, point, coalesce(s.numerator, 0), coalesce(s.denominator, 0),
    coalesce(f.numerator, 0), coalesce(f.denominator, 0)
  FROM (
    SELECT metric, day, point_id AS point, numerator, denominator FROM quality_qualityday
    WHERE company_id = %(company)s AND shop_id = %(shop)s AND day = ANY(%(days)s) AND formula = '{version}') s
  FULL JOIN fresh f USING (metric, day, point)
  WHERE (s.numerator, s.denominator) IS DISTINCT FROM (f.numerator, f.denominator)) one
WHERE one.day NOT IN (
  SELECT marked.day FROM orders_changedday marked WHERE marked.company_id = %(company)s AND marked.shop_id = %(shop)s)
ORDER BY 1, 2, 3
"""  # noqa: S608


def recount(company_id: int, shop_id: int) -> int:
    """Make the changed days of a shop again, in one transaction; how many there were.

    Takes the shop's turn first: a writer that marks a day already marked would otherwise commit between our reading of
    the mark and our counting, and his order would be missing until the day changes again.
    """
    with company_scope(company_id), transaction.atomic():
        take_turn(shop_id)
        days = _take_changed(company_id, shop_id)
        if days:
            rebuild(company_id, shop_id, days)
    return len(days)


def rebuild(company_id: int, shop_id: int, days: Sequence[date]) -> None:
    """Count these days from the orders, inside the caller's transaction and scope."""
    place, ruled = _place(company_id, shop_id, days), _is_ruled(shop_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM quality_qualityday"
            " WHERE company_id = %(company)s AND shop_id = %(shop)s AND day = ANY(%(days)s)",
            place,
        )
        for version in formulas_in_use():
            cursor.execute(_rebuild(version, ruled), place)


class Disagreement(NamedTuple):
    """A bucket that is not what the orders say: `stored_…` stood there, the others should. `point`: 0 without one."""

    day: date
    metric: Metric
    point: int
    stored_numerator: int
    stored_denominator: int
    numerator: int
    denominator: int
    formula: str


def disagreements(company_id: int, shop_id: int, days: Sequence[date]) -> list[Disagreement]:
    """Count these days from the orders and compare; nothing is written. Days that are to be recounted anyway are left out.

    In the caller's scope; needs no turn, for each formula is one statement.
    """
    place, found = _place(company_id, shop_id, days), list[Disagreement]()
    ruled = _is_ruled(shop_id)
    with connection.cursor() as cursor:
        for version in formulas_in_use():
            cursor.execute(_compare(version, ruled), place)
            found += [
                Disagreement(
                    day, Metric(metric), point, int(above), int(below), int(numerator), int(denominator), version
                )
                for day, metric, point, above, below, numerator, denominator in cursor.fetchall()
            ]
    return found


def _is_ruled(shop_id: int) -> bool:
    # Whoever rules or withdraws meanwhile marks the day, and it is counted again.
    return Ruling.objects.filter(shop_id=shop_id, withdrawn_at=None).exists()


def _place(company_id: int, shop_id: int, days: Sequence[date]) -> dict[str, Any]:
    instants = [Window(day, day).instants(ALMATY) for day in days]
    begins, ends = [first for first, _ in instants], [after for _, after in instants]
    return {"company": company_id, "shop": shop_id, "days": list(days), "begins": begins, "ends": ends}


def formulas_in_use() -> list[str]:
    """The default reading, and those of the company's own profiles."""
    own = OwnProfile.objects.filter(retired_at=None).exclude(formula=FORMULA.version)
    return [FORMULA.version, *sorted(set(own.values_list("formula", flat=True)) & FORMULAS.keys())]


def mark_changed(shop_id: int, days: Iterable[date]) -> None:
    """Have these days counted again: something that the orders table does not tell has changed."""
    ChangedDay.objects.bulk_create(
        (ChangedDay(company_id=current_company(), shop_id=shop_id, day=day) for day in set(days)), ignore_conflicts=True
    )


def _take_changed(company_id: int, shop_id: int) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM orders_changedday WHERE company_id = %s AND shop_id = %s RETURNING day", [company_id, shop_id]
        )
        return sorted(row[0] for row in cursor.fetchall())


def recount_due(*, then: Callable[[int, int], object] | None = None) -> int:
    """Recount every shop whose days have changed, of all companies; answers how many shops.

    `then` is called with the company and the shop after each recount has been committed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, shop_id FROM office_changed_shops(%s)", [SHOPS_A_TURN])
        changed = cursor.fetchall()
    return sum(_recount_one(company_id, shop_id, then) for company_id, shop_id in changed)


def _recount_one(company_id: int, shop_id: int, then: Callable[[int, int], object] | None) -> bool:
    """A shop that breaks is logged and left for the next time, the others go on."""
    try:
        recount(company_id, shop_id)
    except Exception:
        log.exception("shop %s: its changed days were not counted", shop_id)
        return False
    if then:
        then(company_id, shop_id)
    return True
