"""The page of one order: what it is, until when, what may be done, what happened."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from integrations.kaspi.facts import PhoneState
from integrations.models import ActionKind, ActionState
from orders import cells, clocks
from orders.buyers.cards import Standing
from orders.buyers.page import standing_words, unanswered_words
from orders.buyers.persons import TYPED
from orders.cabinet.shown import told_of_order
from orders.cancelling import handing_of
from orders.card.dialogs import assemble_dialog, cancel_dialog, code_under_way, issue_dialog, items_note
from orders.card.history import history_of
from orders.card.known import Known
from orders.card.line_dialogs import buttons_of, line_dialog
from orders.card.notices import notices_of
from orders.card.page_models import Buyer, Cell, Courier, CourierChoice, Document, Due, Item, OrderPage, Step
from orders.card.proofs import can_move, evidence_card, evidence_dialog, reschedule_dialog
from orders.card.reading import RESCHEDULE
from orders.documents.menus import menus_for
from orders.lifecycle import SHELF_OF, Shelf, Stage
from orders.models import Order, OrderEntry, Paper
from orders.shelves.around import freshness
from orders.shelves.page_models import ActionButton, Pending
from orders.shelves.rows import payment, pieces_text, stock_note, undo_of
from orders.shelves.standing import slug_of
from orders.words import ACTION_BUTTONS, DUE_WORDS, PENDING_CARD, STAGE_CHIPS, UNANSWERED, WAYS
from staff.formats import (
    almaty_moment,
    almaty_time,
    almaty_weekday,
    days_ahead,
    initials,
    order_groups,
    tenge,
)
from staff.languages import kept
from staff.page_parts import Chip, Fact


def order_page(known: Known) -> OrderPage:
    """Everything that `templates/orders/order.html` and the drawer print."""
    order, shelf = known.order, SHELF_OF[known.stage]
    pending, items = _pending(known), _items(known)
    fresh, _ = freshness(known.around)
    return OrderPage(
        code=order.code,
        url=known.url,
        version=order.stage,
        no=order_groups(order.code),
        back_label=shelf.label,
        back_url=f"/orders/{slug_of(shelf)}/",
        chip=_chip(known),
        lead=f"{almaty_moment(order.approved_at, now=known.now)} · {order.shop.name}",
        steps=_steps(known),
        items=items,
        items_note=items_note(known.entries),
        totals=_totals(order),
        history=history_of(known.events, now=known.now, words=known.buyer.seen),
        buyer=_buyer(known),
        delivery=_delivery(known),
        courier=_courier(known),
        cell=_cell(known),
        cabinet=told_of_order(order, known.cabinet, buyer=known.buyer),
        profit=known.profit,
        papers=tuple(known.papers),
        documents=(*_waybill(known), *_papers(known)),
        pick=str(known.order.public_id),
        actions=_actions(known),
        due=_due(known),
        notices=tuple(notices_of(known, items)),
        pending=pending,
        cancel=cancel_dialog(known) if ActionKind.CANCEL in known.may else None,
        assemble=assemble_dialog(known) if ActionKind.ASSEMBLE in known.may else None,
        note_url=f"{known.url}note/" if known.standing else "",
        issue=issue_dialog(known) if ActionKind.COMPLETE in known.may or code_under_way(known) else None,
        line=line_dialog(known),
        reschedule=reschedule_dialog(known),
        evidence=evidence_card(known),
        evidence_dialog=evidence_dialog(known),
        prev_url=known.previous,
        next_url=known.following,
        fresh=fresh,
        poll=(pending is not None and pending.busy) or _paper_expected(known),
    )


def _pending(known: Known) -> Pending | None:
    action = known.open_action
    if action is None:
        return None
    if action.state == ActionState.UNKNOWN:
        return Pending(f"{UNANSWERED}: {ActionKind(action.kind).label.lower()}", "warn")
    waits = gettext(" Прошлая попытка: %(problem)s.") % {"problem": kept(action.problem)} if action.problem else ""
    kind = ActionKind(action.kind)
    until = action.undo_until if action.state == ActionState.QUEUED and not action.attempts else None
    return Pending(f"{PENDING_CARD[kind]}.{waits}", undo=undo_of(kind, action.public_id, until, now=known.now))


def _chip(known: Known) -> Chip:
    if known.order.stage == Stage.NEW and known.order.overdue_at:
        return Chip(gettext("Не принят в срок"), "danger", "circle-alert")
    return STAGE_CHIPS[known.stage]


# --- What and how much ------------------------------------------------------------------------------------------------


def _items(known: Known) -> tuple[Item, ...]:
    return tuple(_item(known, entry) for entry in known.entries)


def _item(known: Known, entry: OrderEntry) -> Item:
    note, level = stock_note(entry.quantity, known.stock.get((known.order.point_id or 0, entry.sku)))
    return Item(
        name=entry.name or gettext("Без названия"),
        sku=entry.sku,
        quantity=pieces_text(entry.quantity),
        price=tenge(entry.base_price),
        sum=tenge(entry.total_price),
        note=note,
        level=level,
        devices=", ".join(" / ".join(device) for device in known.devices.get(entry.number, ())),
        actions=buttons_of(known, entry),
    )


def _totals(order: Order) -> tuple[Fact, ...]:
    cost = tenge(order.delivery_cost) if order.delivery_cost else gettext("бесплатно")
    goods = order.total_price - order.delivery_cost
    return (
        Fact(gettext("Товары"), tenge(goods)),
        Fact(gettext("Доставка для покупателя"), cost),
        *(
            (Fact(gettext("Доставка за счёт магазина"), tenge(order.delivery_cost_for_seller)),)
            if order.delivery_cost_for_seller
            else ()
        ),
        Fact(gettext("Оплата"), payment(order.payment_mode, order.credit_term)),
        Fact(gettext("Итого"), tenge(order.total_price), total=True),
    )


def _buyer(known: Known) -> Buyer:
    order = known.order
    if order.forgotten_at is not None:
        return Buyer(
            gettext("Покупатель забыт"), "–", gettext("его данные стёрты, срок хранения вышел или он попросил")
        )
    name = known.buyer.name(order.buyer_first_name, order.buyer_last_name)
    other = known.buyer.other(order.recipient_name)
    note = gettext("получит %(other)s") % {"other": other} if other and other.lower() != name.lower() else ""
    shown = Buyer(name, initials(name), note, known.buyer.phone(order.phone, order.phone_state))
    return replace(shown, **_contacts(known, known.standing)) if known.standing else shown


def _contacts(known: Known, standing: Standing) -> dict[str, Any]:
    """What he bought before, and what may be done about him."""
    order, typed = known.order, known.order.phone_state == TYPED
    told: dict[str, Any] = {
        "standing": standing_words(standing),
        "url": f"/buyers/{standing.card}/",
        "repeats": gettext("Покупает не первый раз") if standing.total > 1 else "",
        "typed": gettext("номер ввёл сотрудник") if typed else "",
        "calls": unanswered_words(known.unanswered),
        "message_url": f"{known.url}message/",
        "call_url": f"{known.url}call/",
    }
    if order.phone_state == PhoneState.REAL:
        return told
    label = gettext("Изменить номер") if typed else gettext("Ввести номер")
    return told | {"phone_url": f"{known.url}phone/", "phone_label": label}


def _delivery(known: Known) -> tuple[Fact, ...]:
    order = known.order
    text, icon = WAYS[handing_of(is_kaspi_delivery=order.is_kaspi_delivery, delivery_mode=order.delivery_mode)]
    planned = order.planned_delivery_at
    moved = gettext("%(day)s, перенесена") % {"day": almaty_weekday(order.moved_to)} if order.moved_to else ""
    facts = (
        Fact(gettext("Способ"), gettext("%(text)s, экспресс") % {"text": text} if order.express else text, icon),
        Fact(gettext("Адрес"), known.buyer.address(order.address, order.town)),
        Fact(gettext("Плановая дата"), moved or (almaty_weekday(planned) if planned else "")),
        Fact(
            gettext("Передать до"),
            almaty_moment(order.courier_planned_at, now=known.now) if order.courier_planned_at else "",
        ),
        Fact(gettext("Товар ждём до"), almaty_weekday(order.reservation_at) if order.reservation_at else ""),
        Fact(gettext("Где лежит"), cells.told(known.cell)),
        Fact(gettext("Точка продаж"), order.point.name if order.point else gettext("не названа")),
    )
    return tuple(fact for fact in facts if fact.text)


def _courier(known: Known) -> Courier | None:
    """Who brings it, and to whom it may be given; nothing for orders that the shop does not bring itself."""
    given = known.order.courier
    if not known.couriers:
        return Courier(given.name) if given else None
    people = {member.pk: member for member in (*known.couriers, *([given] if given else []))}
    choices = [CourierChoice("", gettext("Не назначен"), chosen=given is None)]
    for member in people.values():
        choices.append(CourierChoice(str(member.public_id), member.name, chosen=member == given))
    return Courier(given.name if given else "", f"{known.url}courier/", tuple(choices))


def _cell(known: Known) -> Cell | None:
    """Asked of who hands out, while the order waits for its buyer."""
    if known.stage is not Stage.PICKUP or not known.actor.may(cells.RIGHT):
        return None
    return Cell(f"{known.url}cell/", known.cell, cells.LONGEST)


def _papers(known: Known) -> tuple[Document, ...]:
    """What we draw ourselves, for this order alone."""
    menus = menus_for(known.actor, Paper.LABEL, Paper.PICK_LIST, Paper.SLIP)
    return tuple(Document(menu.label, "", icon=menu.icon, menu=menu) for menu in menus)


def _waybill(known: Known) -> tuple[Document, ...]:
    """What Kaspi makes, as it came and on the papers that it can be laid on."""
    order = known.order
    if not order.is_kaspi_delivery:
        return ()
    if order.waybill_url:
        ready = known.waybill is not None and known.waybill.fetched_at is not None
        note = f"№ {order.waybill_number}" if order.waybill_number else gettext("готова")
        return (
            Document(
                gettext("Накладная"),
                note if ready else gettext("%(note)s, загружаем") % {"note": note},
                f"{known.url}waybill/" if known.prints else "",
                menu=next(iter(menus_for(known.actor, Paper.WAYBILL)), None) if ready else None,
            ),
        )
    if _paper_expected(known):
        return (Document(gettext("Накладная"), gettext("Kaspi её делает, появится здесь сама")),)
    note = gettext("появится после упаковки") if known.stage in _BEFORE_WAYBILL else gettext("Kaspi её не прислал")
    return (Document(gettext("Накладная"), note),)


def _paper_expected(known: Known) -> bool:
    """Packed here a moment ago: Kaspi makes the waybill in seconds to minutes, and the page waits for it."""
    action = known.action
    return (
        known.stage is Stage.KD_HANDOVER
        and (known.waybill is None or known.waybill.fetched_at is None)
        and action is not None
        and action.kind == ActionKind.ASSEMBLE
        and action.settled_at is not None
        and known.now - action.settled_at < WAYBILL_PATIENCE
    )


WAYBILL_PATIENCE = timedelta(minutes=10)
_BEFORE_WAYBILL = (Stage.NEW, Stage.SIGNING, Stage.KD_PREORDER, Stage.KD_PACKING, Stage.KD_HANDOVER)


# --- Until when -------------------------------------------------------------------------------------------------------


def _due(known: Known) -> Due | None:
    order = known.order
    found = clocks.deadline(order.due_kind, order.due_at, since=order.accepted_at or order.approved_at)
    if found is None or SHELF_OF[known.stage] is Shelf.ARCHIVE:
        return None
    chip = clocks.chip(found, now=known.now, calendar=known.calendar)
    label, title, text = DUE_WORDS[found.kind]
    stake = known.stakes.one_more_cancel
    if known.stage is Stage.NEW and stake:
        text = gettext("Иначе заказ отменится сам, доля отмен станет %(after)s вместо %(before)s.") % {
            "after": stake.after,
            "before": stake.before,
        }
    still = "" if chip.counting or chip.level == "over" else gettext(" Точка закрыта, время стоит.")
    today = days_ahead(found.at, now=known.now) == 0
    until = almaty_time(found.at) if today else almaty_moment(found.at, now=known.now)
    title = (
        gettext("%(label)s прошёл: %(until)s") % {"label": label, "until": until}
        if chip.level == "over"
        else gettext("%(title)s до %(until)s") % {"title": title, "until": until}
    )
    return Due(chip, label, title, text + still, gettext("Осталось %(text)s") % {"text": chip.text})


def _steps(known: Known) -> tuple[Step, ...]:
    """The path of the order: done, now, to come."""
    order, now = known.order, known.now
    if known.stage in (Stage.CANCELLED, Stage.EXPIRED, Stage.UNKNOWN):
        return ()
    moments = _path(order)
    reached = max((index for index, (_, moment, _) in enumerate(moments) if moment), default=-1)
    return tuple(
        Step(
            title,
            almaty_moment(moment, now=now) if moment else note,
            "done" if index <= reached else "now" if index == reached + 1 else "",
        )
        for index, (title, moment, note) in enumerate(moments)
    )


def _path(order: Order) -> list[tuple[str, datetime | None, str]]:
    taken = order.accepted_at
    path: list[tuple[str, datetime | None, str]] = [
        (gettext("Поступил"), order.approved_at, ""),
        (
            gettext("Принят"),
            taken,
            gettext("до %(time)s") % {"time": almaty_time(order.accept_by)} if order.accept_by else "",
        ),
    ]
    if order.is_kaspi_delivery:
        assembled = taken if order.assembled else None
        path += [(gettext("Собран"), assembled, ""), (gettext("Передан Kaspi"), order.handed_at, "")]
    planned = almaty_weekday(order.planned_delivery_at) if order.planned_delivery_at else ""
    path.append((gettext("Выдан"), order.completed_at, planned or gettext("по коду")))
    if order.returned_at:
        path.append((gettext("Возвращён"), order.returned_at, ""))
    return path


# --- What may be done -------------------------------------------------------------------------------------------------


def _actions(known: Known) -> tuple[ActionButton, ...]:
    buttons = [
        ActionButton(
            kind,
            words.label,
            f"{known.url}{kind.replace('_', '-')}/",
            words.primary,
            words.danger,
            words.dialog,
            icon=words.icon,
            key=words.key,
        )
        for kind in _IN_ORDER
        if kind in known.may and (words := ACTION_BUTTONS[kind])
    ]
    if can_move(known):
        # Beside the hand-out, and never the main press.
        move = ActionButton(
            RESCHEDULE, gettext("Перенести…"), f"{known.url}{RESCHEDULE}/", dialog=True, icon="calendar-clock"
        )
        buttons.insert(min(1, len(buttons)), move)
    if known.stage is Stage.KD_HANDOVER and known.order.waybill_url and known.prints:
        buttons.append(
            ActionButton(
                "waybill",
                gettext("Накладная"),
                f"{known.url}waybill/",
                primary=True,
                link=True,
                icon="printer",
                key="W",
            )
        )
    return tuple(buttons)


# The main press stands last, at the right. Asking for a code is a step inside the hand-out's dialog.
_IN_ORDER = (
    ActionKind.CANCEL,
    ActionKind.RETURNED,
    ActionKind.ARRIVED,
    ActionKind.ASSEMBLE,
    ActionKind.COMPLETE,
    ActionKind.ACCEPT,
)
