"""What a token opens, as Kaspi tells it: whose orders, of which points, how many in each state.

The API has no «who am I» and no list of points (kaspi-api §2.9): shop and points are read off the newest orders of each
state.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from integrations.kaspi.client import KaspiClient
from integrations.kaspi.facts import KaspiOrder, OrderPage

STATES: Final = ("NEW", "SIGN_REQUIRED", "PICKUP", "DELIVERY", "KASPI_DELIVERY", "ARCHIVE")
# A little under Kaspi's limit of 14 days for a window.
SPAN: Final = timedelta(days=13, hours=23)


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen so far. `totals`: state → Kaspi's own count of the orders made in the span."""

    start: datetime
    end: datetime
    totals: Mapping[str, int] = field(default_factory=dict)
    points: Mapping[str, int] = field(default_factory=dict)
    merchants: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        return len(self.totals) == len(STATES)

    def of_another_shop(self, merchant_uid: str) -> bool:
        """Kaspi named shops, and this one is not among them."""
        return bool(self.merchants) and merchant_uid not in self.merchants

    def to_json(self) -> dict[str, Any]:
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "totals": dict(self.totals),
            "points": dict(self.points),
            "merchants": sorted(self.merchants),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Look | None":
        """None before anything was seen."""
        if not told:
            return None
        start, end = datetime.fromisoformat(told["start"]), datetime.fromisoformat(told["end"])
        return cls(start, end, told["totals"], told["points"], frozenset(told["merchants"]))


async def look(client: KaspiClient, *, now: datetime) -> AsyncIterator[Look]:
    """Ask state by state and tell each time what is known by then. Raises KaspiError."""
    seen = Look(now - SPAN, now)
    for state in STATES:
        page = await client.list_orders(
            state=state, created_from=seen.start, created_to=seen.end, page=0, with_entries=False
        )
        seen = _with(seen, state, page)
        yield seen


def _with(seen: Look, state: str, page: OrderPage) -> Look:
    named = [_point_of(order) for order in page.orders]
    return replace(
        seen,
        totals={**seen.totals, state: page.total_count},
        points=Counter(seen.points) + Counter(code for _, code in named if code),
        merchants=seen.merchants | {merchant for merchant, _ in named if merchant},
    )


def _point_of(order: KaspiOrder) -> tuple[str, str]:
    """(merchant, point): Kaspi names a point `30000001_PP1`, or `PP1` alone (kaspi-api §2.2)."""
    merchant, _, code = order.pickup_point_id.rpartition("_")
    return merchant, order.origin_point.rpartition("_")[2] or code
