"""The list of orders behind a number: a page at a time, by reason, who leaves the window first comes first."""

from datetime import timedelta
from typing import Any

import pytest

from orders.lifecycle import Stage
from orders.models import Order
from quality.behind import EXPIRED, Listed, listed
from quality.formulas import Metric
from quality.metrics import Exclusion
from quality.models import Ruling
from quality.thresholds import DEFAULT
from staff.clock import database_now
from tests.cast import Cast, Person

NOW = database_now
REASONS = ("MERCHANT_OUT_OF_STOCK", "BUYER_CANCELLATION_HIMSELF", "MERCHANT_OUT_OF_STOCK", EXPIRED, "")


@pytest.fixture
def cancelled(cast: Cast) -> list[Order]:
    """Cancels of the last five days, the newest first."""
    orders = [cast.place(Stage.CANCELLED) for _ in REASONS]
    with cast.alma.scope():
        for number, (order, reason) in enumerate(zip(orders, REASONS, strict=True)):
            at, expired = NOW() - timedelta(days=number + 1), reason == EXPIRED
            order.cancelled_at, order.expired_at = at, at if expired else None
            order.fault = "buyer" if reason.startswith("BUYER") else "seller"
            order.cancellation_reason = "" if expired else reason
            order.save()
    return orders


def test_who_leaves_the_window_first_comes_first(cast: Cast, cancelled: list[Order]) -> None:
    found = _listed(cast)
    assert [one.order.pk for one in found.rows] == [cancelled[number].pk for number in (4, 3, 2, 0)]
    assert [one.leaves_on for one in found.rows] == sorted(one.leaves_on for one in found.rows)


def test_what_looks_like_the_number_and_is_not_in_it_says_why(cast: Cast, cancelled: list[Order]) -> None:
    (found,) = _listed(cast, outside=True).rows
    assert (found.order.pk, found.why) == (cancelled[1].pk, Exclusion.NOT_THE_SELLERS_FAULT)
    assert all(one.counts for one in _listed(cast).rows)


def test_a_persons_word_moves_an_order_from_one_list_to_the_other(cast: Cast, cancelled: list[Order]) -> None:
    with cast.alma.scope():
        for order, counts in ((cancelled[0], False), (cancelled[1], True)):
            said = {"metric": Metric.CANCELLED, "note": "сверено", "made_at": NOW(), "actor_label": "Айгерим"}
            Ruling.objects.create(order_id=order.pk, shop_id=order.shop_id, counts=counts, **said)
    (outside,) = _listed(cast, outside=True).rows
    assert (outside.order.pk, outside.why) == (cancelled[0].pk, Exclusion.RULED_OUT)
    assert cancelled[1].pk in [one.order.pk for one in _listed(cast).rows]


def test_a_page_holds_its_part_and_all_are_counted(cast: Cast, cancelled: list[Order]) -> None:
    found = _listed(cast, start=2, limit=2)
    assert [one.order.pk for one in found.rows] == [cancelled[2].pk, cancelled[0].pk]
    assert (found.total, found.chosen) == (4, 4)
    assert dict(found.reasons) == {"MERCHANT_OUT_OF_STOCK": 2, EXPIRED: 1, "": 1}


@pytest.mark.parametrize(
    ("reason", "places"), [("MERCHANT_OUT_OF_STOCK", (2, 0)), (EXPIRED, (3,)), ("", (4,)), ("x", ())]
)
def test_a_reason_chooses_its_orders(cast: Cast, cancelled: list[Order], reason: str, places: tuple[int, ...]) -> None:
    found = _listed(cast, reason=reason)
    assert [one.order.pk for one in found.rows] == [cancelled[place].pk for place in places]
    assert found.chosen == len(places)


def test_a_manager_sees_the_orders_of_his_points_only(cast: Cast, cancelled: list[Order]) -> None:
    assert _listed(cast, by=cast.daniyar).total == 0
    assert _listed(cast, by=cast.bolat).total == len(cancelled) - 1


def _listed(cast: Cast, *, by: Person | None = None, **asked: Any) -> Listed:
    now = NOW()
    shop = cast.alma.shop("alma-tech").pk
    with cast.alma.scope():
        return listed(Metric.CANCELLED, [shop], DEFAULT, now=now, seen_by=(by or cast.aigerim).actor, **asked)


def test_of_late_parcels_all_are_in_the_number_but_those_a_person_takes_out(cast: Cast) -> None:
    late = [cast.place(Stage.KD_TRANSIT) for _ in range(3)]
    handed = NOW() - timedelta(days=2)
    with cast.alma.scope():
        for order, counts in zip(late[:2], (True, False), strict=True):
            said = {"metric": Metric.LATE_HANDOVER, "note": "сверено", "made_at": NOW(), "actor_label": "Айгерим"}
            Ruling.objects.create(order_id=order.pk, shop_id=order.shop_id, counts=counts, **said)
        planned = handed - timedelta(hours=1)
        Order.objects.filter(pk__in=[one.pk for one in late]).update(handed_at=handed, courier_planned_at=planned)
        asked: dict[str, Any] = {"now": NOW(), "seen_by": cast.aigerim.actor}
        found = listed(Metric.LATE_HANDOVER, [late[0].shop_id], DEFAULT, **asked)
        outside = listed(Metric.LATE_HANDOVER, [late[0].shop_id], DEFAULT, outside=True, **asked)
    assert {one.order.pk for one in found.rows} == {late[0].pk, late[2].pk}
    assert [one.order.pk for one in outside.rows] == [late[1].pk]
