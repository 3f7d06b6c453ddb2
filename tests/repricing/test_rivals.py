"""Two workers at one shop: one change and one word of it; what each of the two locks is there for."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from catalog.models import PriceChange, PriceDecision, RepricingState
from catalog.offers import changing
from catalog.repricing import running
from catalog.repricing.running import Turn
from staff.clock import database_now
from tests.cast import Cast
from tests.repricing.market import Market, open_market

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ready(cast: Cast) -> Market:
    market = open_market(cast.alma.id, "alma-tech")
    market.rule()
    market.see(90_000)
    return market


def both(work: Callable[[], Any]) -> list[Any]:
    """What two threads bring that begin at once."""

    def one(_: int) -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=2) as threads:
        return list(threads.map(one, range(2)))


def told(market: Market) -> tuple[int, int]:
    with market.scope():
        changes = PriceChange.objects.filter(how="repricing").count()
        return changes, PriceDecision.objects.filter(outcome="changed").count()


@pytest.mark.parametrize(
    ("turn_is_taken", "version_is_checked", "decided"),
    [(False, False, 2), (True, False, 1), (False, True, 1)],
    ids=["both locks off", "turn alone", "version alone"],
)
def test_a_page_that_two_workers_run_is_decided_once(
    ready: Market, monkeypatch: pytest.MonkeyPatch, turn_is_taken: bool, version_is_checked: bool, decided: int
) -> None:
    met, decide, set_price = threading.Barrier(2, timeout=2), running._decide, changing.set_price

    def decide_together(*args: Any, **named: Any) -> Any:
        found = decide(*args, **named)
        # Where the turn is taken, the other comes when this one is done; then there is nobody to wait for.
        with suppress(threading.BrokenBarrierError):
            met.wait()
        return found

    monkeypatch.setattr(running, "_decide", decide_together)
    if not turn_is_taken:
        monkeypatch.setattr(running, "_take_turn", lambda turn: True)
    if not version_is_checked:
        monkeypatch.setattr(running, "set_price", lambda *args, version, **rest: set_price(*args, **rest))
    with ready.scope():
        turn = Turn(ready.company_id, ready.shop.pk, lease(ready))
    both(lambda: run_page(ready, turn))
    assert told(ready) == (1, decided)


def test_two_workers_that_come_at_once_take_a_shop_once(ready: Market) -> None:
    assert sum(both(running.run_due)) == 1
    assert told(ready) == (1, 1)


def lease(market: Market) -> Any:
    """As the claim leaves it."""
    until = database_now() + timedelta(minutes=3)
    RepricingState.objects.filter(shop=market.shop).update(lease_until=until)
    return until


def run_page(market: Market, turn: Turn) -> None:
    with market.scope():
        running.run_page(turn, 0)
