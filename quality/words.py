"""Words of the quality page."""

from collections.abc import Mapping

from quality.metrics import Exclusion, Metric
from quality.thresholds import Status
from staff.page_parts import Chip

STATUS_CHIPS: Mapping[Status, Chip] = {
    Status.OK: Chip("Отлично", "ok"),
    Status.WARNING: Chip("В норме", "accent"),
    Status.CRITICAL: Chip("Критично", "danger"),
    Status.NOT_ENOUGH_DATA: Chip("Мало данных"),
}
# What stands above the line of a share and below it.
NOUNS: Mapping[Metric, tuple[str, str]] = {
    Metric.RATING: ("балл,балла,баллов", "оценка,оценки,оценок"),
    Metric.CANCELLED: ("отмена,отмены,отмен", "заказ,заказа,заказов"),
    Metric.LATE_HANDOVER: ("задержка,задержки,задержек", "передача,передачи,передач"),
    Metric.QUALITY_RETURNS: ("возврат,возврата,возвратов", "выданный,выданных,выданных"),
}
HEADS: Mapping[Metric, str] = {
    Metric.RATING: "Баллы",
    Metric.CANCELLED: "Отмены",
    Metric.LATE_HANDOVER: "Задержки",
    Metric.QUALITY_RETURNS: "Возвраты",
}
LEFT: Mapping[Metric, str] = {
    Metric.CANCELLED: "Бюджет отмен",
    Metric.LATE_HANDOVER: "Бюджет задержек",
    Metric.QUALITY_RETURNS: "Бюджет возвратов",
}
EXCLUDED: Mapping[Exclusion, str] = {
    Exclusion.MARK_OF_RETURNED_ORDER: "заказ возвращён",
    Exclusion.NOT_THE_SELLERS_FAULT: "вина не магазина",
    Exclusion.FAULT_UNKNOWN: "чья вина, неизвестно",
    Exclusion.RETURN_NOT_FOR_QUALITY: "не по качеству",
    Exclusion.RETURN_REASON_UNKNOWN: "причина возврата неизвестна",
}
