"""The buyer's code: when it was sent, which tries there were, and when the next one may be made.

Kaspi publishes neither how long a code lives nor how often it may be tried (kaspi-api §4), so we are the careful ones
(reliability.md §4, row 18). The code itself is kept nowhere: an action forgets what it carried when it ends.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext

from integrations.models import ActionKind, ActionState, KaspiAction
from orders.models import Order
from staff.errors import Refused
from staff.formats import almaty_time

WRONG_CODES: Final = 5
PAUSE: Final = timedelta(minutes=15)
# A buyer sees the code some seconds later; a second one sent meanwhile makes the first useless.
RESEND_AFTER: Final = timedelta(seconds=60)
TRIES_SHOWN: Final = 10


def pause_until(wrong: Sequence[datetime]) -> datetime | None:
    """Until when no code is tried: 15 minutes from the fifth wrong one, where the five came within 15 minutes.

    `wrong` are the moments of wrong codes, in any order.
    """
    last = sorted(wrong)[-WRONG_CODES:]
    if len(last) < WRONG_CODES or last[-1] - last[0] > PAUSE:
        return None
    return last[-1] + PAUSE


def wrong_codes(tries: Iterable[KaspiAction]) -> list[datetime]:
    """When Kaspi did not take a code."""
    wrong = (one for one in tries if one.kind == ActionKind.COMPLETE and one.state == ActionState.REFUSED)
    return [one.settled_at for one in wrong if one.settled_at is not None]


def check_may_try(order: Order, *, now: datetime) -> None:
    """Raise Refused (409) with the moment at which the pause after five wrong codes ends."""
    until = pause_of(order, now=now)
    if until is not None:
        told = {"time": almaty_time(until)}
        sentence = gettext("Пять неверных кодов подряд, пауза 15 минут: до %(time)s. Затем отправьте новый код")
        raise Refused("code_pause", sentence % told, until=until)


def check_may_send(order: Order, *, now: datetime) -> None:
    """Raise Refused (409) with the moment from which the code may be sent again."""
    until = resend_at(order)
    if until is not None and now < until:
        told = {"sent": almaty_time(until - RESEND_AFTER), "time": f"{almaty_time(until)}:{until:%S}"}
        sentence = gettext("Код уже отправлен в %(sent)s. Отправить ещё раз можно в %(time)s")
        raise Refused("code_just_sent", sentence % told, until=until)


def pause_of(order: Order, *, now: datetime) -> datetime | None:
    """When the pause of this order ends; None while there is none."""
    wrong = KaspiAction.objects.filter(subject_id=order.pk, kind=ActionKind.COMPLETE, state=ActionState.REFUSED)
    moments = wrong.order_by("-settled_at").values_list("settled_at", flat=True)[:WRONG_CODES]
    until = pause_until([moment for moment in moments if moment is not None])
    return until if until is not None and now < until else None


def resend_at(order: Order) -> datetime | None:
    """From when the code may be sent again; None when Kaspi has not sent one yet."""
    sent = KaspiAction.objects.filter(subject_id=order.pk, kind=ActionKind.SEND_CODE, state=ActionState.DONE)
    last: datetime | None = sent.order_by("-settled_at").values_list("settled_at", flat=True).first()
    return last + RESEND_AFTER if last is not None else None


def tries_of(order: Order) -> list[KaspiAction]:
    """Sends of the code and tries of one, the newest first."""
    kinds = (ActionKind.SEND_CODE, ActionKind.COMPLETE)
    return list(KaspiAction.objects.filter(subject_id=order.pk, kind__in=kinds).order_by("-id")[:TRIES_SHOWN])
