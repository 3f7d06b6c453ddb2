"""Receipts: entered by who may, never edited, taken back once; and what has left is priced as the pure rule says."""

import io
import math
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from catalog import coming_back, stock
from catalog.coming_back import Verdict
from catalog.costs import fifo, known, receipts
from catalog.costs.full import full_cost
from catalog.costs.receipts import Receipt
from catalog.costs.spent import spent
from catalog.costs.tariffs import TariffKind
from catalog.models import CostLayer, Offer, Tariff
from catalog.stock import Line
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.models import AuditEntry
from staff.scoping import current_company
from tests.cast import Cast
from tests.profit.conftest import Sold

HEADER = ("Артикул", "Дата", "Количество", "Себестоимость")


def sheet(*rows: tuple[object, ...]) -> SimpleUploadedFile:
    body = io.BytesIO()
    with xlsxwriter.Workbook(body) as book:
        page = book.add_worksheet()
        for number, cells in enumerate((HEADER, *rows)):
            page.write_row(number, 0, cells)
    return SimpleUploadedFile("costs.xlsx", body.getvalue())


def upload(cast: Cast, *rows: tuple[object, ...]) -> Any:
    return cast.aigerim.browser().post("/catalog/costs/load/", {"file": sheet(*rows)})


def receive(cast: Cast, sku: str, pieces: int, cost: int, *, days_ago: int = 3) -> CostLayer:
    now = database_now()
    receipt = Receipt(sku, (now - timedelta(days=days_ago)).date(), pieces, Decimal(cost))
    return receipts.receive(receipt, by=cast.aigerim.actor, now=now)


def test_a_receipt_is_entered_on_the_page_and_taken_back_once(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    form = {"sku": "A1", "day": "2026-11-01", "pieces": "3", "unit_cost": "1 250,50"}
    assert "1\u2009250,50" in browser.post("/catalog/costs/receive/", form, follow=True).content.decode()
    with cast.alma.scope():
        layer = CostLayer.objects.get()
    assert browser.post("/catalog/costs/take-back/", {"layer": layer.pk}).status_code == 302
    assert browser.post("/catalog/costs/take-back/", {"layer": layer.pk}).status_code == 404
    with cast.alma.scope():
        assert (receipts.standing().count(), CostLayer.objects.count()) == (0, 2)
        assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"cost.received", "cost.taken_back"}


@pytest.mark.parametrize(("field", "value"), [
    ("sku", ""), ("day", "31.02.2026"), ("day", "2014-12-31"), ("pieces", "0"), ("pieces", "1,5"), ("unit_cost", "-5"),
])  # fmt: skip
def test_a_receipt_that_cannot_be_is_refused_with_a_sentence(cast: Cast, field: str, value: str) -> None:
    form = {"sku": "A1", "day": "2026-11-01", "pieces": "3", "unit_cost": "100"} | {field: value}
    answer = cast.aigerim.browser().post("/catalog/costs/receive/", form)
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (422, True)
    with cast.alma.scope():
        assert not CostLayer.objects.exists()


def test_a_file_is_taken_in_whole_or_told_of_by_row_and_column(cast: Cast) -> None:
    page = upload(cast, ("A1", "01.11.2026", 3, 100), ("A2", "вчера", 3, 100)).content.decode()
    assert "дата" in page and "вчера" in page and ">3<" in page
    with cast.alma.scope():
        assert not CostLayer.objects.exists()
    assert upload(cast, ("A1", "01.11.2026", 3, 100), ("A2", "02.11.2026", 4, 200.5)).status_code == 302
    with cast.alma.scope():
        assert list(CostLayer.objects.order_by("sku").values_list("sku", "pieces", "unit_cost")) == [
            ("A1", 3, Decimal("100.00")),
            ("A2", 4, Decimal("200.50")),
        ]


def test_the_same_file_counts_once_and_again_after_it_was_taken_back(cast: Cast) -> None:
    file = sheet(("A1", "01.11.2026", 3, 100))
    browser = cast.aigerim.browser()
    assert browser.post("/catalog/costs/load/", {"file": file}).status_code == 302
    file.seek(0)
    assert "уже загружен" in browser.post("/catalog/costs/load/", {"file": file}).content.decode()
    with cast.alma.scope():
        load_id = CostLayer.objects.get().load_id
    assert browser.post("/catalog/costs/take-back/", {"load": load_id}).status_code == 302
    file.seek(0)
    assert browser.post("/catalog/costs/load/", {"file": file}).status_code == 302
    with cast.alma.scope():
        assert receipts.standing().count() == 1


def test_a_file_that_is_no_table_is_refused_and_the_page_lives(cast: Cast) -> None:
    bomb = SimpleUploadedFile("costs.xlsx", b"PK\x03\x04" + b"\x00" * 200)
    answer = cast.aigerim.browser().post("/catalog/costs/load/", {"file": bomb})
    assert (answer.status_code, "повреждён" in answer.content.decode()) == (422, True)


def test_who_sees_a_part_of_the_company_sees_no_costs(cast: Cast) -> None:
    assert cast.bolat.browser().get("/catalog/costs/").status_code == 403
    with cast.alma.scope(), pytest.raises(Refused, match="forbidden"):
        receipts.receive(Receipt("A1", database_now().date(), 1, Decimal(1)), by=cast.bolat.actor, now=database_now())
    with cast.bereke.scope(), pytest.raises(NotVisible):
        receipts.take_back(1, by=cast.chingiz.actor, now=database_now())


def test_what_left_costs_in_the_database_what_the_pure_rule_says(cast: Cast) -> None:
    """Lines of several orders, some of which came back, over layers of which one was taken back."""
    point, shipped = cast.alma.point("alma-tech", "PP1").pk, [2, 3, 1, 4, 2, 5]
    with cast.alma.scope():
        layers = [receive(cast, "A1", pieces, cost) for pieces, cost in ((3, 100), (9, 555), (4, 250), (2, 400))]
        receipts.take_back(layers[1].pk, by=cast.aigerim.actor, now=database_now())
        for order, pieces in enumerate(shipped, start=1):
            now = database_now() + timedelta(seconds=order)
            stock.hold(order_id=order, point_id=point, lines=[Line(0, "A1", pieces)], now=now)
            stock.ship(order_ids=[order], now=now)
        back = Verdict(entry_number=0, sku="A1", most=4, restocked=2, quarantined=1, written_off=1)
        coming_back.take_back(order_id=4, point_id=point, verdicts=[back], now=database_now())
        shipped[3] = 1
        kept = [fifo.Layer(one.pieces, one.unit_cost) for one in (layers[0], *layers[2:])]
        assert _priced() == [(one.cost, one.uncosted) for one in fifo.spend(kept, shipped)]


def _priced() -> list[tuple[Decimal, int]]:
    with connection.cursor() as cursor:
        statement = f"WITH {spent('TRUE')} SELECT cost, uncosted FROM spent ORDER BY order_id"
        cursor.execute(statement, {"company": current_company(), "items": None})
        return [(cost, int(uncosted)) for cost, uncosted in cursor.fetchall()]


def test_a_tariff_is_set_from_a_day_on_and_the_past_stays(cast: Cast) -> None:
    form = {"tariff": "commission:", "group": "", "since": "2026-11-10", "value": "11,5", "note": "договор"}
    page = cast.aigerim.browser().post("/catalog/tariffs/", form, follow=True).content.decode()
    assert "11,50" in page and "договор" in page
    with cast.alma.scope():
        tariffs, since = known.tariffs(), Tariff.objects.get().since
    told = [tariffs.value(TariffKind.COMMISSION, since - timedelta(days=back)) for back in (0, 1)]
    assert told == [Decimal("0.115"), Decimal("0.109")]


@pytest.mark.parametrize(("said", "kept"), [("Да", 1), (" нет ", 0), ("иә", 1), ("No", 0)])
def test_yes_and_no_are_written_as_words(cast: Cast, said: str, kept: int) -> None:
    form = {"tariff": "vat_payer:", "since": "2026-11-10", "value": said}
    assert cast.aigerim.browser().post("/catalog/tariffs/", form).status_code == 302
    with cast.alma.scope():
        assert Tariff.objects.get().value == kept


@pytest.mark.parametrize(("tariff", "value"), [
    ("commission:", "100"), ("vat_payer:", "может быть"), ("vat_payer:", "2"),
    ("delivery:city:1:2", "100"), ("delivery:city:0:0", "49,5"), ("nothing:", "1"),
    ("tax:", "много"), ("tax:food", "1"),
])  # fmt: skip
def test_a_tariff_that_cannot_be_is_refused(cast: Cast, tariff: str, value: str) -> None:
    form = {"tariff": tariff, "since": "2026-11-10", "value": value}
    assert cast.aigerim.browser().post("/catalog/tariffs/", form).status_code == 422
    with cast.alma.scope():
        assert not Tariff.objects.exists()


def test_the_full_cost_of_an_offer_is_told_once_its_cost_is_known(sold: Sold) -> None:
    with sold.cast.alma.scope():
        offer = Offer.objects.get(sku="SAY-KTL-17")
        assert full_cost([offer.pk], sold.day) == {offer.pk: None}
        receive(sold.cast, "SAY-KTL-17", 50, 3_000)
        [floor] = full_cost([offer.pk], sold.day).values()
    # 3 000 and the tariff's 927 for a parcel across the country, over 1 − 12,644 % − 0,95 % − 3 %.
    assert floor == math.ceil(3_927 / 0.83406)
