"""Any reach against an obvious reference: which orders are seen, counted, found and offered what."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from integrations.models import ActionKind
from orders.actions import allowed
from orders.api import order_json
from orders.filters import OrderFilter, is_visible, search, select, visible_to
from orders.lifecycle import ALLOWED, Stage
from orders.models import Order
from orders.policies import RIGHTS
from orders.shelves.around import look_around, version_of
from staff.access import Actor
from staff.models import PointOfSale, Role, Shop
from staff.permissions import Permission
from staff.places import visible
from tests.cast import Cast
from tests.rights.crew import gather


def sees(actor: Actor, order: Order) -> bool:
    """Slow and obvious: one question after another."""
    if actor.orders_of is not None and order.courier_id != actor.orders_of:
        return False
    if actor.points is None:
        return True
    if order.point_id is None:
        return order.shop_id in actor.shops
    return order.point_id in actor.points


def actors(
    company_id: int, shops: Iterable[int], points: Iterable[int], couriers: Iterable[int]
) -> "st.SearchStrategy[Actor]":
    subsets = st.frozensets(st.sampled_from(sorted(points)))
    return st.builds(
        Actor,
        kind=st.just("member"),
        id=st.just(1),
        label=st.just("кто угодно"),
        company_id=st.just(company_id),
        rights=st.frozensets(st.sampled_from(Permission)),
        points=st.none() | subsets,
        orders_of=st.none() | st.sampled_from(sorted(couriers)),
        shops=st.frozensets(st.sampled_from(sorted(shops))),
    )


def test_any_reach_is_what_the_obvious_reference_says(cast: Cast) -> None:
    crew = gather(cast)
    with cast.alma.scope():
        courier = crew.people[Role.COURIER].member.pk
        shop_of = dict(PointOfSale.objects.values_list("pk", "shop_id"))
        orders = list(Order.objects.all())
        strategy = actors(cast.alma.id, Shop.objects.values_list("pk", flat=True), shop_of, [courier, courier + 1000])

        # Neither limit may make the other one forgotten.
        theirs = next(order for order in orders if order.courier_id == courier)
        elsewhere = frozenset(shop_of.keys() - {theirs.point_id})
        of_another_point = Actor("member", 1, "кто угодно", cast.alma.id, frozenset(), points=elsewhere)

        @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
        @given(strategy)
        @example(replace(of_another_point, orders_of=courier))
        def holds(drawn: Actor) -> None:
            actor = whole(drawn, shop_of)
            expected = {order.pk for order in orders if sees(actor, order)}
            assert {order.pk for order in visible_to(actor, Order.objects.all())} == expected
            assert {order.pk for order in orders if is_visible(actor, order)} == expected
            assert {order.pk for order in select(actor, OrderFilter())} == expected
            around = look_around(visible(actor), shop=None, by=actor)
            assert sum(around.counts.values()) == len(expected)
            assert around.version == version_of(actor, "")
            found = {pk for order in orders for pk in search(order.code, by=actor, shop=None, shelf=None)}
            assert found == expected

        holds()


def whole(actor: Actor, shop_of: dict[int, int]) -> Actor:
    """A shop given whole brings its points, as `staff.standing` says; without limits nothing is given."""
    if actor.points is None:
        return replace(actor, shops=frozenset())
    return replace(actor, points=actor.points | {point for point, shop in shop_of.items() if shop in actor.shops})


@settings(max_examples=200, deadline=None)
@given(st.frozensets(st.sampled_from(Permission)), st.sampled_from(Stage))
def test_page_and_api_offer_the_same_deeds_for_any_rights(rights: frozenset[Permission], stage: Stage) -> None:
    actor = Actor("member", 1, "кто угодно", 1, rights, None)
    order = Order(stage=stage)
    obvious = [kind for kind in ActionKind if kind in ALLOWED[stage] and RIGHTS[kind] in rights]
    by_page = allowed(order, by=actor)
    assert sorted(by_page) == sorted(obvious)
    assert order_json.allowed_spelled(actor)[stage] == [order_json.SPELLED[kind] for kind in by_page]
