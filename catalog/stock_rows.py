"""Rows of the stock ledger, many at once: one statement a table.

Plain SQL, because each page of new orders holds stock: through the ORM this took as long as storing the orders.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from catalog.models import ReservationState, StockItem
from catalog.shared import Place
from staff.scoping import current_company

Entry = tuple[int, int]
"""An entry of an order: (order id, number)."""

_RESERVE = """
INSERT INTO catalog_reservation
  (company_id, order_id, entry_number, point_id, sku, quantity, sold_at_id, sold_as, state, changed_at)
SELECT %s, one.*, %s, %s
FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::text[], %s::int[], %s::bigint[], %s::text[]) AS one
ON CONFLICT (company_id, order_id, entry_number) DO NOTHING RETURNING order_id, entry_number
"""
_MAKE_ITEMS = """
INSERT INTO catalog_stockitem (company_id, on_hand, reserved, place, point_id, sku)
SELECT %s, 0, 0, '', one.* FROM unnest(%s::bigint[], %s::text[]) AS one ON CONFLICT DO NOTHING
"""
_SAVE_ITEMS = """
UPDATE catalog_stockitem item SET on_hand = now.on_hand, reserved = now.reserved, promised = now.promised,
  in_return = now.in_return, quarantine = now.quarantine, written_off = now.written_off, counted_at = now.counted_at
FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::timestamptz[])
  AS now (id, on_hand, reserved, promised, in_return, quarantine, written_off, counted_at)
WHERE item.company_id = %s AND item.id = now.id
"""
_ADD_MOVEMENTS = """
INSERT INTO catalog_movement (company_id, at, point_id, sku, on_hand_change, reserved_change, reason, order_id,
  quarantine_change, written_off_change, in_return_change, by, document_id)
SELECT %s, %s, one.* FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::text[], %s::bigint[], %s::int[],
  %s::int[], %s::int[], %s::text[], %s::bigint[]) AS one
"""


class Moved(NamedTuple):
    """A line of the ledger."""

    point_id: int
    sku: str
    on_hand: int
    reserved: int
    reason: str
    order_id: int | None
    quarantine: int = 0
    written_off: int = 0
    in_return: int = 0
    by: str = ""
    document_id: int | None = None

    @property
    def moves(self) -> bool:
        """Whether any piece changed its state."""
        return any((self.on_hand, self.reserved, self.quarantine, self.written_off, self.in_return))


class Target(NamedTuple):
    """What is to be held: pieces of an item where it lies, and as what and where they were sold."""

    point_id: int
    sku: str
    quantity: int
    sold_at: int
    sold_as: str

    @property
    def place(self) -> Place:
        return self.point_id, self.sku


def reserve(wanted: Mapping[Entry, Target], *, now: datetime) -> set[Entry]:
    """Make reservations that hold this; answers the entries that had none. A rival's stay his."""
    rows = [(*entry, *wanted[entry]) for entry in sorted(wanted)]
    return {(row[0], row[1]) for row in _ask(_RESERVE, [current_company(), ReservationState.HELD.value, now], rows)}


def make_items(places: Iterable[Place]) -> None:
    """Empty stock rows for those of the places that have none."""
    _run(_MAKE_ITEMS, [current_company()], sorted(places))


def save_items(items: Iterable[StockItem]) -> None:
    """Write what lies there, what is held of it, and what lies aside."""
    rows = [
        (
            *(item.pk, item.on_hand, item.reserved, item.promised, item.in_return),
            *(item.quarantine, item.written_off, item.counted_at),
        )
        for item in items
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_SAVE_ITEMS, [*_columns(rows), current_company()])


def add_movements(movements: Sequence[Moved], *, now: datetime) -> None:
    _run(_ADD_MOVEMENTS, [current_company(), now], movements)


def _run(statement: str, values: list[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [*values, *_columns(rows)])


def _ask(statement: str, values: list[Any], rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *_columns(rows)])
        return list(cursor.fetchall())


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
