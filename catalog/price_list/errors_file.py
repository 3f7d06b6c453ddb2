"""What is wrong in a load as a sheet, and the empty sheet to begin with: small, so made while the person waits."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext

from catalog.models import PriceLoad, PriceProblem
from catalog.price_list.columns import WORDS, Field
from catalog.price_list.exporting import KASPI_SHEET
from catalog.price_list.words import problem_row
from staff.exports.kinds import SHEET, Cell, Column, Row
from staff.exports.workbook import write
from staff.languages import later as _

COLUMNS: Final = (
    Column(_("Строка"), Cell.NUMBER, 8),
    Column(WORDS[Field.SKU], width=24),
    Column(_("Колонка"), width=20),
    Column(_("Значение"), width=24),
    Column(_("Что не так"), width=44),
    Column(_("Как исправить"), width=54),
)


def errors_sheet(load: PriceLoad) -> HttpResponse:
    """The cells that cannot be taken, in the order of the file."""
    found = PriceProblem.objects.filter(load_id=load.pk).order_by("row", "id")
    told = ((one.row, problem_row(one, open_=False)) for one in found.iterator())
    rows = (Row([row, one.sku, one.title, one.value, one.wrong, one.cure]) for row, one in told)
    return _answer("oshibki", COLUMNS, rows, gettext("Ошибки"))


def template_sheet() -> HttpResponse:
    """Kaspi's own columns and one good that shows what stands in them."""
    example = Row(
        ["EXAMPLE-1", gettext("Пример: замените своим товаром"), "", 9990, "12", "no", "no", "no", "no", None]
    )
    return _answer("prais-shablon", KASPI_SHEET, [example], gettext("Прайс"))


def _answer(name: str, columns: Sequence[Column], rows: Iterable[Row], title: str) -> HttpResponse:
    with tempfile.TemporaryDirectory(prefix="office-sheet-") as folder:
        path = Path(folder) / "file.xlsx"
        write(str(path), columns, rows, title=title)
        response = HttpResponse(path.read_bytes(), content_type=SHEET)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
