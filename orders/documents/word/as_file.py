"""The paper of an order as PDF: a file that a worker makes, for a converter takes seconds and a page may not wait for it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

from django.utils.translation import gettext

from orders.actions import find
from orders.documents.word import printing
from orders.documents.word.pdf import converter, to_pdf
from orders.models import Order
from staff.access import Actor
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.exports.kinds import Form, Kind, Made
from staff.languages import later as _
from staff.languages import noun
from staff.models import Door
from staff.permissions import Permission


def _read(actor: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    """Order and template by their public ids. Raises NotVisible, and Refused where there is no converter."""
    order = find(asked["order"], by=actor)
    template = _template(order, asked["template"])
    if converter() is None:
        raise Refused("no_converter", gettext("Программы для PDF на сервере нет. Возьмите документ в Word"))
    return {"order": str(order.public_id), "template": str(template)}


def _template(order: Order, public_id: str) -> UUID:
    try:
        found = UUID(public_id)
    except ValueError as problem:
        raise NotVisible(public_id) from problem
    if not printing.offered(order).filter(public_id=found).exists():
        raise NotVisible(public_id)
    return found


def _write(actor: Actor, stored: Mapping[str, str], path: str) -> Made:
    """With the rights and the buyer as the actor has them now; the printing tells by itself whom it names."""
    order = find(stored["order"], by=actor)
    paper = printing.paper(order, UUID(stored["template"]), by=actor, now=database_now())
    Path(path).write_bytes(to_pdf(paper.content))
    return Made(1, frozenset())


PAPER: Final = Kind(
    "paper",
    _("Документ заказа, PDF"),
    Permission.BUYERS_SEE,
    _read,
    form=Form("pdf", "application/pdf", _write, Door.PRINT, noun("документ", "документов")),
)
