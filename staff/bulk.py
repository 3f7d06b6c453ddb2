"""Many rows at once: COPY into a temporary table, then one INSERT.

COPY straight into a table is refused under row security, and it cannot say ON CONFLICT; through a temporary table it is still
several times faster than an INSERT per row (performance.md §2).
"""

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connection, transaction

# The backslash first: the others bring one.
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


def _escaped(text: str) -> str:
    # `str.translate` would look every letter up; most texts hold none of these.
    for letter, written in _ESCAPES:
        if letter in text:
            text = text.replace(letter, written)
    return text


def _json(value: Any) -> str:
    return _escaped(json.dumps(value, ensure_ascii=False, default=str))


class _Writers(dict[type, Callable[[Any], str]]):
    """How each type is written; what is not named here is written as the nearest that is."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        nearest: Callable[[Any], str] = _json if issubclass(kind, Mapping) else str
        writer = self[kind] = (lambda value: _escaped(str(value))) if issubclass(kind, str) else nearest
        return writer


_WRITERS = _Writers(
    {
        type(None): lambda _: "\\N",
        str: _escaped,
        bool: lambda value: "t" if value else "f",
        int: str,
        float: repr,
        Decimal: str,
        datetime: datetime.isoformat,
        date: date.isoformat,
        UUID: str,
        bytes: lambda value: "\\\\x" + value.hex(),
        memoryview: lambda value: "\\\\x" + value.hex(),
        dict: _json,
        list: _json,
    }
)


def line_of(values: Iterable[Any]) -> str:
    """One row as COPY reads it."""
    return "\t".join([_WRITERS[type(value)](value) for value in values]) + "\n"


def insert(
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    on_conflict: str = "",
    returning: str = "",
) -> list[tuple[Any, ...]]:
    """Insert `rows` (values in the order of `columns`) into `table` in the caller's transaction.

    `on_conflict` and `returning` are the SQL clauses, written by us and never holding data. Answers what is returned.
    Raises DataError, IntegrityError or ValueError for the whole batch when one row does not fit.
    """
    # Encoded here, where half a letter is a ValueError; the driver would report it as a broken connection.
    body = "".join(map(line_of, rows)).encode()
    if not body:
        return []
    names = ", ".join(columns)
    incoming = f"incoming_{table}"
    with connection.cursor() as cursor:
        _make_sure(cursor, incoming, f"SELECT {names} FROM {table}")
        # The driver's own cursor, so its errors must be made Django's here: callers sort them by family.
        with connection.wrap_database_errors:
            cursor.cursor.copy_expert(f"COPY pg_temp.{incoming} ({names}) FROM STDIN", io.BytesIO(body))
        tail = f"RETURNING {returning}" if returning else ""
        # Taken out as they are put in: another batch of this transaction finds the table empty.
        cursor.execute(
            f"WITH taken AS (DELETE FROM pg_temp.{incoming} RETURNING {names})"
            f" INSERT INTO {table} ({names}) SELECT {names} FROM taken {on_conflict} {tail}"
        )
        return list(cursor.fetchall()) if returning else []


# The temporary tables of each thread's connection that are there for as long as it lasts.
_made: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def _make_sure(cursor: Any, incoming: str, like: str) -> None:
    """The temporary table is there. It lives as long as the connection, once its transaction has been committed."""
    made = _made.setdefault(cursor.connection, set())
    if incoming not in made:
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {incoming} ON COMMIT DELETE ROWS AS {like} WITH NO DATA")
        transaction.on_commit(lambda: made.add(incoming))
