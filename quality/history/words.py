"""Words of the warnings."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.translation import gettext

from quality.formulas import Metric
from quality.history.warnings import AlertKind
from quality.scales import value_text
from quality.words import NOUNS
from staff.formats import calendar_day, plural
from staff.languages import noun

Facts = Mapping[str, Any]
Words = Callable[[Facts], str]


class Said(NamedTuple):
    """How a kind of warning is told; the words are made from its facts: what it is about, the metric, its numbers."""

    title: Words
    text: Words
    icon: str
    level: str


def _tomorrow(facts: Facts) -> str:
    if not facts.get("denominator"):
        return ""
    value = Fraction(facts["numerator"], facts["denominator"])
    return gettext("завтра в кабинете будет %(value)s") % {"value": value_text(facts["metric"], value)}


def _room(facts: Facts) -> str:
    left, metric = int(facts.get("left") or 0), facts["metric"]
    nouns = noun("оценка «1»", "оценок «1»") if metric is Metric.RATING else NOUNS[metric][0]
    if not left:
        return gettext("запаса нет, следующая перейдёт границу")
    return gettext("в запасе %(left)s") % {"left": plural(left, *nouns)}


def _disagreed(facts: Facts) -> str:
    return gettext("%(buckets)s не сошлись с заказами и посчитаны заново") % {
        "buckets": plural(int(facts.get("buckets", 0)), "дневной итог", "дневных итогов")
    }


_ROOM = Said(_room, lambda facts: gettext("до границы по нынешним заказам"), "triangle-alert", "warn")
ALERTS: Mapping[AlertKind, Said] = {
    AlertKind.CROSSED: Said(lambda facts: gettext("граница перейдена"), _tomorrow, "ban", "danger"),
    AlertKind.BACK: Said(lambda facts: gettext("снова под границей"), _tomorrow, "circle-check", "accent"),
    AlertKind.ROOM_2: _ROOM,
    AlertKind.ROOM_1: _ROOM,
    AlertKind.ROOM_0: _ROOM,
    AlertKind.LIKELY: Said(
        lambda facts: gettext("может перейти границу %(day)s") % {"day": calendar_day(facts["about"])},
        lambda facts: gettext("по прогнозу на две недели"),
        "trending-up",
        "warn",
    ),
    AlertKind.DISAGREEMENT: Said(
        lambda facts: gettext("ночная сверка исправила число"), _disagreed, "circle-alert", "danger"
    ),
}
