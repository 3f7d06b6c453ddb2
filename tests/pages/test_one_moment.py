"""A page is of one moment: a worker that settles an action between two queries of it cannot tear it."""

import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections, transaction

from integrations.models import ActionState, KaspiAction
from orders import actions
from orders.card import reading as card_reading
from orders.lifecycle import SHELF_OF, Stage
from orders.models import Order
from orders.shelves import standing
from staff import middleware
from staff.clock import database_now
from tests.cast import Cast

Settle = Callable[[], None]


@pytest.fixture
def order(transactional_db: None, cast: Cast) -> Order:
    """An order with an accept on its way, committed as in life."""
    order = cast.place()
    with cast.alma.scope():
        actions.accept(order, by=cast.bolat.actor, now=database_now())
    return order


@pytest.fixture
def settle(cast: Cast, order: Order) -> Settle:
    """What a worker does meanwhile, with a connection of its own."""

    def work() -> None:
        with cast.alma.scope():
            Order.objects.filter(pk=order.pk).update(stage=Stage.PICKUP, shelf=SHELF_OF[Stage.PICKUP])
            KaspiAction.objects.filter(subject_id=order.pk).update(state=ActionState.DONE, settled_at=database_now())
        connections.close_all()

    def in_a_thread() -> None:
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()

    return in_a_thread


def interrupt(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, settle: Settle) -> None:
    """Settle after the order was read and before its action is."""
    whole = getattr(module, name)

    def torn(*args: Any, **kwargs: Any) -> Any:
        settle()
        return whole(*args, **kwargs)

    monkeypatch.setattr(module, name, torn)


@pytest.mark.parametrize(
    ("url", "module", "name"),
    [("/orders/{}/", card_reading, "_neighbours"), ("/orders/{}/row/?shelf=new", standing, "beside_of")],
)
def test_what_is_settled_while_it_is_read_is_still_on_its_way(
    cast: Cast, order: Order, settle: Settle, monkeypatch: pytest.MonkeyPatch, url: str, module: Any, name: str
) -> None:
    browser = cast.bolat.browser()
    interrupt(monkeypatch, module, name, settle)
    page = browser.get(url.format(order.code)).content.decode()
    # It asks for itself again: every two seconds, or when the time to take the press back is over.
    assert "every 2s" in page or "load delay:" in page
    assert "Принимаем" in page or "принимаем…" in page


def test_without_the_snapshot_the_page_is_torn(
    cast: Cast, order: Order, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def plain(request: object) -> Any:
        with transaction.atomic():
            yield

    monkeypatch.setattr(middleware, "transaction_of", plain)
    browser = cast.bolat.browser()
    interrupt(monkeypatch, card_reading, "_neighbours", settle)
    page = browser.get(f"/orders/{order.code}/").content.decode()
    assert f'action="/orders/{order.code}/accept/"' in page
    assert "every 2s" not in page
