"""Which orders are of one buyer: those that share a sign, and so on from order to order. Pure.

A sign is Kaspi's id of the customer or a phone that is known whole (kaspi-api.md §2.2). Cards that somebody has parted
are never joined again; a sign that both bear stays where it was.
"""

from base64 import b64decode
from binascii import Error
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from integrations.kaspi.facts import PhoneState
from integrations.kaspi.parse import phone as read_phone
from orders.buyers.persons import kaspi_ids_of
from orders.models.buyers import SignKind


class Sign(NamedTuple):
    kind: str
    value: str


def signs_of(kaspi_id: str, phone: str, *, ours: Collection[Sign] = ()) -> tuple[Sign, ...]:
    """The signs that an order bears, the stronger first. `ours`: those of the shop's own phones, which are nobody's."""
    signs = []
    if kaspi_id and not _is_of_nobody(kaspi_id):
        signs.append(Sign(SignKind.KASPI.value, kaspi_id))
    if phone and read_phone(phone)[1] is PhoneState.REAL:
        signs.append(Sign(SignKind.PHONE.value, phone))
    return tuple(sign for sign in signs if sign not in ours)


def signs_of_phone(phone: str) -> frozenset[Sign]:
    """Everything that this phone may stand as: itself, and Kaspi's ids made from it."""
    ids = kaspi_ids_of(phone.removeprefix("+7"))
    return frozenset({Sign(SignKind.PHONE.value, phone), *(Sign(SignKind.KASPI.value, one) for one in ids)})


def _is_of_nobody(kaspi_id: str) -> bool:
    """Kaspi makes its id of the phone, so a phone that it masks makes one id for everybody."""
    try:
        told = b64decode(kaspi_id + "=" * (-len(kaspi_id) % 4), validate=True).decode("ascii")
    except (Error, ValueError):
        return False
    return read_phone(told)[1] is PhoneState.MASKED


def parted_from(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    """Card → the cards that it was parted from."""
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


@dataclass
class Joining:
    """What is known of the orders looked at, and what becomes of it. A card not yet stored has a number below zero.

    `spare`: a stored card without orders, taken before a new one is made.
    """

    of_order: dict[int, int] = field(default_factory=dict)
    of_sign: dict[Sign, int] = field(default_factory=dict)
    apart: dict[int, set[int]] = field(default_factory=dict)
    spare: list[int] = field(default_factory=list)
    into: dict[int, int] = field(default_factory=dict)
    made: int = 0

    def take(self, order: int, signs: Iterable[Sign]) -> None:
        """Put the order on its card, and join the cards that its signs name. Twice is once."""
        signs = tuple(signs)
        named = [self.of_order.get(order), *(self.of_sign.get(sign) for sign in signs)]
        cards = [card for card in named if card is not None]
        home = self.find(cards[0]) if cards else self._new()
        for card in cards[1:]:
            home = self._join(home, self.find(card))
        self.of_order[order] = home
        for sign in signs:
            self.of_sign.setdefault(sign, home)

    def find(self, card: int) -> int:
        """The card that this one has become."""
        while (after := self.into.get(card)) is not None:
            # Half of the way is cut each time, so that it stays short.
            self.into[card] = card = self.into.get(after, after)
        return card

    def _new(self) -> int:
        if self.spare:
            return self.spare.pop()
        self.made += 1
        return -self.made

    def _join(self, one: int, other: int) -> int:
        if one == other or other in self.apart.get(one, ()):
            return one
        stays, goes = sorted((one, other), key=_age)
        self.into[goes] = stays
        for third in self.apart.pop(goes, ()):
            self.apart[third].discard(goes)
            self.apart[third].add(stays)
            self.apart.setdefault(stays, set()).add(third)
        return stays


def _age(card: int) -> tuple[bool, int]:
    """The oldest card stays, for its address, and one that is stored before one that is not."""
    return card < 0, abs(card)


def settled(joining: Joining) -> tuple[Mapping[int, int], Mapping[Sign, int]]:
    """The cards of all orders and signs as they are in the end."""
    orders = {order: joining.find(card) for order, card in joining.of_order.items()}
    return orders, {sign: joining.find(card) for sign, card in joining.of_sign.items()}
