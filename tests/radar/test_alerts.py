"""Alerts as the duty raises them: once, in time, to the right people, and never of what was handled."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from pytest_django import DjangoAssertNumQueries

from integrations.models import FeedEvent, KaspiAction
from orders import actions, calendars
from orders.card.history import history_of
from orders.lifecycle import Stage
from orders.models import DeadlineAlert, DeadlineWatch, EventKind, Notice, Order, OrderEvent
from orders.radar import alerts
from staff import shifts
from staff.clock import database_now
from staff.models import PointOfSale, Shop
from tests.cast import Cast, Company

Told = list[tuple[int, bool]]


def rungs(company: Company, order: Order) -> Told:
    """The rungs of an order, and whether each was told."""
    with company.scope():
        found = DeadlineAlert.objects.filter(order_id=order.pk).order_by("id")
        return list(found.values_list("rung", "told"))


def told(company: Company, order: Order) -> list[str]:
    with company.scope():
        names = Notice.objects.filter(alert__order_id=order.pk).order_by("member__name")
        return list(names.values_list("member__name", flat=True))


def look(company: Company, orders: Collection[Order], *, at: datetime | None = None) -> None:
    """What the duty does with these orders when it is that late."""
    with company.scope():
        alerts.look_at(next(iter(orders)).shop_id, [order.pk for order in orders], now=at or database_now())


def test_a_rung_comes_once_and_stands_in_the_history_and_the_feed(cast: Cast) -> None:
    order = cast.place(Stage.NEW, approved_minutes_ago=95)
    assert alerts.raise_due() == 1 and alerts.raise_due() == 0
    assert rungs(cast.alma, order) == [(90, True)]
    with cast.alma.scope():
        (event,) = OrderEvent.objects.filter(order_id=order.pk, kind=EventKind.ALERT)
        (line,) = history_of([event], now=database_now())
        fed = FeedEvent.objects.get(kind="deadline.alert")
    assert "Принять: осталось 1 ч 24 мин" in line.title and "сказали: Болат" in line.text
    assert (fed.code, fed.payload["rung_minutes"], fed.payload["minutes_left"]) == (order.code, 90, 84)


def test_rungs_that_come_late_are_one_alert_and_the_last_one_is_told_to_the_owner_too(cast: Cast) -> None:
    order = cast.place(Stage.NEW, approved_minutes_ago=170)
    alerts.raise_due()
    assert sorted(rungs(cast.alma, order)) == [(15, True), (45, False), (90, False)]
    assert told(cast.alma, order) == ["Айгерим", "Болат"]


def test_of_an_order_that_was_handled_nothing_is_told(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP, approved_minutes_ago=170)
    look(cast.alma, [order])
    assert alerts.raise_due() == 0
    assert rungs(cast.alma, order) == []


def test_while_nothing_is_due_the_duty_asks_one_question(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast.place(Stage.NEW)
    cast.place(Stage.KD_PACKING, shop="bereke-tools")
    assert alerts.raise_due() == 2
    with django_assert_num_queries(1):
        assert alerts.raise_due() == 0


def test_what_stood_before_the_radar_is_found_when_all_is_gone_through(cast: Cast) -> None:
    order = cast.place(Stage.NEW, approved_minutes_ago=100)
    with cast.alma.scope():
        Order.objects.update(changed_at=database_now() - timedelta(hours=1))
    assert alerts.raise_due() == 0
    assert alerts.watch_all() == 1 and alerts.watch_all() == 0
    assert rungs(cast.alma, order) == [(90, True)]


def test_what_was_handled_is_watched_no_longer(cast: Cast) -> None:
    order = cast.place(Stage.NEW, approved_minutes_ago=100)
    alerts.raise_due()
    with cast.alma.scope():
        Order.objects.update(shelf="archive", stage=Stage.COMPLETED)
        DeadlineWatch.objects.update(next_at=database_now() - timedelta(hours=1))
    assert alerts.raise_due() == 1 and alerts.raise_due() == 0
    with cast.alma.scope():
        assert not DeadlineWatch.objects.filter(order_id=order.pk).exists()


def test_each_company_is_told_of_its_own(cast: Cast) -> None:
    ours = cast.place(Stage.NEW, approved_minutes_ago=170)
    theirs = cast.place(Stage.NEW, shop="bereke-tools", approved_minutes_ago=170)
    alerts.raise_due()
    assert told(cast.alma, ours) == ["Айгерим", "Болат"] and told(cast.bereke, theirs) == ["Чингиз"]


def test_who_holds_the_point_is_told(cast: Cast) -> None:
    order = cast.place(Stage.NEW, approved_minutes_ago=100)
    with cast.alma.scope():
        shifts.begin(order.point_id or 0, by=cast.aigerim.actor, now=database_now())
    alerts.raise_due()
    assert told(cast.alma, order) == ["Айгерим"]


def press(cast: Cast, order: Order, *, ago: timedelta = timedelta()) -> None:
    """Болат accepted it so long ago; Kaspi has not confirmed."""
    with cast.alma.scope():
        actions.accept(order, by=cast.bolat.actor, now=database_now() - ago)


def test_an_accept_that_kaspi_has_not_confirmed_is_alarmed_half_an_hour_before(cast: Cast) -> None:
    order = cast.place(Stage.NEW, approved_minutes_ago=136)
    press(cast, order, ago=timedelta(minutes=2))
    alerts.raise_due()
    with cast.alma.scope():
        alert = DeadlineAlert.objects.get(order_id=order.pk, told=True)
    assert (alert.rung, alert.sending) == (45, "queued") and alert.left_seconds > 30 * 60


def test_what_was_pressed_a_moment_ago_is_not_alarmed_until_it_takes_too_long(cast: Cast) -> None:
    order = cast.place(Stage.NEW, approved_minutes_ago=136)
    press(cast, order)
    alerts.raise_due()
    assert rungs(cast.alma, order) == []
    look(cast.alma, [order], at=database_now() + alerts.SENDING_TIME)
    assert rungs(cast.alma, order) == [(45, True), (90, False)]


def test_a_parked_accept_is_alarmed_again_at_the_last_rung(cast: Cast) -> None:
    order = cast.place(Stage.NEW, approved_minutes_ago=140)
    alerts.raise_due()
    press(cast, order, ago=timedelta(minutes=5))
    with cast.alma.scope():
        KaspiAction.objects.update(state="parked", settled_at=database_now())
    look(cast.alma, [order], at=database_now() + timedelta(minutes=27))
    with cast.alma.scope():
        last = DeadlineAlert.objects.get(rung=15)
    assert last.sending == "parked"


def close_the_point(order: Order, days: Collection[datetime]) -> None:
    """The point is closed on these days of its own, and the deadlines follow."""
    closed: dict[str, Any] = {f"{day.astimezone():%Y-%m-%d}": None for day in days}
    PointOfSale.objects.filter(pk=order.point_id or 0).update(exceptions=closed)
    calendars.rederive(Shop.objects.get(pk=order.shop_id), now=database_now())


def test_a_deadline_that_moved_later_has_a_ladder_of_its_own(cast: Cast) -> None:
    order = cast.place(Stage.NEW, approved_minutes_ago=100)
    alerts.raise_due()
    now = database_now()
    with cast.alma.scope():
        close_the_point(order, [now - timedelta(days=1), now, now + timedelta(days=1)])
        order.refresh_from_db()
    assert order.due_at is not None and order.due_at > now + timedelta(hours=3)
    assert alerts.raise_due() == 1 and rungs(cast.alma, order) == [(90, True)]
    look(cast.alma, [order], at=order.due_at - timedelta(minutes=80))
    assert rungs(cast.alma, order) == [(90, True), (90, True)]


def test_a_shop_that_breaks_does_not_silence_the_others(cast: Cast, monkeypatch: Any) -> None:
    broken = cast.place(Stage.NEW, approved_minutes_ago=100)
    sound = cast.place(Stage.NEW, shop="bereke-tools", approved_minutes_ago=100)
    really = alerts.look_at

    def look_at(shop_id: int, order_ids: Collection[int], *, now: datetime) -> set[int]:
        if shop_id == broken.shop_id:
            raise RuntimeError("broken")
        return really(shop_id, order_ids, now=now)

    monkeypatch.setattr(alerts, "look_at", look_at)
    assert alerts.raise_due() == 1
    assert rungs(cast.bereke, sound) == [(90, True)] and rungs(cast.alma, broken) == []


def test_old_alerts_and_their_notices_are_thrown_away(cast: Cast) -> None:
    order = cast.place(Stage.NEW, approved_minutes_ago=100)
    alerts.raise_due()
    with cast.alma.scope():
        DeadlineAlert.objects.update(raised_at=database_now() - alerts.KEPT - timedelta(hours=1))
    assert alerts.forget_old() >= 1
    assert rungs(cast.alma, order) == [] and told(cast.alma, order) == []
