"""A request body as JSON, read strictly: what two readers could take differently is refused (reliability.md §4, rows 8 and 9).

No duplicate keys, NaN, NUL, lone surrogates, numbers beyond 64 bits or nesting that exhausts a stack. Pure.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from django.utils.translation import gettext

from staff.errors import Refused

MOST_BYTES = 1_000_000
MOST_DEPTH = 32
MOST_DIGITS = 20
SMALLEST, LARGEST = -(2**63), 2**63 - 1
# Converting thousands of digits costs quadratic time, so such a number is never converted; this one is refused like it.
OUT_OF_RANGE = LARGEST + 1

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read(raw: bytes) -> dict[str, Any]:
    """The object that the body holds. Raises Refused: 413 `too_large`, 400 `malformed_json` with the field if it is known."""
    if len(raw) > MOST_BYTES:
        raise Refused("too_large", gettext("Тело запроса больше 1 МБ"), status=413)
    try:
        found = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
        )
    except (ValueError, RecursionError) as problem:
        raise _malformed(gettext("тело запроса не разобрать")) from problem
    if not isinstance(found, dict):
        raise _malformed(gettext("ждём объект"))
    for name, value in found.items():
        _check(name, value)
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _malformed(gettext("ключ встречается дважды"), field=_tellable(twice))
    return found


def _constant(name: str) -> NoReturn:
    raise _malformed(gettext("%(name)s не число") % {"name": name})


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= MOST_DIGITS else OUT_OF_RANGE


def _check(name: str, value: Any) -> None:
    for depth, part in _walk(name, value):
        if depth > MOST_DEPTH:
            raise _malformed(gettext("слишком много уровней"), field=_tellable(name))
        if isinstance(part, str) and _UNSTORABLE.search(part):
            raise _malformed(gettext("недопустимый символ"), field=_tellable(name))
        if isinstance(part, int) and not SMALLEST <= part <= LARGEST:
            raise _malformed(gettext("число слишком велико"), field=_tellable(name))
        if isinstance(part, float) and not math.isfinite(part):
            raise _malformed(gettext("число слишком велико"), field=_tellable(name))


def _walk(name: str, value: Any) -> Iterator[tuple[int, Any]]:
    """Every key and value under a field, with its level; the body itself is level 1."""
    waiting: list[tuple[int, Any]] = [(1, name), (1, value)]
    while waiting:
        depth, part = waiting.pop()
        if isinstance(part, dict):
            depth += 1
            waiting += ((depth, inner) for pair in part.items() for inner in pair)
        elif isinstance(part, list):
            depth += 1
            waiting += ((depth, inner) for inner in part)
        yield depth, part


def _tellable(name: str) -> str | None:
    """The field's name, if it can be written into an answer."""
    return None if _UNSTORABLE.search(name) else name[:100]


def _malformed(why: str, *, field: str | None = None) -> Refused:
    return Refused("malformed_json", gettext("Не JSON по правилам: %(why)s") % {"why": why}, status=400, field=field)
