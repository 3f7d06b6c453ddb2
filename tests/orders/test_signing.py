"""«На подписании»: how long an order waits there, what is put aside for it, and who moved it on."""

import re
from datetime import timedelta

from catalog.models import Reservation, ReservationState
from orders.lifecycle import Stage
from orders.models import EventKind, Order, OrderEvent
from staff.clock import database_now
from tests.cast import Cast

TWO = [{"sku": "ALMA-1", "name": "Чайник", "quantity": 2, "price": 9000}]


def waiting(cast: Cast, **since: int) -> Order:
    """An order that has waited so long for its signature."""
    order = cast.place(Stage.SIGNING, entries=TWO)
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(accepted_at=database_now() - timedelta(**since, seconds=1))
    return order


def test_a_row_tells_since_when_and_how_long_it_waits_and_that_goods_are_put_aside(cast: Cast) -> None:
    order = waiting(cast, days=2)
    page = cast.bolat.browser().get("/orders/signing/").content.decode()
    row = re.search(rf'id="order-{order.code}".*?</tr>', page, re.DOTALL)
    assert row is not None
    assert "ждёт 2\u00a0дня" in row[0] and "отложено 2 шт." in row[0]


def test_the_card_says_it_too(cast: Cast) -> None:
    page = cast.bolat.browser().get(f"/orders/{waiting(cast, hours=3).code}/").content.decode()
    assert "Подпись покупателя: ждёт 3" in page and "отложено 2 шт." in page


def test_goods_that_nobody_holds_are_not_said_to_be_put_aside(cast: Cast) -> None:
    order = waiting(cast, hours=3)
    with cast.alma.scope():
        Reservation.objects.filter(order_id=order.pk).update(state=ReservationState.FREED)
    for path in ("/orders/signing/", f"/orders/{order.code}/"):
        assert "товар не отложен" in cast.bolat.browser().get(path).content.decode()


def test_when_the_buyer_signs_the_history_says_that_kaspi_moved_it_and_the_goods_stay_put_aside(cast: Cast) -> None:
    order = waiting(cast, hours=3)
    cast.kaspi.control("POST", f"orders/{order.code}", {"do": "signed"})
    moved = cast.observe(cast.alma, "alma-tech", order.code)
    with cast.alma.scope():
        event = OrderEvent.objects.filter(order_id=order.pk, kind=EventKind.MOVED).latest("id")
        held = Reservation.objects.get(order_id=order.pk)
    assert (event.stage_before, event.stage_after, event.actor_label) == (Stage.SIGNING, moved.stage, "Kaspi")
    assert event.expected and (held.state, held.quantity) == (ReservationState.HELD, 2)
    assert f'id="order-{order.code}"' not in cast.bolat.browser().get("/orders/signing/").content.decode()


def test_other_shelves_say_nothing_of_it(cast: Cast) -> None:
    cast.place(Stage.PICKUP, entries=TWO)
    page = cast.bolat.browser().get("/orders/pickup/").content.decode()
    assert "отложено" not in page
