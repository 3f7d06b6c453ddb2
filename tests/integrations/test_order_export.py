"""The cabinet's order export: what is read, what is told of a bad row, and which files are not opened at all."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from integrations.kaspi import workbook
from integrations.kaspi.order_export import COLUMNS, MAX_PROBLEMS, BadExport, read_order_export

TITLES = [column.title for column in COLUMNS]
ISSUED = {
    "№ заказа": "712345678",
    "Дата поступления заказа": "01.07.2025",
    "Название товара в Kaspi Магазине": "Чайник 1,7 л",
    "Артикул": "132549028_177560343",
    "Сумма": "16990",
    "Адрес самовывоза/доставки": "г. Алматы, улица Абая, 1",
    "Дата изменения статуса": "03.07.2025",
    "Статус": "Выдан",
    "Принял": "Болат",
    "Оценка покупателя": "5",
    "Отзыв покупателя": "Спасибо",
    "Дата публикации отзыва": "05.07.2025",
    "Количество": "1",
    "Стоимость доставки для продавца": "1455.0",
    "Требуется подписание": "Не требуется",
    "Плановая дата передачи курьеру": "02.07.2025",
    "Склад передачи КД": "30141222_PP1",
}


def table(*rows: Sequence[object]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    book.save(file)
    return file.getvalue()


def line(**changed: object) -> list[object]:
    return [{**ISSUED, **changed}.get(title) for title in TITLES]


def export(*rows: Sequence[object]) -> bytes:
    return table(TITLES, *rows)


def repack(data: bytes, change: Callable[[str, bytes], bytes], **added: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in added.items():
            new.writestr(name, content)
    return file.getvalue()


def in_sheet(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, content: content.replace(old, new) if "worksheets/" in name else content


def unchanged(name: str, content: bytes) -> bytes:
    return content


def refusal(data: bytes) -> BadExport:
    with pytest.raises(BadExport) as refused:
        read_order_export(data)
    return refused.value


def test_the_export_has_the_columns_of_the_reference() -> None:
    assert (len(TITLES), len(set(TITLES)), TITLES[0], TITLES[-1]) == (28, 28, "№ заказа", "Склад передачи КД")


def test_a_row_is_read_with_its_types() -> None:
    row = read_order_export(export(line())).rows[0]
    assert (row.code, row.status, row.received_on) == ("712345678", "Выдан", date(2025, 7, 1))
    assert (row.mark, row.review, row.review_on) == (5, "Спасибо", date(2025, 7, 5))
    assert (row.amount, row.seller_delivery_cost) == (Decimal(16990), Decimal(1455))
    assert (row.hand_over_planned_on, row.hand_over_point) == (date(2025, 7, 2), "30141222_PP1")
    assert (row.signature_required, row.accepted_by, row.cancelled_by) == (False, "Болат", "")


def test_a_whole_export_brings_no_complaints() -> None:
    found = read_order_export(export(line(), line()))
    assert (len(found.rows), found.problems, found.missing, found.unknown) == (2, (), (), ())


def test_empty_cells_are_unknown_values_and_not_errors() -> None:
    bare = {title: None for title in TITLES[2:] if title != "Статус"}
    found = read_order_export(export(line(**bare)))
    assert found.problems == ()
    assert (found.rows[0].mark, found.rows[0].amount, found.rows[0].review_on) == (None, None, None)


def test_numbers_and_dates_that_excel_made_of_the_texts_are_read_as_well() -> None:
    saved_again = line(**{"№ заказа": 712345678, "Дата поступления заказа": datetime(2025, 7, 1), "Сумма": 1455.5})
    row = read_order_export(export(saved_again)).rows[0]
    assert (row.code, row.received_on, row.amount) == ("712345678", date(2025, 7, 1), Decimal("1455.5"))


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("Дата публикации отзыва", "31.02.2025", "нет в календаре"),
        ("Дата публикации отзыва", "2025-07-05", "не дата вида"),
        ("Оценка покупателя", "6", "не оценка от 1 до 5"),
        ("Оценка покупателя", "4.5", "не оценка от 1 до 5"),
        ("Сумма", "много", "не число"),
        ("Сумма", "1e9", "не число"),
        ("Требуется подписание", "Может быть", "Требуется"),
    ],
)
def test_a_bad_cell_is_told_and_its_row_is_kept(column: str, cell: str, words: str) -> None:
    found = read_order_export(export(line(), line(**{column: cell})))
    problem = found.problems[0]
    assert (len(found.rows), len(found.problems), problem.row, problem.column) == (2, 1, 3, column)
    assert words in problem.sentence
    assert cell in problem.sentence


@pytest.mark.parametrize(
    ("column", "cell"),
    [("№ заказа", "КЗ-12"), ("№ заказа", None), ("Дата поступления заказа", None), ("Статус", None)],
)
def test_a_row_that_cannot_be_told_apart_is_left_out_and_its_neighbours_stay(column: str, cell: str | None) -> None:
    found = read_order_export(export(line(**{column: cell}), line()))
    assert (len(found.rows), [problem.row for problem in found.problems]) == (1, [2])


def test_rows_are_numbered_as_excel_shows_them() -> None:
    found = read_order_export(table(["Заказы"], [], TITLES, line(), [], line(Сумма="x")))
    assert (len(found.rows), found.problems[0].row) == (2, 6)


def test_titles_are_found_in_any_order_and_spelling_of_spaces() -> None:
    shuffled = [f" {title.upper()} ".replace(" ", "  ") for title in reversed(TITLES)]
    found = read_order_export(table(shuffled, list(reversed(line()))))
    assert (found.rows[0].code, found.missing, found.unknown) == ("712345678", (), ())


def test_columns_that_are_missing_or_new_are_named() -> None:
    found = read_order_export(table([*TITLES[:-1], "Цвет"], [*line()[:-1], "red"]))
    assert (found.missing, found.unknown) == (("Склад передачи КД",), ("Цвет",))


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        ([["a", "b"], ["c"]], "no_header", "№ заказа"),
        ([], "no_header", "№ заказа"),
        ([["№ заказа", "Сумма"]], "missing_columns", "«Дата поступления заказа», «Статус»"),
        ([[*TITLES, "Сумма"]], "double_columns", "«Сумма»"),
        ([TITLES, *[line(Сумма="x")] * (MAX_PROBLEMS + 1)], "too_many_problems", "перепутаны"),
        ([TITLES, [""] * 100 + ["x"]], "too_many_columns", "100 столбцов"),
    ],
)
def test_a_table_that_is_no_export_is_refused_in_words(rows: list[Sequence[object]], code: str, words: str) -> None:
    refused = refusal(table(*rows))
    assert refused.code == code
    assert words in refused.sentence


PLAIN = export(line())
DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_xlsx"),
        (PLAIN[: len(PLAIN) // 2], "not_xlsx"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><table><tr><td>1</td></tr></table>", "markup"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (repack(PLAIN, unchanged, **{"xl/embeddings/inner.xlsx": PLAIN}), "nested"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "old_or_locked"),
        (b"PK" + b"\x00" * workbook.ORDERS.size, "too_large"),
        (repack(PLAIN, unchanged, **{"xl/vbaProject.bin": b"x"}), "macros"),
        (repack(PLAIN, unchanged, **{"xl/externalLinks/externalLink1.xml": b"<x/>"}), "external_links"),
        (repack(PLAIN, unchanged, **{"xl/evil.xml": DOCTYPE}), "doctype"),
        (repack(PLAIN, unchanged, **{"xl/evil.xml": DOCTYPE.decode().encode("utf-16")}), "not_xlsx"),
        (repack(PLAIN, unchanged, **{"xl/zeros.bin": b"\x00" * 10_000_000}), "too_heavy"),
        (repack(PLAIN, unchanged, **{f"xl/part{n}.xml": b"<x/>" for n in range(200)}), "too_heavy"),
        (repack(PLAIN, in_sheet(b'r="AB2"', b'r="XFD2"')), "too_many_columns"),
        (repack(PLAIN, in_sheet(b'r="AB2"', b'r="AB1048576"')), "too_many_rows"),
        (repack(PLAIN, in_sheet(b'<row r="2"', b'<row r="1048576"')), "too_many_rows"),
        (repack(PLAIN, in_sheet(b'<c r="AB2"', b"<c")), "not_xlsx"),
        (repack(PLAIN, in_sheet(b"</sheetData>", b"")), "not_xlsx"),
        (repack(PLAIN, lambda name, content: b"<x/>" if name == "xl/workbook.xml" else content), "not_xlsx"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_dangerous_or_broken_file_is_refused_before_it_is_opened(data: bytes, code: str) -> None:
    refused = refusal(data)
    assert refused.code == code
    assert refused.sentence.endswith(".")


def test_a_lying_dimension_does_not_hide_rows() -> None:
    data = repack(export(line(), line()), lambda name, content: content.replace(b"A1:AB3", b"A1:A1"))
    assert len(read_order_export(data).rows) == 2


def test_too_many_rows_are_refused_and_as_many_as_allowed_are_read() -> None:
    data = table(*[[str(n)] for n in range(6)])
    assert len(list(workbook.read_lines(data, limits=workbook.Limits(10, 5)))) == 6
    with pytest.raises(BadExport, match="too_many_rows"):
        workbook.read_lines(data, limits=workbook.Limits(10, 4))


def test_names_and_addresses_do_not_show_in_the_repr_of_a_row() -> None:
    found = read_order_export(export(line()))
    assert repr(found.rows[0]) == "ExportRow(712345678)"


def rows_or_refusal(data: bytes) -> int:
    """How many rows were read; none when the file was refused. Any other error goes through."""
    try:
        return len(read_order_export(data).rows)
    except BadExport:
        return 0


@settings(max_examples=150, deadline=None)
@given(place=st.floats(0, 1), junk=st.binary(min_size=1, max_size=40))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(place: float, junk: bytes) -> None:
    at = int(place * (len(PLAIN) - len(junk)))
    assert rows_or_refusal(PLAIN[:at] + junk + PLAIN[at + len(junk) :]) <= 1


@settings(max_examples=150, deadline=None)
@given(place=st.floats(0, 1), junk=st.binary(min_size=1, max_size=10))
def test_a_damaged_sheet_is_read_or_refused_and_nothing_else(place: float, junk: bytes) -> None:
    def damage(name: str, content: bytes) -> bytes:
        at = int(place * (len(content) - len(junk)))
        return content[:at] + junk + content[at + len(junk) :] if "worksheets/" in name else content

    assert rows_or_refusal(repack(PLAIN, damage)) <= 1
