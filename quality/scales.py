"""The scale under a number: where the lines are drawn, and where the number stands."""

from fractions import Fraction

from quality.formulas import Metric
from quality.metrics import Measured
from quality.thresholds import Rule
from staff.drawing import Scale, metric_scale
from staff.formats import Number, grouped, share
from staff.languages import later as _

NAMES = {
    Metric.RATING: _("Рейтинг"),
    Metric.CANCELLED: _("Доля отмен"),
    Metric.LATE_HANDOVER: _("Задержки передачи"),
    Metric.QUALITY_RETURNS: _("Возвраты по качеству"),
}
LOWEST_MARK, HIGHEST_MARK = 3, 5


def value_text(metric: Metric, value: Fraction) -> str:
    """«4,71», «2,18 %»."""
    return grouped(value, digits=2) if metric is Metric.RATING else share(value)


def scale_of(measured: Measured, rule: Rule) -> Scale:
    """From three stars to five; a share from nothing to a third beyond the critical line."""
    metric = measured.metric
    good, critical = rule.good.value, rule.critical.value
    label = NAMES[metric] + (f" {value_text(metric, measured.value)}" if measured.value is not None else "")
    if metric is Metric.RATING:
        bounds: list[tuple[Number, str]] = [(critical, _short(critical)), (good, _short(good))]
        kinds = ("bad", "fair", "good")
        # A line of one's own may lie lower than anybody's.
        low = min(Fraction(LOWEST_MARK), critical - 1)
        return metric_scale(measured.value, low=low, high=HIGHEST_MARK, bounds=bounds, kinds=kinds, label=label)
    bounds = [(good, _short(good * 100)), (critical, _short(critical * 100))]
    return metric_scale(
        measured.value, low=0, high=critical * Fraction(4, 3), bounds=bounds, kinds=("good", "fair", "bad"), label=label
    )


def _short(number: Fraction) -> str:
    return grouped(number, digits=next((n for n in range(4) if (number * 10**n).denominator == 1), 4))
