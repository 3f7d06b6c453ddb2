"""What the database counts for the tabs is what the rules say of each offer."""

import itertools
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import stock, tabs
from catalog.models import CityPrice, Offer, OfferPoint
from catalog.standing import State, standings
from staff.clock import database_now
from staff.models import PointOfSale, Shop
from tests.cast import Cast

pytestmark = pytest.mark.django_db
GOOD = st.fixed_dictionaries(
    {
        "price": st.sampled_from([None, 900, 1000, 5000]),
        "floor": st.sampled_from([None, 950]),
        "ceiling": st.sampled_from([None, 2000]),
        "on_sale": st.sampled_from([True, True, True, False]),
        "buffer": st.sampled_from([None, 0, 2]),
        "preorder_days": st.sampled_from([0, 5]),
        "stock_sku": st.sampled_from(["", "", "ITEM"]),
        "city": st.booleans(),
        "slash": st.sampled_from([False, False, True]),
        "at": st.lists(
            st.tuples(st.sampled_from([None, 0, 1, 3, 4, 9]), st.integers(0, 3), st.sampled_from([None, True, False])),
            min_size=2,
            max_size=2,
        ),
    }
)
numbers = itertools.count()


def make(shop: Shop, points: list[PointOfSale], good: dict[str, object]) -> None:
    number, now = next(numbers), database_now()
    at = list(good.pop("at"))  # type: ignore[call-overload]
    city, sku = good.pop("city"), f"SKU{'/' if good.pop('slash') else '-'}{number}"
    offer = Offer.objects.create(shop=shop, sku=sku, name=sku, **good)
    if city:
        CityPrice.objects.create(offer=offer, city_code="750000000", price=1000)
    for point, (lie, held, sold) in zip(points, at, strict=True):
        if lie is not None:
            stock.count(point_id=point.pk, quantities={sku: lie}, now=now)
        stock.hold(order_id=number * 10 + point.pk, point_id=point.pk, lines=[stock.Line(0, sku, held)], now=now)
        if sold is not None:
            OfferPoint.objects.create(offer=offer, point=point, sold=sold)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(goods=st.lists(GOOD, min_size=1, max_size=6), kept=st.booleans())
def test_tabs_count_each_offer_where_the_rules_put_it(cast: Cast, goods: list[dict[str, object]], kept: bool) -> None:
    shop = cast.alma.shop("alma-tech")
    with cast.alma.scope():
        points = list(PointOfSale.objects.filter(shop=shop).order_by("code"))
        Offer.objects.all().delete()
        PointOfSale.objects.filter(pk=points[1].pk).update(keeps_at=points[0] if kept else None)
        for good in goods:
            make(shop, points, dict(good))
        told = standings(list(Offer.objects.all()), points)
        counted = tabs.counts([shop], points)
        expected = Counter(one.state for one in told)
        assert {state: counted[state] for state in State} == {state: expected[state] for state in State}
        assert counted[tabs.SHORT] == sum(one.is_short for one in told)
        for state in State:
            expected_ids = {one.offer.pk for one in told if one.state is state}
            for common in (True, False):
                found = tabs.within(Offer.objects.all(), state, [shop], points, common=common)
                assert set(found.values_list("pk", flat=True)) == expected_ids
