"""The pick list: what to take from which place for all orders together, then what goes into which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from django.utils.translation import gettext
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from orders.documents import front
from orders.documents.drawing import BOLD, PLAIN, QUIET, code_width, cut, draw_code, lines_of, write, write_right
from orders.documents.picking import Pick, Sheet, picks_of
from orders.documents.sheets import MM
from orders.shelves.rows import pieces_text
from staff.formats import almaty_moment, order_groups, plural

WIDTH, HEIGHT = A4
LEFT, RIGHT = 14 * MM, WIDTH - 12 * MM
TOP, BOTTOM = HEIGHT - 14 * MM, 16 * MM
BOX: Final = 4.5 * MM
PLACE, NAME, ORDERS = LEFT + 8 * MM, LEFT + 34 * MM, RIGHT - 52 * MM
CODE_HEIGHT: Final = 9 * MM
MOST_CODES: Final = 12


@dataclass(slots=True)
class _List:
    """Rows from the top; a new page when the next row does not fit."""

    canvas: Canvas
    title: str
    base: float = TOP
    page: int = 1

    def room(self, height: float) -> None:
        if self.base - height < BOTTOM:
            self.end()
            self.canvas.showPage()
            self.page += 1
            self.base = TOP

    def end(self) -> None:
        write(self.canvas, LEFT, 9 * MM, self.title, size=8)
        write_right(self.canvas, RIGHT, 9 * MM, gettext("стр. %(page)s") % {"page": self.page}, size=8)

    def head(self, text: str, *, size: float) -> None:
        self.room(size + 14 * MM)
        self.base -= size * 1.3
        write(self.canvas, LEFT, self.base, cut(text, RIGHT - LEFT, size=size, font=BOLD), size=size, font=BOLD)
        self.base -= size * 0.5

    def box(self, base: float) -> None:
        self.canvas.setLineWidth(0.9)
        self.canvas.rect(LEFT, base - 1, BOX, BOX, stroke=1, fill=0)

    def rule(self) -> None:
        self.canvas.setLineWidth(0.3)
        self.canvas.line(LEFT, self.base, RIGHT, self.base)


def draw(sheets: Sequence[Sheet], *, by: str, now: datetime, warnings: front.Front) -> bytes:
    """The list of these orders, printed by somebody; the warnings first."""
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=A4, invariant=1)
    canvas.setTitle(gettext("Лист сборки"))
    front.draw(canvas, *A4, warnings)
    shops = ", ".join(dict.fromkeys(sheet.shop for sheet in sheets))
    title = gettext("Лист сборки, %(moment)s, %(by)s") % {"moment": almaty_moment(now, now=now), "by": by}
    found = _List(canvas, f"{title}. {shops}")
    found.head(gettext("Лист сборки"), size=18)
    found.base -= 12
    write(canvas, LEFT, found.base, cut(_lead(sheets, shops), RIGHT - LEFT, size=10), size=10)
    found.base -= 8
    _draw_picks(found, sheets)
    _draw_orders(found, sheets)
    found.end()
    canvas.save()
    return paper.getvalue()


def _lead(sheets: Sequence[Sheet], shops: str) -> str:
    return f"{shops} · {plural(len(sheets), 'заказ', 'заказов')}"


def _draw_picks(found: _List, sheets: Sequence[Sheet]) -> None:
    point = None
    for pick in picks_of(sheets):
        if pick.point != point:
            point = pick.point
            found.head(gettext("Взять: %(point)s") % {"point": point}, size=13)
            found.rule()
        _draw_pick(found, pick)


def _draw_pick(found: _List, pick: Pick) -> None:
    canvas = found.canvas
    name = lines_of(pick.name, ORDERS - NAME - 18 * MM, size=9.5, most=2)
    codes = lines_of(_codes(pick.codes), RIGHT - ORDERS, size=8, most=3)
    height = 6 * MM + max(len(name) + 1, len(codes)) * 11
    found.room(height)
    base = found.base - 5.5 * MM
    found.box(base)
    place = pick.place or gettext("нет места")
    shown = lines_of(place, NAME - PLACE - 6, size=11, font=BOLD if pick.place else PLAIN, most=2)
    for row, line in enumerate(shown):
        write(canvas, PLACE, base - row * 12, line, size=11 if pick.place else 9, font=BOLD if pick.place else PLAIN)
    for row, line in enumerate(name):
        write(canvas, NAME, base - row * 11, line, size=9.5)
    write(canvas, NAME, base - len(name) * 11, cut(pick.sku, ORDERS - NAME - 18 * MM, size=8), size=8)
    quantity = gettext("%(pieces)s шт.") % {"pieces": pieces_text(pick.quantity)}
    write_right(canvas, ORDERS - 4 * MM, base, quantity, size=12, font=BOLD)
    for row, line in enumerate(codes):
        write(canvas, ORDERS, base - row * 10, line, size=8)
    found.base -= height
    found.rule()


def _codes(codes: Sequence[str]) -> str:
    """Whole numbers; of many the first."""
    rest = len(codes) - MOST_CODES
    more = gettext(" и ещё %(count)s") % {"count": rest} if rest > 0 else ""
    return ", ".join(codes[:MOST_CODES]) + more


def _draw_orders(found: _List, sheets: Sequence[Sheet]) -> None:
    found.base -= 8
    found.head(gettext("По заказам"), size=13)
    found.rule()
    for sheet in sheets:
        _draw_order(found, sheet)


def _draw_order(found: _List, sheet: Sheet) -> None:
    canvas = found.canvas
    found.room(CODE_HEIGHT + 14 * MM)
    base = found.base - 5.5 * MM
    found.box(base)
    write(canvas, PLACE, base, cut(" ".join(order_groups(sheet.code)), 60 * MM, size=12, font=BOLD), size=12, font=BOLD)
    about = " · ".join(filter(None, (sheet.point, sheet.way, sheet.note)))
    write(canvas, PLACE, base - 12, cut(about, 105 * MM, size=8.5), size=8.5)
    width = code_width(sheet.code)
    draw_code(canvas, RIGHT - QUIET - width, found.base - 2 * MM - CODE_HEIGHT, sheet.code, height=CODE_HEIGHT)
    found.base -= CODE_HEIGHT + 5 * MM
    for good in sheet.goods:
        found.room(12)
        found.base -= 11
        quantity = gettext("%(pieces)s шт.") % {"pieces": pieces_text(good.quantity)}
        write(canvas, PLACE, found.base, cut(good.place or "–", 24 * MM, size=9, font=BOLD), size=9, font=BOLD)
        write(canvas, NAME, found.base, cut(f"{good.name}  {good.sku}", RIGHT - NAME - 24 * MM, size=9), size=9)
        write_right(canvas, RIGHT, found.base, quantity, size=9, font=BOLD)
    found.base -= 6
    found.rule()
