"""The page of an order's past, over real transitions."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.http import urlencode

from orders import expiry
from orders.buyers import forgetting
from orders.lifecycle import Stage
from orders.models import Order, OrderChange, OrderEvent
from orders.past.reading import past_of
from orders.past.replay import Clock
from staff.clock import database_now
from tests.cast import Cast


def text(browser: Client, address: str, **asked: str) -> str:
    answer = browser.get(f"{address}?{urlencode(asked)}")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode()).replace("\u00a0", " ").replace("\u2009", " ")


def events_of(cast: Cast, order: Order) -> list[OrderEvent]:
    with cast.alma.scope():
        return list(OrderEvent.objects.filter(order_id=order.pk).order_by("id"))


def test_every_stage_is_found_again_at_its_moment(cast: Cast) -> None:
    order = cast.place(Stage.KD_TRANSIT)
    with cast.alma.scope():
        past = past_of(order)
        stages = [past.stage(event.learned_at, Clock.OURS) for event in past.events]
    assert stages == ["new", "kd_packing", "kd_handover", "kd_transit"]
    assert past.stage(past.events[0].learned_at - timedelta(days=1), Clock.OURS) == ""


def test_what_an_observation_changed_is_kept_with_its_raw_answer(cast: Cast) -> None:
    order = cast.place(Stage.KD_HANDOVER)
    with cast.alma.scope():
        accepted, packed = OrderChange.objects.filter(order_id=order.pk).order_by("id")
    assert (accepted.facts["state"], accepted.raw["state"]) == (["NEW", "KASPI_DELIVERY"],) * 2
    assert (packed.raw["assembled"], packed.facts["assembled"]) == ([False, True], [False, True])
    kept = str([accepted.raw, packed.raw, accepted.facts, packed.facts])
    assert order.buyer_first_name not in kept
    assert "waybill/" not in kept


def test_the_page_tells_both_clocks_who_moved_it_and_the_raw_change(cast: Cast) -> None:
    order = cast.place(Stage.KD_HANDOVER)
    moment = events_of(cast, order)[-1].learned_at
    page = text(cast.bolat.browser(), f"/orders/{order.code}/past/", at=moment.isoformat(), clock="ours")
    assert "assembled" in page
    assert "Передача" in page
    assert 'type="range"' in page
    assert 'max="2"' in page


def test_late_news_differ_by_clock(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    with cast.alma.scope():
        moved = OrderEvent.objects.filter(order_id=order.pk).latest("id")
        between = moved.learned_at - timedelta(minutes=5)
        past = past_of(order)
        late = [event for event in past.events if event.pk != moved.pk]
        moved.kaspi_at = moved.learned_at - timedelta(minutes=9)
        told = type(past)(past.present, past.changes, (*late, moved), past.points, None)
    seen = late[0].kaspi_at
    assert seen is not None
    assert (told.stage(between, Clock.KASPI), told.stage(between, Clock.OURS)) == ("pickup", "")


def test_our_own_expiry_is_not_kaspis(cast: Cast) -> None:
    order = cast.place(Stage.NEW)
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(accept_by=database_now() - timedelta(minutes=1))
    expiry.expire_due()
    with cast.alma.scope():
        past, now = past_of(Order.objects.get(pk=order.pk)), database_now()
        assert (past.stage(now, Clock.OURS), past.stage(now, Clock.KASPI)) == ("expired", "new")
        assert past.events[-1].actor_kind == "rule"
    assert "правило «" in text(cast.bolat.browser(), f"/orders/{order.code}/past/", clock="ours")


def test_the_slider_swaps_the_moment_alone(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    headers = {"HX-Request": "true", "HX-Target": "past"}
    answer = cast.bolat.browser().get(f"/orders/{order.code}/past/?step=0&clock=ours", headers=headers)
    part = answer.content.decode()
    assert "<html" not in part
    assert "Новый" in part


@pytest.mark.parametrize(
    "query", ["at=yesterday", "at=2026-11-30T10:00", "at=2026-13-45T99:00Z", "step=99", "step=-1", "clock=x"]
)
def test_what_is_no_moment_is_told(cast: Cast, query: str) -> None:
    order = cast.place(Stage.NEW)
    assert cast.bolat.browser().get(f"/orders/{order.code}/past/?{query}").status_code == 400


def test_of_before_changes_were_kept_it_says_that_little_is_known(cast: Cast) -> None:
    order = cast.place(Stage.KD_HANDOVER)
    with cast.alma.scope():
        OrderChange.objects.filter(order_id=order.pk).delete()
    first = events_of(cast, order)[0].learned_at
    page = text(cast.bolat.browser(), f"/orders/{order.code}/past/", at=first.isoformat(), clock="ours")
    assert "Известно не всё" in page
    assert "Новый" in page


def test_a_forgotten_buyer_leaves_the_past_of_the_order_and_no_answers(cast: Cast) -> None:
    order = cast.place(Stage.COMPLETED)
    with cast.alma.scope():
        forgetting.ask_to_forget(order.phone, by=cast.aigerim.actor, now=database_now() + timedelta(days=1))
        assert [change.raw for change in OrderChange.objects.all()] == [{}, {}]
    assert "Выдан" in text(cast.aigerim.browser(), f"/orders/{order.code}/past/")


def test_lines_are_those_of_then(cast: Cast) -> None:
    two = [
        {"sku": "A", "name": "Чайник", "quantity": 2, "price": 500},
        {"sku": "B", "name": "Чашка", "quantity": 1, "price": 100},
    ]
    order = cast.place(Stage.PICKUP, entries=two)
    before = database_now()
    _cancel_line(cast, order)
    changed = cast.observe(cast.alma, "alma-tech", order.code)
    with cast.alma.scope():
        past = past_of(changed)
        then, now = (past.state(at, Clock.OURS) for at in (before, database_now()))
    assert (len(then["lines"]), len(now["lines"])) == (2, 1)
    assert (then["total_price"], now["total_price"]) == ("1100", "1000")


def _cancel_line(cast: Cast, order: Order) -> None:
    """Kaspi takes the cup out of the order."""
    world = cast.kaspi.world
    found = world.by_code(order.code)
    assert found is not None
    found.entries = found.entries[:1]
    found.drawn.clear()
