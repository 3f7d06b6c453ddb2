"""May this happen to the order now, and which right does it take?"""

from collections.abc import Mapping
from typing import Final

from integrations.models import ActionKind
from orders.lifecycle import ALLOWED, Stage
from staff.errors import Refused
from staff.permissions import Permission

RIGHTS: Final[Mapping[ActionKind, Permission]] = {
    ActionKind.ACCEPT: Permission.ORDERS_ACCEPT,
    ActionKind.CANCEL: Permission.ORDERS_CANCEL,
    ActionKind.ASSEMBLE: Permission.ORDERS_PACK,
    ActionKind.SEND_CODE: Permission.ORDERS_HAND_OUT,
    ActionKind.COMPLETE: Permission.ORDERS_HAND_OUT,
    ActionKind.ARRIVED: Permission.ORDERS_PACK,
    ActionKind.RETURNED: Permission.ORDERS_TAKE_BACK,
}

WORDS = {
    "accept": "принять",
    "cancel": "отменить",
    "assemble": "упаковать",
    "send_code": "отправить код для",
    "complete": "выдать",
    "arrived": "отметить прибытие",
    "returned": "отметить возвращение",
}


def check_can(kind: str, stage: Stage, *, open_kind: str | None) -> None:
    """Raise Refused (409) with the present state when the stage or an action under way forbids it."""
    if open_kind is not None:
        raise Refused("action_open", "По заказу уже отправляется другое действие. Дождитесь ответа Kaspi")
    if kind not in ALLOWED[stage]:
        raise Refused("not_allowed", f"Нельзя {WORDS[kind]} заказ: сейчас он «{stage.label}»")
