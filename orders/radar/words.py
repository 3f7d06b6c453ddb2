"""Alerts in words, for the history of an order and for the notices."""

from collections.abc import Mapping

from django.utils.translation import gettext

from integrations.models import ActionState
from orders.deadlines import DeadlineKind
from staff.formats import time_left
from staff.languages import later as _

# What is to be done before the deadline.
DEEDS: Mapping[str, str] = {
    DeadlineKind.ACCEPT: _("Принять"),
    DeadlineKind.ACCEPT_EXPRESS: _("Принять, Экспресс"),
    DeadlineKind.ARRIVE: _("Отметить «Прибыл»"),
    DeadlineKind.HAND_OVER: _("Передать"),
    DeadlineKind.DELIVER: _("Доставить"),
    DeadlineKind.PICKUP: _("Выдать"),
    DeadlineKind.SIGN: _("Подписать"),
    DeadlineKind.RETURN_HOME: _("Забрать обратно"),
}
# Why it is not done yet, when it was pressed already.
SENDING: Mapping[str, str] = {
    ActionState.QUEUED: _("Решение есть, в Kaspi ещё не ушло"),
    ActionState.SENDING: _("Решение отправлено, Kaspi ещё не подтвердил"),
    ActionState.UNKNOWN: _("Решение отправлено, ответ Kaspi не получен"),
    ActionState.REFUSED: _("Kaspi не принял решение, откройте заказ"),
    ActionState.PARKED: _("Решение не отправлено, проверьте заказ в кабинете Kaspi"),
}


def title_of(kind: str, left_seconds: int) -> str:
    """«Принять: осталось 45 мин», «Передать: просрочен 6 мин»."""
    deed = DEEDS.get(kind, kind)
    # Whole minutes: the sentence is written once and does not tick.
    left = time_left(left_seconds // 60 * 60 + 1) if left_seconds >= 15 * 60 else _short(left_seconds)
    said = gettext("%(deed)s: осталось %(left)s") if left_seconds > 0 else gettext("%(deed)s: %(left)s")
    return said % {"deed": deed, "left": left}


def _short(left_seconds: int) -> str:
    if left_seconds <= 0:
        return time_left(left_seconds)
    return gettext("%(minutes)s мин") % {"minutes": left_seconds // 60}
