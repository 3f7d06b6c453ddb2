"""A shared computer at PP1 of «Алма Техника», and the PINs of those who work there."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from staff.clock import database_now
from staff.counter import desks, pins
from staff.models import CounterDesk, MemberPoint
from tests.cast import Cast, Person

BOLATS, DANIYARS = "4071", "835260"


@dataclass(frozen=True)
class Counter:
    """The desk, and the secret of its cookie."""

    cast: Cast
    desk: CounterDesk
    secret: str

    def browser(self) -> Client:
        """The shared computer itself, with nobody at it."""
        client = Client()
        client.cookies[desks.cookie_name()] = self.secret
        return client

    def enter(self, client: Client, person: Person, pin: str) -> Any:
        return client.post("/counter/", {"who": str(person.member.public_id), "pin": pin})

    def at_work(self, person: Person, pin: str = BOLATS) -> Client:
        """The shared computer with this person at it."""
        client = self.browser()
        assert self.enter(client, person, pin).status_code == 302
        return client


@pytest.fixture
def counter(cast: Cast) -> Counter:
    return furnish(cast)


def furnish(cast: Cast) -> Counter:
    """Болат and Данияр both work at PP1 and have PINs; the owner has opened a desk there."""
    now = database_now()
    with cast.alma.scope():
        point = cast.alma.point("alma-tech", "PP1")
        MemberPoint.objects.create(member_id=cast.daniyar.member.pk, point_id=point.pk)
        pins.set_pin(BOLATS, by=cast.bolat.actor, now=now)
        pins.set_pin(DANIYARS, by=cast.daniyar.actor, now=now)
        desk, secret = desks.open_desk("Касса 1", point.pk, by=cast.aigerim.actor, now=now)
    return Counter(cast, desk, secret)
