"""Reads a buyer for somebody: his orders over all shops, as far as that one may see them, and what they add up to.

Nothing is told of orders out of his reach, not even how many there are.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Sum

from orders.buyers.gathering import card_of
from orders.buyers.persons import KNOWN, SHOWN, TYPED
from orders.buyers.showing import sees_buyer
from orders.filters import visible_to
from orders.lifecycle import Shelf, Stage
from orders.models import BuyerCard, BuyerOrder, CallOutcome, Evidence, EvidenceKind, Order
from staff.access import Actor
from staff.errors import NotVisible
from staff.formats import ALMATY

ISSUED: Final = (Stage.COMPLETED,)
CANCELLED: Final = (Stage.CANCELLED, Stage.EXPIRED, Stage.KD_RETURNING)
MOST_OPEN: Final = 5
RETURNED: Final = (Stage.RETURNED, Stage.RETURN_REQUESTED, Stage.RETURN_ACCEPTED)


_NEWEST: Final = ("code", "phone_state", "approved_at", "closed_at", *SHOWN)


@dataclass(frozen=True, slots=True)
class Standing:
    """A buyer by his orders. `sum`: ₸ of the issued ones; `open` codes: of those on their way, the newest first."""

    card: UUID
    total: int
    issued: int
    cancelled: int
    returned: int
    sum: Decimal
    first_at: datetime
    open: tuple[str, ...]

    @property
    def under_way(self) -> int:
        return self.total - self.issued - self.cancelled - self.returned


@dataclass(frozen=True, slots=True)
class KnownPhone:
    """A phone of the buyer that is known whole, and the order that it stands on."""

    phone: str
    typed: bool
    code: str


def seen_orders(by: Actor, *, now: datetime) -> "QuerySet[Order]":
    """Orders whose buyers he may look at: a courier those that he brings, until the end of the day (`orders.buyers.showing`)."""
    orders = visible_to(by, Order.objects.filter(forgotten_at=None))
    if by.orders_of is None:
        return orders
    today = now.astimezone(ALMATY).replace(hour=0, minute=0, second=0, microsecond=0)
    return orders.filter(Q(closed_at=None) | Q(closed_at__gte=today))


def find_card(public_id: UUID, *, by: Actor, now: datetime) -> BuyerCard:
    """The card of this id, or the one that it was joined to. Raises NotVisible unless he sees an order of the buyer."""
    card = BuyerCard.objects.filter(public_id=public_id).select_related("into").first()
    card = card.into or card if card else None
    if card is None or not orders_of(card.pk, by=by, now=now).exists():
        raise NotVisible(public_id)
    return card


def orders_of(card_id: int, *, by: Actor, now: datetime) -> "QuerySet[Order]":
    """The buyer's orders that he may see."""
    ids = BuyerOrder.objects.filter(card_id=card_id).values("order_id")
    return seen_orders(by, now=now).filter(pk__in=ids)


def standing_of_order(order: Order, *, by: Actor, now: datetime) -> Standing | None:
    """What is known of the order's buyer; None where he is not shown whole, or is forgotten."""
    if order.forgotten_at is not None or not sees_buyer(by, closed_at=order.closed_at, now=now):
        return None
    return standing_of(card_of(order), by=by, now=now)


def standing_of(card_id: int, *, by: Actor, now: datetime) -> Standing | None:
    """The buyer of this card by the orders that he may see; None if there is none."""
    orders = orders_of(card_id, by=by, now=now)
    told = orders.aggregate(
        total=Count("pk"),
        issued=Count("pk", filter=Q(stage__in=ISSUED)),
        cancelled=Count("pk", filter=Q(stage__in=CANCELLED)),
        returned=Count("pk", filter=Q(stage__in=RETURNED)),
        sum=Sum("total_price", filter=Q(stage__in=ISSUED)),
        first_at=Min("approved_at"),
    )
    if not told["total"]:
        return None
    going = orders.exclude(shelf=Shelf.ARCHIVE).exclude(stage__in=(*CANCELLED, *RETURNED))
    codes = going.order_by("-approved_at", "-id").values_list("code", flat=True)[:MOST_OPEN]
    card = BuyerCard.objects.values_list("public_id", flat=True).get(pk=card_id)
    return Standing(**told | {"sum": told["sum"] or Decimal(0)}, card=card, open=tuple(codes))


def phones_of(card_id: int, *, by: Actor, now: datetime) -> Sequence[KnownPhone]:
    """His phones that are known whole, those from Kaspi first, then the newest; each once."""
    rows = orders_of(card_id, by=by, now=now).filter(phone_state__in=KNOWN).exclude(phone="")
    found: dict[str, KnownPhone] = {}
    ordered = rows.order_by("phone_state", "-approved_at", "-id").values_list("phone", "phone_state", "code")
    for phone, state, code in ordered[:200]:
        found.setdefault(phone, KnownPhone(phone, state == TYPED, code))
    return tuple(found.values())


def unanswered(order_ids: Collection[int] | Any) -> int:
    """Calls about these orders that nobody answered."""
    calls = Evidence.objects.filter(order_id__in=order_ids, kind=EvidenceKind.CALL, outcome=CallOutcome.NO_ANSWER)
    return int(calls.count())


def newest_of(cards: Collection[int], *, by: Actor, now: datetime) -> Mapping[int, Mapping[str, Any]]:
    """Card → the columns of its newest order that he may see, and how many such orders there are (`seen`)."""
    links = BuyerOrder.objects.filter(card_id__in=cards, order_id__in=seen_orders(by, now=now).values("pk"))
    newest = links.order_by("card_id", "-order__approved_at", "-order_id").distinct("card_id")
    counted = dict(links.order_by().values_list("card_id").annotate(Count("pk")))
    rows = newest.values("card_id", *(f"order__{name}" for name in _NEWEST))
    return {
        row["card_id"]: {name: row[f"order__{name}"] for name in _NEWEST} | {"seen": counted[row["card_id"]]}
        for row in rows
    }
