"""Pages of files: what I asked for, how far it is, and the file itself."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import NotVisible
from staff.exports import asking
from staff.exports.kinds import SHEET, kind_of
from staff.exports.making import said
from staff.formats import ALMATY, almaty_moment, almaty_time, plural
from staff.journal.page_models import FileLine
from staff.journal.words import BUYERS, ROWS
from staff.models import ExportFile, ExportState
from staff.permissions import Permission


@requires()
@require_GET
def files(request: OfficeRequest) -> HttpResponse:
    now = database_now()
    lines = [line_of(file, now=now) for file in asking.recent(request.actor, now=now)]
    return render(request, "journal/files.html", {"files": lines})


@requires()
@require_GET
def row(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """One line of the list, as it is now; it asks again while the file is being made."""
    file = asking.find(public_id, by=request.actor)
    return render(request, "journal/_file.html", {"file": line_of(file, now=database_now())})


@requires()
@require_GET
def download(request: OfficeRequest, public_id: UUID) -> HttpResponse:
    """The file as an attachment that no browser opens as a page of ours."""
    file, content = asking.fetch(public_id, by=request.actor, now=database_now())
    form = kind_of(file.kind).form
    response = HttpResponse(content, content_type=form.media_type if form else SHEET)
    day = f"{file.asked_at.astimezone(ALMATY):%Y-%m-%d}"
    response["Content-Disposition"] = f'attachment; filename="{file.kind}-{day}.{form.suffix if form else "xlsx"}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(Permission.AUDIT_VIEW, sudo=True)
@require_POST
def ask_journal(request: OfficeRequest) -> HttpResponse:
    return ask(request, "journal", request.POST.dict())


def ask(request: OfficeRequest, kind: str, asked: dict[str, str]) -> HttpResponse:
    """Have it made, and go where it will appear."""
    asking.ask(kind, asked, by=request.actor, now=database_now())
    return redirect("files")


def line_of(file: ExportFile, *, now: datetime) -> FileLine:
    """A file in words."""
    over = file.state == ExportState.DONE and (file.expires_at is None or file.expires_at <= now)
    state = "gone" if over else str(file.state)
    return FileLine(
        url=f"/files/{file.public_id}/state/",
        title=str(_title(file)),
        asked=almaty_moment(file.asked_at, now=now),
        state=state,
        told=_TOLD[state](file),
        download_url=f"/files/{file.public_id}/" if state == ExportState.DONE else "",
    )


def _title(file: ExportFile) -> str:
    try:
        return kind_of(file.kind).title
    except NotVisible:
        return file.kind


def _noun(file: ExportFile) -> tuple[str, str]:
    """What is counted in it: rows of a sheet, pages of a paper."""
    try:
        form = kind_of(file.kind).form
    except NotVisible:
        form = None
    return form.counted if form else ROWS


def _counted(file: ExportFile) -> str:
    counts = [plural(file.rows, *_noun(file))] + ([plural(file.persons, *BUYERS)] if file.persons else [])
    return ", ".join(counts)


def _done(file: ExportFile) -> str:
    until = almaty_time(file.expires_at) if file.expires_at else ""
    return _("%(counts)s, до %(until)s") % {"counts": _counted(file), "until": until}


_TOLD: Final[dict[str, Callable[[ExportFile], str]]] = {
    "queued": lambda file: _("в очереди"),
    "running": lambda file: _("готовится"),
    "done": _done,
    "failed": lambda file: said(file.problem),
    "gone": lambda file: _("%(counts)s, час прошёл") % {"counts": _counted(file)},
}
