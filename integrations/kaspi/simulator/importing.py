"""The import family on the old base: classification, product import, and barcodes (kaspi-api §4 barcodes, §7).

Kaspi publishes neither the words between UPLOADED and FINISHED nor the shape of an error entry: PROCESSING, ERROR and
`errors` are invented.
"""

import json
import zlib
from collections.abc import Callable
from typing import Any

from . import goods
from .api import Call
from .clock import SECOND
from .http import PLAIN_JSON, Response
from .render import dump
from .titles import invented

_PROCESSING = 20 * SECOND
_REQUIRED = ("sku", "title", "brand", "category", "attributes", "images")
_LIMITS = {"sku": 64, "title": 1024, "brand": 256, "category": 512, "description": 1024}
_KNOWN = frozenset({*_REQUIRED, "description", "weight", "familyId"})
_BARCODE_LENGTHS = range(8, 15)


def answer(call: Call) -> Response:
    """Routes /shop/api/products/…; anything else there is unknown."""
    handler = _ROUTES.get((call.request.method, "/".join(call.parts[1:])))
    if handler is None:
        raise invented("not_found", status=404, what="Resource")
    return Response(200, dump(handler(call)), PLAIN_JSON)


def categories(call: Call) -> Any:
    titles = {f"Master - {good.group}": good.category for good in goods.GOODS}
    return [{"code": code, "title": title} for code, title in sorted(titles.items())]


def _group(call: Call) -> str:
    group = call.request.query.get("c", "").removeprefix("Master - ")
    if group not in {good.group for good in goods.GOODS}:
        raise invented("not_found", status=404, what="Category")
    return group


def attributes(call: Call) -> Any:
    group = _group(call)
    drawn = [("brand", "enum", True), ("color", "enum", False), ("weight", "number", False), ("new", "boolean", False)]
    return [
        {"code": f"{group}*Obsie harakteristiki.{name}", "type": kind, "multiValued": False, "mandatory": mandatory}
        for name, kind, mandatory in drawn
    ]


def values(call: Call) -> Any:
    group = _group(call)
    brand = call.request.query.get("a", "").endswith(".brand")
    names = (
        sorted({good.brand for good in goods.GOODS if good.group == group}) if brand else ["белый", "чёрный", "графит"]
    )
    return [{"code": name, "name": name} for name in names]


def schema(call: Call) -> Any:
    texts: dict[str, Any] = {
        name: {"type": "string", "minLength": 1, "maxLength": most} for name, most in _LIMITS.items()
    }
    lists = {name: {"type": "array", "minItems": 1} for name in ("attributes", "images")}
    item = {"type": "object", "properties": texts | lists, "required": list(_REQUIRED), "additionalProperties": False}
    return {"$schema": "http://json-schema.org/draft-04/schema#", "type": "array", "maxItems": 10_000, "items": item}


def upload(call: Call) -> Any:
    """Takes a list of products. What is wrong with each stands in the result, as with Kaspi."""
    try:
        items = call.request.json()
    except ValueError:
        raise invented("body", what="JSON") from None
    if (
        not isinstance(items, list)
        or not 1 <= len(items) <= 10_000
        or not all(isinstance(item, dict) for item in items)
    ):
        raise invented("body", what="a list of 1 to 10000 products")
    now = call.world.clock.now()
    code = f"{zlib.crc32(call.request.body):08x}-{now}"
    faults = {str(item.get("sku", number)): _faults(item) for number, item in enumerate(items)}
    call.world.uploads[code] = {"merchant": call.merchant.uid, "at": now, "faults": faults}
    call.world.keep("uploads", call.world.uploads)
    return {"code": code, "status": "UPLOADED"}


def _faults(item: dict[str, Any]) -> list[str]:
    missing = [f"{name} is required" for name in _REQUIRED if not item.get(name)]
    unknown = [f"{name} is unknown" for name in sorted(set(item) - _KNOWN)]
    long = [f"{name} is longer than {most}" for name, most in _LIMITS.items() if len(str(item.get(name, ""))) > most]
    return missing + unknown + long


def _upload(call: Call) -> tuple[str, dict[str, Any], bool]:
    """The asked upload, and whether Kaspi is through with it."""
    code = call.request.query.get("i", "")
    known = call.world.uploads.get(code)
    if known is None or known["merchant"] != call.merchant.uid:
        raise invented("not_found", status=404, what="Import")
    return code, known, call.world.clock.now() >= known["at"] + _PROCESSING


def status(call: Call) -> Any:
    code, _, done = _upload(call)
    return {"code": code, "status": "FINISHED" if done else "PROCESSING"}


def result(call: Call) -> Any:
    _, known, done = _upload(call)
    faults = known["faults"] if done else {}
    shown = {
        sku: {"state": "ERROR", "errors": found} if found else {"state": "FINISHED"} for sku, found in faults.items()
    }
    wrong = sum(map(bool, faults.values()))
    return {"errors": wrong, "warnings": 0, "skipped": 0, "total": len(faults), "result": shown}


_ROUTES: dict[tuple[str, str], Callable[[Call], Any]] = {
    ("GET", "classification/categories"): categories,
    ("GET", "classification/attributes"): attributes,
    ("GET", "classification/attribute/values"): values,
    ("GET", "import/schema"): schema,
    ("POST", "import"): upload,
    ("GET", "import"): status,
    ("GET", "import/result"): result,
}


def barcodes(call: Call) -> Response:
    """POST /v2/nct: barcodes of goods (q5185)."""
    try:
        items = call.request.json()["items"]
        shown = [{"masterSku": item["masterSku"], "barcode": item["barcode"]} for item in items]
    except (ValueError, KeyError, TypeError):
        raise invented("body", what="items of masterSku and barcode") from None
    known = {entry.product_code for entry in call.merchant.sold.values()}
    answers = [item | {"status": _barcode_status(item, known)} for item in shown]
    return Response(200, json.dumps({"merchantUid": call.merchant.uid, "items": answers}).encode())


def _barcode_status(item: dict[str, Any], known: set[str]) -> str:
    barcode = str(item["barcode"])
    if not item["masterSku"]:
        return "EMPTY_MASTER_SKU"
    if len(barcode) not in _BARCODE_LENGTHS:
        return "INCORRECT_BARCODE"
    return "OK" if item["masterSku"] in known else "MASTER_SKU_NOT_FOUND"
