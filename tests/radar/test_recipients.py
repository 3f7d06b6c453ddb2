"""Who is told: the manager on shift, else all of the point, and the owner at last."""

from typing import Any

import pytest

from orders.radar.recipients import recipients
from staff.access import Actor
from staff.permissions import DESK, Permission

HERE, ELSEWHERE, SHOP = 1, 2, 7


def person(number: int, **sees: Any) -> Actor:
    known: dict[str, Any] = {"rights": DESK, "points": frozenset({HERE}), "role": "order_manager"} | sees
    return Actor("member", number, f"№{number}", 1, **known)


OWNER = person(1, rights=frozenset(Permission), points=None, role="owner")
ADMIN = person(2, rights=frozenset(Permission), points=None, role="admin")
FIRST, SECOND = person(3), person(4)
STRANGER = person(5, points=frozenset({ELSEWHERE}))
COURIER = person(6, orders_of=6, points=None, role="courier")
ANALYST = person(7, rights=frozenset({Permission.ORDERS_VIEW}), points=None, role="analyst")
ALL = (OWNER, ADMIN, FIRST, SECOND, STRANGER, COURIER, ANALYST)


@pytest.mark.parametrize(
    ("people", "on_shift", "last", "told"),
    [
        (ALL, {4}, False, (SECOND,)),
        (ALL, {4}, True, (SECOND, OWNER)),
        (ALL, set(), False, (FIRST, SECOND)),
        (ALL, {5}, True, (FIRST, SECOND, OWNER)),
        ((OWNER, ADMIN, STRANGER), set(), False, (OWNER, ADMIN)),
        (ALL, {1}, True, (OWNER,)),
    ],
)
def test_the_point_is_told_and_at_last_the_owner(
    people: tuple[Actor, ...], on_shift: set[int], last: bool, told: tuple[Actor, ...]
) -> None:
    assert recipients(people, on_shift, shop_id=SHOP, point_id=HERE, last=last) == told


def test_an_order_without_a_point_is_told_to_who_sees_the_shop_whole() -> None:
    whole = person(8, points=frozenset({HERE}), shops=frozenset({SHOP}))
    assert recipients((*ALL, whole), (), shop_id=SHOP, point_id=None, last=False) == (whole,)
