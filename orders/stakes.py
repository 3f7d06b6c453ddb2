"""What is at stake for a shop's numbers. Orders show it before a press; `quality`, which stands above, tells it.

`quality.apps` hands the teller over when the product starts, so that the pages of orders need not know who counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from orders.card.page_models import BeforeAfter
from staff.drawing import Scale


@dataclass(frozen=True, slots=True)
class Stakes:
    """The share of cancels before and after one more, in words; and the share of late hand-overs with its scale."""

    one_more_cancel: BeforeAfter | None = None
    late: str = ""
    late_note: str = ""
    late_scale: Scale | None = None


Teller = Callable[[Sequence[int], datetime], Stakes]


def _silent(shop_ids: Sequence[int], now: datetime) -> Stakes:
    return Stakes()


_teller: Teller = _silent


def provide(teller: Teller) -> None:
    """Name who tells the stakes."""
    global _teller
    _teller = teller


def stakes_of(shop_ids: Sequence[int], *, now: datetime) -> Stakes:
    """The stakes of these shops taken together, as far as they are counted."""
    return _teller(shop_ids, now)
