"""Which profiles a shop's numbers are kept and warned by. Asked inside a company's scope."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from quality.formulas import FORMULAS, Formula, Metric
from quality.profiles.assigned import profile_of, warned_by
from quality.thresholds import PROFILES, Profile, Rule


class Judge(NamedTuple):
    """A profile with the reading of the formulas that its numbers are counted by."""

    profile: Profile

    @property
    def formula(self) -> Formula:
        return FORMULAS[self.profile.formula]


def assigned(shop_id: int, day: date) -> Judge:
    """By what the shop is judged on this Almaty day."""
    return Judge(profile_of(shop_id, day))


def keepers(shop_id: int, day: date) -> tuple[Judge, ...]:
    """Every profile by which the numbers of a day are kept: the shop's own and those that came with us, each once."""
    judges = (assigned(shop_id, day), *map(Judge, PROFILES))
    return tuple({one.profile.code: one for one in judges}.values())


def warning_rules(shop_id: int, day: date) -> Mapping[Metric, tuple[Profile, Rule]]:
    """By what the shop is warned: its own profile, or of each number the strictest, where the owner wants that."""
    return {metric: (profile, profile.rules[metric]) for metric, profile in warned_by(shop_id, day).items()}
