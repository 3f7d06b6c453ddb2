"""Another planned date: which days are open, what proves the consent, and until when ours stands."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import rescheduling
from orders.evidence.keeping import Proof
from orders.lifecycle import Stage
from orders.models import CallOutcome, DateMove, EvidenceKind, MovedBy, Order, OrderEvent, Purpose
from orders.moved_shares import shares
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import ALMATY
from tests.cast import Cast

CALL = Proof(purpose=Purpose.RESCHEDULE, kind=EvidenceKind.CALL, outcome=CallOutcome.AGREED)
BASE = date(2026, 11, 25)
near = st.integers(-10, 10).map(lambda n: BASE + timedelta(days=n))


@given(promised=near, planned=near, today=near)
def test_days_open_are_those_that_break_no_rule(promised: date, planned: date, today: date) -> None:
    obvious = [
        day
        for day in (BASE + timedelta(days=n) for n in range(-30, 31))
        if day > planned and day >= today and (day - promised).days <= 5
    ]
    assert list(rescheduling.days_open(promised=promised, planned=planned, today=today)) == obvious


def day_of(moment: datetime | None) -> date:
    assert moment is not None
    return moment.astimezone(ALMATY).date()


def move(cast: Cast, order: Order, days: int, **changed: Any) -> DateMove:
    """Move it so many days after the promise, as Болат."""
    with cast.alma.scope():
        fresh = Order.objects.get(pk=order.pk)
        said = {"planned": rescheduling.planned_of(fresh), "asked_by": MovedBy.BUYER, "evidence": [CALL]} | changed
        to = day_of(order.planned_delivery_at) + timedelta(days=days)
        return rescheduling.move(fresh, to, by=cast.bolat.actor, now=database_now(), **said)


def test_the_shelf_goes_by_the_moved_date_and_the_history_tells_both(cast: Cast) -> None:
    order = cast.place(Stage.DELIVERY)
    made = move(cast, order, 2)
    with cast.alma.scope():
        order.refresh_from_db()
        event = OrderEvent.objects.get(order_id=order.pk, kind="rescheduled")
    assert day_of(order.due_at) == day_of(order.planned_delivery_at) + timedelta(days=2)
    assert (order.due_at, order.burns_at, made.consent.outcome) == (order.moved_to, order.moved_to, "agreed")
    assert event.details["provisional"] and event.details["after"] == made.moved_to.isoformat()


def test_reading_the_order_again_keeps_the_move_until_kaspi_names_another_date(cast: Cast) -> None:
    order = cast.place(Stage.DELIVERY)
    move(cast, order, 2)
    again = cast.observe(cast.alma, "alma-tech", order.code)
    assert again.due_at == again.moved_to
    assert order.planned_delivery_at is not None
    said = int((order.planned_delivery_at + timedelta(days=1)).timestamp() * 1000)
    cast.kaspi.control("PATCH", f"orders/{order.code}", {"plannedDeliveryDate": said})
    told = cast.observe(cast.alma, "alma-tech", order.code)
    assert (told.moved_to, told.moved_from, told.due_at) == (None, None, told.planned_delivery_at)


def test_five_days_are_counted_over_all_moves_from_the_first_promise(cast: Cast) -> None:
    order = cast.place(Stage.DELIVERY)
    move(cast, order, 3)
    move(cast, order, 5)
    with pytest.raises(Refused, match="пять дней") as refused:
        move(cast, order, 6)
    assert (refused.value.code, refused.value.status) == ("no_days_left", 409)


def test_the_same_press_twice_is_one_move_and_a_stale_form_is_refused(cast: Cast) -> None:
    order = cast.place(Stage.DELIVERY)
    first = move(cast, order, 1)
    assert move(cast, order, 1, planned=order.planned_delivery_at).pk == first.pk
    with pytest.raises(Refused) as refused:
        move(cast, order, 2, planned=order.planned_delivery_at)
    assert (refused.value.code, refused.value.status) == ("stale_version", 409)


@pytest.mark.parametrize(("days", "evidence", "field"), [(6, [CALL], "to"), (0, [CALL], "to"), (1, [], "evidence")])
def test_a_day_that_is_not_open_and_a_consent_that_nothing_proves_are_refused(
    cast: Cast, days: int, evidence: list[Proof], field: str
) -> None:
    order = cast.place(Stage.DELIVERY)
    with pytest.raises(Refused) as refused:
        move(cast, order, days, evidence=evidence)
    assert (refused.value.status, refused.value.field) == (400, field)
    with cast.alma.scope():
        assert not DateMove.objects.exists()


def test_what_the_shop_does_not_bring_itself_is_not_moved(cast: Cast) -> None:
    order = cast.place(Stage.KD_PACKING)
    with pytest.raises(Refused) as refused:
        move(cast, order, 1)
    assert refused.value.code == "not_allowed"


def test_the_page_asks_for_a_day_and_tells_to_move_it_in_the_cabinet(cast: Cast) -> None:
    order, browser = cast.place(Stage.DELIVERY), cast.bolat.browser()
    address = f"/orders/{order.code}/reschedule/"
    dialog = browser.get(address, headers={"HX-Request": "true"}).context["dialog"]
    assert 1 <= len(dialog.days) <= 5
    form = {
        "planned": dialog.planned,
        "to": dialog.days[0].value,
        "asked_by": "buyer",
        "proof_text": "Удобно в субботу",
    }
    assert browser.post(address, form).status_code == 302
    page = browser.get(f"/orders/{order.code}/").content.decode()
    assert "Дата перенесена на" in page and "https://kaspi.kz/mc/" in page
    assert browser.post(address, form).status_code == 302, "the same press again"
    with cast.alma.scope():
        assert DateMove.objects.count() == 1


def test_the_share_of_moved_orders_is_told_by_person(cast: Cast) -> None:
    moved, kept = cast.place(Stage.DELIVERY), cast.place(Stage.DELIVERY)
    move(cast, moved, 1)
    cast.bolat.browser().post(f"/orders/{kept.code}/send-code/")
    with cast.alma.scope():
        (bolat,) = shares(by=cast.aigerim.actor, shop_ids=[moved.shop_id], now=datetime.now(UTC))
        assert (bolat.name, bolat.moved, bolat.worked_on) == ("Болат", 1, 2)
    assert "1 из 2" in cast.aigerim.browser().get("/orders/watch/").content.decode()
