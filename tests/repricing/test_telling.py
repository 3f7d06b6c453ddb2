"""What sources tell, through the API and in files; where an offer stands on its card."""

from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook

from catalog.models import CompetitorPrice, PriceSource
from catalog.repricing.intake import Told, take
from catalog.repricing.looks import places_of
from integrations.kaspi.competitor_file import read_prices
from integrations.kaspi.workbook import BadWorkbook
from staff.clock import database_now
from tests.cast import Cast
from tests.repricing.market import SKU, Market

ADDRESS = "/api/v1/competitor-prices"


def tell(program: Client, *rows: dict[str, Any], key: str = "", shop: str = "alma-tech") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    body = {"shop": shop, "prices": list(rows)}
    return program.post(ADDRESS, body, content_type="application/json", headers=headers)


def row(price: int | None = 98_000, **more: Any) -> dict[str, Any]:
    seller = {} if price is None else {"seller": "Чужой", "price": price}
    return {"sku": SKU, "seen_at": database_now().isoformat()} | seller | more


def test_a_program_tells_and_the_rule_follows(market: Market, cast: Cast) -> None:
    market.rule()
    told = tell(cast.alma.program(), row(), row(card="НЕТ ТАКОЙ", sku="НЕТ"))
    assert told.json() == {"taken": 1, "known": 0, "unknown": 1, "late": 0, "unknown_goods": ["НЕТ"]}
    market.run()
    assert market.offer.price == 97_999


def test_told_twice_it_is_kept_once(market: Market, cast: Cast) -> None:
    program, one = cast.alma.program(), row()
    assert tell(program, one, key="k1").json() == tell(program, one, key="k1").json()
    assert tell(program, one).json()["known"] == 1
    with market.scope():
        assert CompetitorPrice.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"price": 0}, {"price": None}, {"seen_at": "вчера"}, {"sku": "", "card": ""}, {"seller": ""}],
    ids=str,
)
def test_a_wrong_row_is_refused_whole(market: Market, cast: Cast, wrong: dict[str, Any]) -> None:
    answer = tell(cast.alma.program(), row(), row() | wrong)
    assert answer.status_code == 400
    with market.scope():
        assert not CompetitorPrice.objects.exists()


def test_more_than_a_thousand_rows_or_another_company_s_shop_are_refused(market: Market, cast: Cast) -> None:
    program = cast.alma.program()
    assert tell(program, *[row()] * 1_001).status_code == 400
    assert tell(program, row(), shop="bereke-tools").status_code == 404


def test_the_place_on_the_card_counts_everybody_and_says_how_fresh_it_is(market: Market) -> None:
    market.see(90_000, 99_000, 120_000, hours_ago=4)
    with market.scope():
        now = database_now()
        assert places_of([market.offer_id, 0], now) == {market.offer_id: (3, 4, Decimal(90_000), False)}
    market.see()
    with market.scope():
        assert places_of([market.offer_id], database_now())[market.offer_id][:2] == (1, 1)


def test_places_of_many_offers_take_two_queries(market: Market, django_assert_num_queries: Any) -> None:
    market.see(90_000)
    with market.scope():
        now = database_now()
        with django_assert_num_queries(2):
            places_of([market.offer_id, *range(10_000, 10_050)], now)


def test_rows_told_together_are_one_look_as_old_as_the_oldest(market: Market) -> None:
    now = database_now()
    rows = [row(95_000, seller="А"), row(90_000, seller="Б", seen_at=(now - timedelta(minutes=4)).isoformat())]
    with market.scope():
        told = [Told(SKU, "", one["seller"], "", Decimal(one["price"]), _moment(one)) for one in rows]
        take(market.shop, told, source=PriceSource.API, by="тест", now=now)
        assert set(CompetitorPrice.objects.values_list("seen_at", flat=True)) == {now - timedelta(minutes=4)}


def _moment(one: dict[str, Any]) -> Any:
    return datetime.fromisoformat(one["seen_at"])


def test_a_workbook_keeps_the_time_of_its_moments() -> None:
    book, out = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Артикул", "Продавец", "Цена", "Когда видели"])
    sheet.append([SKU, "Чужой", 98_000, datetime(2026, 11, 30, 9, 15)])
    sheet.append([SKU, "", "", datetime(2026, 11, 30, 9, 15)])
    book.save(out)
    table = read_prices(out.getvalue())
    assert [(one.price, one.seen_at.isoformat()) for one in table.rows] == [
        (98_000, "2026-11-30T09:15:00+05:00"),
        (None, "2026-11-30T09:15:00+05:00"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Артикул;Цена\nA;1", "no_column"),
        ("Цена;Когда видели\n1;2", "no_sku"),
        ("что-то", "no_header"),
        ("<html>", "markup"),
        ("Артикул;Цена;Когда видели\n" + "A;x;y\n" * 1_002, "too_many_problems"),
    ],
    ids=["no_column", "no_sku", "no_header", "markup", "problems"],
)
def test_a_file_that_is_no_table_of_prices_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadWorkbook) as refused:
        read_prices(text.encode())
    assert refused.value.code == code
