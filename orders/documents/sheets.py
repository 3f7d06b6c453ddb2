"""Where the labels are on a page of a waybill. Kaspi promises no format, so the page is looked at (neighbours.md §10.3).

A page is drawn small and its ink is found. A page of A6 or less is a label; on A4 every inked quarter is one, if the ink
of one does not run into the next; anything else is a label as large as its ink. Pure but for the drawing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from PIL import Image

MM: Final = 72 / 25.4
A4: Final = (210 * MM, 297 * MM)
A6: Final = (105 * MM, 148 * MM)
# PDFium may be used by one thread at a time, in the whole process.
PDFIUM: Final = Lock()

DPI: Final = 50
# Of a page of any size no larger picture is made.
MOST_PIXELS: Final = 1_200
LIGHTEST_INK: Final = 200
SLACK: Final = 4 * MM
# Dashes along which people cut are no ink of a label; beside them a label keeps its distance.
CUT: Final = 1.2 * MM
GUTTER: Final = 1 * MM
EDGE: Final = 2 * MM


@dataclass(frozen=True, slots=True)
class Box:
    """Points from the lower left corner of the page as it is shown, its rotation done."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Label:
    """A label with its white edges, and the part of it that is printed, without the lines along which it is cut."""

    box: Box
    inked: Box


@dataclass(frozen=True, slots=True)
class Ink:
    """A small grey picture of a page, white where nothing is printed."""

    picture: Image.Image
    width: float
    height: float

    def within(self, box: Box) -> Box | None:
        """Where the ink lies inside a part of the page; None for a blank part."""
        across, down = self.picture.width / self.width, self.picture.height / self.height
        corner = round(box.left * across), round((self.height - box.top) * down)
        part = self.picture.crop((*corner, round(box.right * across), round((self.height - box.bottom) * down)))
        found = part.point(lambda grey: 255 if grey < LIGHTEST_INK else 0).getbbox()
        if found is None:
            return None
        left, top, right, bottom = found
        return Box(
            (corner[0] + left) / across,
            self.height - (corner[1] + bottom) / down,
            (corner[0] + right) / across,
            self.height - (corner[1] + top) / down,
        )


def look(page: Any) -> Ink:
    """The ink of a page of PDFium's. The caller holds PDFIUM."""
    width, height = page.get_size()
    scale = min(DPI / 72, MOST_PIXELS / max(width, height))
    return Ink(page.render(scale=scale, grayscale=True).to_pil().convert("L"), width, height)


def labels_on(ink: Ink) -> tuple[Label, ...]:
    """The labels of a page, by rows from the upper left; none for a blank page."""
    return tuple(Label(box, _inked(ink, box)) for box in _boxes(ink))


def _inked(ink: Ink, box: Box) -> Box:
    inside = Box(box.left + CUT, box.bottom + CUT, box.right - CUT, box.top - CUT)
    return _with_edge(ink.within(inside) or box, box)


def _with_edge(found: Box, most: Box) -> Box:
    return Box(
        max(found.left - EDGE, most.left),
        max(found.bottom - EDGE, most.bottom),
        min(found.right + EDGE, most.right),
        min(found.top + EDGE, most.top),
    )


def _boxes(ink: Ink) -> tuple[Box, ...]:
    whole = Box(0, 0, ink.width, ink.height)
    found = ink.within(whole)
    if found is None:
        return ()
    if _fits(ink, A6):
        return (whole,)
    if _is(ink, A4) and (quarters := _quarters(ink)):
        return quarters
    return (_with_edge(found, whole),)


def _quarters(ink: Ink) -> tuple[Box, ...]:
    """The inked quarters; none when something is printed across the middle of the page."""
    middle, half = ink.width / 2, ink.height / 2
    inked = [box for box in _split(ink.width, ink.height) if ink.within(_less_cuts(box, middle, half))]
    if len(inked) > 1 and any(ink.within(strip) for strip in _gutters(ink.width, ink.height)):
        return ()
    return tuple(inked)


def _split(width: float, height: float) -> Iterator[Box]:
    for bottom, top in ((height / 2, height), (0.0, height / 2)):
        for left, right in ((0.0, width / 2), (width / 2, width)):
            yield Box(left, bottom, right, top)


def _less_cuts(box: Box, middle: float, half: float) -> Box:
    """The quarter without the lines along the middle of the page."""
    return Box(
        box.left + CUT * (box.left == middle),
        box.bottom + CUT * (box.bottom == half),
        box.right - CUT * (box.right == middle),
        box.top - CUT * (box.top == half),
    )


def _gutters(width: float, height: float) -> Iterator[Box]:
    """Thin strips beside the middle lines, one in every quarter along each of them."""
    near, far = CUT, CUT + GUTTER
    for side in (-1, 1):
        left, right = sorted((width / 2 + side * near, width / 2 + side * far))
        bottom, top = sorted((height / 2 + side * near, height / 2 + side * far))
        yield Box(left, height / 2 + far, right, height)
        yield Box(left, 0, right, height / 2 - far)
        yield Box(width / 2 + far, bottom, width, top)
        yield Box(0, bottom, width / 2 - far, top)


def _is(ink: Ink, size: tuple[float, float]) -> bool:
    return any(
        abs(ink.width - width) <= SLACK and abs(ink.height - height) <= SLACK for width, height in (size, size[::-1])
    )


def _fits(ink: Ink, size: tuple[float, float]) -> bool:
    return any(ink.width <= width + SLACK and ink.height <= height + SLACK for width, height in (size, size[::-1]))
