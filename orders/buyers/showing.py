"""The buyer of an order as somebody may see him: whole or masked. The one place where a buyer becomes text."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from staff.access import Actor
from staff.formats import ALMATY, kz_phone
from staff.page_parts import Phone
from staff.permissions import Permission
from staff.privacy import masking


def sees_buyer(actor: Actor, *, closed_at: datetime | None, now: datetime) -> bool:
    """Whether the buyer of an order that he sees is shown to him whole.

    A courier knows whom he brings it to, and after the hand-over until the end of that Almaty day.
    """
    if not actor.may(Permission.BUYERS_SEE):
        return False
    if actor.orders_of is None or closed_at is None:
        return True
    return closed_at.astimezone(ALMATY).date() >= now.astimezone(ALMATY).date()


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose name, phone and address are told; `seen` False masks all of them."""

    seen: bool

    def name(self, first: str, last: str) -> str:
        told = f"{first} {last}".strip() if self.seen else masking.short_name(first, last)
        return told or gettext("Имя не указано")

    def other(self, name: str) -> str:
        """Somebody who takes the order instead of the buyer, named in one piece."""
        return name if self.seen else masking.short_full_name(name)

    def phone(self, phone: str, state: str) -> Phone | None:
        """The number to call; masked, its end alone; a word when Kaspi itself hid it."""
        if phone:
            return Phone(kz_phone(phone), phone) if self.seen else Phone(masking.dotted_phone(phone))
        return Phone(gettext("номер скрыт")) if state == "masked" else None

    def address(self, address: str, town: str) -> str:
        return (address or town) if self.seen else masking.town_of(address, town)


def buyer_for(actor: Actor, *, closed_at: datetime | None, now: datetime) -> Shown:
    """How this actor is told the buyer of an order that was closed then, or is open."""
    return Shown(sees_buyer(actor, closed_at=closed_at, now=now))
