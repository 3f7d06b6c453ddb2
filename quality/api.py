"""The four numbers for programs, and the orders behind each of them (contract.md §5)."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from quality import reading
from quality.api_answers import BehindPage, Quality
from quality.attribution.fault import Judgement
from quality.attribution.judging import judgements
from quality.formulas import Metric
from quality.metrics import Measured
from quality.profiles import assigned
from quality.reading import Behind, Verdict
from quality.thresholds import Profile, Rule, Status
from staff.api_views import SHOP
from staff.endpoints import PAGING, Endpoint
from staff.errors import NotVisible, Refused
from staff.formats import ALMATY
from staff.languages import later as _
from staff.permissions import Permission
from staff.places import visible

TAG = _("Качество")
METRICS = {metric.value: metric for metric in Metric}
METRIC = OpenApiParameter("metric", str, OpenApiParameter.PATH, enum=list(METRICS))
ONE_SHOP = OpenApiParameter("shop", str, required=True, description=_("Короткое имя магазина."))
BY_PROFILE = OpenApiParameter(
    "profile", str, description=_("По какому профилю порогов ответить; обычно по тому, что назначен магазину.")
)
ON = OpenApiParameter(
    "on", date, description=_("В какой день число показано; окно кончается накануне. Обычно сегодня.")
)
# Windows reach years back from here and stay dates of the calendar.
EARLIEST, LATEST = date(2015, 1, 1), date(2100, 1, 1)


class ReadQuality(Endpoint):
    access = (Permission.QUALITY_VIEW,)
    tag = TAG
    summary = _("Четыре показателя")
    about = _(
        "Одного магазина или, без `shop`, всех видимых вместе. Оценка наша: официальное число стоит в кабинете Kaspi."
        " Ответ по другому профилю нигде не сохраняется."
    )
    asks = (SHOP, BY_PROFILE)
    answer = Quality

    def get(self, request: Request) -> Response:
        places, now = visible(self.actor), self.now()
        shop = places.shop(self.asked["shop"]) if "shop" in self.asked else None
        shops = [shop] if shop else list(places.shops)
        ids, today = [one.pk for one in shops], reading.today_of(now)
        profile = _profile(self.asked) or assigned.for_shops(ids, today)
        found = reading.numbers(ids, now=now, seen_by=self.actor, profile=profile)
        return Response(
            {
                "shop": shop.slug if shop else None,
                "on": today.isoformat(),
                "profile": profile.code,
                "metrics": {
                    metric.value: _metric(reading.verdict(one, profile), profile) for metric, one in found.items()
                },
            }
        )


class ListOrdersBehind(Endpoint):
    access = (Permission.QUALITY_VIEW,)
    tag = TAG
    summary = _("Заказы за показателем")
    about = _("Сначала новые. `excluded` называет причину, по которой похожий заказ в число не вошёл.")
    asks = (METRIC, ONE_SHOP, ON, BY_PROFILE, *PAGING)
    answer = BehindPage

    def get(self, request: Request, metric: str) -> Response:
        place, now = self.place("-day", "-public_id"), self.now()
        if metric not in METRICS:
            raise NotVisible(metric)
        if "shop" not in self.asked:
            raise Refused("required", gettext("Назовите магазин: shop"), status=400, field="shop")
        shop = visible(self.actor).shop(self.asked["shop"])
        behind = reading.orders_behind(
            METRICS[metric],
            shop.pk,
            self._on(),
            now=now,
            seen_by=self.actor,
            profile=_profile(self.asked),
            cut=place.cut,
        )
        rows: list[dict[str, Any]] = [
            {"day": one.day.isoformat(), "public_id": str(one.order.public_id), "behind": one} for one in behind
        ]
        found, following = place.page(rows)
        shown: list[Behind] = [row["behind"] for row in found]
        judged = judgements(METRICS[metric], [one.order for one in shown])
        told = [{**_behind(one), "judgement": _judgement(judged[one.order.pk])} for one in shown]
        return Response({"results": told, "next": following})

    def _on(self) -> date | None:
        text = self.asked.get("on")
        if text is None:
            return None
        try:
            day = parse_date(text)
        except ValueError:
            day = None
        if day is None or not EARLIEST <= day <= LATEST:
            raise Refused("bad_value", gettext("on: ждём дату 2026-11-22"), status=400, field="on")
        return day


def _profile(asked: Mapping[str, str]) -> Profile | None:
    """The profile that the caller wants the numbers by. Raises NotVisible for one that is nobody's here."""
    return assigned.find(asked["profile"]) if "profile" in asked else None


def _metric(verdict: Verdict, profile: Profile) -> dict[str, Any]:
    return {
        **_measured(verdict.reading.official, verdict.status),
        "thresholds": {**thresholds(verdict.rule), "confidence": profile.confidence.value},
        "version": verdict.reading.official.version,
        "preview": _measured(verdict.reading.preview, verdict.preview_status),
    }


def _measured(measured: Measured, status: Status) -> dict[str, Any]:
    return {
        "value": _exact(measured.value),
        "numerator": measured.numerator,
        "denominator": measured.denominator,
        "sample": measured.sample,
        "provisional": measured.provisional,
        "status": status.value,
        "window": {
            "from": measured.window.first.isoformat(),
            "to": measured.window.last.isoformat(),
            "timezone": ALMATY.key,
        },
    }


def thresholds(rule: Rule) -> dict[str, Any]:
    """The lines of one number and the window it is counted over."""
    return {
        "critical": _exact(rule.critical.value),
        "critical_when": rule.critical.comparator.value,
        "good": _exact(rule.good.value),
        "good_when": rule.good.comparator.value,
        "min_sample": rule.min_sample,
        "min_violations": rule.min_violations,
        "window_days": rule.window_days,
        "window_end": rule.window_end.value,
    }


def _exact(value: Fraction | None) -> float | None:
    """Unrounded: who shows it rounds it."""
    return None if value is None else float(value)


def _behind(behind: Behind) -> dict[str, Any]:
    order = behind.order
    return {
        "id": str(order.public_id),
        "code": order.code,
        "point": order.point.code if order.point else None,
        "stage": order.stage,
        "day": behind.day.isoformat(),
        "leaves_on": behind.leaves_on.isoformat(),
        "counts": behind.counts,
        "excluded": behind.why.value if behind.why else None,
        "total_price": float(order.total_price),
        "mark": order.mark,
    }


def _judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "version": judgement.version,
        "fault": judgement.fault.value if judgement.fault else None,
        "rule": judgement.rule.value,
        "because": " ".join(map(str, judgement.because)),
        "overridden": judgement.overridden,
    }
