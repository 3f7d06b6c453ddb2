"""May this happen to the order now? About the thing, never about the person (that is `staff.permissions`)."""

from orders.lifecycle import ALLOWED, Stage
from staff.errors import Refused

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
