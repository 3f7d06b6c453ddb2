"""Puts orders on the cards of their buyers, behind the sync and not in it: storing an order costs no more than before.

A duty goes through what has changed; an order that somebody looks at before that is put on its card then. Whoever changes
the cards of a company takes its turn (`take_turn`), so two of them never make two cards of one buyer.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from orders.buyers.joining import Joining, Sign, parted_from, settled, signs_of, signs_of_phone
from orders.models import BuyerCard, BuyerOrder, BuyerParting, BuyerSign, Order, OwnPhone
from orders.turns import let_disk_follow
from staff.bulk import insert
from staff.clock import database_now
from staff.ids import uuid7
from staff.scoping import company_scope, current_company

log = logging.getLogger(__name__)

BATCH: Final = 400
COMPANIES_A_TURN: Final = 50
# What a writer stored before he committed: an order's `changed_at` is when Kaspi was asked, the pulse's when he began.
LATE_ORDER: Final = timedelta(minutes=15)
LATE_WRITER: Final = timedelta(minutes=1)

_FRESH = """
SELECT o.id, o.buyer_kaspi_id, o.phone, o.version, o.changed_at FROM orders_order o
LEFT JOIN orders_buyerorder b ON b.company_id = o.company_id AND b.order_id = o.id
WHERE o.company_id = %(company)s AND (o.changed_at, o.id) > (%(since)s, %(after)s) AND o.forgotten_at IS NULL
  AND b.version IS DISTINCT FROM o.version
ORDER BY o.changed_at, o.id LIMIT %(limit)s
"""
_COUNT = """
UPDATE orders_buyercard c SET orders = n.orders, last_at = n.last_at FROM (
  SELECT one.id, count(o.id) AS orders, max(o.approved_at) AS last_at FROM unnest(%(cards)s::bigint[]) AS one (id)
  LEFT JOIN orders_buyerorder b ON b.company_id = %(company)s AND b.card_id = one.id
  LEFT JOIN orders_order o ON o.company_id = b.company_id AND o.id = b.order_id
  GROUP BY one.id) n
WHERE c.company_id = %(company)s AND c.id = n.id
"""
# What stands on a card of another goes with it; partings are written anew, for their pairs stand in order.
_MOVED: Final = ("orders_buyersign", "orders_buyerorder", "orders_buyernote")
_MOVE = """
UPDATE {table} t SET {column} = m.stays FROM unnest(%s::bigint[], %s::bigint[]) AS m (goes, stays)
WHERE t.company_id = %s AND t.{column} = m.goes
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What of an order says whose it is."""

    id: int
    kaspi_id: str
    phone: str
    version: int
    changed_at: datetime


def gather_due() -> int:
    """Gather, for all companies, the orders that have changed; answers of how many. One that breaks is logged and left."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id FROM office_buyers_behind(%s)", [COMPANIES_A_TURN])
        companies = [company_id for (company_id,) in cursor.fetchall()]
    return sum(map(_gather_of, companies))


def _gather_of(company_id: int) -> int:
    try:
        return sum(_batches(company_id))
    except Exception:
        log.exception("company %s: its buyers were not gathered", company_id)
        return 0


def _batches(company_id: int) -> Iterator[int]:
    """Batch by batch, each in a transaction of its own, and in the end the mark."""
    since, after, begun = None, 0, database_now()
    while True:
        with company_scope(company_id):
            let_disk_follow()
            gathered_to = take_turn()
            if since is None:
                since = gathered_to - LATE_ORDER if gathered_to else None
            rows = _fresh(since, after)
            put(rows)
            if len(rows) < BATCH:
                _mark(begun - LATE_WRITER)
        yield len(rows)
        if len(rows) < BATCH:
            return
        since, after = rows[-1].changed_at, rows[-1].id


def take_turn() -> datetime | None:
    """Wait until nobody else changes the cards of the scope's company; until when its orders are gathered.

    Held until the transaction ends. Who takes turns of shops as well (`orders.turns`) takes those before.
    """
    company_id = current_company()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO orders_buyerledger (company_id) VALUES (%s) ON CONFLICT DO NOTHING", [company_id])
        cursor.execute("SELECT gathered_to FROM orders_buyerledger WHERE company_id = %s FOR UPDATE", [company_id])
        found: datetime | None = cursor.fetchone()[0]
        return found


def card_of(order: Order) -> int:
    """The id of the order's card; an order that nobody has gathered yet is put on one. Not for a forgotten buyer's."""
    known = BuyerOrder.objects.filter(order_id=order.pk).values_list("card_id", "version").first()
    if known is None or known[1] != order.version:
        take_turn()
        put(rows_of([order.pk]))
        known = BuyerOrder.objects.filter(order_id=order.pk).values_list("card_id", "version").first()
    return int(known[0]) if known else 0


def rows_of(order_ids: Collection[int]) -> list[Row]:
    """These orders as they are now, without those whose buyer is forgotten. Under the company's turn."""
    columns = ("id", "buyer_kaspi_id", "phone", "version", "changed_at")
    found = Order.objects.filter(pk__in=order_ids, forgotten_at=None).order_by("id").values_list(*columns)
    return [Row(*one) for one in found]


def put(rows: Sequence[Row], *, spare: Iterable[int] = ()) -> None:
    """Put these orders on their cards. Under the company's turn, which is what keeps two from making two cards of one."""
    if not rows:
        return
    ours = frozenset().union(*map(signs_of_phone, OwnPhone.objects.values_list("phone", flat=True)))
    signs = {row.id: signs_of(row.kaspi_id, row.phone, ours=ours) for row in rows}
    joining = Joining(
        of_order=dict(BuyerOrder.objects.filter(order_id__in=signs).values_list("order_id", "card_id")),
        of_sign=known_signs({sign for found in signs.values() for sign in found}),
        apart=parted_from(BuyerParting.objects.values_list("one_id", "other_id")),
        spare=list(spare),
    )
    before = frozenset(joining.of_sign)
    for row in rows:
        joining.take(row.id, signs[row.id])
    _store(joining, rows, before)


def known_signs(signs: Collection[Sign]) -> dict[Sign, int]:
    """The cards that these signs name."""
    which = Q(pk__in=())
    for kind in {sign.kind for sign in signs}:
        which |= Q(kind=kind, value__in=[sign.value for sign in signs if sign.kind == kind])
    found = BuyerSign.objects.filter(which).values_list("kind", "value", "card_id")
    return {Sign(kind, value): card for kind, value, card in found}


def _store(joining: Joining, rows: Sequence[Row], before: Collection[Sign]) -> None:
    company_id = current_company()
    orders, signs = settled(joining)
    fresh = {card for card in (*orders.values(), *signs.values()) if card < 0}
    stored = _made(company_id, sorted(fresh, reverse=True))
    move({goes: stays for goes in joining.into if goes > 0 and (stays := joining.find(goes))})
    insert(
        "orders_buyersign",
        ("company_id", "card_id", "kind", "value"),
        ([company_id, stored.get(card, card), *sign] for sign, card in signs.items() if sign not in before),
    )
    insert(
        "orders_buyerorder",
        ("company_id", "card_id", "order_id", "version"),
        ([company_id, stored.get(orders[row.id], orders[row.id]), row.id, row.version] for row in rows),
        on_conflict="ON CONFLICT (company_id, order_id) DO UPDATE SET version = excluded.version, card_id = excluded.card_id",
    )
    count({stored.get(orders[row.id], orders[row.id]) for row in rows} | set(joining.into))


def _made(company_id: int, cards: Sequence[int]) -> Mapping[int, int]:
    """Cards that were not stored yet, by the numbers that they had meanwhile."""
    names = {uuid7(): card for card in cards}
    made = insert(
        "orders_buyercard",
        ("company_id", "public_id", "orders"),
        ([company_id, name, 0] for name in names),
        returning="public_id, id",
    )
    return {names[name]: card_id for name, card_id in made}


def move(cards: Mapping[int, int]) -> None:
    """Everything of these cards now stands on the ones that they were joined to."""
    if not cards:
        return
    values: list[Any] = [list(cards), list(cards.values()), current_company()]
    with connection.cursor() as cursor:
        for table in _MOVED:
            cursor.execute(_MOVE.format(table=table, column="card_id"), values)
        cursor.execute(_MOVE.format(table="orders_buyercard", column="into_id"), values)
    for goes, stays in cards.items():
        BuyerCard.objects.filter(pk=goes).update(into_id=stays)
    for parting in BuyerParting.objects.filter(Q(one_id__in=cards) | Q(other_id__in=cards)):
        pair = sorted(cards.get(card, card) for card in (parting.one_id, parting.other_id))
        told = {"at": parting.at, "actor_label": parting.actor_label}
        parting.delete()
        BuyerParting.objects.get_or_create(one_id=pair[0], other_id=pair[1], defaults=told)


def count(cards: Iterable[int]) -> None:
    """Count the orders of these cards anew."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"company": current_company(), "cards": sorted(card for card in cards if card > 0)})


def _fresh(since: datetime | None, after: int) -> list[Row]:
    values: dict[str, Any] = {
        "company": current_company(),
        "since": since or "-infinity",
        "after": after,
        "limit": BATCH,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FRESH, values)
        return [Row(*row) for row in cursor.fetchall()]


def _mark(moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_buyerledger SET gathered_to = %s WHERE company_id = %s", [moment, current_company()]
        )
