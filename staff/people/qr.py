"""A QR as one path of an SVG: no style of its own, so that a strict policy of content lets it be."""

from dataclasses import dataclass

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

MARGIN = 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """`size`: modules on a side, margin included; `path`: a square for each dark one."""

    size: int
    path: str


def draw(text: str) -> Drawing:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=MARGIN)
    code.add_data(text)
    rows = code.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Drawing(len(rows), "".join(squares))
