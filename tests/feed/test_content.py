"""What the file says is what may be told of each offer at each point, whoever reads it (kaspi-api.md §6.1)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import stock
from catalog.feed.making import packed_of
from catalog.models import CityPrice, Offer, OfferPoint, StockItem
from catalog.rules import told
from catalog.shared import items_of
from catalog.stock import Line as Wanted
from staff.clock import database_now
from staff.models import PointOfSale
from tests.cast import Cast
from tests.feed.files import Listing, lines_of, listing, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def alma(cast: Cast) -> Listing:
    return listing(cast)


def test_an_offer_is_told_with_its_name_brand_price_and_free_pieces(alma: Listing) -> None:
    alma.add("A-1", pieces=7, brand="Saya", name="Чайник «Saya» <1,7 л> & крышка")
    point = alma.company.point("alma-tech", "PP1")
    with alma.company.scope():
        stock.hold(order_id=1, point_id=point.pk, lines=[Wanted(0, "A-1", 2)], now=database_now())
    alma.make()
    line = alma.lines()["A-1"]
    assert (line.model, line.brand, line.prices) == ("Чайник «Saya» <1,7 л> & крышка", "Saya", {"": "9990"})
    assert line.places == {"PP1": ("yes", "5", ""), "PP2": ("no", "", "")}


def test_prices_of_cities_stand_in_place_of_the_one_price(alma: Listing) -> None:
    offer = alma.add("A-1", price=9990)
    with alma.company.scope():
        for city, price in (("750000000", "10490"), ("710000000", "9990.01")):
            CityPrice.objects.create(offer=offer, city_code=city, price=Decimal(price))
    alma.make()
    assert alma.lines()["A-1"].prices == {"710000000": "9991", "750000000": "10490"}


def test_what_is_off_sale_stays_in_the_file_as_not_available(alma: Listing) -> None:
    """Kaspi takes goods off sale that are not in the file; we say so instead."""
    alma.add("A-1"), alma.add("OFF-1", on_sale=False)
    alma.make()
    assert set(alma.lines()["OFF-1"].places.values()) == {("no", "", "")}


def test_a_pre_order_is_told_in_days_where_nothing_is_left(alma: Listing) -> None:
    alma.add("A-1", pieces=0, preorder_days=12)
    alma.make()
    assert alma.lines()["A-1"].places["PP1"] == ("yes", "", "12")


def test_two_shops_with_one_warehouse_tell_the_same_pieces(alma: Listing) -> None:
    """«Алма Техника» keeps the goods of PP2 in PP1 of «Алма Дом», where they bear another name."""
    alma.add("A-1", pieces=None, stock_sku="KETTLE")
    home = alma.company.point("alma-dom", "PP1")
    with alma.company.scope():
        PointOfSale.objects.filter(shop=alma.shop, code="PP2").update(keeps_at=home)
        stock.count(point_id=home.pk, quantities={"KETTLE": 4}, now=database_now())
    alma.make()
    assert alma.lines()["A-1"].places == {"PP1": ("no", "", ""), "PP2": ("yes", "4", "")}


def test_offers_that_no_price_list_takes_are_counted_by_reason(alma: Listing) -> None:
    alma.add("A-1"), alma.add("NO-PRICE", price=None), alma.add("КИРИЛЛИЦА"), alma.add("X" * 21)
    alma.add("NO-NAME", name=" \x00".replace("\x00", "\x07"))
    alma.make()
    assert set(alma.lines()) == {"A-1"}
    assert {(reason, count) for reason, count, _ in alma.feed.left_out} == {
        ("bad_sku", 2),
        ("no_price", 1),
        ("no_name", 1),
    }


COUNTS = st.none() | st.integers(0, 6)
OFFERS = st.fixed_dictionaries(
    {
        "on_sale": st.booleans(),
        "preorder_days": st.sampled_from([0, 0, 5]),
        "buffer": st.none() | st.integers(0, 3),
        "stock_sku": st.sampled_from(["", "", "S-0", "S-1"]),
    }
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    offers=st.lists(OFFERS, min_size=1, max_size=4),
    counted=st.lists(st.tuples(COUNTS, st.integers(0, 4), st.integers(0, 2)), min_size=8, max_size=8),
    said=st.lists(st.sampled_from([None, None, True, False]), min_size=8, max_size=8),
    elsewhere=st.booleans(),
)
def test_the_statement_tells_what_asking_piece_by_piece_tells(
    alma: Listing, offers: list[dict[str, Any]], counted: list[Any], said: list[Any], elsewhere: bool
) -> None:
    with alma.company.scope():
        points = list(PointOfSale.objects.filter(shop=alma.shop).order_by("code"))
        Offer.objects.all().delete(), StockItem.objects.all().delete()
        PointOfSale.objects.filter(pk=points[1].pk).update(keeps_at=points[0] if elsewhere else None)
        for number, values in enumerate(offers):
            Offer.objects.create(shop=alma.shop, sku=f"S-{number}", name="Чайник", price=Decimal(1), **values)
        _lay(points, counted)
        _say(points, said)
        lines = lines_of(plain(packed_of(alma.feed).content))
        expected = {offer.sku: _places(offer, points) for offer in Offer.objects.all()}
    assert {sku: line.places for sku, line in lines.items()} == expected


def _lay(points: list[PointOfSale], counted: list[Any]) -> None:
    spots = [(point, f"S-{number}") for point in points for number in range(4)]
    for (point, sku), (on_hand, reserved, held_back) in zip(spots, counted, strict=True):
        StockItem.objects.create(
            point=point,
            sku=sku,
            on_hand=on_hand or 0,
            reserved=reserved,
            held_back=held_back,
            counted_at=None if on_hand is None else database_now(),
        )


def _say(points: list[PointOfSale], said: list[Any]) -> None:
    pairs = [(offer, point) for offer in Offer.objects.order_by("pk") for point in points]
    for (offer, point), sold in zip(pairs, said, strict=False):
        if sold is not None:
            OfferPoint.objects.create(offer=offer, point=point, sold=sold)


def _places(offer: Offer, points: list[PointOfSale]) -> dict[str, tuple[str, str, str]]:
    """By the rules and the ORM, one at a time."""
    found = {}
    for point in points:
        place = (point.pk, offer.sku)
        point_id, sku = items_of([place])[place]
        item = StockItem.objects.get(point_id=point_id, sku=sku)
        row = OfferPoint.objects.filter(offer=offer, point=point).first()
        say = told(
            on_sale=offer.on_sale,
            sold=row.sold if row else None,
            free=item.on_hand - item.reserved if item.counted_at else None,
            buffer=item.held_back if offer.buffer is None else offer.buffer,
            preorder_days=offer.preorder_days,
        )
        pieces, days = str(say.pieces or ""), str(say.preorder_days or "")
        found[point.code] = ("yes" if say.available else "no", pieces, days)
    return found
