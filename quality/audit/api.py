"""The audit of a number for programs: its proof by two knowledges, Kaspi's own number, the orders (contract.md §5)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from quality.api import METRIC, METRICS, ON, ONE_SHOP, TAG
from quality.audit import kaspi
from quality.audit.api_answers import AuditPage
from quality.audit.asked import read_day, read_known
from quality.audit.doubts import candidates_of
from quality.audit.proof import LeftOut, Proof, Weighed
from quality.audit.reading import Both, Difference, Standing, both_of, profile_for
from quality.audit.reconcile import Reconciled, reconcile
from quality.reading import today_of
from staff.access import require_whole
from staff.endpoints import PAGING, Endpoint
from staff.errors import NotVisible, Refused
from staff.formats import ALMATY
from staff.languages import later as _
from staff.models import Shop
from staff.permissions import Permission
from staff.places import visible

SIDES = ("numerator", "denominator", "excluded")
MOST_CANDIDATES = 200
KNOWN = OpenApiParameter(
    "known",
    datetime,
    description=_("Как было известно в этот момент. Обычно когда сохранён снимок дня, иначе его начало."),
)
SIDE = OpenApiParameter(
    "side",
    str,
    enum=list(SIDES),
    description=_("Какие заказы перечислить в `results`; обычно numerator."),
)
BY = OpenApiParameter(
    "by", str, enum=["now", "then"], description=_("По какому знанию их перечислить; обычно now, то есть нынешнему.")
)


class AuditNumber(Endpoint):
    access = (Permission.QUALITY_VIEW,)
    tag = TAG
    summary = _("Сверка показателя")
    about = _(
        "Число с доказательством: версия формулы, профиль, окно, номера заказов и SHA-256 по ним, как известно сейчас и как"
        " было известно тогда. Магазин виден ключу целиком."
    )
    asks = (METRIC, ONE_SHOP, ON, KNOWN, SIDE, BY, *PAGING)
    answer = AuditPage

    def get(self, request: Request, metric: str) -> Response:
        place, now = self.place("code"), self.now()
        if metric not in METRICS:
            raise NotVisible(metric)
        today = today_of(now)
        on = read_day(self.asked.get("on", ""), today=today) or today
        known, shop = read_known(self.asked.get("known", ""), now=now), self._shop()
        both = both_of(shop, METRICS[metric], on, profile=profile_for(shop, on), known_at=known)
        side, by = self._choice("side", SIDES), self._choice("by", ("now", "then"))
        listed = sorted(getattr(both.then if by == "then" else both.now, side), key=lambda one: one.code)
        rows = (
            {"code": one.code, **_listed(one)} for one in listed if place.after is None or one.code > place.after[0]
        )
        shown, following = place.page(rows)
        return Response({**_both(both, shop), "on": on.isoformat(), "results": shown, "next": following})

    def _shop(self) -> Shop:
        if "shop" not in self.asked:
            raise Refused("required", gettext("Назовите магазин: shop"), status=400, field="shop")
        shop = visible(self.actor).shop(self.asked["shop"])
        require_whole(self.actor, Permission.QUALITY_VIEW, shop_id=shop.pk)
        return shop

    def _choice(self, name: str, known: Sequence[str]) -> str:
        """One of these words, the first where none was given."""
        value = self.asked.get(name, known[0])
        if value not in known:
            sentence = gettext("%(name)s: одно из %(known)s") % {"name": name, "known": ", ".join(known)}
            raise Refused("bad_value", sentence, status=400, field=name)
        return value


def _both(both: Both, shop: Shop) -> dict[str, Any]:
    proof = both.now
    return {
        "shop": shop.slug,
        "metric": proof.metric.value,
        "profile": proof.profile,
        "formula": proof.formula,
        "window": {
            "from": proof.window.first.isoformat(),
            "to": proof.window.last.isoformat(),
            "timezone": ALMATY.key,
        },
        "known_at": both.known_at.isoformat(),
        "then": _proof(both.then),
        "now": _proof(proof),
        "different": both.different,
        "differences": [_difference(one) for one in both.differences],
        "kaspi": _kaspi(both, shop),
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "value": None if proof.value is None else float(proof.value),
        "numerator": proof.above,
        "denominator": proof.below,
        "excluded": {why.value: count for why, count in Counter(one.why for one in proof.excluded).items()},
        "digest": proof.digest,
    }


def _listed(one: Weighed | LeftOut) -> dict[str, Any]:
    if isinstance(one, LeftOut):
        return {"weight": None, "excluded": one.why.value}
    return {"weight": 1 if one.weight is None else one.weight, "excluded": None}


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "code": one.code,
        "then": _standing(one.then),
        "now": _standing(one.now),
        "arrived_late": one.arrived_late is not None,
        "corrected_at": [correction.known_at.isoformat() for correction in one.corrections],
        "ruled": bool(one.rulings),
        "happened_later": one.happened_later,
    }


def _standing(one: Standing) -> dict[str, Any]:
    excluded = one.excluded.value if one.excluded else None
    return {"numerator": one.above, "denominator": one.below, "excluded": excluded}


def _kaspi(both: Both, shop: Shop) -> dict[str, Any] | None:
    """Kaspi's own number of the day, where somebody has told it."""
    proof = both.now
    number = kaspi.newest(shop, proof.metric, both.on)
    if number is None:
        return None
    doubtful = candidates_of(shop, proof, profile=profile_for(shop, both.on))
    found = reconcile(proof.above, proof.below, kaspi.theirs(number), doubtful)
    return {
        "value": float(number.value),
        "numerator": number.numerator,
        "denominator": number.denominator,
        "agrees": found.agrees,
        "orders": found.orders,
        "together": [one.code for one in found.together],
        "candidates": _candidates(found),
    }


def _candidates(found: Reconciled) -> list[dict[str, Any]]:
    return [
        {
            "code": one.candidate.code,
            "doubt": one.candidate.doubt.value,
            "numerator": one.candidate.step.numerator,
            "denominator": one.candidate.step.denominator,
            "explains": one.explains,
        }
        for one in found.helpful[:MOST_CANDIDATES]
    ]
