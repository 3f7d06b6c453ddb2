"""The company's templates of messages: those that come with us, in its own words where it has some, and its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.utils.translation import gettext

from orders.buyers.wording import BY_KEY, FIELDS, USUAL, checked_name, checked_text
from orders.models import MessageTemplate, Order
from staff import audit, cities
from staff.access import Actor
from staff.errors import NotVisible, Refused
from staff.formats import ALMATY, tenge

MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Text:
    """A template as it is used. `id` of one that the company wrote; `usual`: it came with us."""

    key: str
    name: str
    text: str
    id: UUID | None = None
    usual: bool = False


def texts_of() -> tuple[Text, ...]:
    """All templates of the scope's company: the usual ones in their order, then its own by name."""
    own = {one.key: one for one in MessageTemplate.objects.order_by("name", "id")}
    usual = (
        Text(one.key, mine.name, mine.text, mine.public_id, usual=True)
        if (mine := own.get(one.key))
        else Text(one.key, str(one.name), one.text, usual=True)
        for one in USUAL
    )
    others = (Text(one.key, one.name, one.text, one.public_id) for one in own.values() if one.key not in BY_KEY)
    return (*usual, *others)


def save(key: str, name: str, text: str, *, by: Actor, now: datetime) -> None:
    """Keep the company's words for the template of this key; without one, a new template.

    Raises Refused (400) with the field that is wrong, NotVisible for a key that is nobody's.
    """
    written = {"name": checked_name(name), "text": checked_text(text), "changed_at": now, "actor_label": by.label}
    if not key:
        if MessageTemplate.objects.count() >= MOST:
            raise Refused("too_many", gettext("Сорок шаблонов уже есть. Уберите лишние"), status=400, field="name")
        MessageTemplate.objects.create(key=uuid4().hex, **written)
    elif key in BY_KEY:
        MessageTemplate.objects.update_or_create(key=key, defaults=written)
    elif not MessageTemplate.objects.filter(key=key[:40].replace("\x00", "")).update(**written):
        raise NotVisible(key)
    audit.record(by, "text.saved", subject=("text", written["name"]), now=now)


def remove(public_id: UUID, *, by: Actor, now: datetime) -> None:
    """Remove a template of the company; of a usual one its own words, so that ours stand again. Raises NotVisible."""
    found = MessageTemplate.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(public_id)
    found.delete()
    audit.record(by, "text.removed", subject=("text", found.name), now=now)


def values_of(order: Order) -> Mapping[str, str]:
    """What the fields of a template are filled with for this order; "" where nothing is known."""
    point, planned = order.point, order.planned_delivery_at
    place = ", ".join(filter(None, (cities.name_of(point.city_code), point.name))) if point else ""
    values = (
        order.buyer_first_name,
        order.code,
        order.first_item,
        tenge(order.total_price),
        order.shop.name,
        point.name if point else "",
        place,
        f"{planned.astimezone(ALMATY):%d.%m.%Y}" if planned else "",
    )
    return dict(zip(FIELDS, values, strict=True))
