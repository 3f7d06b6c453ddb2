"""All profiles of thresholds for programs, with where they are from and whom they judge today."""

from collections import defaultdict
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from quality.api import TAG, thresholds
from quality.api_answers import ProfilePage
from quality.profiles import assigned
from quality.reading import today_of
from quality.thresholds import Profile
from staff.api_views import SHOP
from staff.endpoints import Endpoint
from staff.languages import later as _
from staff.permissions import Permission
from staff.places import visible


class ListProfiles(Endpoint):
    access = (Permission.QUALITY_VIEW,)
    tag = TAG
    summary = _("Профили порогов")
    about = _(
        "Все правила, которые мы знаем или вы записали: откуда, с какого дня, насколько им верить, какие из видимых"
        " магазинов (или один `shop`) по ним судятся."
    )
    asks = (SHOP,)
    answer = ProfilePage

    def get(self, request: Request) -> Response:
        places = visible(self.actor)
        shops = [places.shop(self.asked["shop"])] if "shop" in self.asked else places.shops
        judged: defaultdict[str, list[str]] = defaultdict(list)
        found = assigned.profiles_of([shop.pk for shop in shops], today_of(self.now()))
        for shop in shops:
            judged[found[shop.pk].code].append(shop.slug)
        told = [_profile(one, judged[one.code], retired=False) for one in assigned.offered()]
        told += [_profile(one, judged[one.code], retired=True) for one in assigned.own_profiles(retired=True)]
        return Response({"results": told, "next": None})


def _profile(profile: Profile, shops: list[str], *, retired: bool) -> dict[str, Any]:
    return {
        "code": profile.code,
        "title": str(profile.title),
        "valid_from": profile.valid_from.isoformat() if profile.valid_from else None,
        "valid_to": profile.valid_to.isoformat() if profile.valid_to else None,
        "source_kind": profile.source_kind.value,
        "source": profile.source,
        "quoted": profile.quoted,
        "note": str(profile.note),
        "confidence": profile.confidence.value,
        "entered_by": profile.entered_by,
        "formula": profile.formula,
        "rules": {metric.value: thresholds(rule) for metric, rule in profile.rules.items()},
        "ladder": [{"kind": step.kind.value, "days": step.days} for step in profile.ladder],
        "violations_within_days": profile.violations_within_days,
        "retired": retired,
        "shops": shops,
    }
