"""Words of the order pages, as in Kaspi's cabinet (design, section «Copy»)."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.models import ActionKind
from orders.cancelling import Handing
from orders.deadlines import DeadlineKind
from orders.lifecycle import Shelf, Stage
from staff.page_parts import Chip

CREDIT = "PAY_WITH_CREDIT"
UNANSWERED = "Ответ Kaspi не получен, проверяем"

WAYS: Mapping[Handing, tuple[str, str]] = {
    Handing.PICKUP: ("Самовывоз", "shopping-bag"),
    Handing.OWN_DELIVERY: ("Доставка", "bike"),
    Handing.KASPI_DELIVERY: ("Kaspi Доставка", "package"),
}

PENDING: Mapping[ActionKind, str] = {
    ActionKind.ACCEPT: "принимаем…",
    ActionKind.CANCEL: "отменяем…",
    ActionKind.ASSEMBLE: "собираем…",
    ActionKind.SEND_CODE: "шлём код…",
    ActionKind.COMPLETE: "проверяем код…",
    ActionKind.ARRIVED: "отмечаем прибытие…",
    ActionKind.RETURNED: "отмечаем возвращение…",
}
PENDING_CARD: Mapping[ActionKind, str] = {
    ActionKind.ACCEPT: "Принимаем заказ, ждём подтверждения Kaspi",
    ActionKind.CANCEL: "Отменяем заказ, ждём подтверждения Kaspi",
    ActionKind.ASSEMBLE: "Собираем заказ, ждём накладную от Kaspi",
    ActionKind.SEND_CODE: "Просим Kaspi отправить код покупателю",
    ActionKind.COMPLETE: "Проверяем код в Kaspi",
    ActionKind.ARRIVED: "Отмечаем прибытие товара в Kaspi",
    ActionKind.RETURNED: "Отмечаем возвращение товара в Kaspi",
}

# What a row says of an order that has left its shelf.
GONE: Mapping[Stage, str] = {
    Stage.SIGNING: "принят",
    Stage.PICKUP: "принят",
    Stage.DELIVERY: "принят",
    Stage.KD_PREORDER: "принят",
    Stage.KD_PACKING: "принят",
    Stage.KD_HANDOVER: "собран",
    Stage.KD_TRANSIT: "передан",
    Stage.COMPLETED: "выдан",
    Stage.CANCELLED: "отменён",
    Stage.EXPIRED: "не принят в срок",
    Stage.RETURNED: "возвращён",
    Stage.NEW: "снова новый",
}

# kaspi-api §2.7
CANCEL_REASONS: Mapping[str, str] = {
    "BUYER_CANCELLATION_HIMSELF": "Покупатель отменил сам",
    "BUYER_CANCELLATION_BY_COURIER": "Покупатель отказался при доставке",
    "BUYER_CANCELLATION_BY_CSC": "Покупатель отказался, сообщил Kaspi",
    "BUYER_CANCELLATION_BY_MERCHANT": "Покупатель отказался",
    "BUYER_NOT_REACHABLE": "Не дозвонились до покупателя",
    "MERCHANT_OUT_OF_STOCK": "Нет в наличии",
    "TIMEOUT_BUYER_PICKUP": "Покупатель не забрал в срок",
    "TIMEOUT_BUYER_SIGNATURE": "Покупатель не подписал в срок",
    "TIMEOUT_KASPI_DELIVERY": "Kaspi не доставил в срок",
    "TIMEOUT_MERCHANT_DELIVERY": "Магазин не доставил в срок",
    "RFO_REJECTED": "Банк не одобрил кредит",
    "TECHNICAL_PROBLEM_CANCELLATION": "Техническая причина",
}

# Why a shelf is empty: news, not an error.
EMPTY: Mapping[Shelf, tuple[str, str]] = {
    Shelf.NEW: ("Все новые заказы приняты", "Следующий появится здесь сам, страницу обновлять не нужно."),
    Shelf.SIGNING: ("Подписывать нечего", "Сюда попадают заказы в кредит, пока покупатель не подписал договор."),
    Shelf.PICKUP: ("Никто не ждёт выдачи", "Принятые заказы на самовывоз появятся здесь сами."),
    Shelf.DELIVERY: ("Доставлять нечего", "Принятые заказы с доставкой магазина появятся здесь сами."),
    Shelf.KASPI_DELIVERY: ("На этом этапе пусто", "Принятые заказы с Kaspi Доставкой появятся здесь сами."),
    Shelf.ARCHIVE: ("Архив пуст", "Выданные и отменённые заказы останутся здесь."),
    Shelf.UNKNOWN: ("Все состояния понятны", "Сюда попал бы заказ, о состоянии которого Kaspi сказал неизвестное."),
}


@dataclass(frozen=True, slots=True)
class ButtonWords:
    """How a thing that may be done is offered on the card."""

    label: str
    icon: str = ""
    key: str = ""
    primary: bool = True
    danger: bool = False
    dialog: bool = False


ACTION_BUTTONS: Mapping[ActionKind, ButtonWords] = {
    ActionKind.ACCEPT: ButtonWords("Принять заказ", "check", "A"),
    ActionKind.CANCEL: ButtonWords("Отменить…", primary=False, danger=True, dialog=True),
    ActionKind.ASSEMBLE: ButtonWords("Собрать…", "package", dialog=True),
    ActionKind.COMPLETE: ButtonWords("Выдать заказ", "badge-check", "V", dialog=True),
    ActionKind.ARRIVED: ButtonWords("Товар прибыл", "check"),
    ActionKind.RETURNED: ButtonWords("Товар вернулся", "check"),
}

STAGE_CHIPS: Mapping[Stage, Chip] = {
    Stage.NEW: Chip("Новый", "accent"),
    Stage.SIGNING: Chip("На подписании", "plum"),
    Stage.PICKUP: Chip("Ждёт покупателя", "ok", "check"),
    Stage.DELIVERY: Chip("Принят", "ok", "check"),
    Stage.KD_PREORDER: Chip("Предзаказ", "accent"),
    Stage.KD_PACKING: Chip("Упаковка", "warn"),
    Stage.KD_HANDOVER: Chip("Передача", "warn"),
    Stage.KD_TRANSIT: Chip("Передан на доставку", "ok"),
    Stage.KD_RETURNING: Chip("Отменён при доставке", "warn"),
    Stage.RETURN_REQUESTED: Chip("Возвращается", "warn"),
    Stage.RETURN_ACCEPTED: Chip("Возврат получен"),
    Stage.COMPLETED: Chip("Выдан", "ok", "check"),
    Stage.CANCELLED: Chip("Отменён"),
    Stage.RETURNED: Chip("Возвращён"),
    Stage.EXPIRED: Chip("Не принят в срок", "danger", "circle-alert"),
    Stage.UNKNOWN: Chip("Неизвестное состояние", "warn", "circle-help"),
}

# Kind of a deadline → name of the clock, beginning of the title («Примите до 11:56»), what follows.
DUE_WORDS: Mapping[DeadlineKind, tuple[str, str, str]] = {
    DeadlineKind.ACCEPT: ("Срок принятия", "Примите", "Иначе Kaspi отменит заказ сам, и он войдёт в долю отмен."),
    DeadlineKind.ACCEPT_EXPRESS: ("Срок принятия", "Экспресс: примите", "На экспресс-заказ даётся 60 минут по часам."),
    DeadlineKind.ARRIVE: ("Срок предзаказа", "Отметьте прибытие", "Иначе Kaspi отменит заказ как «нет в наличии»."),
    DeadlineKind.HAND_OVER: ("Срок передачи", "Передайте Kaspi", "Опоздание войдёт в долю задержек передачи."),
    DeadlineKind.DELIVER: ("Срок доставки", "Доставьте", "Иначе Kaspi отменит заказ по вине магазина."),
    DeadlineKind.PICKUP: (
        "Срок хранения",
        "Храните",
        "Если покупатель не придёт, Kaspi отменит заказ без вины магазина.",
    ),
    DeadlineKind.SIGN: ("Срок подписания", "Ждём подписи", "Договор подписывает покупатель."),
    DeadlineKind.RETURN_HOME: ("Срок возврата", "Заберите товар", "Через 30 дней Kaspi утилизирует его."),
}

SHELF_ICONS: Mapping[Shelf, str] = {
    Shelf.NEW: "inbox",
    Shelf.SIGNING: "signature",
    Shelf.PICKUP: "shopping-bag",
    Shelf.DELIVERY: "bike",
    Shelf.KASPI_DELIVERY: "package",
    Shelf.ARCHIVE: "archive",
    Shelf.UNKNOWN: "circle-help",
}
