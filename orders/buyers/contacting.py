"""What staff do about a buyer: notes, calls, a phone typed by hand, a message that was sent.

Each deed stands in the history of an order; its words go when the buyer is forgotten (`office_forget_words`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from integrations.kaspi.facts import PhoneState
from integrations.kaspi.parse import phone as read_phone
from orders.buyers import gathering
from orders.buyers.persons import TYPED
from orders.buyers.showing import sees_buyer
from orders.buyers.texts import texts_of
from orders.evidence.keeping import Proof, attach
from orders.models import (
    BuyerCard,
    BuyerNote,
    CallOutcome,
    EventKind,
    EvidenceKind,
    Order,
    OrderEvent,
    OwnPhone,
    Purpose,
)
from orders.turns import take_turn
from staff import audit
from staff.access import FORBIDDEN, Actor
from staff.errors import Refused

LONGEST_NOTE: Final = 2000
MOST_NOTES: Final = 200
LONGEST_PHONE: Final = 40
# How a message goes: pasted into the chat of Kaspi or wherever, or through the link to WhatsApp.
WAYS: Final = ("copied", "whatsapp")


def note_order(order: Order, text: str, *, by: Actor, now: datetime) -> None:
    """A note for staff, in the history of the order. Raises Refused (400)."""
    _may(order, by=by, now=now)
    text = _note(text)
    if OrderEvent.objects.filter(order_id=order.pk, kind=EventKind.NOTE).count() >= MOST_NOTES:
        raise _too_many()
    with transaction.atomic():
        order = _locked(order)
        _tell(order, EventKind.NOTE, {"text": text}, by=by, now=now)
        audit.record(by, "order.note", subject=("order", order.code), now=now)


def note_buyer(card: BuyerCard, text: str, *, by: Actor, now: datetime) -> None:
    """A note for staff on the buyer himself. Raises Refused (400)."""
    text = _note(text)
    with transaction.atomic():
        gathering.take_turn()
        # Joined to another card since it was shown, the note goes there.
        now_on = BuyerCard.objects.values_list("into_id", flat=True).get(pk=card.pk) or card.pk
        if BuyerNote.objects.filter(card_id=now_on).count() >= MOST_NOTES:
            raise _too_many()
        BuyerNote.objects.create(card_id=now_on, text=text, at=now, actor_label=by.label)
        audit.record(by, "buyer.note", subject=("buyer", card.public_id), now=now)


def call(order: Order, outcome: str, text: str, *, by: Actor, now: datetime) -> None:
    """A call to the buyer and how it ended, kept as evidence of the order (capabilities.md, row 38)."""
    _may(order, by=by, now=now)
    if outcome not in CallOutcome.values:
        raise Refused("bad_evidence", gettext("Чем кончился звонок?"), status=400, field="outcome")
    proof = Proof(purpose=Purpose.OTHER, kind=EvidenceKind.CALL, outcome=CallOutcome(outcome), text=text)
    with transaction.atomic():
        attach(_locked(order), proof, by=by, now=now)


def type_phone(order: Order, text: str, *, by: Actor, now: datetime) -> None:
    """Keep the phone that a person typed where Kaspi hides it; an empty text takes it away again.

    Kaspi's own phone, once it comes, wins (`orders.merging`). Raises Refused: 400 for what is no phone (reliability.md §4,
    row 16) or is the shop's own, 409 where Kaspi has told it or the buyer is forgotten.
    """
    _may(order, by=by, now=now)
    number = _number(text) if text.strip() else ""
    with transaction.atomic():
        order = _locked(order)
        if order.phone_state == PhoneState.REAL:
            raise Refused("phone_known", gettext("Телефон прислал Kaspi, вводить его не нужно"))
        if number == order.phone:
            return
        state = TYPED if number else _state_by_kaspi(order)
        Order.objects.filter(pk=order.pk).update(
            phone=number, phone_state=state, version=F("version") + 1, changed_at=now
        )
        _tell(order, EventKind.CHANGED, {"typed": "yes" if number else "no"}, by=by, now=now)
        audit.record(by, "order.number_typed", subject=("order", order.code), now=now)
        gathering.take_turn()
        gathering.put(gathering.rows_of([order.pk]))


def message_sent(order: Order, key: str, way: str, *, by: Actor, now: datetime) -> None:
    """Write down that the buyer was written to by this template, so that nobody does it twice. Raises Refused (400)."""
    _may(order, by=by, now=now)
    text = next((one for one in texts_of() if one.key == key), None)
    if text is None or way not in WAYS:
        raise Refused("bad_template", gettext("Такого шаблона уже нет. Выберите другой"), status=400, field="template")
    with transaction.atomic():
        order = _locked(order)
        told = {"template": text.key, "name": text.name, "way": way}
        _tell(order, EventKind.MESSAGE, told, by=by, now=now)
        audit.record(by, "order.message", subject=("order", order.code), now=now)


def number_of(text: str) -> str:
    """A phone as «+7XXXXXXXXXX». Raises Refused (400) for what is none (reliability.md §4, row 16)."""
    number, state = read_phone(text.strip()) if len(text) <= LONGEST_PHONE else ("", PhoneState.ABSENT)
    if state is not PhoneState.REAL:
        raise _bad_phone(gettext("Введите телефон целиком: +7 и десять цифр"))
    return number


def _may(order: Order, *, by: Actor, now: datetime) -> None:
    """A courier whose order was closed yesterday sees nobody there any more."""
    if not sees_buyer(by, closed_at=order.closed_at, now=now):
        raise Refused("forbidden", FORBIDDEN, status=403)


def _locked(order: Order) -> Order:
    """The order under the turn of its shop. Raises Refused (409) for a forgotten buyer: nothing is written of him."""
    take_turn(order.shop_id)
    found: Order = Order.objects.select_for_update().get(pk=order.pk)
    if found.forgotten_at is not None:
        raise Refused("forgotten", gettext("Покупатель забыт, писать о нём больше нечего"))
    return found


def _number(text: str) -> str:
    number = number_of(text)
    if OwnPhone.objects.filter(phone=number).exists():
        raise _bad_phone(gettext("Это номер магазина, а не покупателя"))
    return number


def _bad_phone(sentence: str) -> Refused:
    return Refused("bad_phone", sentence, status=400, field="phone")


def _state_by_kaspi(order: Order) -> str:
    """What Kaspi's last answer says of the phone."""
    customer = order.raw.get("attributes", {}).get("customer") or {}
    return str(read_phone(customer.get("cellPhone") if isinstance(customer, Mapping) else None)[1])


def _note(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE or "\x00" in text:
        raise Refused("bad_note", gettext("Напишите заметку, не длиннее 2000 знаков"), status=400, field="text")
    return text


def _too_many() -> Refused:
    return Refused("too_many", gettext("Заметок уже двести, больше не сохранить"), status=400, field="text")


def _tell(order: Order, kind: EventKind, details: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    OrderEvent.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=kind,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details=dict(details),
    )
