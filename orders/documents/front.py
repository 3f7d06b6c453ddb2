"""What must be read before the papers: orders to stop, and what is missing. It lies first, on paper of the same size."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final, NamedTuple

from django.utils.translation import gettext
from reportlab.pdfgen.canvas import Canvas

from orders.documents.drawing import BOLD, PLAIN, cut, lines_of, write
from orders.documents.sheets import A6, MM

# The page in the office lists all of them.
MOST_LINES: Final = 60


class StopLine(NamedTuple):
    """«284917420», «Отменён, напечатан 14 октября в 12:05»."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Front:
    """`missing`: orders without a waybill; `damaged`: with one that could not be read; `large`: see `imposing.Press`."""

    stopped: Sequence[StopLine] = ()
    missing: Sequence[str] = ()
    damaged: Sequence[str] = ()
    large: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.stopped or self.missing or self.damaged or self.large)


@dataclass(slots=True)
class _Sheet:
    """Lines from the top of a page; the next page when it is full."""

    canvas: Canvas
    width: float
    height: float
    small: bool
    base: float = field(default=0.0)

    def line(self, text: str, size: float, *, font: str = PLAIN, most: int = 2) -> None:
        size = size * (0.62 if self.small else 1)
        for shown in lines_of(text, self.width - 2 * self.edge, size=size, font=font, most=most):
            if self.base - size < self.edge:
                self.canvas.showPage()
                self.base = self.height - self.edge
            self.base -= size * 1.3
            write(self.canvas, self.edge, self.base, shown, size=size, font=font)

    @property
    def edge(self) -> float:
        return 3 * MM if self.small else 10 * MM


def draw(canvas: Canvas, width: float, height: float, front: Front) -> None:
    """Whole pages of warnings; nothing when there is nothing to say. The page is full afterwards: the paper goes on."""
    if not front:
        return
    small = width < A6[0] - MM or height < A6[1] - MM
    sheet = _Sheet(canvas, width, height, small)
    sheet.base = height - sheet.edge
    for title, lines in _sections(front):
        sheet.line(title, 15, font=BOLD, most=3)
        for line in lines:
            sheet.line(line, 11)
        sheet.base -= 6 if not small else 2
    canvas.showPage()


def pdf_of(width: float, height: float, front: Front) -> bytes:
    """The same as a file of its own, for papers that somebody else drew."""
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=(width, height), invariant=1)
    draw(canvas, width, height, front)
    canvas.save()
    return paper.getvalue()


def _sections(front: Front) -> Iterator[tuple[str, Iterable[str]]]:
    if front.stopped:
        lines = (f"№ {cut(line.code, 200, size=11)}  {line.why}" for line in front.stopped)
        yield gettext("СТОП: не отдавайте эти заказы"), _some(lines)
    if front.missing:
        yield gettext("Накладной ещё нет, напечатайте позже"), _some(f"№ {code}" for code in front.missing)
    if front.damaged:
        yield gettext("Накладная не читается, возьмите её в кабинете Kaspi"), _some(f"№ {one}" for one in front.damaged)
    if front.large:
        title = gettext("Не уменьшается без потери кода, напечатана как есть")
        yield title, _some(f"№ {code}" for code in dict.fromkeys(front.large))


def _some(lines: Iterable[str]) -> Iterator[str]:
    told = list(lines)
    yield from told[:MOST_LINES]
    if len(told) > MOST_LINES:
        yield gettext("и ещё %(count)s, все на странице «Документы»") % {"count": len(told) - MOST_LINES}
