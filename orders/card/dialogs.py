"""The questions of an order's actions: why it is cancelled, into how many places it is packed, which code the buyer has."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext

from integrations.models import OPEN_ACTION_STATES, ActionKind, ActionState, KaspiAction
from orders import cells
from orders.actions import MOST_PLACES
from orders.buyers.persons import TYPED
from orders.cancelling import CHOICES, Choice, handing_of
from orders.card.known import Known
from orders.card.page_models import (
    AssembleDialog,
    BeforeAfter,
    CancelDialog,
    CancelReason,
    CodeTry,
    IssueDialog,
    Lesson,
)
from orders.card.proofs import proof_fields
from orders.codes import RESEND_AFTER, pause_until, wrong_codes
from orders.evidence.keeping import PROVES_CANCEL
from orders.models import OrderEntry
from orders.shelves.rows import pieces_text
from staff.formats import almaty_moment, almaty_time, plural
from staff.languages import kept
from staff.permissions import Permission

LESSON_URL = "/orders/lessons/code-first/"


def cancel_dialog(known: Known) -> CancelDialog:
    order = known.order
    handing = handing_of(is_kaspi_delivery=order.is_kaspi_delivery, delivery_mode=order.delivery_mode)
    stake = known.stakes.one_more_cancel

    def reason(choice: Choice) -> CancelReason:
        warning = choice.warning(handing)
        text = f"{choice.note} {warning}" if warning else choice.note
        chip = gettext("войдёт в долю отмен") if choice.counts else gettext("не входит в долю")
        effect = _effect(stake, counts=choice.counts)
        barred = gettext("Такую отмену делает тот, у кого есть право на отмену по вине магазина")
        may = not choice.counts or known.actor.may(Permission.ORDERS_CANCEL_AT_FAULT)
        return CancelReason(
            choice.reason, choice.title, text, choice.counts, chip, effect, barred="" if may else barred
        )

    return CancelDialog(
        url=f"{known.url}cancel/",
        version=order.stage,
        reasons=tuple(reason(choice) for choice in CHOICES),
        chosen=known.filled.get("reason", ""),
        comment=known.filled.get("comment", ""),
        proof=proof_fields(known, kept=[one for one in known.evidence if one.purpose in PROVES_CANCEL]),
        error=known.errors.get(ActionKind.CANCEL, ""),
    )


def _effect(stake: BeforeAfter | None, *, counts: bool) -> BeforeAfter | None:
    if stake is None or counts:
        return stake
    return BeforeAfter(stake.before, stake.before_note, stake.before, gettext("не изменится"))


def assemble_dialog(known: Known) -> AssembleDialog:
    return AssembleDialog(
        url=f"{known.url}assemble/",
        version=known.order.stage,
        lead=gettext("Заказ %(code)s, %(items_note)s")
        % {"code": known.order.code, "items_note": items_note(known.entries)},
        max_places=MOST_PLACES,
        error=known.errors.get(ActionKind.ASSEMBLE, ""),
    )


def issue_dialog(known: Known) -> IssueDialog:
    return IssueDialog(
        send_url=f"{known.url}send-code/",
        complete_url=f"{known.url}complete/",
        version=known.order.stage,
        sent=_code_sent(known),
        error=known.errors.get(ActionKind.COMPLETE, ""),
        poll=code_under_way(known),
        wait=_resend(known),
        barred=_pause(known),
        tries=tuple(_try(known, action) for action in known.tries if action.state not in OPEN_ACTION_STATES),
        cell=cells.told(known.cell),
        lesson=Lesson(known.learned, LESSON_URL, known.ref),
    )


def _resend(known: Known) -> str:
    """«Отправить ещё раз можно в 11:42:10», while it may not."""
    sent = [one.settled_at for one in known.tries if one.kind == ActionKind.SEND_CODE and one.state == ActionState.DONE]
    until = sent[0] + RESEND_AFTER if sent and sent[0] else None
    if until is None or until <= known.now:
        return ""
    return gettext("Отправить ещё раз можно в %(time)s") % {"time": f"{almaty_time(until)}:{until:%S}"}


def _pause(known: Known) -> str:
    """«Пять неверных кодов подряд, пауза до 11:56», while it lasts."""
    until = pause_until(wrong_codes(known.tries))
    if until is None or until <= known.now:
        return ""
    return gettext("Пять неверных кодов подряд, пауза до %(time)s") % {"time": almaty_time(until)}


def _try(known: Known, action: KaspiAction) -> CodeTry:
    sent, done = action.kind == ActionKind.SEND_CODE, action.state == ActionState.DONE
    said = {
        (True, True): gettext("Код отправлен"),
        (True, False): gettext("Код не отправлен"),
        (False, True): gettext("Код верный"),
        (False, False): gettext("Код не подошёл"),
    }
    when = almaty_moment(action.settled_at or action.created_at, now=known.now)
    return CodeTry(said[sent, done], f"{when} · {action.actor_label}", "" if done else "danger")


def code_under_way(known: Known) -> bool:
    return known.open_action is not None and known.open_action.kind == ActionKind.SEND_CODE


def _code_sent(known: Known) -> str:
    # Kaspi sends it to the phone that it knows, not to the one that staff typed.
    told = "" if known.order.phone_state == TYPED else known.order.phone
    phone = known.buyer.phone(told, known.order.phone_state)
    to = gettext(" на %(text)s") % {"text": phone.text} if phone and phone.tel else ""
    if code_under_way(known):
        return gettext("Kaspi отправляет код%(to)s") % {"to": to}
    action = known.action
    if action is None or action.kind != ActionKind.SEND_CODE or action.settled_at is None:
        return ""
    if action.state == ActionState.DONE:
        return gettext("Код отправлен%(to)s в %(time)s") % {"to": to, "time": almaty_time(action.settled_at)}
    return gettext("Код не отправлен. %(problem)s") % {"problem": kept(action.problem)}


def items_note(entries: Sequence[OrderEntry]) -> str:
    """«2 позиции, 3 шт.»."""
    if not entries:
        return gettext("Kaspi ещё не сообщил состав")
    pieces = pieces_text(sum((entry.quantity for entry in entries), Decimal(0)))
    return gettext("%(entries)s, %(pieces)s шт.") % {
        "entries": plural(len(entries), "позиция", "позиций"),
        "pieces": pieces,
    }
