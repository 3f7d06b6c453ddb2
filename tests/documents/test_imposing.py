"""Kaspi's pages are looked at, never assumed, and laid on every paper so that their codes are read (neighbours.md §10.3)."""

import json
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A4, A5
from reportlab.pdfgen.canvas import Canvas

from orders.documents.imposing import GRIDS, Press
from orders.documents.sheets import A6, MM, Box, labels_on, look
from tests.documents.reading import codes_of, kaspi_pdf, number_of, sizes_of, text_of

SIZES = {"as_is": (210, 297), "a4x4": (210, 297), "a6": (105, 148), "thermal": (105, 74)}


def drawn(draw: Callable[[Canvas], None], size: tuple[float, float] = A4, *, rotation: int = 0) -> bytes:
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=size)
    draw(canvas)
    canvas.save()
    if not rotation:
        return paper.getvalue()
    writer, turned = PdfWriter(clone_from=BytesIO(paper.getvalue())), BytesIO()
    writer.pages[0].rotate(rotation)
    writer.write(turned)
    return turned.getvalue()


def code_at(left: float, bottom: float, payload: str) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        Code128(payload, barHeight=15 * MM, barWidth=0.42 * MM, quiet=False).drawOn(canvas, left, bottom)
        canvas.drawString(left, bottom - 12, f"text of {payload}")

    return draw


def of_all(*draws: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for one in draws:
            one(canvas)

    return draw


def in_white(canvas: Canvas) -> None:
    canvas.setFillGray(1)
    canvas.drawString(400, 100, "SECRET")


def laid(layout: str, *pdfs: bytes, alone: bool = False) -> Press:
    press = Press(GRIDS[layout], alone=alone)
    for number, pdf in enumerate(pdfs):
        press.add(str(number), pdf)
    return press


def boxes(pdf: bytes) -> list[Box]:
    document = pypdfium2.PdfDocument(pdf)
    found = [label.box for page in document for label in labels_on(look(page))]
    document.close()
    return found


QUARTERS = [
    code_at(20 * MM + right * 105 * MM, 60 * MM + top * 148 * MM, f"Q{right}{top}")
    for top in (1, 0)
    for right in (0, 1)
]


@pytest.mark.parametrize("layout", GRIDS)
@pytest.mark.parametrize("alone", [False, True])
def test_every_code_is_read_in_every_layout_in_the_order_given(layout: str, alone: bool) -> None:
    numbers = range(1) if alone else range(5 if layout == "a4x4" else 2)
    pdf = laid(layout, *(kaspi_pdf(number) for number in numbers), alone=alone).pdf()
    assert set(sizes_of(pdf)) == {SIZES[layout]}
    assert sorted(code for page in codes_of(pdf) for code in page) == [number_of(number) for number in numbers]
    assert codes_of(pdf)[-1] == [number_of(numbers[-1])]


def test_several_places_are_several_labels() -> None:
    press = laid("a4x4", kaspi_pdf(1, places=3), kaspi_pdf(2, places=2))
    assert [len(page) for page in codes_of(press.pdf())] == [4, 1]


def test_a_page_of_a6_is_a_label_as_it_is() -> None:
    pdf = drawn(code_at(10 * MM, 80 * MM, "A6-LABEL"), A6)
    assert boxes(pdf) == [Box(0, 0, pytest.approx(A6[0]), pytest.approx(A6[1]))]  # type: ignore[arg-type]
    for layout in GRIDS:
        assert codes_of(laid(layout, pdf).pdf()) == [["A6-LABEL"]]


@pytest.mark.parametrize("quarter", range(4))
def test_of_a4_with_one_inked_quarter_that_quarter_is_the_label(quarter: int) -> None:
    pdf = drawn(QUARTERS[quarter])
    [box] = boxes(pdf)
    assert (box.width, box.height) == (pytest.approx(A4[0] / 2), pytest.approx(A4[1] / 2))
    assert len(codes_of(laid("a6", pdf).pdf())[0]) == 1


def test_four_labels_on_one_sheet_are_four() -> None:
    pdf = drawn(of_all(*QUARTERS))
    assert len(boxes(pdf)) == 4
    assert codes_of(laid("a6", pdf).pdf()) == [["Q01"], ["Q11"], ["Q00"], ["Q10"]]


@pytest.mark.parametrize("rotation", [90, 180, 270])
@pytest.mark.parametrize("layout", ["a4x4", "a6", "thermal"])
def test_a_turned_page_is_read_as_it_is_shown(rotation: int, layout: str) -> None:
    pdf = drawn(QUARTERS[0], rotation=rotation)
    assert codes_of(laid(layout, pdf).pdf()) == [["Q01"]]


def test_a_document_across_the_page_is_a_label_only_where_its_code_stays_readable() -> None:
    across = drawn(of_all(code_at(60 * MM, 140 * MM, "ACROSS"), lambda canvas: canvas.rect(20, 20, 550, 800)))
    assert codes_of(laid("a4x4", across).pdf()) == [["ACROSS"]]
    press = laid("thermal", across)
    assert press.large == ["0"]
    assert sizes_of(press.pdf()) == [(210, 297)]


def test_a_label_of_another_size_is_as_large_as_its_ink() -> None:
    pdf = drawn(code_at(40 * MM, 120 * MM, "FREE"), A5)
    assert boxes(pdf)[0].width < 90 * MM
    assert codes_of(laid("thermal", pdf).pdf()) == [["FREE"]]


def test_blank_pages_are_left_out_and_a_blank_waybill_is_named() -> None:
    blank = drawn(lambda canvas: canvas.showPage())
    press = laid("a4x4", blank, kaspi_pdf(1), b"", b"%PDF-", kaspi_pdf(2)[:4000])
    assert press.damaged[0] == "0"
    assert {"2", "3"} <= set(press.damaged)
    assert number_of(1) in codes_of(press.pdf())[0]


def test_a_neighbours_hidden_text_does_not_show_and_a_label_alone_takes_nothing_hidden_along() -> None:
    pdf = drawn(of_all(QUARTERS[0], in_white))
    assert "SECRET" in text_of(laid("a6", pdf).pdf())
    alone = laid("a6", pdf, alone=True).pdf()
    assert (text_of(alone).strip(), codes_of(alone)) == ("", [["Q01"]])


MERGE = """
import json, resource, sys, time
from pathlib import Path
from orders.documents.imposing import GRIDS, Press
files = sorted(Path(sys.argv[1]).iterdir())
began, worked = time.perf_counter(), time.process_time()
press = Press(GRIDS[sys.argv[2]])
for file in files:
    press.add(file.stem, file.read_bytes())
pdf = press.pdf()
seconds, busy = time.perf_counter() - began, time.process_time() - worked
assert not press.damaged and not press.large
Path(sys.argv[1], "all.pdf").write_bytes(pdf)
print(json.dumps([seconds, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, press.pages]))
"""


def test_three_hundred_waybills_take_ten_seconds_and_300_mb_at_most(tmp_path: Path) -> None:
    drawn = [kaspi_pdf(number) for number in range(60)]
    for number in range(300):
        (tmp_path / f"{number:03d}.pdf").write_bytes(drawn[number % 60])
    # A shell between: the kernel counts what a process was before it became another one as its own peak.
    command = ["/bin/sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-c", MERGE, str(tmp_path), "a4x4"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, busy, megabytes, pages = json.loads(done.stdout)
    print(f"300 waybills, four on A4: {seconds:.1f} s, {busy:.1f} s of the processor, {megabytes:.0f} MB")
    # What others do on this computer meanwhile is not the merging: its own time counts.
    assert (pages, busy <= 10, megabytes <= 300) == (75, True, True)
    assert len(PdfReader(tmp_path / "all.pdf").pages) == 75
