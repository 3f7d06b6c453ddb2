"""The waybill: a real PDF that prints (kaspi-api §2.9).

A page per place on A4; the label of 105 × 148 mm stands in the upper left quarter, as on the sheets of the cabinet.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from . import cities
from .clock import local
from .world import Order, World

_FONTS = Path(__file__).resolve().parents[3] / "static" / "fonts"
PLAIN, BOLD = "GolosText", "GolosText-Bold"
LABEL_WIDTH, LABEL_HEIGHT = A4[0] / 2, A4[1] / 2
_EDGE = 6 * mm
_LINE_WIDTH = LABEL_WIDTH - 2 * _EDGE


@cache
def _fonts() -> dict[str, TTFont]:
    fonts = {name: TTFont(name, str(_FONTS / f"{name}.ttf")) for name in (PLAIN, BOLD)}
    for font in fonts.values():
        pdfmetrics.registerFont(font)
    return fonts


def draw(world: World, order: Order) -> bytes:
    """The PDF of an order that has a waybill number: as many labels as it has places."""
    _fonts()
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=A4, invariant=1)
    canvas.setTitle(f"Накладная {order.waybill_number}")
    for place in range(1, order.places + 1):
        _label(canvas, world, order, place)
        canvas.showPage()
    canvas.save()
    return paper.getvalue()


def _label(canvas: Canvas, world: World, order: Order, place: int) -> None:
    left, top = _EDGE, A4[1] - _EDGE
    canvas.setDash(2, 2)
    canvas.rect(0, A4[1] - LABEL_HEIGHT, LABEL_WIDTH, LABEL_HEIGHT, stroke=1, fill=0)
    canvas.setDash()
    _text(canvas, left, top - 5 * mm, "Kaspi Доставка", font=BOLD, size=13)
    canvas.setFont(PLAIN, 10)
    canvas.drawRightString(LABEL_WIDTH - _EDGE, top - 5 * mm, f"место {place} из {order.places}")
    _barcode(canvas, left, top - 30 * mm, f"{order.waybill_number}")
    _text(canvas, left, top - 42 * mm, f"Заказ № {order.code}", font=BOLD, size=15)
    line = top - 50 * mm
    for name, value in _facts(world, order):
        _text(canvas, left, line, name, size=7)
        line = _paragraph(canvas, left, line - 4.4 * mm, value) - 6.5 * mm


def _facts(world: World, order: Order) -> list[tuple[str, str]]:
    merchant = world.merchant(order.merchant)
    point = world.point(merchant, order.point)
    town = (order.address or {}).get("town") or cities.name_of(point.city)
    goods = ", ".join(f"{entry.name} × {entry.quantity:g}" for entry in order.entries)
    facts = [
        ("Откуда", f"{merchant.name}, {cities.name_of(point.city)}, {point.name}"),
        ("Куда", f"{town}{', постомат' if order.mode == 'DELIVERY_PICKUP' else ''}"),
        ("Кому", f"{order.customer.first_name} {order.customer.last_name}."),
        ("Товары", goods),
    ]
    if order.courier_planned is not None:
        facts.append(("Передать курьеру до", local(order.courier_planned).strftime("%d.%m.%Y %H:%M")))
    return facts


def _barcode(canvas: Canvas, left: float, bottom: float, number: str) -> None:
    code = Code128(number, barHeight=17 * mm, barWidth=0.42 * mm, quiet=False)
    code.drawOn(canvas, left, bottom)
    canvas.setFont(PLAIN, 11)
    canvas.drawCentredString(left + code.width / 2, bottom - 5 * mm, number)


def _text(canvas: Canvas, left: float, bottom: float, text: str, *, font: str = PLAIN, size: float) -> None:
    canvas.setFont(font, size)
    canvas.drawString(left, bottom, printable(text))


def printable(text: str) -> str:
    """The text with letters the font has; the inch sign becomes a quotation mark, what is unknown a question mark."""
    known = _fonts()[PLAIN].face.charToGlyph
    return "".join(letter if ord(letter) in known else "?" for letter in text.replace("″", '"'))


def _paragraph(canvas: Canvas, left: float, bottom: float, text: str, *, size: float = 10, most: int = 3) -> float:
    """Breaks a text into at most three lines of the label; returns the base of the last one."""
    rows, row = [], ""
    for word in text.split():
        longer = f"{row} {word}".strip()
        if row and pdfmetrics.stringWidth(longer, PLAIN, size) > _LINE_WIDTH:
            rows.append(row)
            longer = word
        row = longer
    rows = [*rows, row]
    if len(rows) > most:
        rows = [*rows[: most - 1], rows[most - 1] + " …"]
    for number, shown in enumerate(rows):
        _text(canvas, left, bottom - number * 4.6 * mm, shown, size=size)
    return bottom - (len(rows) - 1) * 4.6 * mm
