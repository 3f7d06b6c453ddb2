"""What buyers say of their orders: marks, reviews, and why something was cancelled or sent back.

Drawn from the number of the order alone, so that every export tells the same. Shares follow capabilities §5.
"""

import random
from dataclasses import dataclass

from .clock import DAY
from .world import Order

MARKED = 0.33
REVIEWED = 0.6
FOR_QUALITY = 0.7
MARKS = (5, 4, 3, 2, 1)
# How often each of MARKS is given, in hundredths: 4.79 on average, and what a shop has that buyers like less or more.
_USUAL = (88, 7, 2, 1, 2)
_BY_MERCHANT = {"30000002": (84, 11, 3, 1, 1), "30000003": (92, 5, 2, 0, 1), "30000004": (59, 33, 6, 1, 1)}
_WORDS = {
    5: ("Всё отлично, спасибо!", "Доставили быстро, рекомендую", "Товар как на фото", "Рахмет, бәрі керемет!"),
    4: ("Хорошо, но упаковка помялась", "В целом доволен", "Ждал на день дольше"),
    3: ("За свои деньги нормально", "Цвет отличается от фото"),
    2: ("Качество хуже, чем ожидал", "Пришло без инструкции"),
    1: ("Не работает, оформляю возврат", "Прислали не то, что заказывал"),
}
OF_QUALITY = "Товар не соответствует описанию/фото"
_CHANGED_MIND = (
    "Передумал покупать",
    "Передумал покупать",
    "Другое",
    "Сроки доставки изменились",
    "Не успеваю забрать/получить товар",
)
_RETURNED = ("Передумал покупать", "Размер мне не подходит", "Другое")


@dataclass(frozen=True, slots=True)
class Opinion:
    """A mark of 1–5, the text of the review or "", and the moment it was published (epoch milliseconds)."""

    mark: int
    review: str
    published: int


def opinion(order: Order, now: int) -> Opinion | None:
    """What the buyer has published by now about an issued order: every third buyer does, within eight days."""
    rng = random.Random(f"opinion {order.code}")
    if order.completed is None or rng.random() >= MARKED:
        return None
    published = order.completed + int(rng.uniform(0.5, 8) * DAY)
    if published > now:
        return None
    mark = rng.choices(MARKS, _BY_MERCHANT.get(order.merchant, _USUAL))[0]
    review = rng.choice(_WORDS[mark]) if rng.random() < REVIEWED else ""
    return Opinion(mark, review, published)


def return_reason(order: Order) -> str:
    """Why the buyer sent it back: in most cases the goods are to blame."""
    rng = random.Random(f"return {order.code}")
    return OF_QUALITY if rng.random() < FOR_QUALITY else rng.choice(_RETURNED)


def cancel_reason(order: Order) -> str:
    """Why the buyer cancelled."""
    return random.Random(f"cancel {order.code}").choice(_CHANGED_MIND)
