"""The order export as a CSV text, and in a process of its own."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from integrations.kaspi import apart
from integrations.kaspi.apart import read_apart
from integrations.kaspi.order_export import BadExport, Export, read_order_export
from tests.integrations.test_order_export import TITLES, export, line

HEADER = "№ заказа{0}Дата поступления заказа{0}Статус{0}Оценка покупателя{0}Отзыв покупателя"


def text(*lines: str, mark: str = ";") -> str:
    return "\r\n".join([HEADER.format(mark), *lines])


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_a_csv_is_read_whatever_stands_between_its_cells(mark: str, encoding: str) -> None:
    told = text(mark.join(["712345678", "01.07.2025", "Выдан", "5", '"Спасибо; всё, как надо"']), mark=mark)
    row = read_order_export(told.encode(encoding)).rows[0]
    assert (row.code, row.mark, row.review) == ("712345678", 5, "Спасибо; всё, как надо")


def test_a_line_shorter_than_the_header_leaves_the_rest_empty() -> None:
    found = read_order_export(text("712345678;01.07.2025;Выдан").encode())
    assert (found.rows[0].mark, found.problems) == (None, ())


@pytest.mark.parametrize(
    ("lines", "encoding", "code", "words"),
    [
        (["1;2", '712345678;"01.07'], "utf-8", "bad_quotes", "Строка 3"),
        (['712345678;"01"07";Выдан'], "utf-8", "bad_quotes", "Строка 2"),
        (["7;1;2", '"' + "я" * 200_000], "utf-8", "long_line", "Строка 3"),
        (["Выдан"], "utf-16", "bad_encoding", "Строка 1"),
        ([";".join(["x"] * 101)], "utf-8", "too_many_columns", "100 столбцов"),
    ],
)
def test_a_broken_csv_is_refused_with_its_line(lines: Sequence[str], encoding: str, code: str, words: str) -> None:
    with pytest.raises(BadExport) as refused:
        read_order_export(text(*lines).encode(encoding))
    assert refused.value.code == code
    assert words in refused.value.sentence


def test_bytes_of_no_encoding_are_told_by_their_line() -> None:
    with pytest.raises(BadExport, match="Строка 2"):
        read_order_export(HEADER.format(";").encode() + b"\n7\x98\xff")


def test_a_process_of_its_own_reads_the_same_as_this_one() -> None:
    data = export(line(), line(**{"Оценка покупателя": "9"}))
    told = read_apart(data)
    assert told == read_order_export(data)
    assert (told.rows[0].received_on, told.rows[0].amount) == (date(2025, 7, 1), Decimal(16990))
    assert (len(told.rows), len(told.problems), len(TITLES)) == (2, 1, 28)


def test_a_refusal_comes_through_with_its_sentence() -> None:
    with pytest.raises(BadExport) as refused:
        read_apart(b"<html></html>")
    assert (refused.value.code, "HTML" in refused.value.sentence) == ("markup", True)


def test_a_file_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise subprocess.TimeoutExpired("reader", 60)

    monkeypatch.setattr(subprocess, "run", stopped)
    with pytest.raises(BadExport, match="too_heavy"):
        read_apart(export(line()))


def test_the_child_dies_when_it_asks_for_more_memory_than_it_may_have() -> None:
    greedy = "from integrations.kaspi import apart; apart._limit(); bytearray(apart.MEMORY)"
    done = subprocess.run([sys.executable, "-c", greedy], capture_output=True, check=False, cwd=apart._ROOT)
    assert b"MemoryError" in done.stderr


def test_an_empty_export_is_no_failure_of_the_child() -> None:
    assert read_apart(export()) == Export((), (), (), ())
