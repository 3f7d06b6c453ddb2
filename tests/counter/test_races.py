"""Many PINs at once: every one is counted, whichever process takes it."""

import pytest
from django.test import Client

from staff.counter import pins
from staff.models import AuditEntry
from staff.signin import attempts
from tests import cast as people
from tests.counter.conftest import BOLATS, Counter, furnish
from tests.orders.working import at_once

TRIES = 12


@pytest.fixture
def committed(transactional_db: None) -> Counter:
    """Rows that other connections see."""
    return furnish(people.gather())


def try_all(counter: Counter) -> list[int]:
    """The right PIN is one of many tried at the same moment; answers the statuses."""
    who = str(counter.cast.bolat.member.public_id)

    def one(pin: str) -> int:
        client = Client()
        client.cookies = counter.browser().cookies
        return client.post("/counter/", {"who": who, "pin": pin}).status_code

    wrong = [f"91{number:02d}" for number in range(TRIES)]
    return at_once(*(lambda pin=pin: one(pin) for pin in wrong))


def test_of_many_wrong_ones_at_once_none_is_free(committed: Counter) -> None:
    statuses = try_all(committed)
    assert (statuses.count(422), statuses.count(429)) == (pins.MOST_WRONG, TRIES - pins.MOST_WRONG)
    assert committed.enter(committed.browser(), committed.cast.bolat, BOLATS).status_code == 429
    with committed.cast.alma.scope():
        assert AuditEntry.objects.filter(action="counter.wrong_pin").count() == pins.MOST_WRONG


def test_counted_only_after_the_look_some_would_be_free(committed: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the order of counting and looking is for."""
    monkeypatch.setattr(attempts, "take", lambda name, *, most: attempts.taken(name) < most)
    assert try_all(committed).count(422) == TRIES
