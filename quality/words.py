"""Words of the quality page."""

from collections.abc import Mapping

from quality.formulas import Metric
from quality.metrics import Exclusion
from quality.thresholds import Status
from staff.languages import later as _
from staff.languages import noun
from staff.page_parts import Chip

STATUS_CHIPS: Mapping[Status, Chip] = {
    Status.OK: Chip(_("Отлично"), "ok"),
    Status.WARNING: Chip(_("В норме"), "accent"),
    Status.CRITICAL: Chip(_("Критично"), "danger"),
    Status.NOT_ENOUGH_DATA: Chip(_("Мало данных")),
}
# The one and the many of a noun; the form for few stands in the Russian catalogue.
Nouns = tuple[str, str]
# What stands above the line of a share and below it.
NOUNS: Mapping[Metric, tuple[Nouns, Nouns]] = {
    Metric.RATING: (noun("балл", "баллов"), noun("оценка", "оценок")),
    Metric.CANCELLED: (noun("отмена", "отмен"), noun("заказ", "заказов")),
    Metric.LATE_HANDOVER: (noun("задержка", "задержек"), noun("передача", "передач")),
    Metric.QUALITY_RETURNS: (noun("возврат", "возвратов"), noun("выданный", "выданных")),
}
HEADS: Mapping[Metric, str] = {
    Metric.RATING: _("Баллы"),
    Metric.CANCELLED: _("Отмены"),
    Metric.LATE_HANDOVER: _("Задержки"),
    Metric.QUALITY_RETURNS: _("Возвраты"),
}
LEFT: Mapping[Metric, str] = {
    Metric.CANCELLED: _("Бюджет отмен"),
    Metric.LATE_HANDOVER: _("Бюджет задержек"),
    Metric.QUALITY_RETURNS: _("Бюджет возвратов"),
}
EXCLUDED: Mapping[Exclusion, str] = {
    Exclusion.MARK_OF_RETURNED_ORDER: _("заказ возвращён"),
    Exclusion.NOT_THE_SELLERS_FAULT: _("вина не магазина"),
    Exclusion.FAULT_UNKNOWN: _("чья вина, неизвестно"),
    Exclusion.RETURN_NOT_FOR_QUALITY: _("не по качеству"),
    Exclusion.RETURN_REASON_UNKNOWN: _("причина возврата неизвестна"),
    Exclusion.RULED_OUT: _("исключён вручную"),
}
