"""May this happen to the order now, and which right does it take?"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext

from integrations.models import ActionKind
from orders.lifecycle import Stage, may
from staff.errors import Refused
from staff.languages import later as _
from staff.permissions import Permission

RIGHTS: Final[Mapping[ActionKind, Permission]] = {
    ActionKind.ACCEPT: Permission.ORDERS_ACCEPT,
    ActionKind.CANCEL: Permission.ORDERS_CANCEL,
    ActionKind.ASSEMBLE: Permission.ORDERS_PACK,
    ActionKind.SEND_CODE: Permission.ORDERS_HAND_OUT,
    ActionKind.COMPLETE: Permission.ORDERS_HAND_OUT,
    ActionKind.ARRIVED: Permission.ORDERS_PACK,
    ActionKind.RETURNED: Permission.ORDERS_TAKE_BACK,
    ActionKind.CANCEL_ENTRY: Permission.ORDERS_CANCEL,
    ActionKind.WEIGH: Permission.ORDERS_PACK,
    ActionKind.IMEI: Permission.ORDERS_PACK,
}

WORDS = {
    "accept": _("принять"),
    "cancel": _("отменить"),
    "assemble": _("упаковать"),
    "send_code": _("отправить код для"),
    "complete": _("выдать"),
    "arrived": _("отметить прибытие"),
    "returned": _("отметить возвращение"),
}
WORDS_OF_LINE = {
    "cancel_entry": _("Убрать позицию нельзя"),
    "weigh": _("Уменьшить вес нельзя"),
    "imei": _("Указать IMEI нельзя"),
}


def check_can(kind: str, stage: Stage, *, open_kind: str | None) -> None:
    """Raise Refused (409) with the present state when the stage or an action under way forbids it."""
    if open_kind is not None:
        raise Refused("action_open", gettext("По заказу уже отправляется другое действие. Дождитесь ответа Kaspi"))
    if may(kind, stage):
        return
    if kind in WORDS_OF_LINE:
        told = {"barred": WORDS_OF_LINE[kind], "stage": stage.label}
        raise Refused("not_allowed", gettext("%(barred)s: заказ сейчас «%(stage)s»") % told)
    told = {"deed": WORDS[kind], "stage": stage.label}
    raise Refused("not_allowed", gettext("Нельзя %(deed)s заказ: сейчас он «%(stage)s»") % told)
