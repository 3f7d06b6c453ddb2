"""Lists of a supplier: read apart, matched, decided by a person; bad files leave a sentence and nothing else."""

import html
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from catalog.matching.reading import read_due
from catalog.models import Card, Offer, StockItem, SupplierLine, SupplierList, Verdict
from integrations.kaspi.supplier_list import read_list
from integrations.kaspi.workbook import BadWorkbook
from tests.cards.desk import Desk
from tests.cast import Cast

HEADER = ("Артикул", "Наименование", "Бренд", "Штрихкод", "Код карточки")
ROWS = (
    ("S-1", "Чайник Saya Kettle 1,7л", "Saya", "4600000000017", "101"),
    ("S-2", "Наушники беспроводные Saya красные", "Saya", "", "102"),
    ("S-3", "Гвоздодёр", "", "", ""),
    ("", "", "Saya", "", ""),
)


def book(*rows: tuple[str, ...]) -> bytes:
    made, file = Workbook(), BytesIO()
    for row in rows:
        made.worksheets[0].append(row)
    made.save(file)
    return file.getvalue()


@pytest.fixture
def browser(cast: Cast) -> Client:
    return cast.aigerim.browser()


@pytest.fixture
def offers(desk: Desk) -> list[Offer]:
    goods = (("KTL-17", "Электрочайник", "4600000000017"), ("AIR-3", "Наушники Saya Air 3, графит", ""))
    with desk.scope():
        return [Offer.objects.create(shop=desk.shop, sku=sku, name=name, barcode=code) for sku, name, code in goods]


def bring(browser: Client, content: bytes, **more: str) -> str:
    """Upload and have it read; the address of the list."""
    file = SimpleUploadedFile("прайс.xlsx", content)
    answer = browser.post("/catalog/matches/", {"shop": "alma-tech", "file": file, **more})
    assert answer.status_code == 302, html.unescape(answer.content.decode())[-3000:]
    read_due()
    return str(answer.headers["Location"])


def lines(desk: Desk) -> dict[int, str]:
    with desk.scope():
        return dict(SupplierLine.objects.order_by("row").values_list("row", "verdict"))


def text(browser: Client, address: str) -> str:
    return html.unescape(browser.get(address).content.decode()).replace("\u00a0", " ")


def test_a_list_is_matched_and_each_kind_waits_for_its_word(desk: Desk, offers: list[Offer], browser: Client) -> None:
    address = bring(browser, book(HEADER, *ROWS))
    assert lines(desk) == {2: Verdict.CERTAIN, 3: Verdict.REVIEW, 4: Verdict.NONE}
    page = text(browser, address)
    assert "Наушники Saya Air 3, графит" in page and "модель совпала: 3" not in page
    assert "Нет названия: впишите его или удалите строку." in page
    assert "штрихкод тот же: 4600000000017" in text(browser, f"{address}?kind=certain")
    with desk.scope():
        assert SupplierList.objects.get().content is None


def test_sure_lines_are_bound_at_once_and_tell_the_offer_its_card(
    desk: Desk, offers: list[Offer], browser: Client
) -> None:
    address = bring(browser, book(HEADER, *ROWS))
    assert browser.post(f"{address}sure/").status_code == 302
    kettle, ears = map(desk.again, offers)
    assert (kettle.card_code, kettle.version, ears.card_code) == ("101", 2, "")
    assert lines(desk)[2] == Verdict.BOUND
    assert browser.post(f"{address}decide/", {"row": "2", "act": "skip"}).status_code == 409


def test_a_person_binds_drafts_or_skips(desk: Desk, offers: list[Offer], browser: Client) -> None:
    address = bring(browser, book(HEADER, *ROWS))
    assert browser.post(f"{address}decide/", {"row": "3", "act": "bind", "offer": "NO", "typed": ""}).status_code == 400
    browser.post(f"{address}decide/", {"row": "3", "act": "bind", "offer": "KTL-17", "typed": "AIR-3"})
    browser.post(f"{address}decide/", {"row": "4", "act": "draft"})
    browser.post(f"{address}decide/", {"row": "2", "act": "skip"})
    assert lines(desk) == {2: Verdict.SKIPPED, 3: Verdict.BOUND, 4: Verdict.DRAFTED}
    with desk.scope():
        assert (Card.objects.get().sku, Card.objects.get().title) == ("S-3", "Гвоздодёр")
    assert desk.again(offers[1]).card_code == "102"
    assert "разобран" in text(browser, address)


def test_a_list_of_the_warehouse_names_the_physical_item_unless_pieces_would_be_lost(
    desk: Desk, offers: list[Offer], browser: Client, cast: Cast
) -> None:
    with desk.scope():
        StockItem.objects.create(point=cast.alma.point("alma-tech", "PP1"), sku="AIR-3", on_hand=2)
    address = bring(browser, book(HEADER, *ROWS), stock="yes")
    browser.post(f"{address}sure/")
    assert desk.again(offers[0]).stock_sku == "S-1"
    answer = browser.post(f"{address}decide/", {"row": "3", "act": "bind", "offer": "AIR-3"})
    assert (answer.status_code, desk.again(offers[1]).stock_sku) == (409, "")
    assert "сначала разберите их" in html.unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Выберите файл"),
        (b"<html><table>", "Это страница HTML"),
        (b"\xd0\xcf\x11\xe0", "Это старый формат .xls"),
    ],
)
def test_a_file_that_nobody_would_read_is_refused_at_once(
    desk: Desk, browser: Client, content: bytes, sentence: str
) -> None:
    file = SimpleUploadedFile("a.xlsx", content)
    answer = browser.post("/catalog/matches/", {"shop": "alma-tech", "file": file})
    assert (answer.status_code, sentence in html.unescape(answer.content.decode())) == (422, True)


def test_a_file_that_the_worker_cannot_read_leaves_its_sentence(desk: Desk, browser: Client) -> None:
    address = bring(browser, book(("Цена", "Сколько"), ("1", "2")))
    assert "нет столбца «Название»" in text(browser, address)
    assert lines(desk) == {}


def test_a_list_of_text_reads_as_a_sheet_does_and_is_bounded() -> None:
    plain = "\n".join(";".join(row) for row in (HEADER, *ROWS)).encode("cp1251")
    assert read_list(plain) == read_list(book(HEADER, *ROWS))
    with pytest.raises(BadWorkbook, match="too_many_rows"):
        read_list(("Товар\n" + "Чайник\n" * 10_001).encode())
    [row] = read_list("Товар;Бренд\nЧайник;{}".format("я" * 257).encode()).unread
    assert (row.row, row.sentence) == (2, "Столбец «бренд» длиннее 256 знаков: сократите.")
