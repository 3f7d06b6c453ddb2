"""Words of the breakdown and of the pages of disputes."""

from collections.abc import Mapping

from orders.cancelling import Fault
from quality.attribution.reading import Dimension
from quality.attribution.rules import Why
from quality.formulas import Metric
from quality.models import DisputeState
from quality.words import Nouns
from staff.languages import later as _
from staff.languages import noun

# One unit of the budget of each number; of the rating its low marks.
UNITS: Mapping[Metric, Nouns] = {
    Metric.RATING: (noun("низкая оценка", "низких оценок")),
    Metric.CANCELLED: (noun("отмена", "отмен")),
    Metric.LATE_HANDOVER: (noun("задержка", "задержек")),
    Metric.QUALITY_RETURNS: (noun("возврат", "возвратов")),
}
COUNTED: Mapping[Metric, str] = {
    Metric.RATING: _("Низкие оценки"),
    Metric.CANCELLED: _("Отмены"),
    Metric.LATE_HANDOVER: _("Задержки"),
    Metric.QUALITY_RETURNS: _("Возвраты"),
}
SHARES: Mapping[Metric, str] = {
    Metric.RATING: _("Рейтинг"),
    Metric.CANCELLED: _("Отмены"),
    Metric.LATE_HANDOVER: _("Задержки"),
    Metric.QUALITY_RETURNS: _("Возвраты"),
}
DIMENSIONS: Mapping[Dimension, str] = {
    Dimension.SKU: _("По товарам"),
    Dimension.CATEGORY: _("По категориям"),
    Dimension.HOUR: _("По часам"),
    Dimension.REASON: _("По причинам"),
}
HEADS: Mapping[Dimension, str] = {
    Dimension.SKU: _("Товар"),
    Dimension.CATEGORY: _("Категория"),
    Dimension.HOUR: _("Час, Алматы"),
    Dimension.REASON: _("Причина"),
}
# Nobody in person: who, and why.
ANSWERERS: Mapping[Why, tuple[str, str]] = {
    Why.NOBODY_ON_SHIFT: (_("Никого на смене"), _("отвечает точка")),
    Why.CLOSED: (_("Вне рабочих часов"), _("отвечает точка, не человек")),
    Why.NO_POINT: (_("Заказ без точки"), _("отвечает магазин")),
    Why.STOCK: (_("Запас точки"), _("нет в наличии: отвечает товар, не тот, кто отменил")),
    Why.NO_COURIER: (_("Курьер не назначен"), _("отвечает точка")),
    Why.GOODS: (_("Товар"), _("качество товара, не сотрудник")),
    Why.MARK: (_("Никто"), _("оценка не лежит на сотруднике")),
    Why.OTHERWISE: (_("Точка"), _("учтено по решению человека")),
}
FAIR: Mapping[Metric, str] = {
    Metric.RATING: _("Оценка не лежит ни на ком: смотрите товары и точки."),
    Metric.CANCELLED: _(
        "За непринятый заказ отвечает смена, которая держала точку в минуту срока; несколько человек поровну."
        " За «нет в наличии» отвечает запас точки, за «не доставлен вовремя» курьер."
    ),
    Metric.LATE_HANDOVER: _(
        "За задержку отвечает смена, которая держала точку в назначенное время передачи, а не тот, кто упаковал."
    ),
    Metric.QUALITY_RETURNS: _("За возврат по качеству отвечают товар и категория, не сотрудник."),
}
FAULTS: Mapping[Fault, str] = {
    Fault.SELLER: _("вина магазина"),
    Fault.BUYER: _("вина покупателя"),
    Fault.KASPI: _("вина Kaspi"),
    Fault.UNKNOWN: _("чья вина, неизвестно"),
}
STATE_LEVELS: Mapping[DisputeState, str] = {
    DisputeState.OPEN: "accent",
    DisputeState.WON: "ok",
    DisputeState.LOST: "danger",
    DisputeState.DROPPED: "",
}
