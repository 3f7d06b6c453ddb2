"""A file is made again when what it says has changed, within a minute, and each hour."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from catalog import stock
from catalog.feed.making import make_due
from catalog.feed.packing import Pack
from catalog.models import CityPrice, Feed, FeedMark, Offer, OfferPoint, StockItem
from catalog.stock import Line as Wanted
from staff.clock import database_now
from staff.models import PointOfSale
from tests.cast import Cast
from tests.feed.files import Listing, listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def alma(cast: Cast) -> Listing:
    """A file made more than a minute ago, of which nothing has changed."""
    made = listing(cast)
    made.add("A-1")
    made.make()
    rest(made, timedelta(minutes=2))
    return made


def rest(alma: Listing, since: timedelta) -> None:
    with alma.company.scope():
        Feed.objects.update(looked_at=database_now() - since)


def a_price(offer: Offer, point: int) -> None:
    Offer.objects.update(price=Decimal(8990))


def a_price_of_a_city(offer: Offer, point: int) -> None:
    CityPrice.objects.create(offer=offer, city_code="750000000", price=Decimal(1))


def a_point_that_does_not_sell_it(offer: Offer, point: int) -> None:
    OfferPoint.objects.create(offer=offer, point_id=point, sold=False)


def an_order(offer: Offer, point: int) -> None:
    stock.hold(order_id=1, point_id=point, lines=[Wanted(0, offer.sku, 1)], now=database_now())


def pieces_held_back(offer: Offer, point: int) -> None:
    StockItem.objects.update(held_back=2)


def the_code_of_a_point(offer: Offer, point: int) -> None:
    PointOfSale.objects.filter(pk=point).update(code="PP9")


def a_good_that_is_gone(offer: Offer, point: int) -> None:
    Offer.objects.all().delete()


CHANGES: tuple[Callable[[Offer, int], None], ...] = (
    *(a_price, a_price_of_a_city, a_point_that_does_not_sell_it, an_order),
    *(pieces_held_back, the_code_of_a_point, a_good_that_is_gone),
)


def test_what_the_file_says_makes_it_due(alma: Listing) -> None:
    point = alma.company.point("alma-tech", "PP1")
    for change in CHANGES:
        rest(alma, timedelta(minutes=2))
        before = make_due()
        with alma.company.scope():
            change(Offer.objects.get(), point.pk)
        assert (before, make_due(), make_due()) == (0, 1, 0), change.__name__


def test_not_before_a_minute_has_passed_and_each_hour_all_the_same(alma: Listing) -> None:
    rest(alma, timedelta(minutes=61))
    assert make_due() == 1
    alma.add("A-2")
    rest(alma, timedelta(seconds=50))
    assert make_due() == 0


def test_a_warehouse_of_two_shops_concerns_both(alma: Listing) -> None:
    home = alma.company.point("alma-dom", "PP1")
    with alma.company.scope():
        PointOfSale.objects.filter(shop=alma.shop, code="PP2").update(keeps_at=home)
        FeedMark.objects.all().delete()
        stock.count(point_id=home.pk, quantities={"ELSE": 3}, now=database_now())
        assert set(FeedMark.objects.values_list("shop_id", flat=True)) == {alma.shop.pk}


def test_goods_of_a_shop_without_a_feed_leave_no_marks(alma: Listing) -> None:
    with alma.company.scope():
        Feed.objects.update(is_on=False)
    alma.add("A-2")
    with alma.company.scope():
        assert not FeedMark.objects.exists()


def test_what_changes_while_the_file_is_made_is_not_forgotten(alma: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    alma.add("A-2")
    finish = Pack.finish

    def late(pack: Pack, *, offers: int) -> tuple[bytes, int, str]:
        Offer.objects.filter(sku="A-1").update(price=Decimal(1))
        return finish(pack, offers=offers)

    monkeypatch.setattr(Pack, "finish", late)
    assert make_due() == 1
    monkeypatch.undo()
    assert alma.lines()["A-1"].prices == {"": "9990"}
    rest(alma, timedelta(minutes=2))
    assert make_due() == 1
    assert alma.lines()["A-1"].prices == {"": "1"}
