"""What the ledger tells of demand, and the page that says what to order."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from catalog import stock
from catalog.models import SupplySetting
from catalog.replenishment import budget, planning, reading
from catalog.stock import Line
from staff.clock import database_now
from staff.exports.making import make_due
from staff.formats import ALMATY
from staff.models import ExportFile
from tests.cast import Cast
from tests.exports.sheets import rows_of

SKU = "SAY-KTL-17"


class Shelf:
    """A point's shelf over the days gone by, told by the verbs of stock."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.point, self.now = cast, cast.alma.point("alma-tech", "PP1"), database_now()
        self.orders = 0

    def at(self, days_ago: int) -> datetime:
        noon = self.now.astimezone(ALMATY).replace(hour=12, minute=0)
        return noon - timedelta(days=days_ago)

    def count(self, pieces: int, *, days_ago: int) -> None:
        stock.count(point_id=self.point.pk, quantities={SKU: pieces}, now=self.at(days_ago))

    def sell(self, pieces: int, *, days_ago: int, freed: bool = False) -> None:
        self.orders += 1
        lines = [Line(0, SKU, pieces)]
        stock.hold(order_id=self.orders, point_id=self.point.pk, lines=lines, now=self.at(days_ago))
        verb = stock.free if freed else stock.ship
        verb(order_ids=[self.orders], now=self.at(days_ago) + timedelta(minutes=5))

    @property
    def item(self) -> reading.Item:
        [found] = reading.items([self.point.pk], now=self.now)
        return found


@pytest.fixture
def shelf(cast: Cast) -> Iterator[Shelf]:
    with cast.alma.scope():
        yield Shelf(cast)


def test_sold_is_what_orders_took_and_did_not_give_back(shelf: Shelf) -> None:
    shelf.count(50, days_ago=10)
    shelf.sell(3, days_ago=4)
    shelf.sell(2, days_ago=4)
    shelf.sell(7, days_ago=2, freed=True)
    item = shelf.item
    assert (item.free, item.sold[-4], item.sold[-2], sum(one or 0 for one in item.sold)) == (45, 5, 0, 5)


def test_days_that_began_and_ended_with_none_are_not_days_without_demand(shelf: Shelf) -> None:
    shelf.count(4, days_ago=10)
    shelf.sell(4, days_ago=8)
    shelf.count(6, days_ago=5)
    sold = shelf.item.sold
    assert [sold[-days] for days in (9, 8, 7, 6, 5, 4)] == [0, 4, None, None, 0, 0]


def test_a_shop_is_told_what_to_order_the_most_urgent_first(shelf: Shelf) -> None:
    shelf.count(60, days_ago=30)
    for days_ago in range(1, 28):
        shelf.sell(2, days_ago=days_ago)
    stock.count(point_id=shelf.point.pk, quantities={"NMD-R2-WH": 40}, now=shelf.at(30))
    kettle, robot = planning.of_shop(shelf.point.shop, now=shelf.now, costs=True)
    assert (kettle.item.sku, kettle.item.free, robot.plan.pieces) == (SKU, 6, 0)
    assert kettle.plan.pieces >= 2 * 14 - 6
    assert kettle.plan.cover == 3 and kettle.plan.unmet > 4


def test_the_pace_of_what_never_lay_on_the_shelf_is_called_unknown_not_nought(cast: Cast, shelf: Shelf) -> None:
    shelf.count(0, days_ago=0)
    stock.hold(order_id=1, point_id=shelf.point.pk, lines=[Line(0, SKU, 3)], now=shelf.at(0))
    page = cast.aigerim.browser().get("/catalog/replenishment/?shop=alma-tech").content.decode()
    assert "темп неизвестен" in page and "не было на полке" in page
    assert "не продаётся" not in page and "0,00" not in page


@pytest.fixture
def kettle_ends(shelf: Shelf) -> Shelf:
    shelf.count(60, days_ago=30)
    for days_ago in range(1, 28):
        shelf.sell(2, days_ago=days_ago)
    return shelf


def test_the_page_sets_cancels_against_the_budget_and_offers_a_preorder(
    cast: Cast, kettle_ends: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    kettle_ends.sell(5, days_ago=0)
    monkeypatch.setattr(budget, "_teller", lambda shop_id, now: 0)
    monkeypatch.setattr("catalog.replenishment.ordering.BLIND_HOURS", 24.0)
    page = cast.aigerim.browser().get("/catalog/replenishment/?shop=alma-tech").content.decode()
    assert "Нехватка съест весь запас отмен" in page
    assert "предзаказ 7 дн." in page and "chip--danger" in page


def test_terms_of_the_shop_and_of_one_item_change_what_is_ordered(cast: Cast, kettle_ends: Shelf) -> None:
    browser, shop = cast.aigerim.browser(), kettle_ends.point.shop
    before = planning.of_shop(shop, now=kettle_ends.now, costs=False)[0].plan.pieces
    form = {"shop": "alma-tech", "sku": SKU, "lead_days": "30", "review_days": "14", "level": "99"}
    assert browser.post("/catalog/replenishment/terms/", form).status_code == 302
    assert planning.of_shop(shop, now=kettle_ends.now, costs=False)[0].plan.pieces > before + 50
    assert browser.post("/catalog/replenishment/terms/", form | {"level": "100"}).status_code == 422
    assert SupplySetting.objects.count() == 1


def test_the_order_list_is_a_file(cast: Cast, kettle_ends: Shelf) -> None:
    cast.aigerim.browser().post("/catalog/replenishment/export/", {"shop": "alma-tech"})
    make_due()
    head, row = rows_of(ExportFile.objects.get())
    planned = planning.of_shop(kettle_ends.point.shop, now=kettle_ends.now, costs=True)[0]
    assert (head[0], row[0], row[2]) == ("Артикул", SKU, planned.plan.pieces)


def test_who_sees_one_point_is_not_told_of_the_whole_shop(cast: Cast) -> None:
    assert cast.bolat.browser().get("/catalog/replenishment/").status_code == 403
