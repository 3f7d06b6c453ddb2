"""Lays waybills of many orders on one paper: as they are, four on A4, A6, or the thermal label of 105×74 mm.

Neighbours.md §10.3: a waybill that cannot be read never blocks the others; it is named. Laying by pypdf leaves what
stands outside of a label in the file, unseen («Leak»), so a label that goes away alone is drawn as a picture.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

import pypdfium2
from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.generic import RectangleObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from orders.documents.sheets import A4, A6, MM, PDFIUM, Box, Label, labels_on, look

log = logging.getLogger(__name__)

MOST_PAGES: Final = 100
PICTURE_DPI: Final = 300
# Smaller than this the bars of a code run together on a printer of 203 dpi.
SMALLEST: Final = 0.69
FULL: Final = 0.97


@dataclass(frozen=True, slots=True)
class Grid:
    """A paper and how many labels lie on it; points."""

    width: float
    height: float
    columns: int = 1
    rows: int = 1

    def cell(self, place: int) -> Box:
        """The place of this number, by rows from the upper left."""
        row, column = divmod(place, self.columns)
        width, height = self.width / self.columns, self.height / self.rows
        return Box(column * width, self.height - (row + 1) * height, (column + 1) * width, self.height - row * height)


# None: every page stays as Kaspi made it.
GRIDS: Final[Mapping[str, Grid | None]] = {
    "as_is": None,
    "a4x4": Grid(*A4, columns=2, rows=2),
    "a6": Grid(*A6),
    "thermal": Grid(105 * MM, 74 * MM),
}


class Unreadable(Exception):
    """No PDF, or one that says nothing."""


@dataclass(slots=True)
class Press:
    """Takes waybills one by one in the order they are to lie in. `damaged` and `large` are the orders to be named:
    what could not be read, and what would not fit without losing its code and so stayed as it was."""

    grid: Grid | None
    # Only one order's label is printed, so it will go away alone.
    alone: bool = False
    writer: PdfWriter = field(default_factory=PdfWriter)
    damaged: list[str] = field(default_factory=list)
    large: list[str] = field(default_factory=list)
    _page: PageObject | None = None
    _taken: int = 0

    @property
    def pages(self) -> int:
        return len(self.writer.pages)

    def add(self, code: str, pdf: bytes) -> None:
        """Lay the waybill of this order. What is no good PDF is only named."""
        before = self.pages
        try:
            self._lay(code, pdf, _labels_of(pdf))
        except Exception as problem:
            # Readers of PDF fail in ways that no list names; what came in half goes out again.
            log.warning("waybill of %s is no good PDF: %s", code, type(problem).__name__)
            while self.pages > before:
                self.writer.remove_page(self.pages - 1)
                self._page = None
            self.damaged.append(code)

    def put_first(self, pdf: bytes) -> None:
        """Lay these pages before all others."""
        self.writer.merge(0, BytesIO(pdf))

    def pdf(self) -> bytes:
        paper = BytesIO()
        self.writer.write(paper)
        return paper.getvalue()

    def _lay(self, code: str, pdf: bytes, labels: Sequence[tuple[Label, ...]]) -> None:
        if self.grid is None:
            self.writer.append(BytesIO(pdf), import_outline=False)
            return
        for number, page in enumerate(PdfReader(BytesIO(pdf)).pages):
            boxes = [_fitting(label, self.grid.cell(0)) for label in labels[number]]
            if any(_scale(box, self.grid.cell(0))[0] < SMALLEST for box in boxes):
                self._page = None
                self.writer.add_page(page)
                self.large.append(code)
                continue
            shown, corner = _shown(page)
            for box in boxes:
                if self.alone:
                    self._lay_picture(pdf, number, box)
                else:
                    self._lay_label(shown, corner, box)

    def _lay_label(self, page: PageObject, corner: tuple[float, float], box: Box) -> None:
        (at, cell), (left, bottom) = self._next_cell(), corner
        scale, turned = _scale(box, cell)
        width, height = (box.height, box.width) if turned else (box.width, box.height)
        # What is merged is cut to this box: nothing outside of the label is seen beside its neighbours.
        page.cropbox = RectangleObject((left + box.left, bottom + box.bottom, left + box.right, bottom + box.top))
        moved = Transformation().translate(-left - box.left, -bottom - box.bottom)
        if turned:
            moved = moved.rotate(90).translate(box.height, 0)
        x, y = cell.left + (cell.width - width * scale) / 2, cell.top - (cell.height + height * scale) / 2
        at.merge_transformed_page(page, moved.scale(scale).translate(x, y))

    def _lay_picture(self, pdf: bytes, number: int, box: Box) -> None:
        """The label as a picture on the paper: nothing hidden goes with it."""
        at, cell = self._next_cell()
        scale, turned = _scale(box, cell)
        picture = _picture(pdf, number, box)
        if turned:
            picture = picture.rotate(90, expand=True)
        width, height = (box.height, box.width) if turned else (box.width, box.height)
        paper = BytesIO()
        canvas = Canvas(paper, pagesize=(float(at.mediabox.width), float(at.mediabox.height)))
        x, y = cell.left + (cell.width - width * scale) / 2, cell.top - (cell.height + height * scale) / 2
        canvas.drawImage(ImageReader(picture), x, y, width * scale, height * scale)
        canvas.save()
        at.merge_page(PdfReader(paper).pages[0])

    def _next_cell(self) -> tuple[PageObject, Box]:
        assert self.grid is not None
        if self._page is None or self._taken == self.grid.columns * self.grid.rows:
            self._page, self._taken = self.writer.add_blank_page(self.grid.width, self.grid.height), 0
        self._taken += 1
        return self._page, self.grid.cell(self._taken - 1)


def _labels_of(pdf: bytes) -> list[tuple[Label, ...]]:
    """The labels of every page. Raises Unreadable, and whatever PDFium raises."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 0 < len(document) <= MOST_PAGES:
                raise Unreadable(len(document))
            found = [labels_on(look(page)) for page in document]
        finally:
            document.close()
    if not any(found):
        raise Unreadable("blank")
    return found


def _picture(pdf: bytes, number: int, box: Box) -> Any:
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[number]
            width, height = page.get_size()
            crop = (box.left, box.bottom, width - box.right, height - box.top)
            return page.render(scale=PICTURE_DPI / 72, grayscale=True, crop=crop).to_pil().convert("L")
        finally:
            document.close()


def _fitting(label: Label, cell: Box) -> Box:
    """The whole label where there is room for it, else the printed part of it: a code is not made smaller than it must."""
    return label.box if _scale(label.box, cell)[0] > FULL else label.inked


def _scale(box: Box, cell: Box) -> tuple[float, bool]:
    """How large the label is to be in this place, never larger than it was, and whether it lies on its side there."""
    upright = min(cell.width / box.width, cell.height / box.height, 1)
    turned = min(cell.width / box.height, cell.height / box.width, 1)
    return (turned, True) if turned > upright + 0.01 else (upright, False)


def _shown(page: PageObject) -> tuple[PageObject, tuple[float, float]]:
    """The page with its rotation done, and the corner that Box is told from."""
    if page.rotation:
        holder = PdfWriter()
        page = holder.add_page(page)
        page.transfer_rotation_to_content()
    media, crop = page.mediabox, page.cropbox
    return page, (float(max(media.left, crop.left)), float(max(media.bottom, crop.bottom)))
