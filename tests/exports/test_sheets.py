"""What stands in a file: typed cells, no formulas, buyers by right (reliability.md §4 row 25, §5.12)."""

import re
from datetime import datetime

import pytest
from openpyxl import load_workbook

from staff.exports import workbook
from staff.exports.kinds import Cell, Column, Row
from staff.models import CompanyRole, Member, Reach
from staff.permissions import Permission
from tests.cast import Cast, Person
from tests.exports.sheets import made, parts_of, rows_of

pytestmark = pytest.mark.django_db

EVIL = ("=1+1", "+7 cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "http://evil.example/", "a\x00b")


def limited(cast: Cast, person: Person, *rights: Permission) -> Person:
    """The same person with these rights alone."""
    with cast.alma.scope():
        CompanyRole.objects.update_or_create(
            code="limited", defaults={"rights": [right.value for right in rights], "reach": Reach.COMPANY}
        )
        Member.objects.filter(pk=person.member.pk).update(role="limited")
    return person


def buyer() -> dict[str, str]:
    return {"firstName": "Айгерим", "lastName": "Сериккызы", "cellPhone": "7775554021"}


def column(file_rows: list[tuple[object, ...]], name: str) -> object:
    return file_rows[1][file_rows[0].index(name)]


def test_who_may_take_buyers_out_gets_them_whole(cast: Cast) -> None:
    cast.place(customer=buyer())
    rows = rows_of(made(cast.aigerim, shelf="new"))
    assert column(rows, "Покупатель") == "Айгерим Сериккызы"
    assert column(rows, "Телефон") == "+7 (777) 555-40-21"


@pytest.mark.parametrize("rights", [(), (Permission.BUYERS_SEE,), (Permission.BUYERS_EXPORT,)])
def test_everybody_else_gets_them_masked(cast: Cast, rights: tuple[Permission, ...]) -> None:
    cast.place(customer=buyer())
    file = made(limited(cast, cast.bolat, Permission.ORDERS_VIEW, *rights), shelf="new")
    rows = rows_of(file)
    assert column(rows, "Покупатель") == "Айгерим С."
    assert column(rows, "Телефон") == "+7 ••• ••• 40 21"
    assert column(rows, "Адрес") is None
    assert file.persons == 0
    everything = " ".join(parts_of(file).values())
    assert "Сериккызы" not in everything
    assert "7775554021" not in re.sub(r"\D", "", everything)


def test_a_manager_takes_out_the_orders_of_his_point_alone(cast: Cast) -> None:
    mine, other = cast.place(), cast.place(point="PP2")
    rows = rows_of(made(cast.bolat, shelf="new"))
    codes = [row[0] for row in rows[1:]]
    assert mine.code in codes
    assert other.code not in codes


def test_the_filter_of_the_shelf_is_the_filter_of_the_file(cast: Cast) -> None:
    wanted, other = cast.place(), cast.place(shop="alma-dom")
    codes = [row[0] for row in rows_of(made(cast.aigerim, shelf="new", shop="alma-tech"))[1:]]
    assert codes == [wanted.code]
    assert other.code not in codes


def test_phones_and_numbers_of_orders_are_texts_and_sums_are_numbers(cast: Cast) -> None:
    order = cast.place(customer=buyer())
    rows = rows_of(made(cast.aigerim, shelf="new"))
    assert isinstance(column(rows, "Номер"), str)
    assert isinstance(column(rows, "Телефон"), str)
    assert column(rows, "Сумма, ₸") == order.total_price
    assert isinstance(column(rows, "Поступил"), datetime)


@pytest.mark.parametrize("text", EVIL)
def test_a_text_is_a_text_whatever_it_begins_with(cast: Cast, text: str) -> None:
    entry = {"sku": "X-1", "name": text.replace("\x00", ""), "quantity": 1, "price": 1000}
    cast.place(entries=[entry], customer={"firstName": text.replace("\x00", ""), "lastName": "", "cellPhone": ""})
    parts = parts_of(made(cast.aigerim, shelf="new"))
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    assert not [name for name in parts if "external" in name.lower()]
    assert "hyperlink" not in sheet


def test_what_xml_cannot_say_is_left_out(tmp_path: object) -> None:
    path = f"{tmp_path}/x.xlsx"
    workbook.write(path, [Column("A"), Column("B", Cell.NUMBER)], [Row(("a\x00b\ud800c", 5))], title="Лист")
    assert load_workbook(path).worksheets[0]["A2"].value == "abc"


def test_rows_beyond_the_most_are_left_out(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    rows = (Row((str(number),), person=str(number)) for number in range(10))
    done = workbook.write(f"{tmp_path}/x.xlsx", [Column("A")], rows, title="Лист")
    assert (done.rows, done.persons) == (3, frozenset({"0", "1", "2"}))
