"""A file read back as a program reads it, and as it lies in the archive."""

import io
import zipfile
from typing import Any

from django.test import Client
from openpyxl import load_workbook

from staff.clock import database_now
from staff.exports import asking
from staff.exports.making import make_due
from staff.models import ExportFile
from tests.cast import Person


def made(person: Person, kind: str = "orders", **asked: str) -> ExportFile:
    """A file that this person asked for, as the worker left it."""
    with person.company.scope():
        file = asking.ask(kind, asked, by=person.actor, now=database_now())
    make_due()
    with person.company.scope():
        found: ExportFile = ExportFile.objects.get(pk=file.pk)
        return found


def rows_of(file: ExportFile) -> list[tuple[Any, ...]]:
    """All rows, the heads of the columns first."""
    assert file.content is not None
    sheet = load_workbook(io.BytesIO(bytes(file.content))).worksheets[0]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def parts_of(file: ExportFile) -> dict[str, str]:
    """The parts of the archive by name."""
    assert file.content is not None
    with zipfile.ZipFile(io.BytesIO(bytes(file.content))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def url(file: ExportFile) -> str:
    return f"/files/{file.public_id}/"


def fetched(browser: Client, file: ExportFile) -> int:
    return browser.get(url(file)).status_code
