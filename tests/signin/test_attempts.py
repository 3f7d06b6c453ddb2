"""Guessing a password is bounded, and bounds nobody who is known."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.test import override_settings

from staff.signin.attempts import MOST, count_attempt, is_blocked, remember_success

OWNER, HOME, STRANGER = "owner@alma.example", "10.0.0.1", "203.0.113.7"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    for name in ("default", "local"):
        caches[name].clear()
    yield


def test_ten_wrong_passwords_from_many_addresses_shut_the_account_to_strangers() -> None:
    for number in range(MOST):
        assert not is_blocked(OWNER, f"203.0.113.{number}")
        count_attempt(OWNER, f"203.0.113.{number}")
    assert is_blocked(OWNER, STRANGER)


def test_a_stranger_cannot_lock_the_owner_out_of_his_own_desk() -> None:
    remember_success(OWNER, HOME)
    for _ in range(MOST):
        count_attempt(OWNER, STRANGER)
    assert not is_blocked(OWNER, HOME)


def test_a_known_address_has_its_own_limit() -> None:
    remember_success(OWNER, HOME)
    for _ in range(MOST):
        count_attempt(OWNER, HOME)
    assert is_blocked(OWNER, HOME)
    assert not is_blocked(OWNER, STRANGER)


def test_without_the_shared_cache_a_process_counts_for_itself() -> None:
    away = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    own = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "away"}
    with override_settings(CACHES={"default": away, "local": own}):
        assert not is_blocked(OWNER, STRANGER)
        for _ in range(MOST):
            count_attempt(OWNER, STRANGER)
        assert is_blocked(OWNER, STRANGER)
