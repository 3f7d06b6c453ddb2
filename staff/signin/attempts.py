"""Limits on guessing: at most ten wrong passwords per account in 15 minutes from all addresses together, and the same for
codes, PINs, resets and API keys.

A browser in which the person has signed in before counts by itself (`staff.signin.devices`), so a stranger cannot lock the
owner out of his own desk (reliability.md §2, row 28). Counts are in the cache, while Redis is away in each process.
"""

from django.core.cache import cache

MOST = 10
WINDOW = 15 * 60


def of_account(kind: str, email: str, device: str) -> str:
    """What tries at an account are counted under. `device`: the browser's id if the person is known in it."""
    return f"{kind}:{email}:{device}" if device else f"{kind}:{email}"


def take(name: str, *, most: int = MOST) -> bool:
    """Count a try at `name` before it is judged, so that of many at once none is free; whether it is one of `most`."""
    cache.add(name, 0, WINDOW)
    try:
        return int(cache.incr(name)) <= most
    except ValueError:
        # The count ended between the two calls.
        cache.set(name, 1, WINDOW)
        return True


def taken(name: str) -> int:
    """How many tries there were; for what is counted only when it was wrong."""
    return int(cache.get(name, 0))


def forget(name: str) -> None:
    """The right answer: the next count of `name` starts from nothing."""
    cache.delete(name)
