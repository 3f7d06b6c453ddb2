"""Reads a buyer for somebody: his orders over all shops, as far as that one may see them, and what they add up to.

Nothing is told of orders out of his reach, not even how many there are.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Count, Min, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from orders.buyers.gathering import card_of
from orders.buyers.persons import KNOWN, SHOWN, TYPED
from orders.buyers.showing import sees_buyer
from orders.filters import REACH, reach_of, visible_to
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
# The same as `seen_orders`, for statements that must not depend on what the planner believes of two large tables: one
# card after another, by its own index.
_SEEN: Final = f"""
  FROM orders_buyerorder b JOIN orders_order o ON o.company_id = b.company_id AND o.id = b.order_id
  WHERE b.company_id = %(company)s AND b.card_id = {{card}} AND o.forgotten_at IS NULL AND {REACH}
    AND (%(today)s::timestamptz IS NULL OR o.closed_at IS NULL OR o.closed_at >= %(today)s::timestamptz)"""
_NEWEST_OF: Final = f"""
SELECT one.id, newest.* FROM unnest(%(cards)s::bigint[]) AS one (id) CROSS JOIN LATERAL (
  SELECT {", ".join(_NEWEST)}, count(*) OVER () {_SEEN.format(card="one.id")}
  ORDER BY o.approved_at DESC, o.id DESC LIMIT 1) newest
"""  # noqa: S608  our own constants
_SEES: Final = f"EXISTS (SELECT 1 {_SEEN.format(card='orders_buyercard.id')} OFFSET 0)"


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
    return orders.filter(Q(closed_at=None) | Q(closed_at__gte=_midnight(now)))


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
    names = ("card", *_NEWEST, "seen")
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_OF, {"cards": list(cards), **_reach(by, now=now)})
        return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def with_seen_order(cards: "QuerySet[BuyerCard]", *, by: Actor, now: datetime) -> "QuerySet[BuyerCard]":
    """Of these cards, those with an order that he may see."""
    values = _reach(by, now=now)
    clause, names = _positional(_SEES)
    # Our own constant; values go as parameters.
    return cards.filter(RawSQL(clause, [values[name] for name in names], output_field=BooleanField()))  # noqa: S611


def _reach(by: Actor, *, now: datetime) -> dict[str, Any]:
    today = None if by.orders_of is None else _midnight(now)
    return {"company": by.company_id, "today": today, **reach_of(by)}


def _midnight(now: datetime) -> datetime:
    return now.astimezone(ALMATY).replace(hour=0, minute=0, second=0, microsecond=0)


def _positional(sql: str) -> tuple[str, list[str]]:
    """The statement with `%s` for its named parameters, and their names in order."""
    return re.sub(r"%\(\w+\)s", "%s", sql), re.findall(r"%\((\w+)\)s", sql)
