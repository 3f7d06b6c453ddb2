"""Papers read back as a scanner and an eye read them: pages drawn at 203 dpi, their codes, their text."""

from collections.abc import Sequence
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pypdfium2
import zxingcpp
from PIL.Image import Image
from pypdf import PdfReader

from integrations.kaspi.simulator import waybill

DPI = 203


def pages_of(pdf: bytes, *, dpi: int = DPI) -> list[Image]:
    """Every page as a grey picture, as a label printer sees it."""
    document = pypdfium2.PdfDocument(pdf)
    pictures = [page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L") for page in document]
    document.close()
    return pictures


def codes_on(picture: Image) -> list[str]:
    """What a scanner reads: from black and white, for a thermal printer knows no grey."""
    return [found.text for found in zxingcpp.read_barcodes(picture.point(lambda grey: 255 if grey > 127 else 0))]


def codes_of(pdf: bytes) -> list[list[str]]:
    return [codes_on(picture) for picture in pages_of(pdf)]


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def sizes_of(pdf: bytes) -> list[tuple[int, int]]:
    """Widths and heights of the pages in whole millimetres."""
    boxes = [page.mediabox for page in PdfReader(BytesIO(pdf)).pages]
    return [(round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) for box in boxes]


def number_of(order: int) -> str:
    """The waybill number of an order that `kaspi_pdf` drew."""
    return str(10_000_000 + order)


def kaspi_pdf(order: int, *, places: int = 1, goods: Sequence[str] = ("Смартфон",)) -> bytes:
    """A waybill as the simulator draws it: A4 with the label in the upper left quarter."""
    world: Any = SimpleNamespace(
        merchant=lambda uid: SimpleNamespace(name="Алма Техника"),
        point=lambda merchant, code: SimpleNamespace(city="750000000", name="Склад Абая 52"),
    )
    drawn: Any = SimpleNamespace(
        waybill_number=number_of(order),
        places=places,
        merchant="30000001",
        point="PP1",
        code=str(284_900_000 + order),
        address=None,
        mode="DELIVERY",
        customer=SimpleNamespace(first_name="Айгерим", last_name="С"),
        entries=[SimpleNamespace(name=name, quantity=1) for name in goods],
        courier_planned=None,
    )
    return waybill.draw(world, drawn)
