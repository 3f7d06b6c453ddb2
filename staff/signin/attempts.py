"""Limits on guessing passwords: at most ten wrong ones per account in 15 minutes from all addresses together.

An address from which the person has signed in before counts by itself, so a stranger cannot lock the owner out of his own
desk (reliability.md §2, row 28). While the shared cache is away each process counts for itself: not open, not shut.
"""

from django.core.cache import BaseCache, caches
from redis.exceptions import RedisError

MOST = 10
WINDOW = 15 * 60
KNOWN_FOR = 90 * 24 * 3600


def is_blocked(email: str, address: str) -> bool:
    """Whether this account takes no more tries from this address at present."""
    return bool(_call("get", _counter(email, address), 0) >= MOST)


def count_attempt(email: str, address: str) -> None:
    """A wrong password."""
    key = _counter(email, address)
    _call("add", key, 0, WINDOW)
    _call("incr", key)


def remember_success(email: str, address: str) -> None:
    """The right one: this address is known from now on, and starts from nothing."""
    _call("set", _known(email, address), True, KNOWN_FOR)
    _call("delete", _counter(email, address))


def take(name: str, *, most: int) -> bool:
    """Count a try at `name` before it is judged, so that of many at once none is free; whether it is one of `most`."""
    _call("add", name, 0, WINDOW)
    return _call("incr", name) <= most


def forget(name: str) -> None:
    """The right answer: the next count of `name` starts from nothing."""
    _call("delete", name)


def _counter(email: str, address: str) -> str:
    known = _call("get", _known(email, address), False)
    return f"login:{email}:{address}" if known else f"login:{email}"


def _known(email: str, address: str) -> str:
    return f"login-known:{email}:{address}"


def _call(verb: str, *args: object) -> int:
    try:
        return int(getattr(_cache("default"), verb)(*args) or 0)
    except (RedisError, ValueError):
        # Away, or the counter ended between two calls; the process's own count goes on.
        local = _cache("local")
        if verb == "incr":
            local.add(str(args[0]), 0, WINDOW)
        return int(getattr(local, verb)(*args) or 0)


def _cache(name: str) -> BaseCache:
    return caches[name]
