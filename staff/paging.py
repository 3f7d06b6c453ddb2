"""Pages of a list by cursor: opaque, sealed, good only for the company and the filters it was given for.

A cursor names the last row seen, not a number of rows to skip, so a page costs the same at any depth and a new row
moves nothing. It is encrypted because rows are found again by their inner ids, which stay inside.
"""

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken
from django.db.models import Model, Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from staff.errors import Refused

M = TypeVar("M", bound=Model)
Row = TypeVar("Row", bound=Mapping[str, Any])

USUAL, MOST = 50, 200
LIFE = timedelta(days=7)
NAMES = ("limit", "cursor")
_LETTERS = re.compile(r"[\w-]+=*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list somebody stands, and how many rows he wants. `columns` order the list, all one way: `-id` or `id`."""

    columns: tuple[str, ...]
    limit: int
    seal: Fernet
    after: tuple[Any, ...] | None

    def cut(self, rows: "QuerySet[M, Any]") -> "QuerySet[M, Any]":
        """The rows of this page and one more, which says that there is a next one."""
        if self.after is not None:
            rows = rows.filter(_beyond(self.columns, self.after))
        return rows.order_by(*self.columns)[: self.limit + 1]

    def page(self, rows: Iterable[Row]) -> tuple[Sequence[Row], str | None]:
        """Rows of `cut` as dicts that hold the columns: the page itself, and the cursor of the next one."""
        found = list(rows)
        if len(found) <= self.limit:
            return found, None
        shown = found[: self.limit]
        return shown, self.beyond(shown[-1])

    def beyond(self, row: Mapping[str, Any]) -> str:
        """The cursor of what comes after this row."""
        position = [_plain(row[column.lstrip("-")]) for column in self.columns]
        return self.seal.encrypt(json.dumps(position).encode()).decode()


def place(
    asked: Mapping[str, str], *, columns: tuple[str, ...], name: str, company_id: int, life: timedelta = LIFE
) -> Place:
    """Read `limit` and `cursor`. `name` tells lists apart; every other parameter is a filter that the cursor is bound to.

    Raises Refused (400): `invalid_cursor` for one that is forged, older than `life`, or of another list, filter or company.
    """
    filters = sorted((key, value) for key, value in asked.items() if key not in NAMES)
    bound = json.dumps([company_id, name, columns, filters])
    key = salted_hmac("staff.paging", bound, algorithm="sha256").digest()
    seal = Fernet(base64.urlsafe_b64encode(key))
    return Place(columns, _limit(asked.get("limit", "")), seal, _after(asked.get("cursor", ""), seal, life))


def _limit(text: str) -> int:
    if not text:
        return USUAL
    if not (text.isascii() and text.isdigit()) or not text.strip("0"):
        raise Refused("bad_value", gettext("limit: целое число от 1 до 200"), status=400, field="limit")
    return min(int(text[:10]), MOST)


def _after(cursor: str, seal: Fernet, life: timedelta) -> tuple[Any, ...] | None:
    if not cursor:
        return None
    try:
        # The decoder skips letters that are none of its own.
        if not _LETTERS.fullmatch(cursor):
            raise InvalidToken
        return tuple(json.loads(seal.decrypt(cursor.encode(), ttl=int(life.total_seconds()))))
    except InvalidToken as problem:
        sentence = gettext("Курсор не годится: он от другого списка или устарел. Начните с первой страницы")
        raise Refused("invalid_cursor", sentence, status=400, field="cursor") from problem


def _beyond(columns: tuple[str, ...], after: tuple[Any, ...]) -> Q:
    """Rows after a position, written so that an index on the columns gives the range: a ≤ x and (a < x or b < y)."""
    way = "lt" if columns[0].startswith("-") else "gt"
    first, *others = [column.lstrip("-") for column in columns]
    if not others:
        return Q((f"{first}__{way}", after[0]))
    strictly, reached = Q((f"{first}__{way}", after[0])), Q((f"{first}__{way}e", after[0]))
    return reached & (strictly | _beyond(columns[1:], after[1:]))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
