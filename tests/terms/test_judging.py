"""What became of a promise, by the way the goods go."""

from datetime import timedelta
from typing import Any

import pytest

from orders import rescheduling
from orders.lifecycle import Stage
from orders.models import HandedOver, MovedBy, Order, OrderChange
from quality.reading import today_of
from quality.terms import reading
from quality.terms.days import Unit
from quality.terms.judging import Window
from quality.terms.reading import Behind, By, Narrowing
from quality.terms.rules import Verdict
from staff.access import Actor
from staff.clock import database_now
from staff.models import PointOfSale
from staff.places import visible
from tests.cast import Cast, Person
from tests.orders.test_rescheduling import CALL
from tests.terms.conftest import Make, at


def window(who: Actor, unit: Unit = Unit.CALENDAR, days: int = 90) -> Window:
    today = today_of(database_now())
    shops = tuple(shop.pk for shop in visible(who).shops)
    return Window(shops, today - timedelta(days=days - 1), today, unit, who)


def behind(person: Person, unit: Unit = Unit.CALENDAR, among: Narrowing | None = None) -> list[Behind]:
    with person.company.scope():
        points = {point.pk: point for point in visible(person.actor).points}
        return list(reading.listed(window(person.actor, unit), among or Narrowing(By.POINT), points))


def the_one(cast: Cast) -> Behind:
    (found,) = behind(cast.aigerim)
    return found


def replanned(cast: Cast, order: Order, *, old: int, learned: int, name: str = "courier_planned_at") -> None:
    with cast.alma.scope():
        pair = [at(old, 23).isoformat(), getattr(order, name).isoformat()]
        OrderChange.objects.create(order_id=order.pk, learned_at=at(learned), facts={name: pair})


@pytest.mark.parametrize("way", ["kaspi", "own", "pickup"])
@pytest.mark.parametrize(
    ("done", "verdict", "spare"), [(8, Verdict.KEPT, 0), (9, Verdict.KEPT, 1), (6, Verdict.LATE, -2)]
)
def test_each_way_is_held_against_its_own_promise(
    cast: Cast, make: Make, way: str, done: int, verdict: Verdict, spare: int
) -> None:
    ready = {"accepted_at": at(done)} if way == "pickup" else {}
    make(way, done=1 if way == "pickup" else done, **ready)
    found = the_one(cast)
    assert (found.verdict, found.promised, found.spare) == (verdict, 2, spare)


def test_the_hour_of_the_day_does_not_matter(cast: Cast, make: Make) -> None:
    make(handed_at=at(8, 23), courier_planned_at=at(8, 9))
    assert the_one(cast).verdict is Verdict.KEPT


def test_a_promise_that_was_moved_on_is_judged_by_the_first_one(cast: Cast, make: Make) -> None:
    order = make(promised=6, done=7)
    replanned(cast, order, old=8, learned=7)
    found = the_one(cast)
    assert (found.verdict, found.moved, found.spare) == (Verdict.LATE, True, -1)
    assert found.standing_day == at(6).date()


def test_another_day_of_kaspi_s_courier_told_in_time_is_not_the_shop_s(cast: Cast, make: Make) -> None:
    order = make(promised=6, done=7)
    replanned(cast, order, old=8, learned=9)
    assert the_one(cast).verdict is Verdict.REPLANNED


def test_a_day_that_was_named_for_the_first_time_moved_nothing(cast: Cast, make: Make) -> None:
    order = make()
    with cast.alma.scope():
        OrderChange.objects.create(
            order_id=order.pk, learned_at=at(9), facts={"courier_planned_at": [None, at(8).isoformat()]}
        )
    assert not the_one(cast).moved


def test_a_parcel_that_we_brought_in_time_was_taken_later_by_kaspi(cast: Cast, make: Make) -> None:
    order = make(done=7)
    with cast.alma.scope():
        by: dict[str, Any] = {"batch": "0" * 32, "actor_kind": "member", "actor_label": "Болат"}
        HandedOver.objects.create(shop_id=order.shop_id, order_id=order.pk, wave_at=at(8), handed_at=at(8), **by)
    assert the_one(cast).verdict is Verdict.COURIER


def test_a_buyer_who_waited_for_kaspi_s_road_is_told_apart(cast: Cast, make: Make) -> None:
    make(planned_delivery_at=at(5, 23), completed_at=at(3))
    assert the_one(cast).verdict is Verdict.ROAD


@pytest.mark.parametrize(("asked_by", "verdict"), [(MovedBy.BUYER, Verdict.BUYER), (MovedBy.SHOP, Verdict.LATE)])
def test_a_day_that_the_buyer_asked_for_is_not_late(
    cast: Cast, make: Make, asked_by: MovedBy, verdict: Verdict
) -> None:
    order = make("own", done=None)
    with cast.alma.scope():
        asked: dict[str, Any] = {"planned": at(8, 23), "asked_by": asked_by, "evidence": [CALL]}
        rescheduling.move(order, at(6).date(), by=cast.bolat.actor, now=at(9), **asked)
        Order.objects.filter(pk=order.pk).update(completed_at=at(6))
    found = the_one(cast)
    assert (found.verdict, found.moved, found.spare) == (verdict, True, -2)


def test_an_order_that_was_cancelled_for_not_being_brought_was_never_done(cast: Cast, make: Make) -> None:
    make("own", done=None, cancelled_at=at(7), cancellation_reason="TIMEOUT_MERCHANT_DELIVERY", stage="cancelled")
    found = the_one(cast)
    assert (found.verdict, found.done_day, found.taken, found.spare) == (Verdict.LATE, None, None, None)


@pytest.mark.parametrize(("seen", "verdict"), [(8, Verdict.KEPT), (3, Verdict.UNKNOWN)])
def test_a_pickup_that_nobody_watched_was_ready_when_it_was_seen_at_the_latest(
    cast: Cast, make: Make, seen: int, verdict: Verdict
) -> None:
    make("pickup", done=1, accepted_at=at(10), first_seen_at=at(seen))
    assert the_one(cast).verdict is verdict


def test_without_a_promise_nothing_is_judged(cast: Cast, make: Make) -> None:
    make("pickup", planned_delivery_at=None)
    assert the_one(cast).verdict is Verdict.UNKNOWN


def test_pre_orders_and_other_days_are_left_out(cast: Cast, make: Make) -> None:
    make(pre_order=True)
    make(start=120, promised=110, done=100)
    assert behind(cast.aigerim) == []


def test_closed_days_of_the_point_do_not_count_in_working_days(cast: Cast, make: Make) -> None:
    make(start=14, promised=7, done=0)
    with cast.alma.scope():
        PointOfSale.objects.update(schedule={"mon": ["09:00", "18:00"]})
    (working,), (calendar,) = behind(cast.aigerim, Unit.WORKING), behind(cast.aigerim)
    assert (working.promised, working.taken) == (1, 2)
    assert (calendar.promised, calendar.taken) == (7, 14)


@pytest.mark.parametrize("by", list(By))
def test_every_group_opens_to_the_orders_that_it_counts(cast: Cast, make: Make, by: By) -> None:
    goods = [{"sku": sku, "name": "Чайник", "quantity": 1, "price": 1000} for sku in ("A1", "A2")]
    make(entries=goods), make(done=6), make("own", point="PP2")
    with cast.alma.scope():
        who = cast.aigerim.actor
        points = {point.pk: point for point in visible(who).points}
        table = reading.table(window(who), by, points)
        for key, cells in table.groups.items():
            listed = reading.listed(window(who), Narrowing(by, key.key), points)
            assert sum(cell.orders for cell in cells) == len(listed) > 0
    assert sum(cell.orders for cell in table.whole) == 3
    assert table.count == len(table.groups)


def test_goods_of_one_category_are_one_order_of_it(cast: Cast, make: Make) -> None:
    goods = [{"sku": sku, "name": "Чайник", "quantity": 1, "price": 1000} for sku in ("A1", "A2")]
    make(entries=goods)
    with cast.alma.scope():
        table = reading.table(window(cast.aigerim.actor), By.CATEGORY, {})
    assert [sum(cell.orders for cell in cells) for cells in table.groups.values()] == [1] * table.count


def test_a_manager_s_promises_are_those_of_his_points(cast: Cast, make: Make) -> None:
    here, there = make(point="PP1"), make(point="PP2")
    told = {person.name: {one.code for one in behind(person)} for person in (cast.aigerim, cast.bolat, cast.daniyar)}
    assert told == {"Айгерим": {here.code, there.code}, "Болат": {here.code}, "Данияр": {there.code}}
    assert behind(cast.chingiz) == []


def test_what_is_not_done_yet_though_its_day_is_over_is_counted_beside(cast: Cast, make: Make) -> None:
    make("packing", promised=1), make("packing", promised=-1)
    late = cast.place(Stage.DELIVERY, point="PP2")
    with cast.alma.scope():
        Order.objects.filter(pk=late.pk).update(due_at=at(1))
        counts = [
            reading.overdue(window(who), today=today_of(database_now()))
            for who in (cast.aigerim.actor, cast.bolat.actor)
        ]
    assert counts == [2, 1]
