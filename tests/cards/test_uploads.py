"""Uploads: sent once, followed until Kaspi is through, and of an unknown outcome when nobody can know."""

import pytest

from catalog.cards import sending, uploads
from catalog.cards.checking import checking
from catalog.models import Card, CardLine, CardState, CardUpload, KaspiAttribute, Offer, UploadState
from staff.clock import database_now
from staff.errors import Refused
from tests.cards.desk import BRAND, GOOD, MODEL, Desk, go_on
from tests.kaspi_server import KaspiServer


def state_of(desk: Desk, card: Card) -> str:
    return str(desk.again(card).state)


def arrived(kaspi: KaspiServer) -> int:
    """How many uploads Kaspi has taken, by its own log."""
    return sum(write["applied"] for write in kaspi.control("log?status=products")["writes"])


def test_cards_are_sent_checked_and_what_is_wrong_stands_on_the_card(
    connected: Desk, kaspi_server: KaspiServer
) -> None:
    # What a category asks for may have grown since it was read: then Kaspi knows better than we.
    KaspiAttribute.objects.filter(code=BRAND).update(choices=[])
    good = connected.write()
    bad = connected.write(sku="KTL-18", attributes={BRAND: "Чужой", MODEL: "x"})
    upload = connected.send(good, bad)
    assert (state_of(connected, good), sending.send_due()) == (CardState.SENT, 1)
    assert (state_of(connected, good), connected.again(upload).state) == (CardState.CHECKING, UploadState.CHECKING)
    go_on(connected, kaspi_server)
    assert (connected.again(upload).state, upload.errors, arrived(kaspi_server)) == (UploadState.FINISHED, 1, 1)
    assert (state_of(connected, good), state_of(connected, bad)) == (CardState.ACCEPTED, CardState.FAULTY)
    assert bad.problems == [f"{BRAND}: the value is wrong"]


def test_while_kaspi_is_at_it_the_worker_asks_ever_more_rarely(connected: Desk, kaspi_server: KaspiServer) -> None:
    upload = connected.send(connected.write())
    waits = []
    for _ in range(4):
        connected.hurry()
        sending.send_due()
        connected.again(upload)
        waits.append(round((upload.try_at - database_now()).total_seconds(), -1))
    assert (upload.state, waits) == (UploadState.CHECKING, [10, 10, 20, 40])


@pytest.mark.parametrize("fault", ["lost_answer", "500", "html200", "truncated"])
def test_an_upload_that_may_have_arrived_is_never_sent_again(
    connected: Desk, kaspi_server: KaspiServer, fault: str
) -> None:
    card = connected.write()
    upload = connected.send(card)
    kaspi_server.control("faults", {"kind": fault, "path": "products/import", "retry_after": "1"})
    for _ in range(3):
        connected.hurry()
        sending.send_due()
    assert (connected.again(upload).state, state_of(connected, card)) == (UploadState.UNKNOWN, CardState.UNKNOWN)
    assert len(kaspi_server.control("log?status=products")["writes"]) == 1


def test_a_worker_that_died_in_the_call_leaves_an_unknown_outcome(connected: Desk, kaspi_server: KaspiServer) -> None:
    card = connected.write()
    upload = connected.send(card)
    with connected.scope():
        CardUpload.objects.update(state=UploadState.SENDING, sent_at=database_now(), lease_until=database_now())
    assert sending.send_due() == 1
    assert (connected.again(upload).state, state_of(connected, card)) == (UploadState.UNKNOWN, CardState.UNKNOWN)
    assert kaspi_server.control("log?status=products")["writes"] == []


@pytest.mark.parametrize("fault", ["429", "401"])
def test_what_kaspi_did_not_take_waits_and_goes_later(connected: Desk, kaspi_server: KaspiServer, fault: str) -> None:
    upload = connected.send(connected.write())
    kaspi_server.control("faults", {"kind": fault, "path": "products/import", "retry_after": "1"})
    sending.send_due()
    assert (connected.again(upload).state, bool(upload.problem)) == (UploadState.QUEUED, True)
    kaspi_server.control("faults", method="DELETE")
    connected.hurry()
    sending.send_due()
    assert (connected.again(upload).state, arrived(kaspi_server)) == (UploadState.CHECKING, 1)


@pytest.mark.parametrize(
    ("arrived_", "card_after", "upload_after"),
    [(True, CardState.ACCEPTED, UploadState.FINISHED), (False, CardState.READY, UploadState.REFUSED)],
)
def test_a_person_says_what_became_of_it(
    desk: Desk, arrived_: bool, card_after: CardState, upload_after: UploadState
) -> None:
    card = desk.write()
    upload = desk.send(card)
    with desk.scope():
        CardUpload.objects.update(state=UploadState.UNKNOWN)
        Card.objects.update(state=CardState.UNKNOWN)
    desk.inside(uploads.settle, upload, arrived=arrived_)
    assert (state_of(desk, card), desk.again(upload).state) == (card_after, upload_after)
    with pytest.raises(Refused, match="settled"):
        desk.inside(uploads.settle, upload, arrived=True)


def test_a_shop_has_one_upload_under_way_and_sends_only_what_has_no_fault(desk: Desk) -> None:
    good, draft = desk.write(), desk.write(sku="KTL-18", images=())
    with pytest.raises(Refused, match="nothing_ready"):
        desk.send(draft)
    upload = desk.send(good, draft)
    with desk.scope():
        assert list(CardLine.objects.filter(upload=upload).values_list("sku", flat=True)) == ["KTL-17"]
    with pytest.raises(Refused, match="under_way"):
        desk.send(desk.write(sku="KTL-19"))


def test_the_version_that_goes_is_the_one_that_was_sent_for(desk: Desk) -> None:
    upload = desk.send(desk.write())
    with desk.scope():
        [item] = sending.items_of(upload.pk)
    assert (item["title"], item["images"]) == (GOOD.title, [{"url": GOOD.images[0]}])


def test_offers_whose_card_is_with_kaspi_are_told(desk: Desk) -> None:
    with desk.scope():
        offers = [Offer.objects.create(shop=desk.shop, sku=sku, name=sku) for sku in ("KTL-17", "KTL-18")]
    desk.send(desk.write())
    desk.write(sku="KTL-18")
    with desk.scope():
        assert list(checking(desk.shop.pk)) == [offers[0].pk]
