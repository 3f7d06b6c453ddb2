"""The rules of a card in an upload (kaspi-api §7): Kaspi's schema as published, and the same rules judged one by one.

The words of a fault are invented: Kaspi publishes no shape of an error entry. `familyId` stands in the guide since 2026 and
not yet in the published schema; its bound is invented.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from .classes import Attribute, attributes_of, categories

MOST_ITEMS: Final = 10_000
REQUIRED: Final = ("sku", "title", "brand", "category", "attributes", "images")
LIMITS: Final = {"sku": 64, "title": 1024, "brand": 256, "category": 512, "description": 1024, "familyId": 256}
CATEGORY: Final = r"^Master ?-[a-zA-Z_\s\d-]+$"
_PART: Final = r"[A-Za-z0-9 _&.\-#%/,]+"
CODE: Final = rf"^({_PART}\*)+{_PART}$"
URL: Final = r"^https?://"
_LEAST: Final = {"description": 0}


def schema() -> dict[str, Any]:
    """The JSON schema, draft-04, of an upload."""
    texts: dict[str, Any] = {
        name: {"type": "string", "minLength": _LEAST.get(name, 1), "maxLength": most} for name, most in LIMITS.items()
    }
    texts["category"]["pattern"] = CATEGORY
    text = {"type": "string", "maxLength": 256}
    several = {"type": "array", "maxItems": 32, "uniqueItems": True, "items": text}
    value = {"anyOf": [text, {"type": "number"}, {"type": "boolean"}, several]}
    code = {"type": "string", "maxLength": 256, "pattern": CODE}
    url = {"type": "string", "maxLength": 1024, "pattern": URL}
    lists = {
        "attributes": _list({"code": code, "value": value}, most=256),
        "images": _list({"url": url}, most=None),
    }
    item = _closed(texts | {"weight": {"type": "string"}} | lists, REQUIRED)
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_ITEMS,
        "items": item,
    }


def faults(item: dict[str, Any]) -> list[str]:
    """Everything that is wrong with one card."""
    found = [*_missing(item), *_texts(item), *_attributes(item), *_images(item)]
    return found if found else list(_of_category(item))


def _closed(properties: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    shape = {"type": "object", "properties": properties, "required": list(required)}
    return shape | {"additionalProperties": False}


def _list(properties: dict[str, Any], *, most: int | None) -> dict[str, Any]:
    shape = {"type": "array", "minItems": 1, "items": _closed(properties, tuple(properties))}
    return shape | ({"maxItems": most} if most else {})


def _missing(item: dict[str, Any]) -> Iterator[str]:
    yield from (f"{name} is required" for name in REQUIRED if name not in item)
    yield from (f"{name} is unknown" for name in sorted(set(item) - {*REQUIRED, *LIMITS, "weight"}))


def _texts(item: dict[str, Any]) -> Iterator[str]:
    for name in (*LIMITS, "weight"):
        if name not in item:
            continue
        value = item[name]
        if not isinstance(value, str):
            yield f"{name} is not a string"
        elif name in LIMITS and not _LEAST.get(name, 1) <= len(value) <= LIMITS[name]:
            yield f"{name} is shorter than 1 or longer than {LIMITS[name]}"
        elif name == "category" and not re.search(CATEGORY, value):
            yield "category does not match the pattern"


def _attributes(item: dict[str, Any]) -> Iterator[str]:
    if "attributes" not in item:
        return
    found = item["attributes"]
    if not isinstance(found, list) or not 1 <= len(found) <= 256:
        yield "attributes is not a list of 1 to 256"
        return
    for one in found:
        if not isinstance(one, dict) or set(one) != {"code", "value"} or not _is_code(one["code"]):
            yield "an attribute is not a pair of code and value"
        elif not _is_value(one["value"]):
            yield f"{one['code']}: the value is not allowed"


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 256 and re.search(CODE, value) is not None


def _is_value(value: Any) -> bool:
    if isinstance(value, list):
        texts = all(isinstance(one, str) and len(one) <= 256 for one in value)
        return texts and len(value) <= 32 and len(set(value)) == len(value)
    return isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= 256)


def _images(item: dict[str, Any]) -> Iterator[str]:
    if "images" not in item:
        return
    found = item["images"]
    if not isinstance(found, list) or not found:
        yield "images is not a list of at least one"
        return
    for one in found:
        url = one.get("url") if isinstance(one, dict) and set(one) == {"url"} else None
        if not isinstance(url, str) or len(url) > 1024 or not re.search(URL, url):
            yield "an image is not an http address of at most 1024"


def _of_category(item: dict[str, Any]) -> Iterator[str]:
    if item["category"] not in categories():
        yield f"category {item['category']} is not a leaf"
        return
    known = attributes_of(item["category"])
    told = {one["code"]: one["value"] for one in item["attributes"]}
    yield from (f"{code} is mandatory" for code, one in known.items() if one.mandatory and code not in told)
    yield from (f"{code} is not an attribute of the category" for code in told if code not in known)
    yield from (f"{code}: the value is wrong" for code in told if code in known and not _fits(told[code], known[code]))


def _fits(value: Any, known: Attribute) -> bool:
    if isinstance(value, list):
        return known.multiple and bool(value) and all(_fits(one, known) for one in value)
    return _TYPES[known.type](value, known)


_TYPES: Final[dict[str, Callable[[Any, Attribute], bool]]] = {
    "string": lambda value, known: isinstance(value, str) and value != "",
    "enum": lambda value, known: value in known.choices,
    "number": lambda value, known: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value, known: isinstance(value, bool),
}
