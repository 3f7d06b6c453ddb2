"""Reads the form of a card: texts, pictures, and attributes of the types that their category gives them."""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Final

from django.http import QueryDict

from catalog.cards.rules import Draft, Value
from catalog.models import KaspiAttribute
from integrations.kaspi.products import Kind

_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,9})?")
WORDS: Final = {"yes": True, "no": False}


def read_form(form: QueryDict, before: Draft, asked: Sequence[KaspiAttribute]) -> Draft:
    """What was written. The category is chosen elsewhere; attributes that it does not ask for are dropped, and so they stay
    as they were while nobody knows what it asks for.
    """
    attributes = dict(_attributes(form, asked)) if asked else before.attributes
    texts = {name: _line(form.get(name, "")) for name in ("title", "brand", "weight", "family", "barcode")}
    description = form.get("description", "").replace("\r\n", "\n").strip()
    images = tuple(dict.fromkeys(filter(None, map(str.strip, form.get("images", "").splitlines()))))
    return Draft(
        before.sku, category=before.category, description=description, attributes=attributes, images=images, **texts
    )


def _attributes(form: QueryDict, asked: Sequence[KaspiAttribute]) -> Iterator[tuple[str, Value]]:
    for row in asked:
        told = [one.strip() for text in form.getlist(f"attribute-{row.pk}") for one in text.splitlines()]
        said = [one for one in told if one]
        if said:
            yield row.code, _value(row, said)


def _value(row: KaspiAttribute, said: list[str]) -> Value:
    # A list holds texts only, whatever its attribute is of (kaspi-api.md §7).
    if row.multiple and row.kind in (Kind.ENUM, Kind.STRING):
        return tuple(dict.fromkeys(_choice(row, one) for one in said))
    text = _line(" ".join(said))
    if row.kind == Kind.BOOLEAN:
        return WORDS.get(text, text)
    if row.kind == Kind.NUMBER:
        return _number(text)
    return _choice(row, text)


def _number(text: str) -> Value:
    """A number where the text is one; else the text, which the rules then refuse in their own words."""
    bare = text.replace(" ", "").replace("\u00a0", "")
    if not _NUMBER.fullmatch(bare):
        return text
    value = float(bare.replace(",", "."))
    return int(value) if math.isfinite(value) and value.is_integer() else value


def _choice(row: KaspiAttribute, text: str) -> str:
    """A person may type a value's name for its code."""
    codes = {name.casefold(): code for code, name in row.choices}
    return codes.get(text.casefold(), text) if row.kind == Kind.ENUM else text


def _line(text: str) -> str:
    return " ".join(text.split())
