"""Where a good lies is said on the page of goods by those who pack, and the pick list follows it."""

import pytest

from catalog.models import Offer, StockItem
from staff.models import AuditEntry
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LINE = {"sku": "KTL-17", "name": "Чайник", "quantity": 1, "price": 5000}


def form(**changed: str) -> dict[str, str]:
    return {"shop": "alma-tech", "point": "PP1", "sku": "KTL-17", "place": " A-12  у окна ", **changed}


def place_of(cast: Cast) -> list[str]:
    with cast.alma.scope():
        return list(StockItem.objects.filter(sku="KTL-17").exclude(place="").values_list("place", flat=True))


@pytest.fixture
def offered(cast: Cast) -> Cast:
    order = cast.place(entries=[LINE])
    with cast.alma.scope():
        Offer.objects.create(shop_id=order.shop_id, sku="KTL-18", name="Чайник")
    return cast


def test_a_place_is_said_once_and_told_in_the_journal(offered: Cast) -> None:
    browser = offered.bolat.browser()
    for _ in range(2):
        assert browser.post("/catalog/place/", form()).headers["Location"] == "/catalog/?shop=alma-tech"
    assert place_of(offered) == ["A-12 у окна"]
    with offered.alma.scope():
        entry = AuditEntry.objects.get(action="stock.placed")
    assert (entry.subject_id, entry.after) == ("KTL-17", {"place": "A-12 у окна"})
    assert "A-12 у окна" in browser.get("/catalog/").content.decode()


def test_it_is_a_place_at_ones_own_points_and_of_goods_that_are_sold(offered: Cast) -> None:
    assert offered.daniyar.browser().post("/catalog/place/", form()).status_code == 404
    assert offered.chingiz.browser().post("/catalog/place/", form()).status_code == 404
    assert offered.bolat.browser().post("/catalog/place/", form(sku="\x00")).status_code == 404
    assert place_of(offered) == []


@pytest.mark.parametrize("place", ["A" * 61, "A\x00", "A\u202e1"])
def test_a_place_is_a_short_word(offered: Cast, place: str) -> None:
    answer = offered.bolat.browser().post("/catalog/place/", form(place=place))
    assert answer.status_code == 400
    assert "короче" in answer.content.decode()


def test_waybills_come_in_the_order_of_the_places(offered: Cast) -> None:
    from orders.documents.reading import sheets_of
    from orders.models import Order
    from staff.clock import database_now

    far = offered.place(entries=[{**LINE, "sku": "KTL-18"}])
    browser = offered.bolat.browser()
    browser.post("/catalog/place/", form(place="B-1"))
    browser.post("/catalog/place/", form(place="A-9", sku="KTL-18"))
    with offered.alma.scope():
        orders = list(Order.objects.select_related("shop", "point"))
        sheets = sheets_of(orders, by=offered.bolat.actor, now=database_now())
    assert [sheet.goods[0].place for sheet in sheets] == ["A-9", "B-1"]
    assert sheets[0].code == far.code
