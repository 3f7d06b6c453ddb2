"""Nobody gives what he does not have. Pure rules over powers; every verb of this room asks them.

Whoever changes somebody must have all that this person has, before and after: so an admin cannot touch an owner.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from staff.errors import Refused
from staff.models import Reach
from staff.permissions import Permission

WIDTH: Final[Mapping[Reach, int]] = {Reach.OWN: 0, Reach.POINTS: 1, Reach.COMPANY: 2}


@dataclass(frozen=True, slots=True)
class Power:
    """What somebody has, or is to be given.

    `points` are those he covers, None: all, those opened later included. `shops` are the ones he has whole.
    """

    rights: frozenset[Permission]
    reach: Reach
    points: frozenset[int] | None
    shops: frozenset[int] = frozenset()
    owner: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """`breaks(given, giver)`: whether this would be more than the giver has."""

    code: str
    sentence: Promise | str
    breaks: Callable[[Power, Power], bool]


def _is_elsewhere(given: Power, giver: Power) -> bool:
    if giver.points is None:
        return False
    return given.points is None or not (given.points <= giver.points and given.shops <= giver.shops)


RULES: Final = (
    Rule("owner_only", _("Это может только владелец"), lambda given, giver: given.owner and not giver.owner),
    Rule(
        "beyond_rights", _("Тут есть права, которых нет у вас"), lambda given, giver: not given.rights <= giver.rights
    ),
    Rule(
        "beyond_reach",
        _("Эта роль видит больше, чем ваша"),
        lambda given, giver: WIDTH[given.reach] > WIDTH[giver.reach],
    ),
    Rule("beyond_places", _("Тут есть магазины или точки, которых нет у вас"), _is_elsewhere),
)


def excess(given: Power, giver: Power) -> Rule | None:
    """The first rule by which this is more than the giver has; None: he may."""
    return next((rule for rule in RULES if rule.breaks(given, giver)), None)


def require_within(given: Power, giver: Power) -> None:
    """Raise Refused (403) when the giver does not have all of this himself."""
    broken = excess(given, giver)
    if broken is not None:
        raise Refused(broken.code, str(broken.sentence), status=403)
