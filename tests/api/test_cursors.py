"""Pages by cursor: sealed, bound to company, list and filters."""

import base64

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from orders.models import Order
from staff import paging
from tests.api.asking import everything, get
from tests.cast import Cast, Company


def some(cast: Cast, count: int = 3) -> Client:
    for _ in range(count):
        cast.place()
    return cast.alma.program()


def test_the_last_page_has_no_next(cast: Cast) -> None:
    program = some(cast, 3)
    first = get(program, "orders", limit=2).body
    last = get(program, "orders", limit=2, cursor=first["next"]).body
    assert (len(first["results"]), len(last["results"]), last["next"]) == (2, 1, None)


def test_a_full_last_page_has_no_next_either(cast: Cast) -> None:
    assert get(some(cast, 2), "orders", limit=2).body["next"] is None


def test_orders_of_the_same_moment_are_not_lost_between_pages(cast: Cast) -> None:
    program, moment = some(cast, 5), timezone.now()
    with cast.alma.scope():
        Order.objects.update(approved_at=moment)
    rows = everything(program, "orders", limit=2)
    assert len({row["id"] for row in rows}) == len(rows) == 5


def test_an_order_that_arrives_meanwhile_moves_nothing(cast: Cast) -> None:
    program = some(cast, 3)
    first = get(program, "orders", limit=2).body
    cast.place()
    rest = get(program, "orders", limit=2, cursor=first["next"]).body
    shown = [row["code"] for row in (*first["results"], *rest["results"])]
    assert len(set(shown)) == len(shown) == 3


def test_the_size_of_a_page_may_change_on_the_way(cast: Cast) -> None:
    program = some(cast, 4)
    first = get(program, "orders", limit=1).body
    assert len(get(program, "orders", limit=3, cursor=first["next"]).body["results"]) == 3


@pytest.mark.parametrize(
    "spoil", [lambda c: c[:-2] + "AA", lambda c: c[1:], lambda c: "x", lambda c: "я" + c, lambda c: c * 50]
)
def test_a_cursor_that_was_touched_is_refused(cast: Cast, spoil: object) -> None:
    program = some(cast, 2)
    cursor = get(program, "orders", limit=1).body["next"]
    told = get(program, "orders", limit=1, cursor=spoil(cursor))  # type: ignore[operator]
    assert told.fault == (400, "invalid_cursor", "cursor")


def test_a_cursor_of_another_company_is_refused(cast: Cast) -> None:
    some(cast, 2)
    cursor = get(cast.alma.program(), "orders", limit=1).body["next"]
    assert get(cast.bereke.program(), "orders", limit=1, cursor=cursor).fault[:2] == (400, "invalid_cursor")


def test_a_cursor_of_other_filters_is_refused(cast: Cast) -> None:
    program = some(cast, 2)
    cursor = get(program, "orders", limit=1).body["next"]
    assert get(program, "orders", limit=1, shelf="new", cursor=cursor).fault[:2] == (400, "invalid_cursor")


def test_a_cursor_of_another_list_is_refused(cast: Cast) -> None:
    program = cast.alma.program()
    cursor = get(program, "shops", limit=1).body["next"]
    assert get(program, "points", limit=1, cursor=cursor).fault[:2] == (400, "invalid_cursor")


def test_a_cursor_lives_a_week(cast: Cast) -> None:
    program = some(cast, 2)
    cursor = get(program, "orders", limit=1).body["next"]
    with time_machine.travel(timezone.now() + paging.LIFE * 1.01, tick=True):
        assert get(program, "orders", limit=1, cursor=cursor).fault[:2] == (400, "invalid_cursor")


def test_a_cursor_says_nothing_to_its_reader(cast: Cast) -> None:
    cursor = get(some(cast, 2), "orders", limit=1).body["next"]
    assert b"202" not in base64.urlsafe_b64decode(cursor)[9:]


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "ten", "٣", "1_0", " 5"])
def test_a_limit_that_is_no_count_is_refused(cast: Cast, limit: str) -> None:
    assert get(cast.alma.program(), "orders", limit=limit).fault == (400, "bad_value", "limit")


@pytest.mark.parametrize("limit", ["200", "201", "1000000000", "9" * 90])
def test_a_limit_is_capped(cast: Cast, limit: str) -> None:
    assert paging.place({"limit": limit}, columns=("id",), name="x", company_id=1).limit == 200


def shops(company: Company) -> list[str]:
    return [row["slug"] for row in everything(company.program(), "shops", limit=1)]


def test_shops_and_points_come_by_pages_too(cast: Cast) -> None:
    assert shops(cast.alma) == ["alma-tech", "alma-dom"]
    assert len(everything(cast.alma.program(), "points", limit=2)) == 3
