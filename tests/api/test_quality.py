"""The four numbers and the orders behind them, through the API."""

from datetime import timedelta
from typing import Any

import pytest

from orders.lifecycle import Stage
from orders.models import Order
from quality import buckets
from quality.formulas import Metric
from staff.clock import database_now
from staff.formats import ALMATY
from tests.api.asking import everything, get
from tests.cast import Cast


def cancelled_yesterday(cast: Cast, *, fault: str = "seller", shop: str = "alma-tech") -> Order:
    """An order that arrived and was cancelled on the last whole day."""
    order = cast.place(Stage.CANCELLED, shop=shop)
    company = cast.alma if shop.startswith("alma") else cast.bereke
    moment = database_now() - timedelta(days=1)
    with company.scope():
        Order.objects.filter(pk=order.pk).update(cancelled_at=moment, approved_at=moment, fault=fault)
        order.refresh_from_db()
    buckets.recount_due()
    return order


def cancelled(cast: Cast, **query: Any) -> dict[str, Any]:
    told: dict[str, Any] = get(cast.alma.program(), "quality", **query).body["metrics"]["cancelled"]
    return told


def test_the_four_numbers_have_their_parts_thresholds_and_window(cast: Cast) -> None:
    told = get(cast.alma.program(), "quality", shop="alma-tech").body
    today = database_now().astimezone(ALMATY).date()
    assert set(told["metrics"]) == {metric.value for metric in Metric}
    number = told["metrics"]["cancelled"]
    assert (number["value"], number["status"]) == (None, "not_enough_data")
    assert (number["thresholds"]["critical"], number["thresholds"]["good"]) == (0.03, 0.01)
    assert number["window"]["to"] == (today - timedelta(days=1)).isoformat()
    assert number["window"]["timezone"] == "Asia/Almaty"
    assert number["preview"]["window"]["to"] == today.isoformat()


def test_a_number_keeps_its_numerator_and_denominator(cast: Cast) -> None:
    cancelled_yesterday(cast)
    cancelled_yesterday(cast, fault="buyer")
    told = cancelled(cast, shop="alma-tech")
    assert (told["numerator"], told["denominator"], told["value"]) == (1, 2, 0.5)


def test_without_a_shop_all_shops_are_taken_together(cast: Cast) -> None:
    cancelled_yesterday(cast)
    cancelled_yesterday(cast, shop="alma-dom")
    cancelled_yesterday(cast, shop="bereke-tools")
    assert cancelled(cast)["numerator"] == 2
    assert cancelled(cast, shop="alma-dom")["numerator"] == 1


def test_the_orders_behind_a_number_are_named_with_those_left_out(cast: Cast) -> None:
    counted, left_out = cancelled_yesterday(cast), cancelled_yesterday(cast, fault="buyer")
    rows = get(cast.alma.program(), "quality/cancelled/orders", shop="alma-tech").body["results"]
    told = {row["code"]: (row["counts"], row["excluded"]) for row in rows}
    assert told == {counted.code: (True, None), left_out.code: (False, "not_the_sellers_fault")}


def test_the_orders_behind_come_by_pages(cast: Cast) -> None:
    codes = {cancelled_yesterday(cast).code for _ in range(3)}
    rows = everything(cast.alma.program(), "quality/cancelled/orders", shop="alma-tech", limit=1)
    assert [len(rows), {row["code"] for row in rows}] == [3, codes]


def test_a_number_of_another_day_has_other_orders_behind_it(cast: Cast) -> None:
    order = cancelled_yesterday(cast)
    assert order.cancelled_at is not None
    long_after = (order.cancelled_at + timedelta(days=40)).date().isoformat()
    path, program = "quality/cancelled/orders", cast.alma.program()
    assert get(program, path, shop="alma-tech", on=long_after).body["results"] == []


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-31", "0001-01-01", "9999-12-31", "2026-11-22T00:00:00"])
def test_a_day_that_is_none_is_told_so(cast: Cast, day: str) -> None:
    told = get(cast.alma.program(), "quality/cancelled/orders", shop="alma-tech", on=day)
    assert told.fault == (400, "bad_value", "on")


def test_the_orders_behind_a_number_are_those_of_one_shop(cast: Cast) -> None:
    program = cast.alma.program()
    assert get(program, "quality/cancelled/orders").fault == (400, "required", "shop")
    assert get(program, "quality/cancelled/orders", shop="bereke-tools").status == 404
    assert get(program, "quality", shop="bereke-tools").status == 404
