"""Where Kaspi draws the lines: dated profiles of thresholds as data, and the verdict on a measured number. Pure.

Public descriptions disagree (3, 5 and 10 % for cancels) because the rule was changed, so every profile carries its
dates and its source, and every bound its own strictness: "below 3 %" and "not above 10 %" are different comparisons
(capabilities §6.1–6.3). Numbers are compared as exact fractions; nothing is rounded here. Profiles that a company wrote
itself, and which profile holds for which shop, are `quality.profiles`.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from quality.formulas import FORMULA, Metric
from quality.metrics import Measured, Window, official_window, preview_window
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


class WindowEnd(StrEnum):
    """Where the window of a number ends.

    YESTERDAY: whole Almaty days ending yesterday, as the cabinet does (capabilities §0.2). TODAY: as many whole days,
    the last of which is today so far. NOW: rolling, exactly N × 24 hours up to this moment; marks, of which only the day
    is known, as with TODAY.
    """

    YESTERDAY = "yesterday"
    TODAY = "today"
    NOW = "now"


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
    window_end: WindowEnd = WindowEnd.YESTERDAY


class SourceKind(StrEnum):
    """Where the words of a profile come from: Kaspi's guide, its cabinet as somebody captured it, its terms, a text of
    others that our library began with, a person.
    """

    GUIDE = "guide"
    LIVE = "live"
    CONTRACT = "contract"
    SEED = "seed"
    MANUAL = "manual"


class Confidence(StrEnum):
    """How far the source is to be believed."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class StepKind(StrEnum):
    """What Kaspi does to a shop that breaks a rule."""

    WARNING = "warning"
    GOODS_OFF = "goods_off"
    SHOP_OFF = "shop_off"
    CONTRACT_END = "contract_end"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder. `days`: how long it lasts; None where it ends the matter or nobody told how long."""

    kind: StepKind
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The rules that held in some stretch of time, both days included, and who said so. None: open or not known.

    `formula` is a version of `quality.formulas.FORMULAS`. `quoted` are the words of the source, `note` how we read them,
    `entered_by` is empty where it is not a person's. `ladder`: what the first, second … violation within so many days
    brings, the last step also every later one; empty where the source does not tell.
    """

    code: str
    title: str
    valid_from: date | None
    valid_to: date | None
    source: str
    rules: Mapping[Metric, Rule]
    formula: str = FORMULA.version
    source_kind: SourceKind = SourceKind.MANUAL
    quoted: str = ""
    note: str = ""
    confidence: Confidence = Confidence.LOW
    entered_by: str = ""
    ladder: tuple[Step, ...] = ()
    violations_within_days: int = 90

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


# Guide q3022 and finratings 12035: counted within 90 days. Others tell other ladders (capabilities §6.9).
GUIDE_LADDER = (Step(StepKind.SHOP_OFF, 7), Step(StepKind.SHOP_OFF, 7), Step(StepKind.CONTRACT_END))

V2_2026 = Profile(
    code="v2-2026",
    title=_("Контроль качества Kaspi, 2026"),
    valid_from=date(2025, 5, 6),
    valid_to=None,
    source=_("Условия Kaspi Жұма q2184 от 06.05.2025 и 26.01.2026; кабинет продавца, 26.08.2026"),
    source_kind=SourceKind.LIVE,
    quoted="«Она не должна превышать 3%» (AlgaTop, 29.07.2025)",
    note=_(
        "Границы 3 / 10 / 2 % и 4,0, зона «Отлично» 1 / 5 / 1 % и 4,6 сняты с кабинета. В таблице AlgaTop стоит «Критическая"
        " отметка: < 3 %»: читаем как «держите ниже 3 %». Там же третье нарушение – бессрочно с заявкой через 30 дней."
    ),
    confidence=Confidence.HIGH,
    ladder=GUIDE_LADDER,
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
    source="guide.kaspi.kz q3022",
    source_kind=SourceKind.GUIDE,
    quoted="«Не должен превышать 5%» (в пересказе AlgaTop, 29.07.2025)",
    note=_("Страница без даты: считаем, что правило действовало до условий от 06.05.2025."),
    confidence=Confidence.MEDIUM,
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
    source=_("Руководство по кабинету продавца без даты"),
    source_kind=SourceKind.SEED,
    quoted="«Если процент отмененных заказов превышает 10%, сначала следует предупреждение, затем товары снимаются с продажи"
    " принудительно. При повторных нарушениях магазин может быть отключен от платформы.»",
    note=_("Самое старое из известных правил: для сравнения."),
    confidence=Confidence.LOW,
    ladder=(Step(StepKind.WARNING), Step(StepKind.GOODS_OFF), Step(StepKind.SHOP_OFF)),
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


def is_rolling(rule: Rule) -> bool:
    """Whether the first day of its window counts from a time of day on. Of a mark only the day is known."""
    return rule.window_end is WindowEnd.NOW and rule.metric is not Metric.RATING


def shown_window(rule: Rule, today: date) -> Window:
    """The days of the number that is shown today; of a rolling window the first one counts in part (`is_rolling`)."""
    whole = whole_window(rule, today)
    return Window(whole.first - timedelta(days=is_rolling(rule)), whole.last)


def whole_window(rule: Rule, today: date) -> Window:
    """The days of the number that is shown today which count as a whole: as many as the rule says."""
    whole = official_window if rule.window_end is WindowEnd.YESTERDAY else preview_window
    return whole(today, rule.window_days)


def coming_window(rule: Rule, today: date) -> Window:
    """The days of the number in which what happens today counts: tomorrow's where the window ends yesterday."""
    return shown_window(rule, today + timedelta(days=rule.window_end is WindowEnd.YESTERDAY))


def strictness(rule: Rule) -> tuple[Fraction, bool, Fraction, bool, int]:
    """What rules of one metric are compared by: the stricter one's is greater.

    One rule is stricter than another when everything that is critical by the other is critical by it: by its critical
    bound, and on the same line by whether the line itself is critical. Then by what is good (less is good by the stricter
    one), then by how little is enough to be judged. For shares the lower line is the stricter one, for the rating the
    higher.
    """
    critical, good = rule.critical, rule.good
    side = 1 if rule.metric is Metric.RATING else -1
    return (
        side * critical.value,
        critical.comparator in _WITH_LINE,
        side * good.value,
        good.comparator not in _WITH_LINE,
        -rule.min_sample,
    )


def strictest(profiles: Iterable[Profile], metric: Metric) -> Profile:
    """The profile by which a number of this metric is critical first; of equally strict ones the first.

    Of one and the same number: profiles that count it otherwise, or over other days, have each a number of their own.
    Raises ValueError for none.
    """
    return max(profiles, key=lambda profile: strictness(profile.rules[metric]))


_WITH_LINE = frozenset({Comparator.GE, Comparator.LE})
