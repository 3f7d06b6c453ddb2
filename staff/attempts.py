"""Limits on guessing passwords, per account and address and per account from everywhere (reliability.md §2, row 28)."""

from django.core.cache import cache

WINDOW = 15 * 60
# A stranger elsewhere can use up the account's limit, but not that of the address the owner signs in from.
PER_ADDRESS, PER_ACCOUNT = 10, 30


def _keys(email: str, address: str) -> tuple[str, str]:
    return f"login:{email}:{address}", f"login:{email}"


def count_attempt(email: str, address: str) -> None:
    for key in _keys(email, address):
        cache.add(key, 0, WINDOW)
        cache.incr(key)


def clear_attempts(email: str, address: str) -> None:
    cache.delete(_keys(email, address)[0])


def is_blocked(email: str, address: str) -> bool:
    here, everywhere = (cache.get(key, 0) for key in _keys(email, address))
    return bool(here >= PER_ADDRESS or (everywhere >= PER_ACCOUNT and here > 0))
