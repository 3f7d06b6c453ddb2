"""The questions about a buyer on the page of an order: what to write to him, how a call ended, which phone he has."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext

from orders.buyers.cards import phones_of
from orders.buyers.gathering import card_of
from orders.buyers.page import WAY_WORDS
from orders.buyers.page_models import CallDialog, MessageDialog, OutcomeChoice, PhoneDialog, TextChoice
from orders.buyers.persons import KNOWN, TYPED
from orders.buyers.texts import Text, texts_of, values_of
from orders.buyers.wording import FIELDS, filled, is_quiet, whatsapp_url
from orders.models import CallOutcome, EventKind, Order, OrderEvent
from staff.access import Actor
from staff.formats import almaty_moment, kz_phone
from staff.languages import kept
from staff.page_parts import Notice


def message_dialog(order: Order, url: str, key: str, *, by: Actor, now: datetime) -> MessageDialog:
    """The text of the template `key`, or of the first one, filled for this order."""
    texts = texts_of()
    chosen = next((one for one in texts if one.key == key), texts[0])
    text, missing = filled(chosen.text, values_of(order))
    phone, code, why_not = _reach(order, by=by, now=now)
    return MessageDialog(
        url=f"{url}message/",
        back_url=url,
        lead=gettext("Заказ %(code)s") % {"code": order.code},
        choices=tuple(
            TextChoice(one.name, f"{url}message/?{urlencode({'template': one.key})}", one is chosen) for one in texts
        ),
        key=chosen.key,
        text=text,
        notices=tuple(_notices(order, chosen, missing, now=now)),
        whatsapp=whatsapp_url(phone, text) if phone else "",
        to=kz_phone(phone),
        why_not=why_not,
        order=code,
    )


def _reach(order: Order, *, by: Actor, now: datetime) -> tuple[str, str, str]:
    """The phone to write to, known whole here or in another order of the buyer's, and that order; or why there is none."""
    if order.phone_state in KNOWN and order.phone:
        return order.phone, order.code, ""
    if order.forgotten_at is None:
        for known in phones_of(card_of(order), by=by, now=now):
            return known.phone, known.code, ""
    if order.phone_state == "masked":
        return (
            "",
            "",
            gettext("Kaspi скрыл номер, поэтому ссылки на WhatsApp нет. Отправьте текст в чате заказа в Kaspi"),
        )
    return "", "", gettext("Номера нет, поэтому ссылки на WhatsApp нет. Отправьте текст в чате заказа в Kaspi")


def _notices(order: Order, chosen: Text, missing: Sequence[str], *, now: datetime) -> list[Notice]:
    found = []
    sent = OrderEvent.objects.filter(order_id=order.pk, kind=EventKind.MESSAGE, details__template=chosen.key)
    if last := sent.order_by("-id").first():
        told = (last.actor_label, almaty_moment(last.learned_at, now=now), kept(WAY_WORDS.get(last.details["way"], "")))
        found.append(Notice(gettext("Это сообщение уже отправляли"), ", ".join(map(str, told)), "warn", "circle-alert"))
    if is_quiet(now):
        text = gettext("С 21:00 до 09:00 покупателям не пишем. Отправьте утром")
        found.append(Notice(gettext("Сейчас тихие часы"), text, "warn", "moon"))
    if missing:
        text = gettext("Заполните сами на месте многоточия: %(fields)s") % {
            "fields": ", ".join(str(FIELDS[name]) for name in missing)
        }
        found.append(Notice(gettext("Не всё известно"), text, "", "info"))
    return found


def call_dialog(order: Order, url: str, *, chosen: str = "", text: str = "", error: str = "") -> CallDialog:
    outcomes = tuple(OutcomeChoice(value, str(label), value == chosen) for value, label in CallOutcome.choices)
    lead = gettext("Заказ %(code)s. Запись подтвердит, что вы звонили") % {"code": order.code}
    return CallDialog(f"{url}call/", url, lead, outcomes, text[:2000], error)


def phone_dialog(order: Order, url: str, *, phone: str = "", error: str = "") -> PhoneDialog:
    lead = gettext("Kaspi скрыл номер. Введённый вами останется, пока Kaspi не пришлёт настоящий")
    typed = order.phone_state == TYPED
    return PhoneDialog(f"{url}phone/", url, lead, phone[:40] or (order.phone if typed else ""), error, known=typed)
