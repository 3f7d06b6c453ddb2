"""Kaspi's product import (kaspi-api §7): what a card of a category is asked for, uploads of cards, what became of them.

Calls go through a shop's KaspiClient and raise as its own do. An upload is not idempotent and Kaspi lists none: after an
UnknownOutcome nobody can be asked whether the cards arrived, so it must not be repeated without a person.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from integrations.kaspi import jsonapi
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.errors import NoInformation, Rejected
from integrations.kaspi.http import Answer

Read = TypeVar("Read")

MOST_ITEMS: Final = 10_000
FINISHED: Final = "FINISHED"
# How an entry of a result says that all is well; the shape of one that does not is not published.
_STATE: Final = "state"
MOST_WORDS: Final = 20
LONGEST_WORDS: Final = 300


class Kind(StrEnum):
    """Of what an attribute's value is."""

    STRING = "string"
    ENUM = "enum"
    NUMBER = "number"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Category:
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a card of a category may say. `mandatory`: must."""

    code: str
    kind: Kind
    multiple: bool
    mandatory: bool


@dataclass(frozen=True, slots=True)
class Value:
    """One of the values of an enum: `code` is sent, `name` is read."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class UploadState:
    """`status` is Kaspi's word. Only UPLOADED and FINISHED are published; any other means that it is at work."""

    code: str
    status: str

    @property
    def finished(self) -> bool:
        return self.status == FINISHED


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one card: `words` are Kaspi's, cut to twenty of 300 characters."""

    sku: str
    state: str
    words: tuple[str, ...] = ()

    @property
    def taken(self) -> bool:
        return self.state == FINISHED and not self.words


@dataclass(frozen=True, slots=True)
class UploadResult:
    errors: int
    warnings: int
    skipped: int
    total: int
    items: tuple[ItemResult, ...]


async def categories(kaspi: KaspiClient) -> tuple[Category, ...]:
    """All categories a card may be in: some four thousand leaves."""
    return await _list(kaspi, "categories", "products/classification/categories", _category)


async def attributes(kaspi: KaspiClient, category: str) -> tuple[Attribute, ...]:
    path = "products/classification/attributes"
    return await _list(kaspi, "attributes", path, _attribute, {"c": category})


async def values(kaspi: KaspiClient, category: str, attribute: str) -> tuple[Value, ...]:
    """What an enum may be."""
    path = "products/classification/attribute/values"
    return await _list(kaspi, "values", path, _value, {"c": category, "a": attribute})


async def schema(kaspi: KaspiClient) -> jsonapi.Json:
    """Kaspi's own JSON schema (draft-04) of an upload."""
    return await kaspi.plain("import_schema", "products/import/schema", document)


async def upload(kaspi: KaspiClient, items: Sequence[Mapping[str, Any]]) -> UploadState:
    """Send cards: 1 to 10 000 of them, ValueError for others. Raises UnknownOutcome when they may have arrived."""
    if not 1 <= len(items) <= MOST_ITEMS:
        raise ValueError(f"an upload holds 1 to {MOST_ITEMS} cards")
    return await kaspi.plain("upload", "products/import", _state, body=body_of(items))


async def status(kaspi: KaspiClient, code: str) -> UploadState:
    return await kaspi.plain("import_status", "products/import", _state, query={"i": code})


async def result(kaspi: KaspiClient, code: str) -> UploadResult:
    return await kaspi.plain("import_result", "products/import/result", _result, query={"i": code})


def body_of(items: Sequence[Mapping[str, Any]]) -> bytes:
    """The bytes of an upload; the same cards always give the same bytes."""
    return json.dumps(list(items), ensure_ascii=False, separators=(",", ":")).encode()


async def _list(
    kaspi: KaspiClient,
    name: str,
    path: str,
    read: Callable[[Mapping[str, Any]], Read],
    query: Mapping[str, str] | None = None,
) -> tuple[Read, ...]:
    def each(answer: Answer) -> tuple[Read, ...]:
        return tuple(read(_object(one)) for one in jsonapi.decode_list(_json(answer)))

    return await kaspi.plain(name, path, each, query=query)


def document(answer: Answer) -> jsonapi.Json:
    """The object of an answer. Here `errors` may be a count; a list of them is a refusal, as everywhere."""
    found = jsonapi.decode(_json(answer))
    if isinstance(found.get("errors"), list):
        raise Rejected(answer.status, jsonapi.error_titles(found))
    return found


def _json(answer: Answer) -> bytes:
    if not answer.is_json:
        raise NoInformation(f"HTTP {answer.status} without JSON, {len(answer.body)} bytes")
    return answer.body


def _category(told: Mapping[str, Any]) -> Category:
    code = _text(told, "code")
    return Category(code, str(told.get("title") or code))


def _attribute(told: Mapping[str, Any]) -> Attribute:
    kind = _text(told, "type")
    if kind not in list(Kind):
        raise NoInformation("an attribute of an unknown type")
    return Attribute(_text(told, "code"), Kind(kind), told.get("multiValued") is True, told.get("mandatory") is True)


def _value(told: Mapping[str, Any]) -> Value:
    code = _text(told, "code")
    return Value(code, str(told.get("name") or code))


def _state(answer: Answer) -> UploadState:
    told = document(answer)
    return UploadState(_text(told, "code"), _text(told, "status"))


def _result(answer: Answer) -> UploadResult:
    told = document(answer)
    counts = {name: _count(told, name) for name in ("errors", "warnings", "skipped", "total")}
    found = _object(told.get("result"))
    return UploadResult(**counts, items=tuple(_item(sku, _object(entry)) for sku, entry in found.items()))


def _item(sku: str, entry: Mapping[str, Any]) -> ItemResult:
    rest = {name: value for name, value in entry.items() if name != _STATE}
    words = [text[:LONGEST_WORDS] for text, _ in zip(_words(rest), range(MOST_WORDS), strict=False)]
    return ItemResult(sku, str(entry.get(_STATE) or "")[:LONGEST_WORDS], tuple(words))


def _words(value: Any) -> Iterator[str]:
    """Every text inside, wherever it stands: how Kaspi writes an error of a card is not published."""
    if isinstance(value, str) and value.strip():
        yield value.strip()
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _words(one)


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise NoInformation(f"`{name}` is not a text")
    return value


def _count(told: Mapping[str, Any], name: str) -> int:
    value = told.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise NoInformation(f"`{name}` is not a count")
    return value


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise NoInformation("not an object")
    return value
