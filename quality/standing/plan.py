"""What to do about a number that has crossed its line: advice by reason. Pure; facts come from `quality.standing.facts`.

The text is a draft for people, after seed 001 («План действий при блокировке»): why did it fall, which goods, what changes.
Every figure in it is counted, none is guessed; where a reason is not known, the advice is to find it out.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from orders.returns.reasons import ReturnReason
from quality.formulas import Metric
from staff.languages import later as _

NOT_ACCEPTED: Final = "not_accepted"
LATE_HOUR, LATE_HOURS, LATE_DAY = "late_hour", "late_hours", "late_day"
OUT_OF_STOCK: Final = "MERCHANT_OUT_OF_STOCK"
NOT_DELIVERED: Final = "TIMEOUT_MERCHANT_DELIVERY"

# What people call the codes that no other table names.
REASONS: Mapping[str, str] = {
    NOT_ACCEPTED: _("Не принят в срок"),
    LATE_HOUR: _("Опоздали до часа"),
    LATE_HOURS: _("Опоздали от часа до суток"),
    LATE_DAY: _("Опоздали больше чем на сутки"),
}
UNKNOWN: Final = _("Причина не указана")

_STOCK = _(
    "Снимите с продажи то, чего нет, и сверьте остатки с полкой. Пока причина не найдена, выставляйте меньше, чем лежит:"
    " запас закроет час между заказом и обновлением прайс-листа."
)
_SHIFT = _(
    "Назначьте, кто принимает заказы в каждый рабочий час точки, и включите предупреждения: на принятие даётся 3 рабочих"
    " часа, Экспресс ждёт 60 минут."
)
_DELIVER = _("Обещайте срок, который выполняете: проверьте график доставки и с утра раздайте доставки этого дня.")
_CUT_OFF = _(
    "Сдвиньте время «День в день при заказе до…» раньше: опоздания короткие, не хватает часа между последним заказом и"
    " передачей."
)
_WAVE = _("Собирайте посылки до часа передачи: до 12:00 заказанное ждут с 10 до 16, позже — с 10 до 20.")
_FORGOTTEN = _(
    "Найдите посылки, которые лежат дольше суток, и отвезите первыми. Проверьте, нет ли в пункте ваших возвратов."
)
_BATCH = _("Снимите партию с продажи, проверьте её и верните в продажу только проверенное.")
_CARD = _(
    "Исправьте карточку: описание, комплект и фото должны совпадать с тем, что приходит. Если отличается, нужна своя."
)
_PACKING = _("Усильте упаковку этого товара: посылка едет через несколько перегрузок.")
_ASK = _("Узнайте причину у покупателя или в кабинете Kaspi и укажите её в возврате: без неё нечего исправлять.")
_MARKS = _(
    "Прочитайте в кабинете отзывы к этим товарам: о товаре, упаковке или сроке они. Текст отзывов Kaspi по токену не отдаёт."
)

ADVICE: Mapping[Metric, Mapping[str, str]] = {
    Metric.CANCELLED: {OUT_OF_STOCK: _STOCK, NOT_ACCEPTED: _SHIFT, NOT_DELIVERED: _DELIVER},
    Metric.LATE_HANDOVER: {LATE_HOUR: _CUT_OFF, LATE_HOURS: _WAVE, LATE_DAY: _FORGOTTEN},
    Metric.QUALITY_RETURNS: {
        ReturnReason.DEFECT: _BATCH,
        ReturnReason.NOT_AS_DESCRIBED: _CARD,
        ReturnReason.WRONG: _CARD,
        ReturnReason.DAMAGED: _PACKING,
    },
    Metric.RATING: {},
}
# For a reason that is not known, or that no advice is for.
OTHERWISE: Mapping[Metric, str] = {
    Metric.CANCELLED: _(
        "Посмотрите в кабинете Kaspi, за что засчитаны остальные отмены, и оспорьте те, где вина не ваша."
    ),
    Metric.LATE_HANDOVER: _WAVE,
    Metric.QUALITY_RETURNS: _ASK,
    Metric.RATING: _MARKS,
}


def advice(metric: Metric, reasons: Iterable[str]) -> tuple[str, ...]:
    """What to do, for these reasons in their order; each advice once."""
    return tuple(dict.fromkeys(str(ADVICE[metric].get(reason, OTHERWISE[metric])) for reason in reasons))
