"""A row of a shelf from one line of the orders table: everything in words, nothing asked of the database."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext

from integrations.models import OPEN_ACTION_STATES, ActionKind, ActionState
from orders import cells, clocks, deadlines
from orders.cancelling import Handing, handing_of
from orders.deadlines import is_last_pickup_day
from orders.lifecycle import ALLOWED, SHELF_OF, STOCK_HELD, Shelf, Stage
from orders.policies import RIGHTS
from orders.shelves.lines import LastAction, Line, Reader, Stock
from orders.shelves.page_models import ActionButton, Deadline, Pending, Row, Undo
from orders.words import CANCEL_REASONS, CREDIT, GONE, PENDING, UNANSWERED, WAYS
from staff.formats import (
    NEAR_DAYS,
    almaty_day,
    almaty_moment,
    days_ahead,
    grouped,
    order_groups,
    plural,
    tenge,
    time_left,
)
from staff.languages import kept
from staff.languages import later as _
from staff.page_parts import Chip, Phone

# What may be done with many at once.
PICKABLE = (ActionKind.ACCEPT, ActionKind.ASSEMBLE)


def row_of(line: Line, reader: Reader) -> Row:
    """The row of this order on the reader's shelf, or the word that it has left it."""
    shelf = SHELF_OF[Stage(line.stage)]
    last = reader.beside.actions.get(line.id)
    pending = pending_of(last, now=reader.now)
    note, level = _item_note(line, last, reader)
    who, who_note, phone = _who(line, reader)
    way = _WAY[reader.shelf](line, reader)
    deadline = _chip(line, reader)
    action = None if pending or shelf is not reader.shelf else _action(line, reader)
    return Row(
        code=line.code,
        version=line.stage,
        url=f"/orders/{line.code}/",
        no=order_groups(line.code),
        no_note=_no_note(line, reader),
        item=line.first_item or gettext("Состав загружается"),
        item_note=note,
        item_level=level,
        sum=tenge(line.total_price),
        payment=payment(line.payment_mode, line.credit_term),
        deadline=deadline,
        since="" if deadline else _since(line, reader),
        age=_age(line, reader),
        who=who,
        who_note=who_note,
        phone=phone,
        way=way.text,
        way_icon=way.icon,
        way_note=way.note,
        way_chip=way.chip,
        courier=_courier(line, reader),
        holder=_holder(line, reader),
        cell=_cell(line, reader),
        cell_url=f"/orders/{line.code}/cell/" if _is_laid(line, reader) and reader.actor.may(cells.RIGHT) else "",
        reminder=_reminder(line, reader),
        pending=pending,
        action=action,
        pickable=_is_for_many(action) or (shelf is reader.shelf and line.stage in STOCK_HELD and reader.picks),
        amount=int(line.total_price),
        gone="" if shelf is reader.shelf else GONE.get(Stage(line.stage), gettext("ушёл с полки")),
    )


def _is_for_many(action: ActionButton | None) -> bool:
    return action is not None and action.kind in PICKABLE


def pending_of(last: LastAction | None, *, now: datetime) -> Pending | None:
    """What is on its way to Kaspi; None when nothing is."""
    if last is None or last.state not in OPEN_ACTION_STATES:
        return None
    if last.state == ActionState.UNKNOWN:
        return Pending(UNANSWERED, "warn")
    kind = ActionKind(last.kind)
    return Pending(PENDING[kind], undo=undo_of(kind, last.public_id, last.undo_until, now=now))


def undo_of(kind: ActionKind, public_id: UUID, until: datetime | None, *, now: datetime) -> Undo | None:
    """The button that takes back what has not left yet."""
    left = 0 if until is None else int((until - now).total_seconds() * 1000)
    label = gettext("Не отменять") if kind is ActionKind.CANCEL else gettext("Отменить")
    return Undo(f"/orders/actions/{public_id}/undo/", label, left) if left > 0 else None


def payment(mode: str, credit_term: int | None) -> str:
    if mode == CREDIT:
        return (
            gettext("кредит %(credit_term)s мес.") % {"credit_term": credit_term}
            if credit_term
            else gettext("в кредит")
        )
    return gettext("оплачен") if mode == "PREPAID" else mode


def stock_note(pieces: Decimal, held: Stock | None) -> tuple[str, str]:
    """What lies at the point, with a level: «на точке 4», «последний на точке», «нет на точке»."""
    if held is None:
        return "", ""
    free = held.on_hand - held.reserved
    if free > 0:
        return gettext("на точке %(free)s") % {"free": free + int(pieces)}, ""
    if free == 0:
        return (gettext("последний на точке") if pieces == 1 else gettext("последние на точке")), "warn"
    if held.on_hand == 0:
        return gettext("нет на точке"), "danger"
    return gettext("на точке %(on_hand)s, в заказах %(reserved)s") % {
        "on_hand": held.on_hand,
        "reserved": held.reserved,
    }, "danger"


class _Way(NamedTuple):
    text: str = ""
    icon: str = ""
    note: str = ""
    chip: Chip | None = None


def _item_note(line: Line, last: LastAction | None, reader: Reader) -> tuple[str, str]:
    if last and last.state == ActionState.REFUSED:
        return gettext("Kaspi не принял: %(problem)s") % {"problem": kept(last.problem)}, "danger"
    if last and last.state == ActionState.PARKED:
        return gettext("Не отправлено: %(problem)s") % {"problem": kept(last.problem)}, "danger"
    if not line.items_count:
        return "", ""
    if _is_unsigned(line, reader):
        aside = reader.beside.held.get(line.id, 0)
        return put_aside(aside), "" if aside else "warn"
    held = reader.beside.stock.get((line.point_id or 0, line.first_sku)) if line.stage in STOCK_HELD else None
    said, level = stock_note(line.pieces if line.items_count == 1 else Decimal(1), held)
    more = plural(line.items_count - 1, "позиция", "позиций") if line.items_count > 1 else ""
    notes = (
        gettext("%(pieces)s шт.") % {"pieces": pieces_text(line.pieces)},
        said,
        more and gettext("ещё %(more)s") % {"more": more},
    )
    return " · ".join(filter(None, notes)), level


def pieces_text(pieces: Decimal) -> str:
    """«2», «1,5»: a weight keeps its fraction."""
    exponent = pieces.normalize().as_tuple().exponent
    return grouped(pieces, digits=max(-exponent, 0) if isinstance(exponent, int) else 0)


def _who(line: Line, reader: Reader) -> tuple[str, str, Phone | None]:
    buyer = reader.buyer(line)
    if reader.shelf is Shelf.KASPI_DELIVERY:
        return line.town or gettext("Город не указан"), _street(line, reader), None
    name = buyer.name(line.buyer_first_name, line.buyer_last_name)
    return name, "", buyer.phone(line.phone, line.phone_state)


def _street(line: Line, reader: Reader) -> str:
    """What the address says beyond the town."""
    address = reader.buyer(line).address(line.address, line.town)
    return address if address != line.town else ""


def _courier(line: Line, reader: Reader) -> str:
    """Who brings it, for everybody but himself."""
    told = reader.shelf is Shelf.DELIVERY and reader.actor.orders_of is None
    return line.courier__name or "" if told else ""


def _holder(line: Line, reader: Reader) -> str:
    """Who holds the point of an order that the shop still owes something for; a courier brings his own."""
    here = SHELF_OF[Stage(line.stage)] is reader.shelf and line.stage in STOCK_HELD
    if not here or line.point_id is None or reader.actor.orders_of is not None or _courier(line, reader):
        return ""
    names = ", ".join(reader.beside.holders.get(line.point_id, ()))
    return gettext("держит %(names)s") % {"names": names} if names else gettext("никого на смене")


def _is_laid(line: Line, reader: Reader) -> bool:
    return reader.shelf is Shelf.PICKUP and line.stage == Stage.PICKUP


def _cell(line: Line, reader: Reader) -> str:
    """Where the parcel lies, or that nobody has said."""
    if not _is_laid(line, reader):
        return ""
    place = reader.beside.cells.get(line.id, "")
    unsaid = gettext("указать место") if reader.actor.may(cells.RIGHT) else gettext("место не указано")
    return cells.told(place) if place else unsaid


def _reminder(line: Line, reader: Reader) -> str:
    """On the last of a pickup's working days."""
    found = _deadline(line) if _is_laid(line, reader) else None
    late = found is not None and is_last_pickup_day(found, reader.now, reader.calendars.of(line.point_id))
    return gettext("последний день, напомните") if late else ""


def _deadline(line: Line) -> deadlines.Deadline | None:
    return clocks.deadline(line.due_kind, line.due_at, since=line.accepted_at or line.approved_at)


def _no_note(line: Line, reader: Reader) -> str:
    if reader.shelf is Shelf.KASPI_DELIVERY:
        return reader.point_name(line)
    near = days_ahead(line.approved_at, now=reader.now) in NEAR_DAYS
    return (almaty_moment if near else almaty_day)(line.approved_at, now=reader.now)


def _chip(line: Line, reader: Reader) -> Deadline | None:
    if reader.shelf in (Shelf.SIGNING, Shelf.ARCHIVE, Shelf.UNKNOWN):
        return None
    found = _deadline(line)
    return None if found is None else clocks.chip(found, now=reader.now, calendar=reader.calendars.of(line.point_id))


def _since(line: Line, reader: Reader) -> str:
    moment = line.closed_at if reader.shelf is Shelf.ARCHIVE else line.accepted_at
    return almaty_moment(moment or line.approved_at, now=reader.now)


def _is_unsigned(line: Line, reader: Reader) -> bool:
    return reader.shelf is Shelf.SIGNING and line.stage == Stage.SIGNING


def _age(line: Line, reader: Reader) -> str:
    """How long it has waited for the signature."""
    return waits(line.accepted_at or line.approved_at, now=reader.now) if _is_unsigned(line, reader) else ""


def waits(since: datetime, *, now: datetime) -> str:
    """«ждёт 2 дня»."""
    return gettext("ждёт %(time)s") % {"time": time_left(max(1, int((now - since).total_seconds())))}


def put_aside(pieces: int) -> str:
    """«отложено 2 шт.»: without a point or a list of goods nothing is."""
    return gettext("отложено %(pieces)s шт.") % {"pieces": pieces} if pieces else gettext("товар не отложен")


def _handing_way(line: Line, reader: Reader) -> _Way:
    handing = handing_of(is_kaspi_delivery=line.is_kaspi_delivery, delivery_mode=line.delivery_mode)
    text, icon = WAYS[handing]
    if line.express:
        text = gettext("Kaspi Экспресс")
    elif handing is Handing.KASPI_DELIVERY and line.delivery_mode.endswith("PICKUP"):
        text = "Kaspi Postomat"
    return _Way(str(text), icon, reader.point_name(line))


def _point_way(line: Line, reader: Reader) -> _Way:
    return _Way(reader.point_name(line), "store")


def _address_way(line: Line, reader: Reader) -> _Way:
    return _Way(line.town or gettext("Город не указан"), "map-pin", _street(line, reader))


def _waybill_way(line: Line, reader: Reader) -> _Way:
    if line.stage == Stage.KD_HANDOVER and line.waybill_url:
        url = f"/orders/{line.code}/waybill/" if reader.prints else ""
        return _Way(chip=Chip(gettext("Накладная готова"), "ok", url=url))
    return _Way(chip=_STAGE_CHIPS.get(Stage(line.stage)))


_STAGE_CHIPS: Mapping[Stage, Chip] = {
    Stage.KD_PREORDER: Chip(_("Ждём товар"), "accent"),
    Stage.KD_PACKING: Chip(_("Нужна накладная"), "warn"),
    Stage.KD_HANDOVER: Chip(_("Накладная готовится")),
    Stage.KD_TRANSIT: Chip(_("В пути")),
    Stage.KD_RETURNING: Chip(_("Едет обратно"), "warn"),
    Stage.RETURN_REQUESTED: Chip(_("Возврат едет"), "warn"),
    Stage.RETURN_ACCEPTED: Chip(_("Возврат получен")),
}
_RESULTS: Mapping[Stage, Chip] = {
    Stage.COMPLETED: Chip(_("Выдан"), "ok"),
    Stage.CANCELLED: Chip(_("Отменён")),
    Stage.EXPIRED: Chip(_("Не принят в срок"), "danger"),
    Stage.RETURNED: Chip(_("Возврат"), "warn"),
}


def _result_way(line: Line, reader: Reader) -> _Way:
    reason = CANCEL_REASONS.get(line.cancellation_reason, line.cancellation_reason)
    marked = gettext("оценка %(mark)s") % {"mark": line.mark} if line.mark else ""
    unproven = gettext("Kaspi ещё не подтвердил") if line.stage == Stage.EXPIRED else ""
    return _Way(chip=_RESULTS.get(Stage(line.stage)), note=reason or marked or unproven)


def _raw_way(line: Line, reader: Reader) -> _Way:
    return _Way(line.state, "circle-help", line.status)


_WAY: Mapping[Shelf, Callable[[Line, Reader], _Way]] = {
    Shelf.NEW: _handing_way,
    Shelf.SIGNING: _handing_way,
    Shelf.PICKUP: _point_way,
    Shelf.DELIVERY: _address_way,
    Shelf.KASPI_DELIVERY: _waybill_way,
    Shelf.ARCHIVE: _result_way,
    Shelf.UNKNOWN: _raw_way,
}
# The one press that a row offers at a stage.
_OFFERED: Mapping[Stage, tuple[ActionKind, str, bool]] = {
    Stage.NEW: (ActionKind.ACCEPT, _("Принять"), False),
    Stage.PICKUP: (ActionKind.COMPLETE, _("Выдать"), True),
    Stage.DELIVERY: (ActionKind.COMPLETE, _("Выдать"), True),
    Stage.KD_PREORDER: (ActionKind.ARRIVED, _("Прибыл"), False),
    Stage.KD_PACKING: (ActionKind.ASSEMBLE, _("Собрать…"), True),
    Stage.KD_RETURNING: (ActionKind.RETURNED, _("Получен"), False),
    Stage.RETURN_REQUESTED: (ActionKind.RETURNED, _("Получен"), False),
}


def _action(line: Line, reader: Reader) -> ActionButton:
    url, stage = f"/orders/{line.code}/", Stage(line.stage)
    offered = _OFFERED.get(stage)
    if offered and offered[0] in ALLOWED[stage] and reader.actor.may(RIGHTS[offered[0]]):
        kind, label, dialog = offered
        return ActionButton(kind, str(label), f"{url}{kind.replace('_', '-')}/", dialog=dialog)
    if stage is Stage.KD_HANDOVER and line.waybill_url and reader.prints:
        return ActionButton("waybill", gettext("Накладная"), f"{url}waybill/", link=True)
    phone = reader.buyer(line).phone(line.phone, line.phone_state)
    if stage is Stage.SIGNING and phone and phone.tel:
        return ActionButton("call", gettext("Позвонить"), f"tel:{phone.tel}", link=True)
    return ActionButton("open", gettext("Открыть"), url, link=True)
