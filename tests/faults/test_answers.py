"""Kaspi answers wrong, late or not at all: no order is lost, none invented, and nothing is taken for "no orders"."""

import http.server
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from integrations.kaspi.client import KaspiClient
from integrations.models import AccountState, ActionKind, ActionState, ParkedOrder, PollSlot, SlotKind
from orders.facts import polling, reading
from orders.lifecycle import Shelf, Stage
from orders.models import Order
from staff.clock import database_now
from staff.scoping import company_scope
from tests.kaspi_server import KaspiServer
from tests.orders.working import account, action, carry, codes, hurry, press, slot
from tests.shop import TestShop, make_shop

SILENT = {
    "401", "403", "500", "502html", "503", "html200", "truncated", "wrong_type", "data_null", "gzip_bomb", "huge",
    "reset", "redirect", "hang", "slow_headers", "slow_body", "empty_last_page",
}  # fmt: skip
LYING = {"page_shift", "duplicate_page", "endless_pages", "total_lies"}
SPOILED = {"nan", "bad_order"}
SECONDS = {"hang": 30, "slow_headers": 0.2, "slow_body": 0.2}


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call may last 1.5 s here, where it may last 15 s."""
    monkeypatch.setitem(KaspiClient.__init__.__kwdefaults__ or {}, "total_timeout", 1.5)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pages that were asked for."""
    plain, pages = KaspiClient.list_orders, list[int]()

    async def counted(client: KaspiClient, **query: Any) -> Any:
        pages.append(query["page"])
        return await plain(client, **query)

    monkeypatch.setattr(KaspiClient, "list_orders", counted)
    return pages


def fault(kaspi_server: KaspiServer, kind: str, **options: Any) -> None:
    seconds = {"seconds": SECONDS[kind]} if kind in SECONDS else {}
    kaspi_server.control("faults", {"kind": kind, "times": "until_cleared"} | seconds | options)


def clear(kaspi_server: KaspiServer) -> None:
    kaspi_server.control("faults", method="DELETE")


def many(kaspi_server: KaspiServer, shop: TestShop, count: int) -> set[str]:
    body = {"merchant": shop.merchant_uid, "count": count, "kind": "pickup"}
    return set(kaspi_server.control("orders", body)["codes"])


@pytest.mark.parametrize("kind", sorted(SILENT))
def test_an_answer_that_says_nothing_takes_nothing_off_the_shelf(
    kind: str, kaspi_server: KaspiServer, shop: TestShop
) -> None:
    known = many(kaspi_server, shop, 3)
    shop.poll()
    late = many(kaspi_server, shop, 2)
    fault(kaspi_server, kind)
    shop.poll()
    assert codes(shop, shelf=Shelf.NEW) == known
    assert (slot(shop).failures, slot(shop).lease_until) == (1, None)
    assert slot(shop, SlotKind.LOOKUP).due_at is None and account(shop).last_problem
    clear(kaspi_server)
    hurry(shop)
    shop.poll()
    assert codes(shop, shelf=Shelf.NEW) == known | late
    assert (slot(shop).failures, account(shop).state) == (0, AccountState.OK)


@pytest.mark.parametrize("kind", sorted(LYING))
def test_pages_that_lie_are_read_a_few_times_and_never_believed_about_what_is_gone(
    kind: str, kaspi_server: KaspiServer, shop: TestShop, asked: list[int]
) -> None:
    known = many(kaspi_server, shop, 120)
    fault(kaspi_server, kind)
    shop.poll()
    assert len(asked) <= reading.REREADS * 4
    assert slot(shop, SlotKind.LOOKUP).due_at is None
    clear(kaspi_server)
    shop.poll()
    assert codes(shop, shelf=Shelf.NEW) == known


@pytest.mark.parametrize("kind", sorted(SPOILED))
def test_one_spoiled_order_is_put_aside_the_others_stand_and_it_joins_them_when_it_is_mended(
    kind: str, kaspi_server: KaspiServer, shop: TestShop
) -> None:
    known = many(kaspi_server, shop, 4)
    fault(kaspi_server, kind)
    shop.poll()
    assert len(codes(shop)) == 3 and codes(shop) < known
    with company_scope(shop.company_id):
        assert ParkedOrder.objects.get(resolved_at=None).raw_text
    clear(kaspi_server)
    shop.poll()
    assert codes(shop) == known
    with company_scope(shop.company_id):
        assert not ParkedOrder.objects.filter(resolved_at=None).exists()


@pytest.mark.parametrize("kind", ["nul", "surrogate", "missing_field"])
def test_a_text_that_cannot_be_stored_as_it_is_keeps_no_order_away(
    kind: str, kaspi_server: KaspiServer, shop: TestShop
) -> None:
    known = many(kaspi_server, shop, 3)
    fault(kaspi_server, kind)
    shop.poll()
    assert codes(shop) == known


def test_words_that_nobody_knows_are_shown_on_their_own_shelf_and_then_where_they_belong(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    known = many(kaspi_server, shop, 2)
    fault(kaspi_server, "unknown_enum")
    shop.poll()
    (strange,) = codes(shop, shelf=Shelf.UNKNOWN)
    assert shop.get(strange).raw["attributes"]["state"] == "TELEPORT"
    clear(kaspi_server)
    shop.poll()
    assert codes(shop, shelf=Shelf.NEW) == known


# --- limits and pauses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [("7", 7, 12), (None, 28, 60), ("-1", 1, 5), ("1000000000", 295, 400), ("Wed, 21 Oct 2015 07:28:00 GMT", 1, 5)],
)
def test_the_pause_that_kaspi_asks_for_is_kept(
    told: str | None, least: float, most: float, kaspi_server: KaspiServer, shop: TestShop, asked: list[int]
) -> None:
    other = make_shop(kaspi_server)
    known = many(kaspi_server, shop, 1)
    shop.poll()
    fault(kaspi_server, "429", times=1, **({"retry_after": told} if told else {}))
    shop.poll()
    quiet, due = account(shop).quiet_until, slot(shop).due_at
    assert quiet is not None and due is not None
    assert least - 0.5 <= (quiet - database_now()).total_seconds() <= most
    assert least - 0.5 <= (due - database_now()).total_seconds() <= most * 1.4
    assert other.poll() == 1
    assert least < 5 or (shop.poll(), len(asked)) == (0, 3)
    assert codes(shop, shelf=Shelf.NEW) == known


def test_a_refused_token_pauses_the_shop_after_three_in_a_row_and_tells_the_owner(
    kaspi_server: KaspiServer, shop: TestShop, asked: list[int]
) -> None:
    known = many(kaspi_server, shop, 2)
    shop.poll()
    kaspi_server.control("merchants", {"uid": shop.merchant_uid, "revoked": True})
    for _ in range(2):
        shop.poll()
        assert account(shop).state == AccountState.OK
    shop.poll(SlotKind.PICKUP)
    assert account(shop).state == AccountState.REFUSED and "не принимает токен" in account(shop).last_problem
    assert codes(shop, shelf=Shelf.NEW) == known
    assert shop.poll(SlotKind.PICKUP, SlotKind.DELIVERY) == 0


def test_a_paused_shop_is_asked_once_in_five_minutes_and_goes_on_by_itself(
    kaspi_server: KaspiServer, shop: TestShop, asked: list[int]
) -> None:
    kaspi_server.control("merchants", {"uid": shop.merchant_uid, "revoked": True})
    for _ in range(4):
        shop.poll()
    due = slot(shop).due_at
    assert due is not None and due - database_now() > timedelta(seconds=299)
    (code,) = many(kaspi_server, shop, 1)
    kaspi_server.control("merchants", {"uid": shop.merchant_uid, "revoked": False})
    shop.poll()
    assert (account(shop).state, shop.get(code).stage) == (AccountState.OK, Stage.NEW)


def test_decisions_wait_while_the_token_is_refused(kaspi_server: KaspiServer, shop: TestShop) -> None:
    (code,) = many(kaspi_server, shop, 1)
    shop.poll()
    kaspi_server.control("merchants", {"uid": shop.merchant_uid, "revoked": True})
    for _ in range(3):
        shop.poll()
    action_id = press(shop, ActionKind.ACCEPT, code)
    carry(shop, rounds=2)
    assert action(shop, action_id).state == ActionState.QUEUED
    assert kaspi_server.writes(code) == []


def test_after_five_failures_in_a_row_there_is_a_rest_of_half_a_minute(
    kaspi_server: KaspiServer, shop: TestShop, asked: list[int]
) -> None:
    fault(kaspi_server, "500")
    for _ in range(8):
        shop.poll()
    assert len(asked) == 5
    quiet = account(shop).quiet_until
    assert quiet is not None and quiet - database_now() > timedelta(seconds=25)


def test_a_shop_that_hangs_holds_nobody_else(kaspi_server: KaspiServer, shop: TestShop) -> None:
    other = make_shop(kaspi_server)
    many(kaspi_server, shop, 1)
    (code,) = many(kaspi_server, other, 1)
    fault(kaspi_server, "hang", merchant=shop.merchant_uid)
    due(shop)
    polling.poll_due(patience=0.1)
    due(other)
    started = database_now()
    polling.poll_due(patience=10)
    assert other.get(code).first_seen_at - started < timedelta(seconds=1)
    assert codes(shop) == set()
    assert polling._flight.wait_until_empty(10)


def due(shop: TestShop) -> None:
    with company_scope(shop.company_id):
        PollSlot.objects.update(due_at=None)
        PollSlot.objects.filter(kind=SlotKind.NEW).update(due_at=database_now())


# --- a stranger's door -------------------------------------------------------------------------------------------------


class Stranger(http.server.ThreadingHTTPServer):
    """Another host; keeps the headers of everybody who comes."""

    came: list[dict[str, str]]


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert isinstance(self.server, Stranger)
            self.server.came.append(dict(self.headers))
            self.send_response(200)
            self.end_headers()

    server = Stranger(("127.0.0.1", 0), Door)
    server.came = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_redirect_is_not_followed_and_the_token_stays_here(
    kaspi_server: KaspiServer, shop: TestShop, stranger: Stranger
) -> None:
    fault(kaspi_server, "redirect", location=f"http://127.0.0.1:{stranger.server_address[1]}/shop/api/v2/orders")
    many(kaspi_server, shop, 1)
    shop.poll()
    assert (stranger.came, codes(shop)) == ([], set())


def test_an_order_that_moves_while_it_is_listed_is_found_where_it_went(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    known = many(kaspi_server, shop, 3)
    for code in known:
        kaspi_server.control(f"orders/{code}", {"do": "kaspi_accepts"})
    shop.poll(SlotKind.NEW, SlotKind.PICKUP)
    with company_scope(shop.company_id):
        assert set(Order.objects.filter(stage=Stage.PICKUP).values_list("code", flat=True)) == known
