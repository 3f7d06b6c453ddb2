"""Where Kaspi draws the lines: dated profiles of thresholds as data, and the verdict on a measured number. Pure.

Public descriptions disagree (3, 5 and 10 % for cancels) because the rule was changed, so every profile carries its
dates and its source, and every bound its own strictness: "below 3 %" and "not above 10 %" are different comparisons
(capabilities §6.1–6.3). Numbers are compared as exact fractions; nothing is rounded here.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from quality.formulas import FORMULA, Metric
from quality.metrics import Measured
from staff.languages import later as _


class Status(StrEnum):
    """The verdict on a number (contract §5)."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    NOT_ENOUGH_DATA = "not_enough_data"


class Comparator(StrEnum):
    """How a value is held against a bound."""

    GT = "gt"
    GE = "ge"
    LT = "lt"
    LE = "le"


COMPARE: Mapping[Comparator, Callable[[Fraction, Fraction], bool]] = {
    Comparator.GT: operator.gt,
    Comparator.GE: operator.ge,
    Comparator.LT: operator.lt,
    Comparator.LE: operator.le,
}


@dataclass(frozen=True, slots=True)
class Bound:
    """A line and its strictness: `Bound(GE, 3 %)` is met by 3 % and by all above. Shares are of 1, marks 1–5."""

    comparator: Comparator
    value: Fraction

    def met_by(self, value: Fraction) -> bool:
        """Whether the value lies beyond the line, the line itself included where the comparator says so."""
        return COMPARE[self.comparator](value, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The thresholds of one metric. `critical` and `good` are met when the number is that; between them is a warning.

    A number is judged from `min_sample` (marks for the rating, orders of the window for the shares), or, where
    `min_violations` is set, from so many violations however few the orders (kaspi-api §10, "counted from").
    """

    metric: Metric
    critical: Bound
    good: Bound
    window_days: int
    min_sample: int
    min_violations: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The rules that held in some stretch of time, both days included, and who said so. None: open or not known."""

    code: str
    title: str
    valid_from: date | None
    valid_to: date | None
    source: str
    rules: Mapping[Metric, Rule]

    def holds_on(self, day: date) -> bool:
        """Whether the profile was in force on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def percent(value: str) -> Fraction:
    """A share out of per cent, exactly."""
    return Fraction(value) / 100


def _share(metric: Metric, critical: Bound, good: str) -> Rule:
    return Rule(
        metric=metric,
        critical=critical,
        good=Bound(Comparator.LT, percent(good)),
        window_days=FORMULA.window_days[metric],
        min_sample=10,
        min_violations=3,
    )


V2_2026 = Profile(
    code="v2-2026",
    title=_("Контроль качества Kaspi, 2026"),
    valid_from=date(2025, 5, 6),
    valid_to=None,
    source="Условия Kaspi Жұма q2184 от 06.05.2025 и 26.01.2026; кабинет продавца, 26.08.2026",
    rules={
        Metric.RATING: Rule(
            metric=Metric.RATING,
            critical=Bound(Comparator.LT, Fraction(4)),
            good=Bound(Comparator.GT, Fraction("4.6")),
            window_days=FORMULA.window_days[Metric.RATING],
            min_sample=3,
        ),
        # "Must be below 3 %", hence critical from 3.00 % on; the other two "must not be above".
        Metric.CANCELLED: _share(Metric.CANCELLED, Bound(Comparator.GE, percent("3")), "1"),
        Metric.LATE_HANDOVER: _share(Metric.LATE_HANDOVER, Bound(Comparator.GT, percent("10")), "5"),
        Metric.QUALITY_RETURNS: _share(Metric.QUALITY_RETURNS, Bound(Comparator.GT, percent("2")), "1"),
    },
)

GUIDE_5 = replace(
    V2_2026,
    code="guide-5",
    title=_("Руководство Kaspi, отмены до 5 %"),
    valid_from=None,
    valid_to=date(2025, 5, 5),
    source="guide.kaspi.kz q3022: «не должен превышать 5 %»",
    rules={
        **V2_2026.rules,
        Metric.CANCELLED: _share(Metric.CANCELLED, Bound(Comparator.GT, percent("5")), "1"),
    },
)

HISTORIC_10 = replace(
    V2_2026,
    code="historic-10",
    title=_("Старые правила, отмены до 10 %"),
    valid_from=None,
    valid_to=None,
    source="Руководство по кабинету продавца без даты: «не выше 10 %»",
    rules={
        **V2_2026.rules,
        Metric.CANCELLED: _share(Metric.CANCELLED, Bound(Comparator.GT, percent("10")), "1"),
    },
)

# The newest first. The dates of the oldest are not known, so it is there to be compared with, not chosen by a date.
PROFILES: tuple[Profile, ...] = (V2_2026, GUIDE_5, HISTORIC_10)
DEFAULT = V2_2026
BY_CODE: Mapping[str, Profile] = {profile.code: profile for profile in PROFILES}


def profile_on(day: date) -> Profile:
    """The newest profile that was in force on the local day."""
    return next(profile for profile in PROFILES if profile.holds_on(day))


def enough_data(measured: Measured, rule: Rule) -> bool:
    """Whether Kaspi would judge the number at all. One without a denominator is never judged."""
    violations = rule.min_violations is not None and measured.numerator >= rule.min_violations
    return measured.value is not None and (measured.sample >= rule.min_sample or violations)


def judge(measured: Measured, rule: Rule) -> Status:
    """The verdict. WARNING is everything between good and critical; the provisional value stays in `measured`."""
    value = measured.value
    if value is None or not enough_data(measured, rule):
        return Status.NOT_ENOUGH_DATA
    if rule.critical.met_by(value):
        return Status.CRITICAL
    return Status.OK if rule.good.met_by(value) else Status.WARNING
