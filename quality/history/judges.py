"""Which profiles a shop's numbers are kept and warned by. Asked inside a company's scope."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from quality.formulas import FORMULA, Formula, Metric
from quality.models import ProfileAssignment, QualitySetting
from quality.thresholds import BY_CODE, PROFILES, Comparator, Profile, Rule, profile_on


class Judge(NamedTuple):
    """A profile with the reading of the formulas that its numbers are counted by."""

    profile: Profile
    formula: Formula = FORMULA


def assigned(shop_id: int, day: date) -> Judge:
    """By what the shop is judged on this Almaty day: its newest assignment, else the newest profile in force."""
    rows = ProfileAssignment.objects.filter(shop_id=shop_id, from_day__lte=day).order_by("-from_day", "-pk")
    code = rows.values_list("profile", flat=True).first()
    return Judge(BY_CODE.get(code or "", profile_on(day)))


def keepers(shop_id: int, day: date) -> tuple[Judge, ...]:
    """Every profile by which the numbers of a day are kept: the shop's own and those that came with us, each once."""
    judges = (assigned(shop_id, day), *map(Judge, PROFILES))
    return tuple({one.profile.code: one for one in judges}.values())


def warning_rules(shop_id: int, day: date) -> Mapping[Metric, tuple[Profile, Rule]]:
    """By what the shop is warned: its own profile, or of each number the strictest, where the owner wants that."""
    own = assigned(shop_id, day).profile
    strict = QualitySetting.objects.filter(shop_id=shop_id, warn_by_strictest=True).exists()
    found = {metric: _strictest((own, *PROFILES), metric) if strict else own for metric in Metric}
    return {metric: (profile, profile.rules[metric]) for metric, profile in found.items()}


def _strictest(profiles: tuple[Profile, ...], metric: Metric) -> Profile:
    """The one whose critical line is met first; of equal ones the first."""
    return max(profiles, key=lambda profile: _strictness(profile.rules[metric]))


def _strictness(rule: Rule) -> tuple[Fraction, bool]:
    critical = rule.critical
    side = 1 if rule.metric is Metric.RATING else -1
    return side * critical.value, critical.comparator in (Comparator.GE, Comparator.LE)
