"""Uploads: sent once, followed until Kaspi is through, and of an unknown outcome when nobody can know."""

import pytest
from django.db import transaction

from catalog.cards import sending, uploads
from catalog.cards.checking import checking
from catalog.models import Card, CardState, CardUpload, Offer, UploadState
from staff.clock import database_now
from staff.errors import Refused
from tests.cards.desk import Desk, go_on
from tests.kaspi_server import KaspiServer


def state_of(desk: Desk, card: Card) -> str:
    return str(desk.again(card).state)


def uploads_at(kaspi: KaspiServer) -> int:
    return len(kaspi.control("log?status=products")["writes"])


def test_cards_are_sent_checked_and_what_is_wrong_stands_on_the_card(connected: Desk, kaspi_server: KaspiServer) -> None:
    good, bad = connected.write(), connected.write(sku="KTL-18", brand="Другой")
    upload = connected.send(good, bad)
    assert (state_of(connected, good), sending.send_due()) == (CardState.SENT, 1)
    assert (state_of(connected, good), connected.again(upload).state) == (CardState.CHECKING, UploadState.CHECKING)
    go_on(connected, kaspi_server)
    assert connected.again(upload).kaspi_status == "FINISHED"
    assert (upload.state, upload.errors, state_of(connected, good)) == (UploadState.FINISHED, 0, CardState.ACCEPTED)
    assert uploads_at(kaspi_server) == 1
