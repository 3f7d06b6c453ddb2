"""JSON:API documents read with limits: a hostile or broken body costs little and never reaches a database.

Unlimited `json.loads` ends in RecursionError, infinities, or text that PostgreSQL refuses (reliability §1.3 row 22).
"""

import json
import math
import re
from typing import Any, Final

from integrations.kaspi.errors import NoInformation

Json = dict[str, Any]

MAX_DEPTH: Final = 32
MAX_DIGITS: Final = 400
MAX_TITLE: Final = 500

# A NUL or half of a surrogate pair can only come in as an escape: raw control characters are refused by the reader
# itself, and decoding from UTF-8 yields no surrogates. Looking for the escape first spares a walk over every
# ordinary page.
_UNSTORABLE_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class BadNumber(str):
    """A number nobody can hold: NaN, Infinity, 1e999, 500 digits.

    Kept as text, so that it spoils the one order it stands in and not the whole page.
    """

    __slots__ = ()


def decode(body: bytes) -> Json:
    """The JSON object in `body`.

    Raises NoInformation when there is none, or when it is nested deeper than 32 levels.
    """
    document = _decoded(body)
    if not isinstance(document, dict):
        raise NoInformation("the JSON is not an object")
    return document


def decode_list(body: bytes) -> list[Any]:
    """The JSON list in `body`, as the old family answers. Raises NoInformation as `decode` does."""
    document = _decoded(body)
    if not isinstance(document, list):
        raise NoInformation("the JSON is not a list")
    return document


def _decoded(body: bytes) -> Any:
    try:
        document = json.loads(
            body.decode("utf-8-sig", errors="replace"),
            parse_int=_whole,
            parse_float=_fraction,
            parse_constant=BadNumber,
        )
    except (ValueError, RecursionError) as error:
        raise NoInformation(f"the body is not JSON: {type(error).__name__}, {len(body)} bytes") from None
    if _deeper_than(document, MAX_DEPTH):
        raise NoInformation(f"the JSON is nested deeper than {MAX_DEPTH} levels")
    return _storable(document) if _UNSTORABLE_ESCAPE.search(body) else document


def resource(document: Json) -> Json:
    """The single resource of a document; NoInformation when `data` is not an object."""
    data = document.get("data")
    if not isinstance(data, dict):
        raise NoInformation("`data` is not an object")
    return data


def collection(document: Json) -> list[Any]:
    """The resources of a document; NoInformation when `data` is not a list."""
    data = document.get("data")
    if not isinstance(data, list):
        raise NoInformation("`data` is not a list")
    return data


def count(document: Json, name: str) -> int:
    """A count from `meta`; NoInformation when it is missing or not a whole number from 0 on."""
    meta = document.get("meta")
    value = meta.get(name) if isinstance(meta, dict) else None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise NoInformation(f"`meta.{name}` is not a count")
    return value


def included(document: Json) -> dict[tuple[str, str], Json]:
    """The resources sent along, by type and id. Those without a type or an id are left out."""
    side = document.get("included")
    if not isinstance(side, list):
        return {}
    return {
        (item["type"], item["id"]): item
        for item in side
        if isinstance(item, dict) and isinstance(item.get("type"), str) and isinstance(item.get("id"), str)
    }


def error_titles(document: Json) -> str:
    """Kaspi's own words about an error (kaspi-api §1.5), cut at 500 characters; "" when there are none."""
    errors = document.get("errors")
    titles = [error.get("title") for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    return "; ".join(title for title in titles if isinstance(title, str))[:MAX_TITLE]


def _whole(digits: str) -> int | BadNumber:
    return int(digits) if len(digits) <= MAX_DIGITS else BadNumber(digits[:MAX_DIGITS])


def _fraction(digits: str) -> float | BadNumber:
    number = float(digits) if len(digits) <= MAX_DIGITS else math.inf
    return number if math.isfinite(number) else BadNumber(digits[:MAX_DIGITS])


def _deeper_than(document: Any, limit: int) -> bool:
    level: list[Any] = [document] if isinstance(document, dict | list) else []
    for _ in range(limit):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _storable(value: Any) -> Any:
    """The same value without NUL and with U+FFFD for lone surrogates. Depth is already bounded."""
    if isinstance(value, str):
        return _UNSTORABLE.sub(lambda found: "" if found[0] == "\x00" else "\ufffd", value)
    if isinstance(value, dict):
        return {_storable(name): _storable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value
