"""Fetched all the time while prices change and workers die, the file is always one whole file."""

import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test import Client

from catalog.feed import making, reading
from catalog.feed.making import make_due
from catalog.feed.packing import Pack
from catalog.feed.reading import Leftovers, offers_of, points_of
from catalog.models import Feed, Offer
from staff.clock import database_now
from tests.cast import Cast
from tests.feed.files import Listing, lines_of, listing

pytestmark = pytest.mark.django_db(transaction=True)
OFFERS, CHANGES = 20, 1_000


@pytest.fixture
def alma(cast: Cast) -> Listing:
    """Twenty offers at one price, handed out."""
    made = listing(cast)
    made.fill([f"A-{number:02}" for number in range(OFFERS)], price=1)
    made.make()
    return made


def beside(work: Callable[[], object]) -> threading.Thread:
    """The work in a thread with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_thousand_changes_never_tear_a_file(alma: Listing) -> None:
    """Each change gives all offers one price: a file with two prices would be of two moments."""
    over = threading.Event()
    seen: list[set[str]] = []
    torn: list[set[str]] = []

    def change() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET app.company = %s", [alma.company.id])
            for price in range(2, CHANGES + 2):
                cursor.execute("UPDATE catalog_offer SET price = %s WHERE shop_id = %s", [price, alma.shop.pk])
        over.set()

    def fetch() -> None:
        while not over.is_set():
            answer = Client().get(alma.url)
            prices = {line.prices[""] for line in lines_of(answer.getvalue()).values()}
            (seen if answer.status_code == 200 and len(prices) == 1 else torn).append(prices)

    threads = [beside(change), beside(fetch)]
    while not over.is_set():
        alma.make()
    for thread in threads:
        thread.join()
    alma.make()
    assert torn == []
    assert len({min(prices) for prices in seen}) > 3, "it was fetched while it changed"
    assert {line.prices[""] for line in alma.lines().values()} == {str(CHANGES + 1)}


def test_goods_are_read_as_they_stood_at_one_moment(alma: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    """In small pieces, with a change committed between the first and the second."""
    monkeypatch.setattr(reading, "AT_ONCE", 1)
    with alma.company.scope():
        offers = offers_of(alma.shop, points_of(alma.shop), Leftovers())
        first = next(offers)
        beside(lambda: reprice(alma, 500)).join()
        assert {first.price, *(offer.price for offer in offers)} == {1}
        assert {offer.price for offer in offers_of(alma.shop, points_of(alma.shop), Leftovers())} == {500}


def reprice(alma: Listing, price: int) -> None:
    with alma.company.scope():
        Offer.objects.update(price=Decimal(price))


def test_a_worker_killed_in_the_middle_leaves_the_last_good_file(alma: Listing) -> None:
    before = alma.text()
    reprice(alma, 500)
    with alma.company.scope():
        Feed.objects.update(looked_at=None)
    assert died_of(signal.SIGKILL)
    assert alma.fetch().getvalue() == before
    assert make_due() == 0, "the dead one's lease still runs"
    with alma.company.scope():
        Feed.objects.update(lease_until=database_now() - timedelta(seconds=1))
    assert make_due() == 1
    assert {line.prices[""] for line in alma.lines().values()} == {"500"}


def died_of(how: signal.Signals) -> bool:
    """A worker in a process of its own that is killed when it has written the offers and not stored them."""
    connections.close_all()
    pid = os.fork()
    if not pid:
        Pack.finish = lambda *_, **__: os.kill(os.getpid(), how)  # type: ignore[method-assign,assignment]
        making.make_due()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -how
