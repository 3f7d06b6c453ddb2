"""What Kaspi asks of a card (kaspi-api.md §7), and how complete one is. Pure: nothing is asked or written here."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from integrations.kaspi.products import Kind
from integrations.outgoing import BlockedAddress, check_address

Value = str | int | float | bool | tuple[str, ...]

LENGTHS: Final[Mapping[str, int]] = MappingProxyType(
    {"sku": 64, "title": 1024, "brand": 256, "category": 512, "description": 1024}
)
REQUIRED_TEXTS: Final = ("sku", "title", "brand", "category")
LONGEST_CODE: Final = 256
LONGEST_VALUE: Final = 256
LONGEST_URL: Final = 1024
MOST_ATTRIBUTES: Final = 256
MOST_VALUES: Final = 32
CATEGORY: Final = re.compile(r"Master ?-[a-zA-Z_\s0-9-]+")
CODE: Final = re.compile(r"(?:[A-Za-z0-9 _&.\-#%/,]+\*)+[A-Za-z0-9 _&.\-#%/,]+")
URL: Final = re.compile(r"https?://\S+")
# Not of Kaspi's rules: ours, of what sells. From here on a description counts as whole, and so do pictures.
FULL_DESCRIPTION: Final = 200
ENOUGH_IMAGES: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """An attribute of a category. `choices`: codes of the values that an enum may have; empty when they are not known."""

    code: str
    kind: Kind
    multiple: bool = False
    mandatory: bool = False
    choices: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """A card as the seller wrote it. `barcode` is for our own matching: an upload has no place for it."""

    sku: str
    title: str = ""
    brand: str = ""
    category: str = ""
    description: str = ""
    weight: str = ""
    family: str = ""
    barcode: str = ""
    attributes: Mapping[str, Value] = field(default_factory=dict)
    images: tuple[str, ...] = ()


class Flaw(StrEnum):
    """What is wrong with a field; a sentence for each stands in `catalog.cards.wording`."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    BAD_CATEGORY = "bad_category"
    TOO_MANY = "too_many"
    BAD_CODE = "bad_code"
    BAD_URL = "bad_url"
    UNKNOWN_ATTRIBUTE = "unknown_attribute"
    NO_TEXT = "no_text"
    NO_CHOICE = "no_choice"
    NO_NUMBER = "no_number"
    NO_YES_OR_NO = "no_yes_or_no"
    ONLY_ONE = "only_one"
    TWICE = "twice"
    CATEGORY_UNREAD = "category_unread"


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule. `field` is a name of Draft; `of` the attribute's code or the picture's address; `most` the bound."""

    field: str
    flaw: Flaw
    of: str = ""
    most: int = 0


def item_of(draft: Draft) -> dict[str, Any]:
    """The card as it stands in an upload: what is empty is left out, `familyId` comes after the description."""
    optional = {"description": draft.description, "familyId": draft.family, "weight": draft.weight}
    return {
        "sku": draft.sku,
        "title": draft.title,
        "brand": draft.brand,
        "category": draft.category,
        **{name: text for name, text in optional.items() if text},
        "attributes": [{"code": code, "value": _plain(value)} for code, value in draft.attributes.items()],
        "images": [{"url": url} for url in draft.images],
    }


def schema_faults(draft: Draft) -> tuple[Fault, ...]:
    """What Kaspi's schema would refuse, whatever the category."""
    return (*_text_faults(draft), *_attribute_faults(draft), *_image_faults(draft))


def category_faults(draft: Draft, asked: Sequence[Asked]) -> tuple[Fault, ...]:
    """What the category asks for besides: mandatory attributes, known ones, values of their types."""
    known = {one.code: one for one in asked}
    missing = [
        Fault("attributes", Flaw.MISSING, one.code)
        for one in asked
        if one.mandatory and one.code not in draft.attributes
    ]
    unknown = [Fault("attributes", Flaw.UNKNOWN_ATTRIBUTE, code) for code in draft.attributes if code not in known]
    wrong = [
        Fault("attributes", flaw, code)
        for code, value in draft.attributes.items()
        if code in known and (flaw := _wrong(value, known[code]))
    ]
    return (*missing, *unknown, *wrong)


def faults_of(draft: Draft, asked: Sequence[Asked] | None) -> tuple[Fault, ...]:
    """All of both; `asked` None: what the category asks for has not been read yet, so the card cannot be sent."""
    told = (*schema_faults(draft), *_unreachable(draft))
    if asked is None:
        return (*told, Fault("category", Flaw.CATEGORY_UNREAD)) if draft.category else told
    return (*told, *category_faults(draft, asked))


@dataclass(frozen=True, slots=True)
class Lack:
    """A part of the score: `points` were had of `most`."""

    name: str
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """0–100; `lacks` are the parts that are not whole, the dearest first."""

    score: int
    lacks: tuple[Lack, ...]


def completeness(draft: Draft, asked: Sequence[Asked] | None) -> Completeness:
    """How complete a card is. The weights are ours; they add up to 100."""
    parts = [Lack(name, round(most * share(draft, asked or ())), most) for name, (most, share) in _PARTS.items()]
    lacks = sorted((part for part in parts if part.points < part.most), key=lambda part: part.points - part.most)
    return Completeness(sum(part.points for part in parts), tuple(lacks))


Share = Callable[[Draft, Sequence[Asked]], float]


def _filled(draft: Draft, asked: Sequence[Asked], *, mandatory: bool) -> float:
    """Of a category that has not been read nothing is filled; of one that asks for nothing, all."""
    if not draft.category or (mandatory and not asked):
        return 0.0
    codes = [one.code for one in asked if one.mandatory is mandatory]
    return sum(code in draft.attributes for code in codes) / len(codes) if codes else 1.0


_PARTS: Final[Mapping[str, tuple[int, Share]]] = MappingProxyType(
    {
        "mandatory": (25, lambda draft, asked: _filled(draft, asked, mandatory=True)),
        "images": (20, lambda draft, _: min(len(draft.images), ENOUGH_IMAGES) / ENOUGH_IMAGES),
        "description": (15, lambda draft, _: min(len(draft.description), FULL_DESCRIPTION) / FULL_DESCRIPTION),
        "title": (10, lambda draft, _: float(bool(draft.title))),
        "brand": (10, lambda draft, _: float(bool(draft.brand))),
        "attributes": (10, lambda draft, asked: _filled(draft, asked, mandatory=False)),
        "category": (5, lambda draft, _: float(bool(draft.category))),
        "barcode": (5, lambda draft, _: float(bool(draft.barcode))),
    }
)
PARTS: Final = tuple(_PARTS)


def _text_faults(draft: Draft) -> Iterator[Fault]:
    for name, most in LENGTHS.items():
        text = getattr(draft, name)
        if not text and name in REQUIRED_TEXTS:
            yield Fault(name, Flaw.MISSING)
        elif len(text) > most:
            yield Fault(name, Flaw.TOO_LONG, most=most)
    if draft.category and not CATEGORY.fullmatch(draft.category):
        yield Fault("category", Flaw.BAD_CATEGORY)


def _attribute_faults(draft: Draft) -> Iterator[Fault]:
    if not draft.attributes:
        yield Fault("attributes", Flaw.MISSING)
    if len(draft.attributes) > MOST_ATTRIBUTES:
        yield Fault("attributes", Flaw.TOO_MANY, most=MOST_ATTRIBUTES)
    for code, value in draft.attributes.items():
        if len(code) > LONGEST_CODE or not CODE.fullmatch(code):
            yield Fault("attributes", Flaw.BAD_CODE, code)
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            yield Fault("attributes", Flaw.TOO_LONG, code, LONGEST_VALUE)
        if isinstance(value, tuple):
            yield from _list_faults(code, value)


def _list_faults(code: str, values: tuple[str, ...]) -> Iterator[Fault]:
    if len(values) > MOST_VALUES:
        yield Fault("attributes", Flaw.TOO_MANY, code, MOST_VALUES)
    if len(set(values)) < len(values):
        yield Fault("attributes", Flaw.TWICE, code)
    # For texts in a list no bound is published; one that holds for a single text is the safe one.
    if any(len(text) > LONGEST_VALUE for text in values):
        yield Fault("attributes", Flaw.TOO_LONG, code, LONGEST_VALUE)


def _image_faults(draft: Draft) -> Iterator[Fault]:
    if not draft.images:
        yield Fault("images", Flaw.MISSING)
    for url in draft.images:
        if len(url) > LONGEST_URL:
            yield Fault("images", Flaw.TOO_LONG, url, LONGEST_URL)
        elif not URL.fullmatch(url):
            yield Fault("images", Flaw.BAD_URL, url)


def _unreachable(draft: Draft) -> Iterator[Fault]:
    """Pictures that Kaspi could not fetch from the open internet, as far as it can be seen: addresses of houses within."""
    for url in draft.images:
        if URL.fullmatch(url) and len(url) <= LONGEST_URL:
            try:
                check_address(re.sub(r"^http:", "https:", url))
            except BlockedAddress:
                yield Fault("images", Flaw.BAD_URL, url)


def _wrong(value: Value, asked: Asked) -> Flaw | None:
    if isinstance(value, tuple):
        if not asked.multiple:
            return Flaw.ONLY_ONE
        if not value:
            return Flaw.MISSING
        return next((flaw for one in value if (flaw := _wrong(one, asked))), None)
    return _TYPES[asked.kind](value, asked)


def _not_a_text(value: Value, _: Asked) -> Flaw | None:
    return None if isinstance(value, str) and value else Flaw.NO_TEXT


def _not_a_choice(value: Value, asked: Asked) -> Flaw | None:
    return None if isinstance(value, str) and (value in asked.choices or not asked.choices) else Flaw.NO_CHOICE


def _not_a_number(value: Value, _: Asked) -> Flaw | None:
    return None if isinstance(value, int | float) and not isinstance(value, bool) else Flaw.NO_NUMBER


def _not_yes_or_no(value: Value, _: Asked) -> Flaw | None:
    return None if isinstance(value, bool) else Flaw.NO_YES_OR_NO


_TYPES: Final[Mapping[Kind, Callable[[Value, Asked], Flaw | None]]] = MappingProxyType(
    {
        Kind.STRING: _not_a_text,
        Kind.ENUM: _not_a_choice,
        Kind.NUMBER: _not_a_number,
        Kind.BOOLEAN: _not_yes_or_no,
    }
)


def _plain(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value
