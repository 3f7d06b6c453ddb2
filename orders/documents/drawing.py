"""What all papers of ours are drawn with: letters, lines of text that keep their place, codes that a scanner reads.

Measures are points; a code's module is a whole number of dots of a label printer of 203 dpi (neighbours.md §10.2).
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, cast

from django.conf import settings
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

PLAIN, BOLD = "GolosText", "GolosText-Bold"
DOT: Final = 72 / 203
MODULE: Final = 2 * DOT
QR_MODULE: Final = 4 * DOT
# Longer ones do not fit a label of 58 mm at two dots.
LONGEST_BARS: Final = 16
QUIET: Final = 10 * MODULE
_SAID_OTHERWISE: Final = str.maketrans({"″": '"', "\u2009": " ", "\u202f": " ", "\u00a0": " ", "\u2011": "-"})


@cache
def fonts() -> dict[str, TTFont]:
    """The two fonts, known to reportlab from now on."""
    folder = settings.BASE_DIR / "static" / "fonts"
    found = {name: TTFont(name, str(folder / f"{name}.ttf")) for name in (PLAIN, BOLD)}
    for font in found.values():
        pdfmetrics.registerFont(font)
    return found


def printable(text: str) -> str:
    """The text in letters that the font has: marks of direction and pictures are left out, foreign letters become «?»."""
    known = fonts()[PLAIN].face.charToGlyph
    letters = unicodedata.normalize("NFC", text).translate(_SAID_OTHERWISE)
    return " ".join("".join(_letter(one, known) for one in letters).split())


def _letter(letter: str, known: Mapping[int, int]) -> str:
    kind = unicodedata.category(letter)
    if kind[0] == "Z" or letter in "\t\n\r":
        return " "
    if kind[0] == "C":
        return ""
    if ord(letter) in known:
        return letter
    return "?" if kind[0] in "LN" else ""


def lines_of(text: str, width: float, *, size: float, font: str = PLAIN, most: int = 2) -> list[str]:
    """The text in at most so many lines of this width; what is left out is told by «…»."""
    rows: list[str] = []
    for word in _short_words(printable(text).split(), width, size=size, font=font):
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and width_of(longer, size=size, font=font) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    if len(rows) > most:
        rows = [*rows[: most - 1], cut(" ".join(rows[most - 1 :]), width, size=size, font=font)]
    return rows or [""]


def _short_words(words: Sequence[str], width: float, *, size: float, font: str) -> Iterator[str]:
    """The words; one that is wider than the line, in pieces."""
    for word in words:
        piece = ""
        for letter in word:
            if piece and width_of(piece + letter, size=size, font=font) > width:
                yield piece
                piece = ""
            piece += letter
        yield piece


def cut(text: str, width: float, *, size: float, font: str = PLAIN) -> str:
    """One line of this width."""
    shown = printable(text)
    if width_of(shown, size=size, font=font) <= width:
        return shown
    while shown and width_of(f"{shown}…", size=size, font=font) > width:
        shown = shown[:-1]
    return f"{shown.rstrip()}…"


def width_of(text: str, *, size: float, font: str = PLAIN) -> float:
    fonts()
    return float(pdfmetrics.stringWidth(text, font, size))


def write(canvas: Canvas, left: float, base: float, text: str, *, size: float, font: str = PLAIN) -> None:
    fonts()
    canvas.setFont(font, size)
    canvas.drawString(left, base, printable(text))


def write_right(canvas: Canvas, right: float, base: float, text: str, *, size: float, font: str = PLAIN) -> None:
    shown = printable(text)
    write(canvas, right - width_of(shown, size=size, font=font), base, shown, size=size, font=font)


def is_bars(payload: str) -> bool:
    """Whether it is said in Code128, else in a QR."""
    return len(payload) <= LONGEST_BARS and payload.isascii() and payload.isprintable()


def code_width(payload: str) -> float:
    """How wide the code is, its quiet sides apart."""
    return float(_bars(payload, 1).width if is_bars(payload) else len(_modules(payload)) * QR_MODULE)


def draw_code(canvas: Canvas, left: float, bottom: float, payload: str, *, height: float) -> None:
    """The code with its lower left corner there, moved to a whole dot. Of a QR the height is its own."""
    left = round(left / DOT) * DOT
    if is_bars(payload):
        _bars(payload, height).drawOn(canvas, left, bottom)
        return
    bottom = round(bottom / DOT) * DOT
    modules = _modules(payload)
    for row, dark in enumerate(reversed(modules)):
        for column in range(len(modules)):
            if dark[column]:
                canvas.rect(left + column * QR_MODULE, bottom + row * QR_MODULE, QR_MODULE, QR_MODULE, stroke=0, fill=1)


def _bars(payload: str, height: float) -> Code128:
    return Code128(payload, barHeight=height, barWidth=MODULE, quiet=False)


def _modules(payload: str) -> Sequence[Sequence[bool]]:
    """The squares of the QR, the upper row first."""
    widget: Any = QrCodeWidget(payload, barLevel="M")
    code = widget.qr
    code.make()
    return cast(Sequence[Sequence[bool]], code.modules)
