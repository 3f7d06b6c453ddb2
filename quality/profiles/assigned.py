"""By which profile a shop is judged on a day: assignments in time, which are added and never changed.

Asked inside a company's scope. A number of the past is judged by what was assigned for its day, so a change begins today
at the earliest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext

from quality.formulas import Metric
from quality.metrics import day_of
from quality.models import OwnProfile, ProfileAssignment, QualitySetting
from quality.profiles.written import from_row
from quality.thresholds import BY_CODE, PROFILES, Profile, profile_on, strictest
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import NotVisible, Refused
from staff.formats import ALMATY
from staff.models import Shop
from staff.permissions import Permission

# The columns that `written.from_row` reads.
COLUMNS: Final = (
    *("code", "title", "source", "quoted", "confidence", "valid_from", "valid_to", "formula", "rules", "ladder"),
    "actor_label",
)
FARTHEST: Final = timedelta(days=366)
MOST_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Assignment:
    """From the day on, the profile of this code; `holds`: no newer row speaks of the same day."""

    shop_id: int
    code: str
    from_day: date
    by: str
    at: datetime
    holds: bool = True


def profile_of(shop_id: int, day: date) -> Profile:
    """The profile that the shop is judged by on this Almaty day."""
    return profiles_of([shop_id], day)[shop_id]


def profiles_of(shop_ids: Sequence[int], day: date) -> dict[int, Profile]:
    """The profile of each shop on this Almaty day, in one query; without an assignment the one in force that day."""
    written = OwnProfile.objects.filter(code=OuterRef("profile"))
    told = (
        ProfileAssignment.objects.filter(shop_id__in=shop_ids, from_day__lte=day)
        .order_by("shop_id", "-from_day", "-id")
        .distinct("shop_id")
        .annotate(own=Subquery(written.values(row=JSONObject(**{name: F(name) for name in COLUMNS}))[:1]))
    )
    found = {
        shop: BY_CODE.get(code) or from_row(own) for shop, code, own in told.values_list("shop_id", "profile", "own")
    }
    return {shop: found.get(shop) or profile_on(day) for shop in shop_ids}


def for_shops(shop_ids: Sequence[int], day: date) -> Profile:
    """The profile that these shops share on the day; where they differ, or there are none, the one in force that day."""
    found = {profile.code: profile for profile in profiles_of(shop_ids, day).values()}
    return found.popitem()[1] if len(found) == 1 else profile_on(day)


def own_profiles(*, retired: bool = False) -> list[Profile]:
    """The company's own profiles, the newest first: those that are offered, or those that no longer are."""
    rows = OwnProfile.objects.filter(retired_at__isnull=not retired).order_by("-id")[:MOST_SHOWN]
    return [from_row(row) for row in rows.values(*COLUMNS)]


def offered() -> tuple[Profile, ...]:
    """All profiles that a shop may be given: ours and the company's own."""
    return (*PROFILES, *own_profiles())


def find(code: str) -> Profile:
    """The profile of this code among those that are offered.

    Raises NotVisible for what is nobody's here, Refused (409) for one that is no longer offered.
    """
    if code in BY_CODE:
        return BY_CODE[code]
    return from_row(_row(code, OwnProfile.objects.all()))


def _row(code: str, rows: "QuerySet[OwnProfile]") -> dict[str, Any]:
    found: dict[str, Any] | None = (
        rows.filter(code=code[:40].replace("\x00", "")).values(*COLUMNS, "retired_at").first()
    )
    if found is None:
        raise NotVisible(code)
    if found["retired_at"] is not None:
        raise Refused("retired", gettext("Этот профиль убран: выберите другой"), field="profile")
    return found


def assign(shop: Shop, code: str, from_day: date, *, by: Actor, now: datetime) -> None:
    """Judge the shop by this profile from the day on.

    Raises NotVisible for a profile of nobody here; Refused: 403 without the right over the whole shop, 400 for a day that
    is over or too far, 409 for a profile that was retired or holds on that day anyway.
    """
    require_whole(by, Permission.QUALITY_MANAGE, shop_id=shop.pk)
    today = day_of(now, ALMATY)
    if not today <= from_day <= today + FARTHEST:
        sentence = gettext("Прошлое не переписывается: назначайте с сегодняшнего дня, самое дальнее на год вперёд")
        raise Refused("bad_day", sentence, status=400, field="from_day")
    with transaction.atomic():
        # Whoever retires it meanwhile waits for us, or we find it retired.
        profile = BY_CODE.get(code) or from_row(_row(code, OwnProfile.objects.select_for_update()))
        before = profile_of(shop.pk, from_day)
        if before.code == profile.code:
            raise Refused("assigned", gettext("Этот профиль в тот день уже действует"), field="profile")
        ProfileAssignment.objects.create(
            shop_id=shop.pk, profile=profile.code, from_day=from_day, actor_label=by.label, made_at=now
        )
        audit.record(
            by,
            "quality.profile_assigned",
            subject=("shop", shop.slug),
            now=now,
            before={"profile": before.code},
            after={"profile": profile.code, "from_day": from_day.isoformat()},
        )


def history(shop_ids: Sequence[int]) -> list[Assignment]:
    """What was assigned to these shops, the latest day first; at most a hundred."""
    rows = ProfileAssignment.objects.filter(shop_id__in=shop_ids).order_by("-from_day", "-id")[:MOST_SHOWN]
    told, spoken = [], set()
    for row in rows:
        day = (row.shop_id, row.from_day)
        told.append(
            Assignment(row.shop_id, row.profile, row.from_day, row.actor_label, row.made_at, holds=day not in spoken)
        )
        spoken.add(day)
    return told


def warned_by(shop_id: int, day: date) -> Mapping[Metric, Profile]:
    """By which profile the shop is warned about each number: its own, or, where it is set so, the strictest in force."""
    own = profile_of(shop_id, day)
    if shop_id not in warned_by_strictest([shop_id]):
        return dict.fromkeys(Metric, own)
    held = [one for one in offered() if one.holds_on(day)]
    return {metric: strictest((own, *_alike(held, own, metric)), metric) for metric in Metric}


def _alike(profiles: Iterable[Profile], own: Profile, metric: Metric) -> list[Profile]:
    """Those whose line is drawn across the same number: of another window or formula it would be another's."""

    def number(one: Profile) -> tuple[str, int, str]:
        rule = one.rules[metric]
        return one.formula, rule.window_days, rule.window_end

    return [one for one in profiles if number(one) == number(own)]


def warned_by_strictest(shop_ids: Sequence[int]) -> set[int]:
    """Those of these shops that are warned by the strictest profile there is."""
    found = QualitySetting.objects.filter(shop_id__in=shop_ids, warn_by_strictest=True)
    return set(found.values_list("shop_id", flat=True))


def warn_by_strictest(shop: Shop, strictly: bool, *, by: Actor, now: datetime) -> None:
    """Set by which profile the shop is warned. Raises Refused (403) without the right over the whole shop."""
    require_whole(by, Permission.QUALITY_MANAGE, shop_id=shop.pk)
    with transaction.atomic():
        before = shop.pk in warned_by_strictest([shop.pk])
        if before == strictly:
            return
        QualitySetting.objects.update_or_create(
            shop_id=shop.pk, defaults={"warn_by_strictest": strictly, "changed_at": now}
        )
        audit.record(
            by,
            "quality.warning_set",
            subject=("shop", shop.slug),
            now=now,
            before={"warn_by_strictest": before},
            after={"warn_by_strictest": strictly},
        )
