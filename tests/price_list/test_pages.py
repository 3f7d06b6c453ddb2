"""The pages of price lists: brought, read by a worker, corrected, applied and taken back, by who may and nobody else."""

import html
import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from catalog import stock
from catalog.models import Offer, PriceLoad
from catalog.price_list import wishes
from catalog.price_list.reading import read_due
from staff.clock import database_now
from staff.exports.making import make_due
from tests.cast import Cast
from tests.price_list.desk import KASPI, Desk, sheet

pytestmark = pytest.mark.django_db
UPLOAD = "/catalog/upload/"


@pytest.fixture
def browser(cast: Cast) -> Client:
    with cast.alma.scope():
        desk = Desk(cast, cast.alma.shop("alma-tech"))
        desk.offer("KTL-17", 5000, pieces=3)
        desk.offer("SML-5L", 9000, floor=8000)
    return cast.aigerim.browser()


def bring(browser: Client, *rows: Any, header: tuple[str, ...] = KASPI, mode: str = "listed") -> str:
    """Upload and have it read; the address of the report."""
    file = io.BytesIO(sheet(header, *rows))
    file.name = "прайс.xlsx"
    answer = browser.post(UPLOAD, {"shop": "alma-tech", "mode": mode, "file": file})
    assert answer.status_code == 302, text_of(answer)
    read_due()
    return str(answer.headers["Location"])


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode()).replace("\u00a0", " ").replace("\u2009", " ")


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return text_of(answer)


def price_of(cast: Cast, sku: str) -> int | None:
    with cast.alma.scope():
        found = Offer.objects.filter(sku=sku).values_list("price", flat=True).first()
        return None if found is None else int(found)


def test_errors_say_what_is_wrong_and_a_similar_sku_is_put_in(cast: Cast, browser: Client) -> None:
    report = bring(browser, ("KTL-17", "", "", 5500), ("SML-5L-?", "", "", 9100), ("SML-5L", "", "", 7000, "2 шт"))
    shown = page(browser, report)
    for words in ("Такого артикула нет в магазине", "Подставить SML-5L", "Остаток не число", "цифры: 2"):
        assert words in shown
    book = load_workbook(io.BytesIO(browser.get(f"{report}errors.xlsx").content))
    assert [row[1].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["SML-5L-?", "SML-5L"]
    browser.post(f"{report}fix/", {"kind": "skus", "word": "SML-5L-?", "put": "SML-5L"})
    read_due()
    assert "обновятся" in page(browser, report)
    browser.post(f"{report}apply/")
    assert (price_of(cast, "KTL-17"), price_of(cast, "SML-5L")) == (5500, 9100)
    assert "Применено, изменили 2" in page(browser, report)


def test_one_click_takes_a_load_back(cast: Cast, browser: Client) -> None:
    report = bring(browser, ("KTL-17", "", "", 5500))
    browser.post(f"{report}apply/")
    assert f'action="{report}undo/"' in page(browser, UPLOAD)
    for _ in range(2):
        browser.post(f"{report}undo/")
    assert price_of(cast, "KTL-17") == 5000
    assert "Загрузку отменили" in page(browser, report)


def test_unknown_columns_are_named_once_and_remembered(cast: Cast, browser: Client) -> None:
    header = ("Код 1С", "Прайс Kaspi", "Лежит на Абая")
    report = bring(browser, ("KTL-17", 5500, 9), header=header)
    assert "Назовите колонки" in page(browser, report)
    browser.post(f"{report}columns/", {"column": ["sku", "price", "at:PP1"]})
    read_due()
    again = bring(browser, ("KTL-17", 5600, 9), header=header)
    for address in (report, again):
        assert "Что в каких колонках" in page(browser, address)
    browser.post(f"{again}apply/")
    assert price_of(cast, "KTL-17") == 5600


def test_a_hundred_thousand_goods_are_written_by_a_worker(
    cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishes, "AT_ONCE", 0)
    report = bring(browser, ("KTL-17", "", "", 5500))
    browser.post(f"{report}apply/")
    assert 'hx-trigger="every 1s"' in page(browser, report)
    assert price_of(cast, "KTL-17") == 5000
    read_due()
    assert price_of(cast, "KTL-17") == 5500
    browser.post(f"{report}undo/")
    read_due()
    assert price_of(cast, "KTL-17") == 5000


def test_who_lost_the_right_meanwhile_writes_nothing(
    cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishes, "AT_ONCE", 0)
    report = bring(browser, ("KTL-17", "", "", 5500))
    browser.post(f"{report}apply/")
    with cast.alma.scope():
        member = cast.aigerim.member
        member.role = "analyst"
        member.save()
    read_due()
    with cast.alma.scope():
        assert (PriceLoad.objects.get().state, price_of(cast, "KTL-17")) == ("ready", 5000)


def test_a_stopped_load_changes_nothing(cast: Cast, browser: Client) -> None:
    report = bring(browser, ("KTL-17", "", "", 5500))
    browser.post(f"{report}stop/")
    browser.post(f"{report}apply/")
    assert price_of(cast, "KTL-17") == 5000
    with cast.alma.scope():
        assert PriceLoad.objects.get().content is None


def test_who_sees_one_point_or_may_not_manage_is_kept_out(cast: Cast, browser: Client) -> None:
    report = bring(browser, ("KTL-17", "", "", 5500))
    assert cast.bolat.browser().get(report).status_code == 403
    assert cast.chingiz.browser().get(report).status_code == 404
    assert cast.bolat.browser().post(UPLOAD, {"shop": "alma-tech", "mode": "listed"}).status_code == 403


def test_a_file_that_nobody_would_read_is_told_why_at_once(browser: Client) -> None:
    file = io.BytesIO(b"\x1f\x8b packed")
    answer = browser.post(UPLOAD, {"shop": "alma-tech", "mode": "listed", "file": file})
    assert answer.status_code == 422
    assert "распакуйте" in text_of(answer)


def made(browser: Client, form: str) -> bytes:
    answer = browser.post(f"{UPLOAD}export/", {"shop": "alma-tech", "form": form})
    assert answer.headers.get("Location") == "/files/", text_of(answer)
    make_due()
    address = page(browser, "/files/").split('href="/files/')[1].split('"')[0]
    return bytes(browser.get(f"/files/{address}").content)


def test_what_is_exported_says_the_same_when_it_is_loaded(cast: Cast, browser: Client) -> None:
    file = io.BytesIO(made(browser, "own"))
    file.name = "мой.xlsx"
    report = browser.post(UPLOAD, {"shop": "alma-tech", "mode": "whole", "file": file}).headers["Location"]
    read_due()
    with cast.alma.scope():
        load = PriceLoad.objects.get()
    assert (load.state, load.same, load.changed, load.off, load.wrong) == ("ready", 2, 0, 0, 0), page(browser, report)


def test_kaspi_is_told_what_may_be_sold_in_its_own_columns(cast: Cast, browser: Client) -> None:
    with cast.alma.scope():
        desk = Desk(cast, cast.alma.shop("alma-tech"))
        line = stock.Line(0, "KTL-17", 1)
        stock.hold(order_id=1, point_id=desk.point("PP1"), lines=[line], now=database_now())
    rows = list(load_workbook(io.BytesIO(made(browser, "kaspi"))).worksheets[0].iter_rows(values_only=True))
    assert rows[0] == KASPI
    assert rows[1] == ("KTL-17", "Товар KTL-17", None, 5000, "2", "no", "no", "no", "no", None)


def test_a_shop_that_kaspi_s_columns_cannot_hold_is_told_why(cast: Cast, browser: Client) -> None:
    with cast.alma.scope():
        Offer.objects.filter(sku="KTL-17").update(preorder_days=3)
        Offer.objects.filter(sku="SML-5L").update(preorder_days=5)
    answer = browser.post(f"{UPLOAD}export/", {"shop": "alma-tech", "form": "kaspi"})
    assert answer.status_code == 422
    assert "разный предзаказ" in text_of(answer)
