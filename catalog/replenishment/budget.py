"""How many cancels a shop may still have. The page of orders-to-come shows it; `quality`, which stands above, tells it."""

from collections.abc import Callable
from datetime import datetime

Teller = Callable[[int, datetime], int | None]


def _silent(shop_id: int, now: datetime) -> int | None:
    return None


_teller: Teller = _silent


def provide(teller: Teller) -> None:
    """Name who tells how many cancels are left; None from it: nobody can say."""
    global _teller
    _teller = teller


def left_of(shop_id: int, *, now: datetime) -> int | None:
    """How many more cancels fit under the line by which the shop is judged."""
    return _teller(shop_id, now)
