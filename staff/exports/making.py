"""The worker's duty: make the files that were asked for, and forget those whose hour is over.

A file is leased, made outside of any lock, and put down only if the lease is still ours. Rights are those of the moment:
who lost his in between gets none.
"""

import logging
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from staff.access import Actor, actor_of_member
from staff.clock import database_now
from staff.exports.kinds import Kind, Made, kind_of
from staff.exports.workbook import write
from staff.models import ExportFile, ExportState, Member
from staff.privacy.disclosures import tell
from staff.scoping import company_scope

log = logging.getLogger(__name__)

AT_ONCE: Final = 2
LEASE: Any = timedelta(minutes=5)
LIFE: Final = timedelta(hours=1)


class NotAllowed(Exception):
    """Who asked may no longer have it."""


class Leased(NamedTuple):
    company_id: int
    id: int
    lease_until: datetime
    state: str


def make_due() -> int:
    """Make the files of all companies that wait; answers how many were taken up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT office_forget_exports()")
        cursor.execute("SELECT company_id, id, lease_until, state FROM office_claim_exports(%s, %s)", [AT_ONCE, LEASE])
        leased = [Leased(*row) for row in cursor.fetchall()]
    for one in leased:
        _make(one)
    return len(leased)


def _make(one: Leased) -> None:
    if one.state == ExportState.FAILED:
        _settle(one, problem="gave_up")
        return
    try:
        with tempfile.TemporaryDirectory(prefix="office-export-") as folder:
            path = Path(folder) / "file"
            actor, made = _write(one, str(path))
            _put_down(one, actor, made, path.read_bytes())
    except NotAllowed:
        _settle(one, problem="not_allowed")
    except Exception:
        log.exception("file %s was not made", one.id)
        _settle(one, problem="failed")


def _write(one: Leased, path: str) -> tuple[Actor, Made]:
    with company_scope(one.company_id):
        file = ExportFile.objects.defer("content").get(pk=one.id)
        kind, actor, language = kind_of(file.kind), *_asker(file)
        if not actor.may(kind.right):
            raise NotAllowed
        with translation.override(language):
            made = _written(kind, actor, file.wanted["filter"], path)
    return actor, made


def _written(kind: Kind, actor: Actor, stored: Mapping[str, str], path: str) -> Made:
    if kind.form:
        return kind.form.write(actor, stored, path)
    closing = kind.closing() if kind.closing else ""
    return write(path, kind.columns(actor), kind.rows(actor, stored), title=str(kind.title), closing=closing)


def _asker(file: ExportFile) -> tuple[Actor, str]:
    """Who asked, with the rights that he has now and the address that he asked from."""
    member = Member.objects.select_related("user").filter(pk=file.member_id, is_active=True).first()
    if member is None or not member.user.is_active:
        raise NotAllowed
    wanted = file.wanted
    actor = replace(actor_of_member(member), address=wanted["address"], request_id=wanted["request_id"])
    return actor, member.user.language


def _put_down(one: Leased, by: Actor, made: Made, content: bytes) -> None:
    """The file, and whose data went into it, in one transaction."""
    with company_scope(one.company_id):
        now = database_now()
        mine = ExportFile.objects.filter(pk=one.id, state=ExportState.RUNNING, lease_until=one.lease_until)
        put = mine.update(
            state=ExportState.DONE,
            rows=made.rows,
            persons=len(made.persons),
            content=content,
            made_at=now,
            expires_at=now + LIFE,
            lease_until=None,
        )
        if put:
            door = kind_of(ExportFile.objects.values_list("kind", flat=True).get(pk=one.id)).door
            tell(by, door, made.persons, now=now)


def _settle(one: Leased, *, problem: str) -> None:
    with company_scope(one.company_id):
        mine = ExportFile.objects.filter(pk=one.id, lease_until=one.lease_until)
        mine.update(state=ExportState.FAILED, problem=problem, lease_until=None)


def said(problem: str) -> str:
    """Why there is no file, for the person who asked."""
    return {
        "not_allowed": _("У вас больше нет права на эту выгрузку"),
        "gave_up": _("Файл не получился трижды. Сузьте отбор"),
    }.get(problem, _("Файл не получился. Попробуйте ещё раз"))
