"""The journal as a file, closed by the head of its chain."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext

from staff.access import Actor
from staff.exports.kinds import Cell, Column, Kind, Row
from staff.journal import words
from staff.journal.page import SHOWN, names_of, over
from staff.journal.reading import NAMES, parse, select
from staff.journal.sealing import head_of
from staff.languages import later as _
from staff.permissions import Permission

PIECE = 1_000
COLUMNS = (
    Column(_("Время"), Cell.MOMENT, 18),
    Column(_("Кто"), width=24),
    Column(_("За кого"), width=24),
    Column(_("Что сделал"), width=32),
    Column(_("Над чем"), width=32),
    Column(_("Что изменилось"), width=60),
    Column(_("Подробности"), width=40),
    Column(_("Откуда"), width=18),
    Column(_("Запрос"), width=36),
    Column(_("Номер записи"), Cell.NUMBER, 14),
)


def _read(actor: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    parse(asked)
    return {name: asked[name] for name in NAMES if asked.get(name)}


def _rows(actor: Actor, wanted: Mapping[str, str]) -> Iterator[Row]:
    found = select(actor, parse(wanted)).order_by("-at", "-id").values(*SHOWN, "request_id").iterator(PIECE)
    while piece := list(islice(found, PIECE)):
        names = names_of(piece)
        yield from (_row(entry, names) for entry in piece)


def _row(entry: Mapping[str, Any], names: Mapping[str, str]) -> Row:
    hint = words.hint(entry["details"])
    return Row(
        (
            entry["at"],
            entry["actor_label"],
            entry["acting_for"],
            words.deed(entry["action"]),
            over(entry, names),
            "; ".join(words.changes(entry["before"], entry["after"])),
            "; ".join((*words.told(entry["details"]), *([hint] if hint else ()))),
            entry["address"],
            entry["request_id"],
            entry["id"],
        )
    )


def _columns(actor: Actor) -> Sequence[Column]:
    return COLUMNS


def _closing() -> str:
    head = head_of()
    return gettext("Журнал закреплён до записи %(head)s") % {"head": head} if head else ""


JOURNAL = Kind("journal", _("Журнал"), Permission.AUDIT_VIEW, _read, _columns, _rows, _closing)
