"""Profiles that a company writes down itself. One is never edited: another reading is another profile."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import IntegerField
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext

from orders.turns import take_turn
from quality.buckets import mark_changed
from quality.formulas import FORMULA
from quality.metrics import day_of
from quality.models import OwnProfile, ProfileAssignment
from quality.profiles.written import to_row
from quality.thresholds import Profile
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import NotVisible, Refused
from staff.formats import ALMATY
from staff.models import Company, Shop
from staff.permissions import Permission
from staff.scoping import current_company

MOST: Final = 40
PREFIX: Final = "own-"


def write(profile: Profile, shop: Shop, *, by: Actor, now: datetime) -> str:
    """Keep the profile as a new one of the company's and answer its code; `shop` is the one it was written at.

    Raises Refused: 403 without the right over the whole shop, 409 while forty are kept.
    """
    require_whole(by, Permission.QUALITY_MANAGE, shop_id=shop.pk)
    with transaction.atomic():
        _wait_for_turn()
        if OwnProfile.objects.filter(retired_at=None).count() >= MOST:
            raise Refused("too_many", gettext("Сорок своих профилей уже есть. Уберите лишние"))
        code = _next_code()
        OwnProfile.objects.create(code=code, actor_label=by.label, created_at=now, **to_row(profile))
        if profile.formula != FORMULA.version:
            _have_counted(profile, day_of(now, ALMATY))
        details = {"code": code, "name": str(profile.title), "formula": profile.formula}
        audit.record(by, "quality.profile_written", subject=("profile", code), now=now, details=details)
    return code


def retire(code: str, shop: Shop, *, by: Actor, now: datetime) -> None:
    """Offer the profile no longer; what it has judged stays.

    Raises NotVisible for a code that is nobody's here; Refused: 403 without the right over the whole shop, 409 while a
    shop is judged by it or will be.
    """
    require_whole(by, Permission.QUALITY_MANAGE, shop_id=shop.pk)
    with transaction.atomic():
        found = OwnProfile.objects.select_for_update().filter(code=code[:40].replace("\x00", "")).first()
        if found is None:
            raise NotVisible(code)
        if found.retired_at is not None:
            raise Refused("retired", gettext("Этот профиль уже убран"))
        if _is_assigned(code, day_of(now, ALMATY)):
            raise Refused("assigned", gettext("По этому профилю судится магазин: сначала назначьте другой"))
        OwnProfile.objects.filter(pk=found.pk).update(retired_at=now)
        audit.record(by, "quality.profile_retired", subject=("profile", code), now=now, details={"name": found.title})


def _is_assigned(code: str, today: date) -> bool:
    """Whether any shop is judged by the profile today or on a day to come."""
    days = ProfileAssignment.objects.order_by("shop_id", "from_day", "-id").distinct("shop_id", "from_day")
    latest: dict[int, str] = {}
    for shop_id, from_day, profile in days.values_list("shop_id", "from_day", "profile"):
        if from_day > today and profile == code:
            return True
        if from_day <= today:
            latest[shop_id] = profile
    return code in latest.values()


def _next_code() -> str:
    number = Cast(Substr("code", len(PREFIX) + 1), IntegerField())
    last = OwnProfile.objects.filter(code__regex=rf"^{PREFIX}\d{{1,6}}$").annotate(number=number).order_by("-number")
    return f"{PREFIX}{(last.values_list('number', flat=True).first() or 0) + 1}"


def _have_counted(profile: Profile, today: date) -> None:
    """Have the days of its longest window counted by its formula, which until now was nobody's perhaps.

    In the turn of each shop, and the shops in one order: a recount that is under way would otherwise take the marks away
    without knowing the formula.
    """
    # As many as the night compares, at least.
    longest = max(*FORMULA.window_days.values(), *(rule.window_days for rule in profile.rules.values()))
    days = [today - timedelta(days=n) for n in range(longest + 1)]
    for shop_id in Shop.objects.order_by("pk").values_list("pk", flat=True):
        take_turn(shop_id)
        mark_changed(shop_id, days)


def _wait_for_turn() -> None:
    """Codes follow one another: whoever writes a profile waits for who writes one already."""
    Company.objects.select_for_update(no_key=True).get(pk=current_company())
