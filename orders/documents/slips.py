"""The packing slip that lies in the parcel: what is in it, from whom, for whom. As a gift, without prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from django.utils.translation import gettext
from reportlab.pdfgen.canvas import Canvas

from orders.documents import front
from orders.documents.drawing import BOLD, QUIET, code_width, cut, draw_code, lines_of, width_of, write, write_right
from orders.documents.picking import Good, Sheet
from orders.documents.sheets import A4, A6, MM
from orders.models import Layout
from orders.shelves.rows import pieces_text
from staff.formats import order_groups, tenge

SIZES: Final = {Layout.A4: A4, Layout.A4_GIFT: A4, Layout.A6: A6, Layout.A6_GIFT: A6}
PRICED: Final = frozenset({Layout.A4, Layout.A6})


@dataclass(slots=True)
class _Slip:
    """Where the next line stands. `scale` 1 on A4; letters of A6 are smaller."""

    canvas: Canvas
    width: float
    height: float
    priced: bool
    base: float = 0.0

    @property
    def scale(self) -> float:
        return 1.0 if self.width > A6[0] + MM else 0.72

    @property
    def edge(self) -> float:
        return 16 * MM if self.scale == 1 else 7 * MM

    @property
    def right(self) -> float:
        return self.width - self.edge

    def room(self, height: float) -> None:
        if self.base - height < self.edge:
            self.canvas.showPage()
            self.base = self.height - self.edge

    def line(self, text: str, size: float, *, font: str = "GolosText", most: int = 2, width: float = 0) -> None:
        size *= self.scale
        for shown in lines_of(text, width or self.right - self.edge, size=size, font=font, most=most):
            self.room(size * 1.4)
            self.base -= size * 1.4
            write(self.canvas, self.edge, self.base, shown, size=size, font=font)


def draw(sheets: Sequence[Sheet], layout: Layout, *, warnings: front.Front) -> bytes:
    """A slip for every order, each on a page of its own; the warnings first."""
    width, height = SIZES[layout]
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=(width, height), invariant=1)
    canvas.setTitle(gettext("Вкладыш в посылку"))
    front.draw(canvas, width, height, warnings)
    for sheet in sheets:
        slip = _Slip(canvas, width, height, layout in PRICED)
        slip.base = height - slip.edge
        _draw(slip, sheet)
        canvas.showPage()
    canvas.save()
    return paper.getvalue()


def _draw(slip: _Slip, sheet: Sheet) -> None:
    beside = code_width(sheet.code) + QUIET
    height = 12 * MM * slip.scale
    draw_code(slip.canvas, slip.right - beside, slip.base - height, sheet.code, height=height)
    free = slip.right - beside - slip.edge - 6
    slip.line(sheet.shop, 13, font=BOLD, width=free)
    number = " ".join(filter(None, order_groups(sheet.code)))
    slip.line(gettext("Заказ %(number)s") % {"number": number}, 11, width=free)
    slip.base = min(slip.base, slip.height - slip.edge - height - 8)
    for text in filter(None, (_for(sheet), " · ".join(filter(None, (sheet.way, sheet.point))))):
        slip.line(text, 10)
    slip.base -= 6 * slip.scale
    for good in sheet.goods:
        _draw_good(slip, good)
    if slip.priced:
        _draw_sums(slip, sheet)
    slip.base -= 10 * slip.scale
    slip.line(gettext("Спасибо за покупку. Проверьте заказ при получении."), 10)


def _for(sheet: Sheet) -> str:
    return gettext("Получатель: %(buyer)s") % {"buyer": sheet.buyer} if sheet.buyer else ""


def _draw_good(slip: _Slip, good: Good) -> None:
    size = 10 * slip.scale
    quantity = gettext("%(pieces)s шт.") % {"pieces": pieces_text(good.quantity)}
    told = f"{quantity}   {tenge(good.total)}" if slip.priced else quantity
    held = width_of(told, size=size, font=BOLD)
    lines = lines_of(good.name, slip.right - slip.edge - held - 10, size=size, most=3)
    slip.room((len(lines) + 1) * size * 1.3 + 8)
    slip.canvas.setLineWidth(0.3)
    slip.canvas.line(slip.edge, slip.base - 2, slip.right, slip.base - 2)
    slip.base -= size * 1.3 + 3
    write_right(slip.canvas, slip.right, slip.base, told, size=size, font=BOLD)
    for row, line in enumerate(lines):
        write(slip.canvas, slip.edge, slip.base - row * size * 1.3, line, size=size)
    slip.base -= len(lines) * size * 1.3
    write(slip.canvas, slip.edge, slip.base, cut(good.sku, slip.right - slip.edge, size=size * 0.8), size=size * 0.8)
    slip.base -= 4


def _draw_sums(slip: _Slip, sheet: Sheet) -> None:
    size = 11 * slip.scale
    rows = [(gettext("Итого"), sheet.total)]
    if sheet.delivery:
        rows.insert(0, (gettext("Доставка"), sheet.delivery))
    slip.room(len(rows) * size * 1.5 + 6)
    slip.canvas.line(slip.edge, slip.base - 2, slip.right, slip.base - 2)
    for label, amount in rows:
        slip.base -= size * 1.5
        write(slip.canvas, slip.edge, slip.base, label, size=size, font=BOLD)
        write_right(slip.canvas, slip.right, slip.base, tenge(amount), size=size, font=BOLD)
