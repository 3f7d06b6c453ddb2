"""The list of buyers and the card of one, in words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext

from orders.buyers.cards import (
    KnownPhone,
    Standing,
    newest_of,
    orders_of,
    phones_of,
    seen_orders,
    standing_of,
    unanswered,
    with_seen_order,
)
from orders.buyers.joining import Sign, signs_of, signs_of_phone
from orders.buyers.page_models import (
    BuyerLine,
    BuyerOrderLine,
    BuyerPage,
    BuyersPage,
    DeedLine,
    NoteLine,
    OwnLine,
    PartedLine,
    PhoneLine,
)
from orders.buyers.showing import buyer_for
from orders.buyers.wording import whatsapp_url
from orders.filters import search
from orders.models import (
    BuyerCard,
    BuyerNote,
    BuyerOrder,
    BuyerParting,
    BuyerSign,
    CallOutcome,
    EventKind,
    Evidence,
    EvidenceKind,
    Order,
    OrderEvent,
    OwnPhone,
    SignKind,
)
from orders.words import STAGE_CHIPS
from staff.access import Actor
from staff.formats import ALMATY, almaty_day, almaty_moment, initials, kz_phone, order_groups, plural, tenge
from staff.languages import kept
from staff.languages import later as _
from staff.page_parts import Chip, Fact, Phone
from staff.paging import Place, place
from staff.permissions import Permission

URL: Final = "/buyers/"
DEEDS, NOTES, SIGNS = 20, 100, 20
_MONTHS: Final = (
    *(_("в январе"), _("в феврале"), _("в марте"), _("в апреле"), _("в мае"), _("в июне"), _("в июле")),
    *(_("в августе"), _("в сентябре"), _("в октябре"), _("в ноябре"), _("в декабре")),
)
_CALLS: Final[Mapping[str, str]] = {
    CallOutcome.NO_ANSWER: _("Звонок, покупатель не ответил"),
    CallOutcome.REFUSED: _("Звонок, покупатель отказался от заказа"),
    CallOutcome.AGREED: _("Звонок, покупатель согласен"),
    CallOutcome.ASKED: _("Звонок, покупатель попросил перезвонить"),
}
WAY_WORDS: Final[Mapping[str, str]] = {"copied": _("скопировано"), "whatsapp": _("отправлено в WhatsApp")}


# --- Words ------------------------------------------------------------------------------------------------------------


def orders_words(standing: Standing) -> str:
    """«3 заказа, все выданы» or «3 заказа: выдано 1, отменено 1»."""
    total = plural(standing.total, "заказ", "заказов")
    if standing.issued == standing.total:
        issued = gettext("все выданы") if standing.total > 1 else gettext("выдан")
        return f"{total}, {issued}"
    counts = (
        (gettext("выдано"), standing.issued),
        (gettext("отменено"), standing.cancelled),
        (gettext("возвращено"), standing.returned),
        (gettext("идёт"), standing.under_way),
    )
    return f"{total}: {', '.join(f'{word} {count}' for word, count in counts if count)}"


def since_words(moment: datetime) -> str:
    """«Первый в марте 2025»."""
    day = moment.astimezone(ALMATY)
    return gettext("Первый %(month)s %(year)s") % {"month": _MONTHS[day.month - 1], "year": day.year}


def standing_words(standing: Standing) -> str:
    """«3 заказа, все выданы. Первый в марте 2025»; of somebody new «Первый заказ»."""
    if standing.total == 1:
        return gettext("Первый заказ у вас")
    return f"{orders_words(standing)}. {since_words(standing.first_at)}"


def call_title(outcome: str) -> str:
    return str(_CALLS.get(outcome, _("Звонок")))


def unanswered_words(count: int) -> str:
    return gettext("%(calls)s без ответа") % {"calls": plural(count, "звонок", "звонков")} if count else ""


# --- The list ---------------------------------------------------------------------------------------------------------


def buyers_page(
    by: Actor, asked: Mapping[str, str], *, now: datetime, **own: str
) -> tuple[BuyersPage, tuple[str, ...]]:
    """The list, repeat buyers first, and the numbers of the orders whose buyers it shows. Raises Refused (400)."""
    q = asked.get("q", "").strip()
    kept_query = {"q": q} if q else {}
    here = place(
        kept_query | {"cursor": asked.get("after", "")},
        columns=("-orders", "-last_at", "-id"),
        name="buyers",
        company_id=by.company_id,
    )
    rows, cursor = here.page(here.cut(_wanted(by, q, now=now)).values("id", "public_id", "orders", "last_at"))
    newest = newest_of([row["id"] for row in rows], by=by, now=now)
    listed = [(row, newest[row["id"]]) for row in rows if row["id"] in newest]
    page = BuyersPage(
        q=q,
        lines=tuple(_line(row, order, by=by, now=now) for row, order in listed),
        note=gettext("Найденные среди последних заказов") if q else gettext("Сначала те, кто покупал чаще"),
        next_url=f"{URL}?{urlencode(kept_query | {'after': cursor})}" if cursor else "",
        first_url=f"{URL}?{urlencode(kept_query)}" if asked.get("after") else "",
        own=_own(now) if by.may(Permission.STAFF_MANAGE) else None,
        writes_texts=by.may(Permission.PAPERS_MANAGE),
        **own,
    )
    return page, tuple(order["code"] for _row, order in listed)


def _wanted(by: Actor, q: str, *, now: datetime) -> "QuerySet[BuyerCard]":
    """Cards with an order that he may see; who sees everything need not be asked about each."""
    cards: QuerySet[BuyerCard] = BuyerCard.objects.filter(orders__gt=0)
    if q:
        found = search(q, by=by, shop=None, shelf=None)
        return cards.filter(
            pk__in=BuyerOrder.objects.filter(
                order_id__in=seen_orders(by, now=now).filter(pk__in=found).values("pk")
            ).values("card_id")
        )
    if by.points is None and by.orders_of is None:
        return cards
    return with_seen_order(cards, by=by, now=now)


def _line(row: Mapping[str, Any], order: Mapping[str, Any], *, by: Actor, now: datetime) -> BuyerLine:
    shown = buyer_for(by, closed_at=order["closed_at"], now=now)
    name = shown.name(order["buyer_first_name"], order["buyer_last_name"])
    return BuyerLine(
        url=f"{URL}{row['public_id']}/",
        name=name,
        initials=initials(name),
        phone=shown.phone(order["phone"], order["phone_state"]),
        orders=plural(order["seen"], "заказ", "заказов"),
        last=almaty_day(order["approved_at"], now=now),
        no=order_groups(order["code"]),
        order_url=f"/orders/{order['code']}/",
        repeats=order["seen"] > 1,
    )


def _own(now: datetime) -> tuple[OwnLine, ...]:
    return tuple(
        OwnLine(kz_phone(one.phone), one.phone, f"{one.actor_label}, {almaty_day(one.at, now=now)}")
        for one in OwnPhone.objects.order_by("id")
    )


# --- One buyer --------------------------------------------------------------------------------------------------------


def buyer_page(
    card: BuyerCard, by: Actor, asked: Mapping[str, str], *, now: datetime, **said: str
) -> tuple[BuyerPage, tuple[str, ...]]:
    """The card of a buyer, and the numbers of the orders that it shows him by. Raises Refused (400) for a wrong cursor."""
    standing = standing_of(card.pk, by=by, now=now)
    assert standing is not None, "found by an order of his that is seen"
    orders, cursor = _orders(card, by, asked, now=now)
    newest = newest_of([card.pk], by=by, now=now)[card.pk]
    shown = buyer_for(by, closed_at=newest["closed_at"], now=now)
    name = shown.name(newest["buyer_first_name"], newest["buyer_last_name"])
    phones = phones_of(card.pk, by=by, now=now)
    url = f"{URL}{card.public_id}/"
    page = BuyerPage(
        url=url,
        name=name,
        initials=initials(name),
        lead=standing_words(standing),
        chip=Chip(gettext("Покупает не первый раз"), "accent") if standing.total > 1 else None,
        figures=_figures(standing),
        phones=tuple(_phone(one) for one in phones),
        no_phone=_no_phone(newest["phone_state"]) if not phones else "",
        signs=_signs(card, phones, by=by, now=now),
        notes=_notes(card, now=now),
        deeds=_deeds(card, by=by, now=now),
        calls=unanswered_words(unanswered(orders_of(card.pk, by=by, now=now).values("pk"))),
        orders=tuple(_order(one, now=now) for one in orders),
        parted=tuple(_parted(card, by=by, now=now)),
        parts=by.orders_of is None and standing.total > 1,
        next_url=f"{url}?{urlencode({'after': cursor})}" if cursor else "",
        first_url=url if asked.get("after") else "",
        **said,
    )
    return page, tuple(one.code for one in orders)


def _orders(
    card: BuyerCard, by: Actor, asked: Mapping[str, str], *, now: datetime
) -> tuple[Sequence[Order], str | None]:
    here: Place = place(
        {"card": str(card.public_id), "cursor": asked.get("after", "")},
        columns=("-approved_at", "-id"),
        name="orders of buyer",
        company_id=by.company_id,
    )
    ids, cursor = here.page(here.cut(orders_of(card.pk, by=by, now=now)).values("id", "approved_at"))
    found = Order.objects.filter(pk__in=[row["id"] for row in ids]).select_related("shop").defer("raw", "digest")
    return list(found.order_by("-approved_at", "-id")), cursor


def _order(order: Order, *, now: datetime) -> BuyerOrderLine:
    kinds = [str(SignKind(sign.kind).label) for sign in signs_of(order.buyer_kaspi_id, order.phone)]
    return BuyerOrderLine(
        code=order.code,
        no=order_groups(order.code),
        url=f"/orders/{order.code}/?{urlencode({'shop': order.shop.slug})}",
        when=almaty_day(order.approved_at, now=now),
        shop=order.shop.name,
        item=order.first_item,
        sum=tenge(order.total_price),
        chip=STAGE_CHIPS[order.stage],  # type: ignore[index]
        signs=", ".join(kinds) or gettext("сам по себе"),
    )


def _figures(standing: Standing) -> tuple[Fact, ...]:
    return (
        Fact(gettext("Выдано"), str(standing.issued)),
        Fact(gettext("Отменено"), str(standing.cancelled)),
        Fact(gettext("Возвращено"), str(standing.returned)),
        Fact(gettext("Куплено на"), tenge(standing.sum)),
    )


def _phone(one: KnownPhone) -> PhoneLine:
    note = gettext("ввёл сотрудник, заказ %(code)s") if one.typed else gettext("от Kaspi, заказ %(code)s")
    return PhoneLine(Phone(kz_phone(one.phone), one.phone), note % {"code": one.code}, whatsapp_url(one.phone, ""))


def _no_phone(state: str) -> str:
    return gettext("Kaspi скрыл номер") if state == "masked" else gettext("Номера нет")


def _signs(card: BuyerCard, phones: Sequence[KnownPhone], *, by: Actor, now: datetime) -> tuple[Fact, ...]:
    """By what his orders were put together. A phone is told only where he sees an order with it."""
    seen = {one.phone for one in phones}
    ids = {sign.value for phone in seen for sign in signs_of_phone(phone)}
    facts = []
    for kind, value in (
        BuyerSign.objects.filter(card_id=card.pk).order_by("kind", "id").values_list("kind", "value")[:SIGNS]
    ):
        label = str(SignKind(kind).label)
        if Sign(kind, value).kind == SignKind.PHONE:
            text = kz_phone(value) if value in seen else gettext("из заказа, который вам не виден")
        else:
            text = gettext("сделан из телефона выше") if value in ids else f"…{value[-6:]}"
        facts.append(Fact(label[:1].upper() + label[1:], text))
    return tuple(facts)


def _notes(card: BuyerCard, *, now: datetime) -> tuple[NoteLine, ...]:
    notes = BuyerNote.objects.filter(card_id=card.pk).order_by("-id")[:NOTES]
    return tuple(NoteLine(one.text, one.actor_label, almaty_moment(one.at, now=now)) for one in notes)


def _deeds(card: BuyerCard, *, by: Actor, now: datetime) -> tuple[DeedLine, ...]:
    """Calls and messages about his orders, the newest first."""
    ids = orders_of(card.pk, by=by, now=now).values("pk")
    calls = Evidence.objects.filter(order_id__in=ids, kind=EvidenceKind.CALL).select_related("order").defer("file")
    told: list[tuple[datetime, DeedLine]] = []
    for call in calls.order_by("-id")[:DEEDS]:
        icon = "phone-off" if call.outcome == CallOutcome.NO_ANSWER else "phone"
        told.append((call.happened_at, _deed(call_title(call.outcome), call, call.happened_at, icon, now=now)))
    sent = OrderEvent.objects.filter(order_id__in=ids, kind=EventKind.MESSAGE).select_related("order")
    for event in sent.order_by("-id")[:DEEDS]:
        title = gettext("Сообщение «%(name)s»") % {"name": kept(str(event.details.get("name", "")))}
        told.append((event.learned_at, _deed(title, event, event.learned_at, "message-circle", now=now)))
    return tuple(line for _at, line in sorted(told, key=lambda one: one[0], reverse=True)[:DEEDS])


def _deed(title: str, row: Any, at: datetime, icon: str, *, now: datetime) -> DeedLine:
    note = gettext("%(who)s · заказ %(code)s") % {"who": row.actor_label, "code": row.order.code}
    return DeedLine(title, note, almaty_moment(at, now=now), icon, f"/orders/{row.order.code}/")


def _parted(card: BuyerCard, *, by: Actor, now: datetime) -> Iterator[PartedLine]:
    """The buyers that this one was parted from, as far as he may see them."""
    pairs = [*BuyerParting.objects.filter(one_id=card.pk), *BuyerParting.objects.filter(other_id=card.pk)]
    others = {pair.one_id + pair.other_id - card.pk: pair for pair in pairs}
    newest = newest_of(others, by=by, now=now)
    for other in BuyerCard.objects.filter(pk__in=newest).order_by("id"):
        order, pair = newest[other.pk], others[other.pk]
        shown = buyer_for(by, closed_at=order["closed_at"], now=now)
        name = shown.name(order["buyer_first_name"], order["buyer_last_name"])
        note = gettext("разделил %(who)s, %(when)s") % {"who": pair.actor_label, "when": almaty_day(pair.at, now=now)}
        yield PartedLine(name, f"{URL}{other.public_id}/", note, str(other.public_id))
