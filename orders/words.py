"""Words of the order pages, as in Kaspi's cabinet (design, section «Copy»)."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.models import ActionKind
from orders.cancelling import Handing
from orders.deadlines import DeadlineKind
from orders.lifecycle import Shelf, Stage
from staff.languages import later as _
from staff.page_parts import Chip

CREDIT = "PAY_WITH_CREDIT"
UNANSWERED = _("Ответ Kaspi не получен, проверяем")

WAYS: Mapping[Handing, tuple[str, str]] = {
    Handing.PICKUP: (_("Самовывоз"), "shopping-bag"),
    Handing.OWN_DELIVERY: (_("Доставка"), "bike"),
    Handing.KASPI_DELIVERY: (_("Kaspi Доставка"), "package"),
}

PENDING: Mapping[ActionKind, str] = {
    ActionKind.ACCEPT: _("принимаем…"),
    ActionKind.CANCEL: _("отменяем…"),
    ActionKind.ASSEMBLE: _("собираем…"),
    ActionKind.SEND_CODE: _("шлём код…"),
    ActionKind.COMPLETE: _("проверяем код…"),
    ActionKind.ARRIVED: _("отмечаем прибытие…"),
    ActionKind.RETURNED: _("отмечаем возвращение…"),
    ActionKind.CANCEL_ENTRY: _("убираем позицию…"),
    ActionKind.WEIGH: _("уменьшаем вес…"),
    ActionKind.IMEI: _("указываем IMEI…"),
}
PENDING_CARD: Mapping[ActionKind, str] = {
    ActionKind.ACCEPT: _("Принимаем заказ, ждём подтверждения Kaspi"),
    ActionKind.CANCEL: _("Отменяем заказ, ждём подтверждения Kaspi"),
    ActionKind.ASSEMBLE: _("Собираем заказ, ждём накладную от Kaspi"),
    ActionKind.SEND_CODE: _("Просим Kaspi отправить код покупателю"),
    ActionKind.COMPLETE: _("Проверяем код в Kaspi"),
    ActionKind.ARRIVED: _("Отмечаем прибытие товара в Kaspi"),
    ActionKind.RETURNED: _("Отмечаем возвращение товара в Kaspi"),
    ActionKind.CANCEL_ENTRY: _("Убираем позицию, ждём подтверждения Kaspi"),
    ActionKind.WEIGH: _("Уменьшаем вес, ждём подтверждения Kaspi"),
    ActionKind.IMEI: _("Указываем IMEI, ждём подтверждения Kaspi"),
}

# What a row says of an order that has left its shelf.
GONE: Mapping[Stage, str] = {
    Stage.SIGNING: _("принят"),
    Stage.PICKUP: _("принят"),
    Stage.DELIVERY: _("принят"),
    Stage.KD_PREORDER: _("принят"),
    Stage.KD_PACKING: _("принят"),
    Stage.KD_HANDOVER: _("собран"),
    Stage.KD_TRANSIT: _("передан"),
    Stage.COMPLETED: _("выдан"),
    Stage.CANCELLED: _("отменён"),
    Stage.EXPIRED: _("не принят в срок"),
    Stage.RETURNED: _("возвращён"),
    Stage.NEW: _("снова новый"),
}

# kaspi-api §2.7
CANCEL_REASONS: Mapping[str, str] = {
    "BUYER_CANCELLATION_HIMSELF": _("Покупатель отменил сам"),
    "BUYER_CANCELLATION_BY_COURIER": _("Покупатель отказался при доставке"),
    "BUYER_CANCELLATION_BY_CSC": _("Покупатель отказался, сообщил Kaspi"),
    "BUYER_CANCELLATION_BY_MERCHANT": _("Покупатель отказался"),
    "BUYER_NOT_REACHABLE": _("Не дозвонились до покупателя"),
    "MERCHANT_OUT_OF_STOCK": _("Нет в наличии"),
    "TIMEOUT_BUYER_PICKUP": _("Покупатель не забрал в срок"),
    "TIMEOUT_BUYER_SIGNATURE": _("Покупатель не подписал в срок"),
    "TIMEOUT_KASPI_DELIVERY": _("Kaspi не доставил в срок"),
    "TIMEOUT_MERCHANT_DELIVERY": _("Магазин не доставил в срок"),
    "RFO_REJECTED": _("Банк не одобрил кредит"),
    "TECHNICAL_PROBLEM_CANCELLATION": _("Техническая причина"),
}

# Why a shelf is empty: news, not an error.
EMPTY: Mapping[Shelf, tuple[str, str]] = {
    Shelf.NEW: (_("Все новые заказы приняты"), _("Следующий появится здесь сам, страницу обновлять не нужно.")),
    Shelf.SIGNING: (_("Подписывать нечего"), _("Сюда попадают заказы в кредит, пока покупатель не подписал договор.")),
    Shelf.PICKUP: (_("Никто не ждёт выдачи"), _("Принятые заказы на самовывоз появятся здесь сами.")),
    Shelf.DELIVERY: (_("Доставлять нечего"), _("Принятые заказы с доставкой магазина появятся здесь сами.")),
    Shelf.KASPI_DELIVERY: (_("На этом этапе пусто"), _("Принятые заказы с Kaspi Доставкой появятся здесь сами.")),
    Shelf.ARCHIVE: (_("Архив пуст"), _("Выданные и отменённые заказы останутся здесь.")),
    Shelf.UNKNOWN: (
        _("Все состояния понятны"),
        _("Сюда попал бы заказ, о состоянии которого Kaspi сказал неизвестное."),
    ),
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
    ActionKind.ACCEPT: ButtonWords(_("Принять заказ"), "check", "A"),
    ActionKind.CANCEL: ButtonWords(_("Отменить…"), key="C", primary=False, danger=True, dialog=True),
    ActionKind.ASSEMBLE: ButtonWords(_("Собрать…"), "package", "P", dialog=True),
    ActionKind.COMPLETE: ButtonWords(_("Выдать заказ"), "badge-check", "H", dialog=True),
    ActionKind.ARRIVED: ButtonWords(_("Товар прибыл"), "check"),
    ActionKind.RETURNED: ButtonWords(_("Товар вернулся"), "check"),
}

STAGE_CHIPS: Mapping[Stage, Chip] = {
    Stage.NEW: Chip(_("Новый"), "accent"),
    Stage.SIGNING: Chip(_("На подписании"), "plum"),
    Stage.PICKUP: Chip(_("Ждёт покупателя"), "ok", "check"),
    Stage.DELIVERY: Chip(_("Принят"), "ok", "check"),
    Stage.KD_PREORDER: Chip(_("Предзаказ"), "accent"),
    Stage.KD_PACKING: Chip(_("Упаковка"), "warn"),
    Stage.KD_HANDOVER: Chip(_("Передача"), "warn"),
    Stage.KD_TRANSIT: Chip(_("Передан на доставку"), "ok"),
    Stage.KD_RETURNING: Chip(_("Отменён при доставке"), "warn"),
    Stage.RETURN_REQUESTED: Chip(_("Возвращается"), "warn"),
    Stage.RETURN_ACCEPTED: Chip(_("Возврат получен")),
    Stage.COMPLETED: Chip(_("Выдан"), "ok", "check"),
    Stage.CANCELLED: Chip(_("Отменён")),
    Stage.RETURNED: Chip(_("Возвращён")),
    Stage.EXPIRED: Chip(_("Не принят в срок"), "danger", "circle-alert"),
    Stage.UNKNOWN: Chip(_("Неизвестное состояние"), "warn", "circle-help"),
}

# Kind of a deadline → name of the clock, beginning of the title («Примите до 11:56»), what follows.
DUE_WORDS: Mapping[DeadlineKind, tuple[str, str, str]] = {
    DeadlineKind.ACCEPT: (
        _("Срок принятия"),
        _("Примите"),
        _("Иначе Kaspi отменит заказ сам, и он войдёт в долю отмен."),
    ),
    DeadlineKind.ACCEPT_EXPRESS: (
        _("Срок принятия"),
        _("Экспресс: примите"),
        _("На экспресс-заказ даётся 60 минут по часам."),
    ),
    DeadlineKind.ARRIVE: (
        _("Срок предзаказа"),
        _("Отметьте прибытие"),
        _("Иначе Kaspi отменит заказ как «нет в наличии»."),
    ),
    DeadlineKind.HAND_OVER: (_("Срок передачи"), _("Передайте Kaspi"), _("Опоздание войдёт в долю задержек передачи.")),
    DeadlineKind.DELIVER: (_("Срок доставки"), _("Доставьте"), _("Иначе Kaspi отменит заказ по вине магазина.")),
    DeadlineKind.PICKUP: (
        _("Срок хранения"),
        _("Храните"),
        _("Если покупатель не придёт, Kaspi отменит заказ без вины магазина."),
    ),
    DeadlineKind.SIGN: (_("Срок подписания"), _("Ждём подписи"), _("Договор подписывает покупатель.")),
    DeadlineKind.RETURN_HOME: (_("Срок возврата"), _("Заберите товар"), _("Через 30 дней Kaspi утилизирует его.")),
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
