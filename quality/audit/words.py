"""Words of the audit: readings of the formulas, doubts, what changed of days that are over."""

from collections.abc import Mapping

from quality.audit.changes import Turn
from quality.audit.reconcile import Doubt
from quality.formulas import BY_ARRIVAL, FORMULA, IN_ITEMS, OF_ARRIVED, Metric
from staff.languages import later as _
from staff.languages import noun

# Each reading of the formulas in a sentence.
FORMULA_WORDS: Mapping[str, str] = {
    FORMULA.version: _(
        "Событие считается в свой день: отмена в день отмены, передача в день передачи, возврат в день возврата, оценка"
        " в день оценки. Делим отмены на пришедшие заказы, задержки на передачи, возвраты на выданные."
    ),
    BY_ARRIVAL.version: _(
        "Всё, что случилось с заказом, считается в день, когда он пришёл; делим на пришедшие заказы. Оценки – в день оценки."
    ),
    OF_ARRIVED.version: _(
        "Событие считается в свой день, но делим всегда на пришедшие заказы. Оценки – в день оценки."
    ),
    IN_ITEMS.version: _("Событие считается в свой день; возвраты и выданное считаем в товарах, остальное в заказах."),
}
# What stands above the line and below it, as it is called in a list.
SIDES: Mapping[str, str] = {
    "numerator": _("Над чертой"),
    "denominator": _("Под чертой"),
    "excluded": _("Не вошли"),
}
DOUBTS: Mapping[Doubt, str] = {
    Doubt.RELABELLED: _("Kaspi менял, что о нём говорил"),
    Doubt.RULED: _("решён вручную"),
    Doubt.FAULT_UNKNOWN: _("чья вина, неизвестно"),
    Doubt.RETURN_REASON_UNKNOWN: _("причина возврата неизвестна"),
    Doubt.MARK_OF_RETURNED: _("оценка возвращённого заказа"),
    Doubt.PROVISIONAL: _("Kaspi ещё не подтвердил"),
    Doubt.MINUTES: _("разница в минуты"),
    Doubt.KNOWN_LATE: _("узнали позже"),
    Doubt.EDGE: _("край окна"),
    Doubt.NOT_OURS: _("вина не магазина"),
    Doubt.COUNTED: _("Kaspi мог не посчитать"),
}
# What is said when a fact of a day that is over becomes another one.
CHANGES: Mapping[tuple[str, Turn], str] = {
    ("approved_at", Turn.OTHER): _("Сменился день заказа: был %(was)s, стал %(became)s"),
    ("cancelled_at", Turn.LEARNED): _("Узнали об отмене от %(became)s"),
    ("cancelled_at", Turn.TAKEN_BACK): _("Отмены от %(was)s больше нет"),
    ("cancelled_at", Turn.OTHER): _("Отмена теперь от %(became)s, была от %(was)s"),
    ("handed_at", Turn.LEARNED): _("Узнали о передаче от %(became)s"),
    ("handed_at", Turn.TAKEN_BACK): _("Передачи от %(was)s больше нет"),
    ("handed_at", Turn.OTHER): _("Передача теперь от %(became)s, была от %(was)s"),
    ("completed_at", Turn.LEARNED): _("Узнали о выдаче от %(became)s"),
    ("completed_at", Turn.TAKEN_BACK): _("Выдачи от %(was)s больше нет"),
    ("completed_at", Turn.OTHER): _("Выдача теперь от %(became)s, была от %(was)s"),
    ("returned_at", Turn.LEARNED): _("Узнали о возврате от %(became)s"),
    ("returned_at", Turn.TAKEN_BACK): _("Возврата от %(was)s больше нет"),
    ("returned_at", Turn.OTHER): _("Возврат теперь от %(became)s, был от %(was)s"),
    ("mark", Turn.LEARNED): _("Узнали об оценке %(became)s"),
    ("mark", Turn.TAKEN_BACK): _("Оценку %(was)s сняли"),
    ("mark", Turn.OTHER): _("Оценка стала %(became)s, была %(was)s"),
    ("cancellation_reason", Turn.OTHER): _("Kaspi сменил причину: была «%(was)s», стала «%(became)s»"),
    ("fault", Turn.OTHER): _("Сменилась вина: была %(was)s, стала %(became)s"),
    ("courier_planned_at", Turn.OTHER): _("Срок передачи теперь %(became)s, был %(was)s"),
    ("return_for_quality", Turn.OTHER): _("Возврат по качеству: было «%(was)s», стало «%(became)s»"),
}
FAULTS: Mapping[str, str] = {
    "seller": _("магазина"),
    "buyer": _("покупателя"),
    "kaspi": _("Kaspi"),
    "unknown": _("неизвестно чья"),
    "": _("не названа"),
}
NO_REASON = _("не названа")
YES_NO: Mapping[bool, str] = {True: _("да"), False: _("нет")}
EFFECTS: Mapping[Metric, tuple[str, str]] = {
    Metric.RATING: (_("баллы"), _("оценки")),
    Metric.CANCELLED: (_("отмены"), _("заказы")),
    Metric.LATE_HANDOVER: (_("задержки"), _("передачи")),
    Metric.QUALITY_RETURNS: (_("возвраты"), _("выданные")),
}
ORDERS = noun("заказ", "заказов")
POINTS = noun("балл", "баллов")
CANDIDATES = noun("кандидат", "кандидатов")
