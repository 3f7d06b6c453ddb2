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

from django.db import connection

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str).translate(_ESCAPES)


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "\\N",
    str: lambda value: value.translate(_ESCAPES),
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


def _text(value: Any) -> str:
    writer = _WRITERS.get(type(value))
    if writer is None:
        if isinstance(value, str):
            return str(value).translate(_ESCAPES)
        writer = _json if isinstance(value, Mapping) else str
    return writer(value)


def line_of(values: Iterable[Any]) -> str:
    """One row as COPY reads it."""
    return "\t".join(map(_text, values)) + "\n"


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
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {incoming} ON COMMIT DELETE ROWS AS SELECT {names} FROM {table} WITH NO DATA"
        )
        cursor.execute(f"TRUNCATE pg_temp.{incoming}")
        # The driver's own cursor, so its errors must be made Django's here: callers sort them by family.
        with connection.wrap_database_errors:
            cursor.cursor.copy_expert(f"COPY pg_temp.{incoming} ({names}) FROM STDIN", io.BytesIO(body))
        tail = f"RETURNING {returning}" if returning else ""
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM pg_temp.{incoming} {on_conflict} {tail}")
        return list(cursor.fetchall()) if returning else []
