"""What the card of an order says from the cabinet: the mark, the review, who did what there."""

from typing import Final

from django.utils.translation import gettext

from orders.buyers.showing import Shown
from orders.cabinet.told import FIELDS
from orders.models import CabinetFacts, Order
from staff.formats import tenge
from staff.page_parts import Fact

_PLAIN: Final = ("accepted_by", "issued_by", "cancelled_by", "placed_by", "courier_service", "cancel_reason")


def told_of_order(order: Order, facts: CabinetFacts | None, *, buyer: Shown) -> tuple[Fact, ...]:
    """In words, empty while nothing was brought. The names are of staff; the review is its buyer's, told by right."""
    found = [Fact(gettext("Оценка"), f"{order.mark} / 5")] if order.mark else []
    if facts is None:
        return tuple(found)
    if facts.review:
        found.append(Fact(gettext("Отзыв"), facts.review if buyer.seen else gettext("есть, скрыт")))
    if facts.review_on or order.mark_on:
        found.append(Fact(gettext("Когда оценили"), f"{facts.review_on or order.mark_on:%d.%m.%Y}"))
    found += [Fact(_title(name), str(getattr(facts, name))) for name in _PLAIN if getattr(facts, name)]
    if facts.status:
        day = f", {facts.status_on:%d.%m.%Y}" if facts.status_on else ""
        found.append(Fact(gettext("Статус"), f"{facts.status}{day}"))
    if facts.compensation:
        found.append(Fact(gettext("Компенсация за доставку"), tenge(facts.compensation)))
    return tuple(found)


def _title(name: str) -> str:
    text = str(FIELDS[name])
    return text[0].upper() + text[1:]
