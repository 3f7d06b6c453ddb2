"""Cancels whose reason Kaspi may rewrite: it monitors them and needs nobody's consent (capabilities §0.1, rows 27, B13).

A reason that lays the cancel on the buyer and that nothing proves is at risk; one that Kaspi has rewritten is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef

from orders.cancelling import ApiReason, Fault, fault_of
from orders.filters import visible_to
from orders.lifecycle import Stage
from orders.models import EventKind, Evidence, Order, OrderEvent
from staff.access import Actor

# What the shop itself may have said of the buyer; the other reasons are Kaspi's or the buyer's own words.
HARMLESS: Final = (ApiReason.BUYER_NOT_REACHABLE.value, ApiReason.BUYER_CANCELLATION_BY_MERCHANT.value)
# A cancel leaves the window of the metric after so many days; then its reason matters no more (kaspi-api §10).
WATCHED: Final = timedelta(days=60)
MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Kaspi took the reason `before` and now says `after`."""

    order: Order
    before: str
    after: str
    learned_at: datetime


def is_at_risk(order: Order, *, proofs: int, now: datetime) -> bool:
    """Whether the cancel stands on a reason that nothing proves."""
    watched = order.cancelled_at is not None and order.cancelled_at > now - WATCHED
    return order.stage == Stage.CANCELLED and watched and order.cancellation_reason in HARMLESS and not proofs


def unproven(*, by: Actor, shop_ids: Sequence[int], now: datetime) -> list[Order]:
    """Cancels at risk that this actor sees, the newest first."""
    proof = Evidence.objects.filter(order_id=OuterRef("pk"))
    at_risk = _watched(by, shop_ids, now).filter(cancellation_reason__in=HARMLESS).exclude(Exists(proof))
    return list(at_risk.select_related("shop", "point").defer("raw").order_by("-cancelled_at")[:MOST_SHOWN])


def rewritten(*, by: Actor, shop_ids: Sequence[int], now: datetime) -> list[Rewritten]:
    """Cancels whose reason Kaspi has changed to one that counts against the shop, the latest first."""
    watched = _watched(by, shop_ids, now).exclude(cancellation_reason__in=HARMLESS)
    changed = OrderEvent.objects.filter(
        kind=EventKind.CHANGED, details__has_key="cancellation_reason", order_id__in=watched.values("pk")
    )
    events = changed.select_related("order").order_by("-id")[:MOST_SHOWN]
    return [one for event in events if (one := rewriting_of(event)) is not None]


def rewriting_of(event: OrderEvent) -> Rewritten | None:
    """What the event tells, if Kaspi laid a cancel on the shop that was the buyer's."""
    pair: Any = event.details.get("cancellation_reason")
    if event.kind != EventKind.CHANGED or not isinstance(pair, list) or len(pair) != 2:
        return None
    before, after = map(str, pair)
    if before not in HARMLESS or fault_of(after) is not Fault.SELLER:
        return None
    return Rewritten(event.order, before, after, event.learned_at)


def _watched(by: Actor, shop_ids: Sequence[int], now: datetime) -> Any:
    cancelled = Order.objects.filter(shop_id__in=shop_ids, cancelled_at__gt=now - WATCHED, stage=Stage.CANCELLED)
    return visible_to(by, cancelled)
