"""A good «Гарантийный талон» to begin with, made by code: download it, put your logo in, upload it."""

import io
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

FACTS: Final = (
    ("Заказ", "{{ order.code }} от {{ order.date }}"),
    ("Покупатель", "{{ buyer.name }}{% if buyer.phone %}, {{ buyer.phone }}{% endif %}"),
    ("Дата выдачи", "{% if order.issued %}{{ order.issued }}{% else %}______________{% endif %}"),
    (
        "Гарантия",
        "{% if warranty.months %}{{ warranty.months }} мес., до {{ warranty.until }}{% else %}по закону{% endif %}",
    ),
)
COLUMNS: Final = (
    ("№", "{{ item.number }}", 10),
    ("Товар", "{{ item.name }}", 78),
    ("Артикул", "{{ item.sku }}", 32),
    ("Кол-во", "{{ item.quantity }}", 16),
    ("Серийный номер / IMEI", "", 44),
)
TERMS: Final = (
    "Гарантия действует при наличии этого талона и отсутствии следов вскрытия, влаги и механических повреждений.",
    "С условиями гарантии ознакомлен, товар получен в полной комплектации, претензий к внешнему виду нет.",
)


def starter() -> bytes:
    """The file."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(15)
    page.top_margin = page.bottom_margin = Mm(15)
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(10)
    _line(page.header.paragraphs[0], "{{ shop.name }} · {{ shop.company }}")
    _line(document.add_paragraph(), "Гарантийный талон № {{ card.number }}", size=18, bold=True)
    for label, value in FACTS:
        line = document.add_paragraph()
        _line(line, f"{label}: ", bold=True)
        _line(line, value)
    _goods(document)
    for sentence in TERMS:
        _line(document.add_paragraph(), sentence, size=9)
    _line(document.add_paragraph(), "Продавец: ________________ {{ printed.by }}        Покупатель: ________________")
    _line(document.add_paragraph(), "{{ order.qr }}")
    _line(page.footer.paragraphs[0], "{{ order.point }} · напечатано {{ printed.date }}", size=8)
    page.footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.core_properties.title = "Гарантийный талон {{ card.number }}"
    document.core_properties.author = "{{ shop.name }}"
    document.core_properties.comments = ""
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _goods(document: Any) -> None:
    """A row for each item: docxtpl takes away the rows that hold the loop itself."""
    table = document.add_table(rows=4, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.autofit = False
    rows = [[title for title, _, _ in COLUMNS], ["{%tr for item in items %}"], [field for _, field, _ in COLUMNS]]
    for place, texts in enumerate([*rows, ["{%tr endfor %}"]]):
        for column, text in enumerate(texts):
            _line(table.cell(place, column).paragraphs[0], text, bold=place == 0)
    for column, (_, _, width) in enumerate(COLUMNS):
        for cell in table.columns[column].cells:
            cell.width = Mm(width)
    document.add_paragraph()


def _line(paragraph: Any, text: str, *, size: int = 10, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
