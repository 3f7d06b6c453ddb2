"""Facts as they were known at a moment: today's rows, with what was learned later of past days taken back.

Of every change of a past day the trigger of migration 0003 keeps how the order was before. So an order as it was known
at a moment K is, in this order of authority:

- the `before` of its earliest FactChange after K, where there is one, else today's row; an order first seen after K was
  not known. Its lines come the same way from the history of the order (OrderChange);
- without whatever happened on K's own Almaty day or later. What is told of a day while it lasts leaves no trace, so only
  days that were over at K are known for certain, and a number of whole days ending yesterday needs no others;
- with the words of people that held at K.

Hence the answer about K never changes again, whatever is corrected later. A transaction that had begun before K and
ended after it is the one exception, so a K that is to be kept is a few minutes old (`SETTLED`).

`known_at=None` asks for today's knowledge: all of it, today included.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection

from orders.cancelling import Fault
from orders.lifecycle import Stage
from quality.buckets import COLUMN_OF
from quality.formulas import FORMULA, Anchor, Formula, Metric
from quality.metrics import OrderRow, Window, day_of
from staff.formats import ALMATY
from staff.scoping import current_company

# What a change of the past keeps of an order; the trigger of migration 0003 writes them.
COLUMNS: Final = (
    *("stage", "approved_at", "cancelled_at", "fault", "cancellation_reason", "handed_at", "courier_planned_at"),
    *("completed_at", "returned_at", "return_for_quality", "mark", "mark_on"),
)
# No transaction of ours lives longer: what was learned so long ago stands in the tables.
SETTLED: Final = timedelta(minutes=10)


class Alike(NamedTuple):
    """Orders that the four numbers cannot tell apart, as one row, with the codes Kaspi knows them by.

    Days of the row say only whether they lie in the window: its first day, or the day before it.
    """

    row: OrderRow
    codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a shop at a moment. None: now."""

    shop_id: int
    at: datetime | None = None

    @property
    def cut(self) -> datetime | None:
        """What happened from here on is unknown: the first instant of the moment's Almaty day."""
        if self.at is None:
            return None
        day = day_of(self.at, ALMATY)
        return Window(day, day).instants(ALMATY)[0]


# Days before K's, and nothing of today's rows that was learned after K.
_TYPES: Final = {
    **{name: "timestamptz" for name in COLUMNS if name.endswith("_at")},
    "return_for_quality": "boolean",
    "mark": "smallint",
    "mark_on": "date",
}
_BEFORE: Final = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in COLUMNS)
_OF_SHOP: Final = "{0}.company_id = %(company)s AND {0}.shop_id = %(shop)s"
_LATER: Final = f"{_OF_SHOP.format('c')} AND c.known_at > %(known_at)s::timestamptz"
# One range of an index each: the planner reads the whole history of a shop for several in one condition.
_AS_IT_IS: Final = f"""
  SELECT o.id, o.code, o.point_id, o.created_at, o.items_count, {", ".join(f"o.{name}" for name in COLUMNS)}
  FROM orders_order o
  WHERE {_OF_SHOP.format("o")} AND o.first_seen_at <= %(known_at)s::timestamptz AND {{within}}
    AND o.id NOT IN (SELECT c.order_id FROM quality_factchange c WHERE {_LATER})
"""  # noqa: S608  names of our own columns
_AS_IT_WAS: Final = f"""
  SELECT i.id, i.code, i.point_id, i.created_at, i.items_count, {", ".join(f"o.{name}" for name in COLUMNS)}
  FROM (SELECT DISTINCT ON (c.order_id) c.order_id, c.before FROM quality_factchange c WHERE {_LATER}
        ORDER BY c.order_id, c.known_at, c.id) c
  CROSS JOIN LATERAL jsonb_to_record(c.before) AS o({_BEFORE})
  JOIN orders_order i ON i.company_id = %(company)s AND i.id = c.order_id AND i.first_seen_at <= %(known_at)s::timestamptz
  WHERE {{within}}
"""  # noqa: S608  names of our own columns


def _until(column: str, by: str = "") -> str:
    """A column, unknown where its event is not over yet."""
    by = by or column
    cut = "%(cut_day)s::date" if by == "mark_on" else "%(cut)s::timestamptz"
    return f"CASE WHEN o.{by} < {cut} THEN o.{column} END AS {column}"


# A line at least: the lines of an order come a moment after the order itself.
_ITEMS: Final = """greatest(coalesce((
    SELECT (h.facts->'items_count'->>0)::int FROM orders_orderchange h
    WHERE h.company_id = %(company)s AND h.order_id = o.id AND h.learned_at > %(known_at)s::timestamptz
      AND jsonb_exists(h.facts, 'items_count') ORDER BY h.id LIMIT 1), o.items_count), 1)"""
_TOLD: Final = f"""
  SELECT o.id, o.code, o.point_id, o.created_at, o.stage, {{items}} AS items,
    {", ".join(_until(COLUMN_OF[one]) for one in Anchor if one is not Anchor.CREATED)},
    {_until("fault", "cancelled_at")}, {_until("return_for_quality", "returned_at")}, {_until("mark", "mark_on")},
    CASE WHEN o.handed_at < %(cut)s::timestamptz THEN o.handed_at > o.courier_planned_at END AS late,
    r.ruled_in, r.ruled_out
  FROM ({{known}}) o LEFT JOIN (
    SELECT r.order_id, array_agg(r.metric ORDER BY r.metric) FILTER (WHERE r.counts) AS ruled_in,
      array_agg(r.metric ORDER BY r.metric) FILTER (WHERE NOT r.counts) AS ruled_out
    FROM quality_ruling r WHERE {_OF_SHOP.format("r")} AND r.made_at <= %(known_at)s::timestamptz
      AND (r.withdrawn_at IS NULL OR r.withdrawn_at > %(known_at)s::timestamptz) GROUP BY r.order_id) r ON r.order_id = o.id
"""  # noqa: S608
_JUDGED: Final = "o.fault, o.late, o.return_for_quality, o.mark, o.items, o.ruled_in, o.ruled_out"
_DATED: Final = tuple(anchor for anchor in Anchor if anchor is not Anchor.MARKED)


def rows_as_of(
    known: Known, window: Window, *, formula: Formula = FORMULA, metrics: Sequence[Metric] = tuple(Metric)
) -> Iterator[OrderRow]:
    """Every order that matters to these numbers over the window, as it was known, by id."""
    local = ", ".join(f"(o.{COLUMN_OF[one]} AT TIME ZONE '{ALMATY.key}')::date" for one in _DATED)
    told = _TOLD.format(items=_ITEMS, known=_known(metrics, formula))
    asked = f"SELECT {local}, o.mark_on, o.point_id, o.id, o.stage, {_JUDGED} FROM ({told}) o ORDER BY o.id"  # noqa: S608
    return (_row(values[:7], *values[7:]) for values in _ask(asked, known, window))


def alike_as_of(known: Known, metric: Metric, window: Window, *, formula: Formula = FORMULA) -> Iterator[Alike]:
    """The same for one number, orders alike put together: some hundred rows, however many orders a shop has.

    So the rules are said once, in `quality.metrics`, and yet judge 90 000 orders in a moment.
    """
    items = _ITEMS if metric in formula.items else "1"
    told = _TOLD.format(items=items, known=_known((metric,), formula))
    flags = ", ".join(_in_window(one) for one in (*_DATED, Anchor.MARKED))
    asked = f"""SELECT {flags}, {_JUDGED}, string_agg(o.code, E'\\n') FROM ({told}) o
      GROUP BY 1, 2, 3, 4, 5, 6, 7, {_JUDGED}"""  # noqa: S608
    days = {None: None, True: window.first, False: window.first - timedelta(days=1)}
    for number, (*values, codes) in enumerate(_ask(asked, known, window)):
        yield Alike(_row([days[flag] for flag in values[:7]], None, number, "", *values[7:]), codes.split("\n"))


def _known(metrics: Sequence[Metric], formula: Formula) -> str:
    """Orders with an event in the window, each once: as they are, or as they were."""
    sides = [formula.sides[metric] for metric in metrics]
    within = [
        _in_window(anchor)
        for anchor in sorted({anchor for side in sides for anchor in (side.numerator, side.denominator)})
    ]
    first = [
        " AND ".join([one, *(f"({other}) IS NOT TRUE" for other in within[:index])]) for index, one in enumerate(within)
    ]
    as_it_is = [_AS_IT_IS.format(within=one) for one in first]
    return " UNION ALL ".join([*as_it_is, _AS_IT_WAS.format(within=" OR ".join(f"({one})" for one in within))])


def _in_window(anchor: Anchor) -> str:
    column = f"o.{COLUMN_OF[anchor]}"
    if anchor is Anchor.MARKED:
        return f"{column} >= %(first)s AND {column} <= %(last)s"
    return f"{column} >= %(begins)s AND {column} < %(after)s"


def _ask(sql: str, known: Known, window: Window) -> list[tuple[Any, ...]]:
    begins, after = window.instants(ALMATY)
    cut = known.cut
    asked = {
        "company": current_company(),
        "shop": known.shop_id,
        "known_at": known.at or "infinity",
        "cut": cut or "infinity",
        "cut_day": day_of(cut, ALMATY) if cut else "infinity",
        "begins": begins,
        "after": after,
        "first": window.first,
        "last": window.last,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _row(days: Sequence[date | None], point: int | None, order_id: int, stage: str, *judged: Any) -> OrderRow:
    created, arrived, cancelled, handed_over, completed, returned, marked = days
    fault, late, for_quality, mark, items, ruled_in, ruled_out = judged
    return OrderRow(
        order_id=order_id,
        point_id=point,
        created_day=created,
        arrived_day=arrived,
        cancelled_day=cancelled,
        fault=Fault(fault) if fault else None,
        provisional=stage == Stage.EXPIRED and cancelled is not None,
        handed_over_day=handed_over,
        late=late,
        completed_day=completed,
        returned_day=returned,
        # Kaspi's API does not tell the reason of a return: only a known one is stored.
        return_for_quality=for_quality or None,
        mark=mark,
        mark_day=marked,
        items=items,
        ruled_in=frozenset(map(Metric, ruled_in or ())),
        ruled_out=frozenset(map(Metric, ruled_out or ())),
    )
