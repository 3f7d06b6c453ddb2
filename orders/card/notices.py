"""What must be said of an order above everything else on its card."""

from collections.abc import Callable, Iterator, Sequence

from django.utils.translation import gettext

from integrations.models import ActionKind, ActionState
from orders import clocks
from orders.auto_accept import words
from orders.auto_accept.rules import Verdict
from orders.card.known import Known
from orders.card.page_models import Item
from orders.deadlines import is_last_pickup_day
from orders.evidence.watch import is_at_risk, rewriting_of
from orders.lifecycle import SHELF_OF, Shelf, Stage
from orders.models import EventKind
from orders.rescheduling import CABINET
from orders.returns.states import ReturnState
from orders.returns.words import LEVELS
from orders.shelves.rows import put_aside, waits
from orders.words import CANCEL_REASONS
from staff.formats import almaty_moment, almaty_weekday
from staff.languages import kept
from staff.page_parts import Notice


def notices_of(known: Known, items: Sequence[Item]) -> list[Notice]:
    """The most pressing first."""
    return [notice for told in _TOLD for notice in told(known)] + list(_of_stock(known, items))


def _of_action(known: Known) -> Iterator[Notice]:
    action = known.action
    if action and action.state == ActionState.REFUSED:
        title = gettext("Kaspi не принял: %(action)s") % {"action": ActionKind(action.kind).label.lower()}
        yield Notice(title, kept(action.problem), "danger", "circle-x")
    if action and action.state == ActionState.PARKED:
        title = gettext("Не отправлено: %(action)s") % {"action": ActionKind(action.kind).label.lower()}
        yield Notice(title, kept(action.problem), "warn", "circle-alert")


def _of_stage(known: Known) -> Iterator[Notice]:
    order = known.order
    if known.stage is Stage.EXPIRED:
        text = gettext(
            "Заказ не приняли в срок. Kaspi отменяет такие сам, подтверждения ещё нет: если Kaspi скажет иное, отмена снимется."
        )
        yield Notice(gettext("Отменён по сроку"), text, "danger", "alarm-clock")
    if known.stage is Stage.CANCELLED:
        reason = CANCEL_REASONS.get(order.cancellation_reason, order.cancellation_reason) or gettext(
            "Kaspi не назвал причину"
        )
        yield Notice(gettext("Заказ отменён"), reason, "", "ban")
    if known.stage is Stage.UNKNOWN:
        text = gettext("Kaspi сообщил «%(state)s» и «%(status)s». Проверьте заказ в кабинете Kaspi.") % {
            "state": order.state,
            "status": order.status,
        }
        yield Notice(gettext("Состояние нам неизвестно"), text, "warn", "circle-help")


def _of_return(known: Known) -> Iterator[Notice]:
    if known.case:
        state = ReturnState(known.case.state)
        title = gettext("Возврат: %(state)s") % {"state": state.label.lower()}
        url = f"/returns/{known.case.public_id}/"
        yield Notice(title, "", LEVELS.get(state, ""), "undo-2", gettext("Открыть возврат"), url)


def _of_buyer(known: Known) -> Iterator[Notice]:
    """The same person has another order on its way: it may be a repeat."""
    other = next((code for code in known.standing.open if code != known.order.code), "") if known.standing else ""
    if other and SHELF_OF[known.stage] is not Shelf.ARCHIVE:
        text = gettext("Проверьте, не повтор ли это, и нельзя ли выдать вместе: заказ %(code)s") % {"code": other}
        title = gettext("У покупателя ещё идёт заказ")
        yield Notice(title, text, "accent", "user", gettext("Открыть"), f"/orders/{other}/")


def _of_reason(known: Known) -> Iterator[Notice]:
    """A cancel that Kaspi has laid on the shop, or may."""
    add = (gettext("Приложить подтверждение"), f"{known.url}evidence/") if known.sees_proofs else ("", "")
    rewritten = next((one for event in known.events if (one := rewriting_of(event)) is not None), None)
    if rewritten is not None:
        words = {"before": CANCEL_REASONS[rewritten.before], "after": CANCEL_REASONS[rewritten.after]}
        text = gettext(
            "Было «%(before)s», стало «%(after)s»: отмена вошла в долю отмен. Соберите подтверждения для спора."
        )
        pack = (gettext("Скачать подтверждения"), f"{known.url}evidence/pack/") if known.sees_proofs else ("", "")
        yield Notice(gettext("Kaspi сменил причину отмены"), text % words, "danger", "circle-alert", *pack)
    elif is_at_risk(known.order, proofs=len(known.evidence), now=known.now):
        text = gettext(
            "Kaspi проверяет такие отмены и может засчитать её магазину. Приложите звонок, снимок или заметку."
        )
        yield Notice(gettext("Причину отмены нечем подтвердить"), text, "warn", "triangle-alert", *add)


def _of_move(known: Known) -> Iterator[Notice]:
    """The move is done in the cabinet; here it is only told."""
    if known.order.moved_to is None or known.stage is not Stage.DELIVERY:
        return
    text = gettext("Kaspi ещё показывает прежнюю дату. Перенесите её и в кабинете: по API этого сделать нельзя.")
    title = gettext("Дата перенесена на %(day)s") % {"day": almaty_weekday(known.order.moved_to)}
    yield Notice(title, text, "warn", "calendar-clock", gettext("Открыть кабинет"), CABINET)


def _of_signing(known: Known) -> Iterator[Notice]:
    """How long the buyer has not signed, and that his goods are kept: Kaspi moves the order by itself."""
    if known.stage is not Stage.SIGNING:
        return
    since = known.order.accepted_at or known.order.approved_at
    title = gettext("Подпись покупателя: %(waits)s") % {"waits": waits(since, now=known.now)}
    text = gettext("С %(since)s, %(held)s. Подпишет — Kaspi сам перенесёт заказ дальше.")
    told = {"since": almaty_moment(since, now=known.now), "held": put_aside(known.held)}
    yield Notice(title, text % told, "accent", "signature")


def _of_pickup(known: Known) -> Iterator[Notice]:
    """The last working day of a pickup: Kaspi cancels what is not fetched."""
    order = known.order
    found = clocks.deadline(order.due_kind, order.due_at, since=order.accepted_at or order.approved_at)
    if known.stage is Stage.PICKUP and found is not None and is_last_pickup_day(found, known.now, known.calendar):
        text = gettext("Два рабочих дня прошли. Если покупатель не придёт, Kaspi отменит заказ.")
        write = (gettext("Написать"), f"{known.url}message/") if known.standing else ("", "")
        yield Notice(gettext("Напомните покупателю о заказе"), text, "warn", "bell", *write)


def _of_rule(known: Known) -> Iterator[Notice]:
    """What the rule of auto-accept has decided last, while the order waits to be accepted; afterwards the history tells."""
    told = next((event for event in known.events if event.kind == EventKind.RULED), None)
    if told is None or known.stage is not Stage.NEW:
        return
    verdict, when = told.details.get("verdict"), almaty_moment(told.learned_at, now=known.now)
    said = ", ".join(filter(None, (words.text_of(told.details, now=known.now), when)))
    text = ". ".join(filter(None, (said[:1].upper() + said[1:], words.advice_of(told.details))))
    chip = words.CHIPS[Verdict(verdict)] if verdict in Verdict.values else words.CHIPS[Verdict.HOLD]
    yield Notice(words.title_of(told.details), text, chip.level, chip.icon)


def _of_stock(known: Known, items: Sequence[Item]) -> Iterator[Notice]:
    short = [item for item in items if item.level == "danger"]
    if short and known.stage is Stage.NEW:
        title = gettext("Не хватает: %(name)s") % {"name": short[0].name}
        yield Notice(title, short[0].note, "warn", "package-x")


_TOLD: tuple[Callable[[Known], Iterator[Notice]], ...] = (
    _of_action,
    _of_return,
    _of_stage,
    _of_buyer,
    _of_reason,
    _of_move,
    _of_pickup,
    _of_signing,
    _of_rule,
)
