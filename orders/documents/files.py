"""Papers of many orders as a file that a worker makes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

from orders.documents import printing
from staff.access import Actor
from staff.clock import database_now
from staff.errors import NotVisible
from staff.exports.kinds import Form, Kind, Made
from staff.languages import later as _
from staff.languages import noun
from staff.models import Door
from staff.permissions import Permission


def _read(actor: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    try:
        batch = UUID(asked.get("batch", ""))
    except ValueError as problem:
        raise NotVisible from problem
    printing.own(batch, by=actor, now=database_now())
    return {"batch": str(batch)}


def _make(actor: Actor, stored: Mapping[str, str], path: str) -> Made:
    now = database_now()
    printed = printing.make(printing.own(UUID(stored["batch"]), by=actor, now=now), by=actor, now=now)
    Path(path).write_bytes(printed.pdf)
    return Made(printed.pages, printed.persons)


PAPERS: Final = Kind(
    "papers",
    _("Печать"),
    Permission.ORDERS_VIEW,
    _read,
    form=Form("pdf", "application/pdf", _make, Door.PRINT, noun("страница", "страниц")),
)
