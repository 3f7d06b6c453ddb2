"""Cards that were joined wrongly are parted by hand, and stay parted; phones of the shop itself join nobody."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext

from orders.buyers.gathering import count, known_signs, move, put, rows_of, take_turn
from orders.buyers.joining import signs_of_phone
from orders.models import BuyerCard, BuyerNote, BuyerOrder, BuyerParting, BuyerSign, Order, OwnPhone
from staff import audit
from staff.access import Actor
from staff.errors import Refused
from staff.models import Company
from staff.scoping import current_company

MOST_OWN_PHONES: Final = 100

# Signs that no order of their card bears any more.
_SWEEP = """
DELETE FROM orders_buyersign s WHERE s.company_id = %(company)s AND s.card_id = ANY(%(cards)s::bigint[]) AND NOT EXISTS (
  SELECT FROM orders_buyerorder b JOIN orders_order o ON o.company_id = b.company_id AND o.id = b.order_id
  WHERE b.company_id = s.company_id AND b.card_id = s.card_id
    AND s.value = CASE s.kind WHEN 'kaspi' THEN o.buyer_kaspi_id ELSE o.phone END)
RETURNING s.kind, s.value
"""


def part(card: BuyerCard, order_ids: Collection[int], *, by: Actor, now: datetime) -> BuyerCard:
    """These orders of the card are another buyer's: they get a card of their own, which no sign joins to this one again.

    Signs that these orders alone bear go with them; one that both bear stays, and so do later orders by it. Raises
    Refused (400) unless some orders of the card are named, and not all.
    """
    take_turn()
    found = BuyerOrder.objects.filter(card_id=card.pk)
    named = list(found.filter(order_id__in=order_ids).values_list("order_id", flat=True))
    if not named or len(named) == found.count():
        sentence = gettext("Отметьте заказы другого человека. Хотя бы один заказ останется здесь")
        raise Refused("bad_orders", sentence, status=400, field="order")
    other: BuyerCard = BuyerCard.objects.create()
    found.filter(order_id__in=named).update(card_id=other.pk)
    for kind, value in sweep([card.pk]):
        BuyerSign.objects.create(card_id=other.pk, kind=kind, value=value)
    BuyerParting.objects.create(one_id=card.pk, other_id=other.pk, at=now, actor_label=by.label)
    count([card.pk, other.pk])
    audit.record(by, "buyer.parted", subject=("buyer", card.public_id), now=now, details={"orders": len(named)})
    return other


def rejoin(card: BuyerCard, other: BuyerCard, *, by: Actor, now: datetime) -> BuyerCard:
    """They are one buyer after all. Answers of the card that stays; twice is once."""
    take_turn()
    stays, goes = sorted((card, other), key=lambda one: one.pk)
    undone, _ = BuyerParting.objects.filter(one_id=stays.pk, other_id=goes.pk).delete()
    if not undone:
        return stays
    move({goes.pk: stays.pk})
    count([stays.pk, goes.pk])
    audit.record(by, "buyer.rejoined", subject=("buyer", stays.public_id), now=now)
    return stays


def declare_own(phone: str, *, by: Actor, now: datetime) -> None:
    """This phone is the shop's: orders that it alone held together are of as many buyers as there are without it."""
    take_turn()
    if OwnPhone.objects.count() >= MOST_OWN_PHONES:
        raise Refused("too_many", gettext("Сто своих номеров уже есть. Уберите лишние"), status=400, field="phone")
    _, fresh = OwnPhone.objects.get_or_create(phone=phone, defaults={"at": now, "actor_label": by.label})
    if fresh:
        for card_id in set(known_signs(signs_of_phone(phone)).values()):
            _rebuild(card_id)
        audit.record(by, "buyers.own_number", subject=_company(by), now=now)


def withdraw_own(phone: str, *, by: Actor, now: datetime) -> None:
    """The phone is a buyer's after all."""
    take_turn()
    removed, _ = OwnPhone.objects.filter(phone=phone).delete()
    if removed:
        ids = [sign.value for sign in signs_of_phone(phone)]
        bearing = Order.objects.filter(Q(phone=phone) | Q(buyer_kaspi_id__in=ids), forgotten_at=None)
        put(rows_of(list(bearing.values_list("pk", flat=True))))
        audit.record(by, "buyers.own_number_removed", subject=_company(by), now=now)


def leave(order_ids: Collection[int]) -> None:
    """Forgotten orders leave their cards. What no order bears any more goes, and a card without orders with its notes.

    Under the turns of their shops; takes the company's.
    """
    take_turn()
    left = BuyerOrder.objects.filter(order_id__in=order_ids)
    cards = list(left.values_list("card_id", flat=True).distinct())
    left.delete()
    sweep(cards)
    _drop_empty(cards)


def forget_words(cards: Collection[int]) -> None:
    """What staff wrote of these buyers goes at once, also while one of their orders is still on its way."""
    take_turn()
    BuyerNote.objects.filter(card_id__in=cards).delete()


def sweep(cards: Collection[int]) -> list[tuple[str, str]]:
    """Take signs that no order bears off these cards; answers which."""
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, {"company": current_company(), "cards": list(cards)})
        return list(cursor.fetchall())


def _rebuild(card_id: int) -> None:
    """Put the orders of a card anew, as if they came one after another. It stays the card of the first of them."""
    standing = BuyerOrder.objects.filter(card_id=card_id)
    ids = list(standing.values_list("order_id", flat=True))
    standing.delete()
    BuyerSign.objects.filter(card_id=card_id).delete()
    put(rows_of(ids), spare=[card_id])
    _drop_empty([card_id])


def _drop_empty(cards: Collection[int]) -> None:
    count(cards)
    BuyerCard.objects.filter(pk__in=cards, orders=0).delete()


def _company(by: Actor) -> tuple[str, object]:
    return "company", Company.objects.values_list("public_id", flat=True).get(pk=by.company_id)
