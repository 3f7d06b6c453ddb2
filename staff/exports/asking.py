"""Ask for a file, find it again, fetch it. Only who asked, only while he may, only for an hour."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from staff import audit
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.exports.kinds import kind_of, printed
from staff.journal import alarm
from staff.journal.unusual import Taken, unusual
from staff.models import AuditEntry, Door, ExportFile, ExportState

MOST_WAITING: Final = 3
SHOWN: Final = timedelta(days=1)
# What is usual for a person is what he took in this time.
HABIT: Final = timedelta(days=180)
UNFINISHED: Final = (ExportState.QUEUED, ExportState.RUNNING)


def ask(kind: str, asked: Mapping[str, str], *, by: Actor, now: datetime) -> ExportFile:
    """Have a file made. Raises Refused: 403 without the right, 400 for a wrong filter, 409 while three are on their way."""
    wanted = kind_of(kind)
    require(by, wanted.right)
    if by.kind != "member":
        raise Refused("forbidden", _("Выгружают только люди"), status=403)
    chosen = wanted.read(by, asked)
    if _own(by).filter(state__in=UNFINISHED).count() >= MOST_WAITING:
        raise Refused("too_many_files", _("Три файла уже готовятся. Дождитесь их"))
    file: ExportFile = ExportFile.objects.create(
        kind=kind,
        wanted={"filter": chosen, "address": by.address, "request_id": by.request_id},
        member_id=by.id,
        asked_at=now,
    )
    audit.record(by, "export.asked", subject=("export", file.public_id), now=now, details={"kind": kind, **chosen})
    return file


def recent(by: Actor, *, now: datetime) -> "QuerySet[ExportFile]":
    """What the actor asked for lately, the newest first, without the files themselves."""
    return _own(by).filter(asked_at__gt=now - SHOWN).defer("content").order_by("-asked_at", "-pk")


def find(public_id: UUID, *, by: Actor) -> ExportFile:
    """The actor's own file, without its content. Raises NotVisible."""
    found = _own(by).filter(public_id=public_id).defer("content").first()
    if found is None:
        raise NotVisible(str(public_id))
    return found


def fetch(public_id: UUID, *, by: Actor, now: datetime) -> tuple[ExportFile, bytes]:
    """The file and its content, with a trace. Raises NotVisible when it is not his, not ready, over, or not allowed now."""
    file = find(public_id, by=by)
    over = file.expires_at is None or file.expires_at <= now
    if file.state != ExportState.DONE or over or file.content is None or not by.may(kind_of(file.kind).right):
        raise NotVisible(str(public_id))
    hints = _hints(file, by=by, now=now)
    details = {"kind": file.kind, "rows": file.rows, "persons": file.persons}
    audit.record(
        by,
        "export.downloaded",
        subject=("export", file.public_id),
        now=now,
        details=details | ({"hint": hints} if hints else {}),
    )
    if hints:
        alarm.write_to_owners(by, details | {"hint": hints}, now=now)
    return file, bytes(file.content)


def _own(by: Actor) -> "QuerySet[ExportFile]":
    if by.kind != "member" or by.id is None:
        return ExportFile.objects.none()
    found: QuerySet[ExportFile] = ExportFile.objects.filter(member_id=by.id)
    return found


def _hints(file: ExportFile, *, by: Actor, now: datetime) -> list[str]:
    """Why this download is worth a look. Said once: fetched again it is the same file."""
    again = AuditEntry.objects.filter(
        subject_kind="export", subject_id=str(file.public_id), action="export.downloaded", address=by.address
    )
    if not file.persons or kind_of(file.kind).door is Door.PRINT or again.exists():
        return []
    before = (
        _own(by)
        .filter(asked_at__gt=now - HABIT, pk__lt=file.pk, persons__gt=0)
        .exclude(kind__in=printed())
        .order_by("-pk")[:100]
    )
    history = [
        Taken(persons, at, wanted.get("address", ""))
        for persons, at, wanted in before.values_list("persons", "asked_at", "wanted")
    ]
    return list(unusual(Taken(file.persons, now, by.address), history))
