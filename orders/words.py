"""Words of the order pages, as in Kaspi's cabinet (design, section «Copy»)."""

from collections.abc import Mapping

from integrations.models import ActionKind
from orders.cancelling import Handing
from orders.lifecycle import Shelf, Stage

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
    ActionKind.SEND_CODE: "отправляем код…",
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
