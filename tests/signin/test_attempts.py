"""Guessing is bounded, and bounds nobody who is known."""

import threading
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.test import Client, override_settings

from staff.signin.attempts import MOST, forget, of_account, take
from tests.cast import PASSWORD, Cast

OWNER = "owner@alma.example"
AWAY = {"BACKEND": "staff.cache.CacheWithSpare", "LOCATION": "redis://127.0.0.1:1/0"}
OWN = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "away"}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    for name in ("default", "local"):
        caches[name].clear()
    yield


def guess(client: Client, password: str, *, times: int = 1, address: str = "203.0.113.7") -> int:
    """The status of the last of so many tries."""
    form = {"login": OWNER, "password": password}
    return [client.post("/login/", form, REMOTE_ADDR=address).status_code for _ in range(times)][-1]


def test_ten_wrong_passwords_from_many_addresses_shut_the_account_to_strangers(cast: Cast) -> None:
    for number in range(MOST):
        assert guess(Client(), "a guess", address=f"203.0.113.{number}") == 422
    assert guess(Client(), PASSWORD, address="198.51.100.1") == 429


def test_a_stranger_cannot_lock_the_owner_out_of_his_own_browser(cast: Cast) -> None:
    own = Client()
    assert guess(own, PASSWORD) == 302
    own.post("/logout/")
    assert guess(Client(), "a guess", times=MOST + 1) == 429
    assert guess(own, PASSWORD) == 302


def test_a_known_browser_has_its_own_limit(cast: Cast) -> None:
    own = Client()
    guess(own, PASSWORD)
    own.post("/logout/")
    assert guess(own, "a guess", times=MOST + 1) == 429
    assert guess(Client(), PASSWORD) == 302


def test_a_browser_that_says_itself_that_it_is_known_is_not(cast: Cast) -> None:
    assert guess(Client(), "a guess", times=MOST + 1) == 429
    pretender = Client()
    pretender.cookies["office_device"] = "eyJpZCI6IngifQ:1vX:forged"
    assert guess(pretender, PASSWORD) == 429


def test_of_many_tries_at_once_none_is_free() -> None:
    name, allowed = of_account("login", OWNER, ""), []
    threads = [threading.Thread(target=lambda: allowed.append(take(name))) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(allowed) == MOST


def test_the_right_answer_starts_from_nothing() -> None:
    name = of_account("code", OWNER, "")
    assert [take(name) for _ in range(MOST + 1)].count(True) == MOST
    forget(name)
    assert take(name)


@override_settings(CACHES={"default": AWAY, "local": OWN})
def test_without_redis_a_process_counts_for_itself(cast: Cast) -> None:
    assert guess(Client(), "a guess", times=MOST) == 422
    assert guess(Client(), "a guess") == 429
