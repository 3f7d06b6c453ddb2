"""The import family on the old base: classification, product import, and barcodes (kaspi-api §4 barcodes, §7).

Kaspi publishes neither the words between UPLOADED and FINISHED nor the shape of an error entry: PROCESSING, ERROR and
`errors` are invented.
"""

import json
import zlib
from collections.abc import Callable
from typing import Any

from . import product_rules
from .api import Call
from .classes import attributes_of
from .classes import categories as all_categories
from .clock import SECOND
from .http import PLAIN_JSON, Response, html
from .render import dump
from .titles import invented

_UPLOADED = 3 * SECOND
_PROCESSING = 20 * SECOND
_BODIES = ("text/plain", "application/json")
_BARCODE_LENGTHS = range(8, 15)


def answer(call: Call) -> Response:
    """Routes the reads of /shop/api/products/…; anything else there is unknown."""
    handler = _ROUTES.get("/".join(call.parts[1:]))
    if handler is None:
        raise invented("not_found", status=404, what="Resource")
    if call.world.settings.strict and "json" not in call.request.headers.get("accept", "application/json"):
        return html(406, "Not Acceptable")
    return Response(200, dump(handler(call)), PLAIN_JSON)


def categories(call: Call) -> Any:
    return [{"code": code, "title": title} for code, title in all_categories().items()]


def attributes(call: Call) -> Any:
    found = attributes_of(call.request.query.get("c", ""))
    if not found:
        raise invented("not_found", status=404, what="Category")
    return [one.as_json() for one in found.values()]


def values(call: Call) -> Any:
    found = attributes_of(call.request.query.get("c", "")).get(call.request.query.get("a", ""))
    if found is None:
        raise invented("not_found", status=404, what="Attribute")
    return [{"code": name, "name": name} for name in found.choices]


def schema(call: Call) -> Any:
    return product_rules.schema()


def understood(call: Call) -> list[dict[str, Any]]:
    """The cards of an upload; what is wrong with each stands in its result. Raises Rejected for what is no upload."""
    if call.parts[1:] != ["import"]:
        raise invented("not_found", status=404, what="Resource")
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if call.world.settings.strict and kind not in _BODIES:
        raise invented("body", status=415, what="a content type of text/plain")
    try:
        items = call.request.json()
    except ValueError:
        raise invented("body", what="JSON") from None
    most = product_rules.MOST_ITEMS
    if not isinstance(items, list) or not 1 <= len(items) <= most or not all(isinstance(one, dict) for one in items):
        raise invented("body", what=f"a list of 1 to {most} products")
    return items


def code_of(call: Call) -> str:
    """How this upload will be called. The same cards sent again are another upload."""
    return f"{zlib.crc32(call.request.body):08x}-{len(call.world.uploads) + 1}"


def keep(call: Call, code: str, items: list[dict[str, Any]], now: int) -> None:
    """Take the upload in: from `now` on Kaspi is at it."""
    faults: dict[str, list[str]] = {}
    for number, item in enumerate(items):
        sku = str(item.get("sku", number))
        # A result has one entry for an SKU.
        faults[sku] = ["sku is sent twice"] if sku in faults else product_rules.faults(item)
    call.world.uploads[code] = {"merchant": call.merchant.uid, "at": now, "faults": faults}
    call.world.keep("uploads", call.world.uploads)


def _upload(call: Call) -> tuple[str, dict[str, Any], bool]:
    """The asked upload, and whether Kaspi is through with it."""
    code = call.request.query.get("i", "")
    known = call.world.uploads.get(code)
    if known is None or known["merchant"] != call.merchant.uid:
        raise invented("not_found", status=404, what="Import")
    return code, known, call.world.clock.now() >= known["at"] + _PROCESSING


def status(call: Call) -> Any:
    code, known, done = _upload(call)
    at_work = "PROCESSING" if call.world.clock.now() >= known["at"] + _UPLOADED else "UPLOADED"
    return {"code": code, "status": "FINISHED" if done else at_work}


def result(call: Call) -> Any:
    _, known, done = _upload(call)
    faults = known["faults"] if done else {}
    shown = {
        sku: {"state": "ERROR", "errors": found} if found else {"state": "FINISHED"} for sku, found in faults.items()
    }
    wrong = sum(map(bool, faults.values()))
    return {"errors": wrong, "warnings": 0, "skipped": 0, "total": len(faults), "result": shown}


_ROUTES: dict[str, Callable[[Call], Any]] = {
    "classification/categories": categories,
    "classification/attributes": attributes,
    "classification/attribute/values": values,
    "import/schema": schema,
    "import": status,
    "import/result": result,
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
