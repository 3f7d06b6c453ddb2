"""What is at stake for a shop's numbers. Orders show it before a press; `quality`, which stands above, tells it.

`quality.apps` hands the teller over when the product starts, so that the pages of orders need not know who counts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from orders.card.page_models import BeforeAfter
from staff.drawing import Scale


@dataclass(frozen=True, slots=True)
class Stakes:
    """The share of cancels before and after one more, in words; and the share of late hand-overs with its scale."""

    one_more_cancel: BeforeAfter | None = None
    late: str = ""
    late_note: str = ""
    late_scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """How many more cancels by the shop's fault fit. `today` None: too few orders to be judged, or not counted.

    `then`: the same on days that are over, by what their numbers were made of; a day that is not there is not known.
    """

    today: int | None = None
    then: Mapping[date, int | None] = field(default_factory=dict)


Teller = Callable[[Sequence[int], datetime], Stakes]
Budgeter = Callable[[Sequence[int], datetime, int], Budget]


def _silent(shop_ids: Sequence[int], now: datetime) -> Stakes:
    return Stakes()


def _uncounted(shop_ids: Sequence[int], now: datetime, days: int) -> Budget:
    return Budget()


_teller: Teller = _silent
_budgeter: Budgeter = _uncounted


def provide(teller: Teller, budgeter: Budgeter) -> None:
    """Name who tells the stakes, and who the budget of cancels."""
    global _teller, _budgeter
    _teller, _budgeter = teller, budgeter


def stakes_of(shop_ids: Sequence[int], *, now: datetime) -> Stakes:
    """The stakes of these shops taken together, as far as they are counted."""
    return _teller(shop_ids, now)


def budget_of(shop_ids: Sequence[int], *, now: datetime, days: int = 0) -> Budget:
    """The budget of cancels of these shops taken together, and that of so many days before today."""
    return _budgeter(shop_ids, now, days)
