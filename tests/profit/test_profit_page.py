"""The pages of profit: for whom they are, what they say, what they refuse; their file; Kaspi Pay's sheet."""

import io
from datetime import datetime
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from orders.lifecycle import Stage
from orders.models import Expense, Order, PayOperation
from orders.profit import pay_sheet
from staff.errors import Refused
from staff.exports.making import make_due
from staff.formats import ALMATY
from staff.models import ExportFile
from tests.cast import Cast
from tests.exports.sheets import rows_of
from tests.profit.conftest import Sold
from tests.profit.test_costs import receive

TITLES = (
    "#", "Номер заказа (ID/RRN)", "Дата операции", "Время", "Тип операции", "Детали покупки", "Сумма операции (т)",
    "Комиссия за операции (т)", "Комиссия за операции по карте (т)", "Комиссия Kaspi Pay (т)",
    "Стоимость услуги за Kaspi Доставку",
)  # fmt: skip


def pay_file(*rows: tuple[object, ...]) -> SimpleUploadedFile:
    body = io.BytesIO()
    with xlsxwriter.Workbook(body) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Выписка по операциям"])
        for number, cells in enumerate((TITLES, *rows), start=2):
            page.write_row(number, 0, cells)
    return SimpleUploadedFile("pay.xlsx", body.getvalue())


@pytest.mark.parametrize("by", ["sku", "category", "point", "day"])
def test_the_page_says_what_was_earned_and_what_is_not_known(sold: Sold, by: str) -> None:
    page = sold.cast.aigerim.browser().get(f"/profit/?shop=alma-tech&by={by}").content.decode()
    assert "Прибыль завышена" in page and "Kaspi Pay" in page
    assert f"2{chr(0xA0)}заказа" in page or f"3{chr(0xA0)}заказа" in page


def test_a_loss_is_red_and_first(sold: Sold) -> None:
    with sold.cast.alma.scope():
        receive(sold.cast, "SAY-KTL-17", 9, 50_000)
        receive(sold.cast, "TLP-X5", 9, 50_000)
    page = sold.cast.aigerim.browser().get("/profit/?shop=alma-tech").content.decode()
    assert "Прибыль завышена" not in page and "text-danger" in page
    assert page.index("Чайник Saya Kettle") < page.index("Смартфон Tulpar X5")


@pytest.mark.parametrize(
    "query", ["from=2026-01-01&to=2026-12-31", "from=вчера", "from=2026-05-02&to=2026-05-01", "by=buyer", "start=x"]
)
def test_days_that_cannot_be_and_cuts_that_are_not_are_refused(cast: Cast, query: str) -> None:
    assert cast.aigerim.browser().get(f"/profit/?{query}").status_code == 400


def test_the_order_s_page_tells_its_profit_only_to_who_may_know(sold: Sold) -> None:
    path = f"/orders/{sold.several.code}/"
    assert 'id="order-profit"' in sold.cast.aigerim.browser().get(path).content.decode()
    assert 'id="order-profit"' not in sold.cast.bolat.browser().get(path).content.decode()
    assert sold.cast.bolat.browser().get("/profit/").status_code == 403


def test_an_order_that_is_not_issued_yet_says_so(cast: Cast) -> None:
    page = cast.aigerim.browser().get(f"/orders/{cast.place(Stage.NEW).code}/").content.decode()
    assert "Посчитаем, когда заказ выдадут" in page


def test_the_file_holds_every_line_with_its_parts_signed(sold: Sold) -> None:
    form = {"shop": "alma-tech", "from": sold.day.isoformat(), "to": sold.day.isoformat()}
    assert sold.cast.aigerim.browser().post("/profit/export/", form).status_code == 302
    make_due()
    with sold.cast.alma.scope():
        head, *rows = rows_of(ExportFile.objects.get())
    assert len(rows) == 4
    profit = head.index("Прибыль, ₸")
    assert all(row[profit] == pytest.approx(sum(one or 0 for one in row[6:profit])) for row in rows)


def test_an_expense_is_told_shown_and_taken_back_once(sold: Sold) -> None:
    browser = sold.cast.aigerim.browser()
    day = sold.day.isoformat()
    form = {"shop": "alma-tech", "kind": "fine", "first": day, "last": day, "amount": "5 000", "note": "опоздание"}
    assert "опоздание" in browser.post("/profit/expenses/", form, follow=True).content.decode()
    with sold.cast.alma.scope():
        row = Expense.objects.get()
    told = [browser.post("/profit/expenses/take-back/", {"expense": row.pk}).status_code for _ in range(2)]
    assert told == [302, 404]
    assert browser.post("/profit/expenses/", form | {"last": "2015-01-01"}).status_code == 422


def test_a_sheet_of_kaspi_pay_is_taken_in_once_whatever_is_loaded_again(sold: Sold) -> None:
    code, browser = sold.issued.code, sold.cast.aigerim.browser()
    rows = (
        (1, code, "30.11.2026", "10:15:00", "Покупка", "Заказ", "6000", "-759", "0", "-57", "-811"),
        (2, "", "30.11.2026", "10:16:00", "Перевод", "", "-100000", "0", "0", "0", "0"),
    )
    for _ in range(2):
        answer = browser.post("/profit/pay/", {"shop": "alma-tech", "file": pay_file(*rows)})
        assert answer.status_code == 302
    with sold.cast.alma.scope():
        row = PayOperation.objects.get()
    assert (row.code, row.commission, row.kaspi_pay, row.delivery) == (code, -759, -57, -811)
    assert row.at == datetime(2026, 11, 30, 10, 15, tzinfo=ALMATY)


def test_a_sheet_with_a_row_that_cannot_be_read_changes_nothing_and_names_it(sold: Sold) -> None:
    row = (1, sold.issued.code, "30.11.2026", "10:15", "Покупка", "", "шесть тысяч", "0", "0", "0", "0")
    page = sold.cast.aigerim.browser().post("/profit/pay/", {"shop": "alma-tech", "file": pay_file(row)})
    assert (page.status_code, "Строка 4: не сумма: «шесть тысяч»" in page.content.decode()) == (422, True)
    with sold.cast.alma.scope():
        assert not PayOperation.objects.exists()


def test_another_table_is_no_sheet_of_kaspi_pay() -> None:
    with pytest.raises(Refused, match="no_header"):
        pay_sheet.read([(1, ("Артикул", "Дата"))])
    _, *_ = TITLES
    sheet = pay_sheet.read([(1, TITLES), (2, ("1", "700100200", "01.11.2026", "", "", "", "1 000,50", "", "", "", ""))])
    assert sheet.operations[0].amount == Decimal("1000.50")


def test_orders_of_other_companies_are_in_no_sum(sold: Sold) -> None:
    assert Order is not None
    page = sold.cast.chingiz.browser().get("/profit/").content.decode()
    assert "За эти дни ничего не выдано" in page and "Saya" not in page
