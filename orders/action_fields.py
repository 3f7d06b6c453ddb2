"""What the forms of actions say, as their verbs take it. Shapes only: what is allowed is the verb's to say."""

import re
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext

from integrations.models import LINE_KINDS, ActionKind
from orders.evidence.forms import proofs_of
from orders.models import Purpose
from staff.access import OfficeRequest
from staff.errors import Refused

AMOUNT: Final = re.compile(r"[0-9]{1,9}([.,][0-9]{1,3})?", re.ASCII)
MOST_DEVICES: Final = 100


def cancel(request: OfficeRequest) -> dict[str, Any]:
    """On a page a reason that Kaspi may check takes a proof."""
    form = request.POST
    said = {"reason": form.get("reason", ""), "comment": form.get("comment", "")}
    return said | {"evidence": proofs_of(request, Purpose.CANCEL), "must_prove": True}


def places(request: OfficeRequest) -> dict[str, Any]:
    return {"places": places_said(request)}


def places_said(request: OfficeRequest, *, unsaid: str = "") -> int:
    """The number of places in a form. Raises Refused (400)."""
    text = request.POST.get("places", unsaid).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Refused("bad_places", gettext("Сколько мест? Нужно целое число"), status=400, field="places")
    return int(text)


def code(request: OfficeRequest) -> dict[str, Any]:
    return {"code": request.POST.get("code", "").strip()}


def cut(request: OfficeRequest) -> dict[str, Any]:
    form = request.POST
    said = {"reason": form.get("reason", ""), "comment": form.get("comment", "")}
    return {"entry": _entry(request), "quantity": _amount(request, "quantity", gettext("Сколько останется?"))} | said


def grams(request: OfficeRequest) -> dict[str, Any]:
    weight = _amount(request, "grams", gettext("Сколько граммов вышло на самом деле?"))
    return {"entry": _entry(request), "grams": weight, "comment": request.POST.get("comment", "")}


def devices(request: OfficeRequest) -> dict[str, Any]:
    """A field a device; its IMEIs apart by a space or a comma, as a scanner leaves them."""
    named = request.POST.getlist("device")[:MOST_DEVICES]
    return {"entry": _entry(request), "items": [text[:100].replace(",", " ").split() for text in named]}


def typed(request: OfficeRequest, kind: ActionKind) -> dict[str, Any]:
    """What comes back into a form that was refused."""
    filled = request.POST.dict() | {"devices": "\n".join(request.POST.getlist("device")[:MOST_DEVICES])}
    return {"filled": filled} | ({"asked": kind} if kind in LINE_KINDS else {})


def _entry(request: OfficeRequest) -> int:
    text = request.POST.get("entry", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Refused("bad_entry", gettext("В заказе нет такой позиции"), status=400, field="entry")
    return int(text)


def _amount(request: OfficeRequest, name: str, question: str) -> Decimal:
    text = request.POST.get(name, "").strip()
    if not AMOUNT.fullmatch(text):
        raise Refused(f"bad_{name}", question, status=400, field=name)
    return Decimal(text.replace(",", "."))
