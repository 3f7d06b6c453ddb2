"""Labels of 58×40 mm for a thermal printer of 203 dpi, a page each: for every piece, or for every order."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final, NamedTuple

from django.utils.translation import gettext
from reportlab.pdfgen.canvas import Canvas

from orders.documents import front
from orders.documents.drawing import (
    BOLD,
    code_width,
    cut,
    draw_code,
    is_bars,
    lines_of,
    width_of,
    write,
    write_right,
)
from orders.documents.picking import Good, Sheet
from orders.documents.sheets import MM
from orders.shelves.rows import pieces_text
from staff.formats import order_groups

WIDTH, HEIGHT = 58 * MM, 40 * MM
EDGE: Final = 2.5 * MM
# More than a roll: somebody has sold screws by the thousand, and wants one label for the order.
MOST: Final = 1_500


class _Label(NamedTuple):
    sheet: Sheet
    good: Good | None
    corner: str
    note: str


def count(sheets: Sequence[Sheet], *, by_piece: bool) -> int:
    """How many labels there would be."""
    return sum(good.pieces for sheet in sheets for good in sheet.goods) if by_piece else len(sheets)


def draw(sheets: Sequence[Sheet], *, by_piece: bool, warnings: front.Front) -> bytes:
    """The labels in the order of the sheets, the warnings first."""
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(gettext("Этикетки"))
    front.draw(canvas, WIDTH, HEIGHT, warnings)
    for sheet in sheets:
        for label in _of_pieces(sheet) if by_piece else (_of_order(sheet),):
            _draw(canvas, label)
            canvas.showPage()
    canvas.save()
    return paper.getvalue()


def _of_pieces(sheet: Sheet) -> Iterator[_Label]:
    total, number = sum(good.pieces for good in sheet.goods), 0
    for good in sheet.goods:
        for _ in range(good.pieces):
            number += 1
            corner = gettext("%(number)s из %(total)s") % {"number": number, "total": total}
            weighed = "" if good.quantity == good.pieces else f"{pieces_text(good.quantity)} · "
            yield _Label(sheet, good, corner, f"{weighed}{good.sku}")


def _of_order(sheet: Sheet) -> _Label:
    pieces = gettext("%(pieces)s шт.") % {"pieces": sum(good.pieces for good in sheet.goods)}
    rest = len(sheet.goods) - 1
    more = gettext("и ещё позиций: %(rest)s") % {"rest": rest} if rest > 0 else ""
    first = sheet.goods[0] if sheet.goods else None
    return _Label(sheet, first, pieces, " · ".join(filter(None, (first.sku if first else "", more))))


def _draw(canvas: Canvas, label: _Label) -> None:
    inside = WIDTH - 2 * EDGE
    top = HEIGHT - EDGE
    corner = width_of(label.corner, size=7, font=BOLD)
    write(canvas, EDGE, top - 6, cut(label.sheet.shop, inside - corner - 4, size=6.5), size=6.5)
    write_right(canvas, WIDTH - EDGE, top - 6, label.corner, size=7, font=BOLD)
    bottom = _draw_code(canvas, label.sheet.code, top - 9)
    lines = lines_of(label.good.name if label.good else "", inside, size=6.5, most=2)
    for number, line in enumerate(lines):
        write(canvas, EDGE, bottom - 8 - number * 8, line, size=6.5)
    place = cut(label.good.place if label.good else "", inside / 2, size=7, font=BOLD)
    held = width_of(place, size=7, font=BOLD)
    write(canvas, EDGE, EDGE, cut(label.note, inside - held - 4, size=6.5), size=6.5)
    write_right(canvas, WIDTH - EDGE, EDGE, place, size=7, font=BOLD)


def _draw_code(canvas: Canvas, code: str, top: float) -> float:
    """The code with its number in letters; answers where what follows may begin."""
    number = " ".join(filter(None, order_groups(code)))
    if is_bars(code):
        height, width = 14 * MM, code_width(code)
        draw_code(canvas, (WIDTH - width) / 2, top - height, code, height=height)
        shown = cut(number, WIDTH - 2 * EDGE, size=10, font=BOLD)
        write(canvas, (WIDTH - width_of(shown, size=10, font=BOLD)) / 2, top - height - 10, shown, size=10, font=BOLD)
        return top - height - 11
    side = code_width(code)
    draw_code(canvas, EDGE + 4, top - side - 2, code, height=side)
    beside = EDGE + side + 20
    for row, line in enumerate(lines_of(code, WIDTH - EDGE - beside, size=8, font=BOLD, most=4)):
        write(canvas, beside, top - 12 - row * 10, line, size=8, font=BOLD)
    return top - max(side + 4, 14 * MM)
