"""The feed: nothing missed by who reads by cursor, nothing foreign told, nothing of the buyer."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from integrations import events
from integrations.models import ActionKind, FeedEvent
from kaspi_office.provisioning import provision
from orders.lifecycle import Stage
from staff.clock import database_now
from staff.models import ApiKey, ApiKeyShop
from staff.scoping import company_scope
from tests.cast import Cast, Company, document, gather
from tests.kaspi_server import KaspiServer
from tests.orders.working import done
from tests.shop import TestShop

EVENTS = "/api/v1/events"


def put(company: Company, code: str, *, shop: str = "alma-tech", point: str | None = "PP1", **known: Any) -> FeedEvent:
    """Something happened there."""
    with company.scope():
        at = company.point(shop, point).pk if point else None
        row: FeedEvent = FeedEvent.objects.create(
            shop_id=company.shop(shop).pk,
            point_id=at,
            kind="order.seen",
            subject=uuid4(),
            code=code,
            at=database_now(),
            **known,
        )
        return row


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["order_code"] for row in answer.json()["results"]]


def test_a_slow_writer_with_a_smaller_id_is_seen_by_the_reader(transactional_db: None) -> None:
    cast = gather()
    slow, program = _Slow(cast.alma, "slow"), cast.alma.program()
    with slow:
        quick = put(cast.alma, "quick")
        seen = program.get(EVENTS)
        with cast.alma.scope():
            watermark = max(FeedEvent.objects.values_list("id", flat=True))
    # A plain id as the watermark has passed the slow row by, for ever.
    assert watermark == quick.pk and slow.row_id < watermark
    with cast.alma.scope():
        assert not FeedEvent.objects.filter(pk__gt=watermark).exists()
    # The feed told nothing while somebody older was still writing, and then everything.
    assert codes(seen) == [] and seen.json()["next"] is None
    after = program.get(EVENTS)
    assert codes(after) == ["slow", "quick"]
    assert codes(program.get(EVENTS, {"cursor": after.json()["next"]})) == []
    put(cast.alma, "later")
    assert codes(program.get(EVENTS, {"cursor": after.json()["next"]})) == ["later"]


class _Slow:
    """A writer on a connection of his own: he has written when the block begins, and commits when it ends."""

    def __init__(self, company: Company, code: str) -> None:
        self.company, self.code, self.row_id = company, code, 0
        self.written, self.go_on = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._write)

    def _write(self) -> None:
        try:
            with self.company.scope():
                self.row_id = put(self.company, self.code).pk
                self.written.set()
                assert self.go_on.wait(10)
        finally:
            connections.close_all()

    def __enter__(self) -> None:
        self.thread.start()
        assert self.written.wait(10)

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self.thread.join(10)


def test_what_happens_to_an_order_is_told_without_its_buyer(kaspi_server: KaspiServer, shop: TestShop) -> None:
    buyer = {"firstName": "Канарейка", "lastName": "Секретная", "cellPhone": "7015550011"}
    code = kaspi_server.order(shop.merchant_uid, kind="pickup", customer=buyer)
    shop.poll()
    action = done(shop, ActionKind.ACCEPT, code)
    order = shop.get(code)
    with company_scope(shop.company_id):
        rows = list(FeedEvent.objects.order_by("xid", "id").values())
    assert [row["kind"] for row in rows] == ["order.seen", "order.moved", "action.settled"]
    assert {row["subject"] for row in rows} == {order.public_id} and {row["code"] for row in rows} == {code}
    assert {row["point_id"] for row in rows} == {shop.point_id}
    settled = rows[-1]["payload"]
    assert (settled["action"], settled["outcome"], settled["action_id"]) == ("accept", "done", str(action.public_id))
    assert not any(word in str(rows) for word in ("Канарейка", "Секретная", "5550011"))


def test_an_order_that_was_over_before_we_saw_it_is_no_news(cast: Cast) -> None:
    uid = cast.alma.shop("alma-tech").merchant_uid
    code = cast.kaspi.control("POST", "orders", {"merchant": uid, "point": "PP1", "kind": "pickup"})["codes"][0]
    cast.kaspi.control("POST", f"orders/{code}", {"do": "buyer_cancels"})
    assert cast.observe(cast.alma, "alma-tech", code).stage == Stage.CANCELLED
    with cast.alma.scope():
        assert not FeedEvent.objects.exists()


def test_a_key_reads_of_its_own_shops_and_points_only(cast: Cast) -> None:
    put(cast.alma, "of-tech", xid=1)
    put(cast.alma, "of-dom", shop="alma-dom", xid=2)
    put(cast.alma, "of-dom-without-point", shop="alma-dom", point=None, xid=3)
    put(cast.bereke, "of-bereke", shop="bereke-tools", xid=1)
    wanted = document()
    wanted["companies"][0]["api_keys"].append({"name": "dom", "scopes": ["events:read"]})
    secret = provision(wanted)["companies"][0]["api_keys"][1]["secret"]
    with cast.alma.scope():
        key = ApiKey.objects.get(name="dom")
        ApiKeyShop.objects.create(api_key_id=key.pk, shop_id=cast.alma.shop("alma-dom").pk)
    assert codes(cast.alma.program(secret).get(EVENTS)) == ["of-dom", "of-dom-without-point"]
    assert codes(cast.alma.program().get(EVENTS)) == ["of-tech", "of-dom", "of-dom-without-point"]
    assert codes(cast.bereke.program().get(EVENTS)) == ["of-bereke"]


def test_pages_follow_each_other_to_the_end(cast: Cast) -> None:
    # Ids run against the transactions, which rule.
    for number in range(5):
        put(cast.alma, f"№{number}", xid=10 - number)
    program, cursor, read = cast.alma.program(), "", []
    while cursor is not None:
        answer = program.get(EVENTS, {"limit": "2", "cursor": cursor})
        read += codes(answer)
        cursor = answer.json()["next"]
    assert read == ["№4", "№3", "№2", "№1", "№0"]


@pytest.mark.parametrize("query", [{"cursor": "nonsense"}, {"limit": "0"}, {"since": "1"}])
def test_what_cannot_be_read_is_refused_with_its_field(cast: Cast, query: dict[str, str]) -> None:
    answer = cast.alma.program().get(EVENTS, query)
    assert answer.status_code == 400 and answer.json()["error"]["field"] == next(iter(query))


def test_events_are_kept_for_longer_than_a_cursor_lives(cast: Cast) -> None:
    with cast.alma.scope():
        shop_id, now = cast.alma.shop("alma-tech").pk, database_now()
        for code, age in (("old", events.KEPT + timedelta(hours=1)), ("kept", events.CURSOR_LIFE)):
            known = {"kind": "order.seen", "subject": uuid4(), "code": code, "at": now - age}
            FeedEvent.objects.create(shop_id=shop_id, xid=1, **known)
    assert events.KEPT > events.CURSOR_LIFE >= timedelta(days=30)
    assert events.forget_old() == 1
    assert codes(cast.alma.program().get(EVENTS)) == ["kept"]
