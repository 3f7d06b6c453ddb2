"""The questions about one line: how much of it stays, what it weighs, which devices it is."""

from django.utils.translation import gettext

from integrations.models import LINE_KINDS, ActionKind
from orders.actions import line_of
from orders.cancelling import Choice
from orders.card.known import Known
from orders.card.page_models import CancelReason, LineDialog
from orders.lines import IN_WHOLE_ONES, REASONS, Line, exact, least_of, plain
from orders.models import OrderEntry
from orders.shelves.page_models import ActionButton
from orders.shelves.rows import pieces_text
from staff.languages import later as _
from staff.permissions import Permission

BUTTONS = {
    ActionKind.CANCEL_ENTRY: (_("Убрать…"), "circle-minus"),
    ActionKind.WEIGH: (_("Взвесить…"), "trending-down"),
    ActionKind.IMEI: (_("IMEI…"), "smartphone"),
}


def buttons_of(known: Known, entry: OrderEntry) -> tuple[ActionButton, ...]:
    """What may be pressed beside the line."""
    return tuple(
        ActionButton(
            kind,
            str(BUTTONS[kind][0]),
            f"{known.url}{kind.replace('_', '-')}/?entry={entry.number}",
            dialog=True,
            icon=BUTTONS[kind][1],
        )
        for kind in known.may_with(entry)
    )


def line_dialog(known: Known) -> LineDialog | None:
    """The question that is asked, if its line is there and it may be asked of it."""
    if known.asked not in LINE_KINDS:
        return None
    kind, number = ActionKind(known.asked), known.filled.get("entry", "")
    entry = next((entry for entry in known.entries if str(entry.number) == number), None)
    if entry is None or kind not in known.may_with(entry):
        return None
    line = line_of(entry)
    amount, most, step = _amounts(kind, line)
    return LineDialog(
        kind=kind,
        url=f"{known.url}{kind.replace('_', '-')}/",
        version=known.order.stage,
        entry=entry.number,
        name=entry.name or entry.sku,
        amount=amount,
        most=most,
        step=step,
        typed=known.filled.get("quantity", known.filled.get("grams", "")),
        reasons=tuple(_reason(known, choice) for choice in REASONS) if kind is ActionKind.CANCEL_ENTRY else (),
        chosen=known.filled.get("reason", ""),
        comment=known.filled.get("comment", ""),
        devices=_devices(known, line) if kind is ActionKind.IMEI else (),
        error=known.errors.get(kind, ""),
    )


def _amounts(kind: ActionKind, line: Line) -> tuple[str, str, str]:
    """How much it is now in words, the most that may be typed, and the step."""
    if kind is ActionKind.WEIGH and line.grams is not None:
        return gettext("%(grams)s г") % {"grams": plain(line.grams)}, exact(line.grams), "any"
    step = "1" if line.unit_type in IN_WHOLE_ONES else "any"
    return (
        gettext("%(pieces)s шт.") % {"pieces": pieces_text(line.quantity)},
        exact(line.quantity - least_of(line)),
        step,
    )


def _reason(known: Known, choice: Choice) -> CancelReason:
    may = not choice.counts or known.actor.may(Permission.ORDERS_CANCEL_AT_FAULT)
    text = (
        gettext("Наша доля считает заказы, отменённые целиком. Как считает отмену позиции Kaspi, он не сообщает.")
        if choice.counts
        else gettext("Kaspi может позвонить покупателю и сменить причину.")
    )
    barred = gettext("Такую отмену делает тот, у кого есть право на отмену по вине магазина")
    chip = gettext("по вине магазина") if choice.counts else gettext("не по вине магазина")
    return CancelReason(choice.reason, choice.title, text, choice.counts, chip, barred="" if may else barred)


def _devices(known: Known, line: Line) -> tuple[str, ...]:
    """One field a device: what was typed, else what Kaspi holds."""
    typed = known.filled.get("devices", "").splitlines()
    held = [" ".join(device) for device in known.devices.get(line.number, ())]
    shown = typed or held
    return tuple(shown[n] if n < len(shown) else "" for n in range(int(line.quantity)))
