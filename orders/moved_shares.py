"""Who moves the dates of how many of his orders: a move is the buyer's favour, and Kaspi may ask him (capabilities, row 34)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from django.db.models import QuerySet

from integrations.models import KaspiAction
from orders.filters import visible_to
from orders.models import DateMove, Order
from staff.access import Actor

COUNTED: Final = timedelta(days=30)


# The kind of an actor and his id.
Who = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class MovedShare:
    """Of the orders in own delivery that somebody has worked on, how many he moved."""

    name: str
    moved: int
    worked_on: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.moved, self.worked_on)


def shares(*, by: Actor, shop_ids: Sequence[int], now: datetime) -> list[MovedShare]:
    """Everybody who moved a date in the last 30 days, the largest share first. Only orders that `by` sees are counted."""
    since = now - COUNTED
    seen = visible_to(by, Order.objects.filter(shop_id__in=shop_ids))
    moves = DateMove.objects.filter(told_at__gt=since, order_id__in=seen.values("pk"), actor_id__isnull=False)
    moved: defaultdict[Who, set[int]] = defaultdict(set)
    names: dict[Who, str] = {}
    for kind, actor_id, label, order_id in moves.order_by("id").values_list(
        "actor_kind", "actor_id", "actor_label", "order_id"
    ):
        moved[kind, actor_id].add(order_id)
        names[kind, actor_id] = label
    worked_on = _worked_on(moved, seen, since)
    found = [MovedShare(names[who], len(his), len(his | worked_on[who])) for who, his in moved.items()]
    return sorted(found, key=lambda one: (-one.share, one.name))


def _worked_on(who: dict[Who, set[int]], seen: "QuerySet[Order]", since: datetime) -> dict[Who, set[int]]:
    """The orders in own delivery on which each of these people decided something."""
    own = seen.filter(is_kaspi_delivery=False).exclude(delivery_mode__endswith="PICKUP")
    decided = KaspiAction.objects.filter(
        created_at__gt=since, actor_id__in=[actor_id for _, actor_id in who], subject_id__in=own.values("pk")
    )
    found: dict[Who, set[int]] = {one: set() for one in who}
    for kind, actor_id, order_id in decided.values_list("actor_kind", "actor_id", "subject_id").distinct():
        if (kind, actor_id) in found:
            found[kind, actor_id].add(order_id)
    return found
