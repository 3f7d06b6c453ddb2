"""Raises warnings of a shop's numbers: into the table that the page shows, and into the feed for programs.

Looked at after each recount and once a day, from buckets alone. Each warning is told once: whoever comes second finds
its row there and tells nothing.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from integrations.models import FeedEvent, FeedKind
from quality.formulas import Metric
from quality.history.importing import importing
from quality.history.judges import assigned, warning_rules
from quality.history.warnings import AlertKind, Raised, Stand, Warn, left_of, warnings
from quality.metrics import Measured, Reading
from quality.models import QualityAlert, QualitySnapshot
from quality.reading import numbers, today_of
from quality.thresholds import Profile, Rule, judge
from staff.bulk import insert
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope, current_company

log = logging.getLogger(__name__)

# Enough to know how each number stood last, whatever has been told since.
LOOKED_BACK: Final = 100
COLUMNS: Final = ("company_id", "shop_id", "metric", "kind", "about", "profile", "details", "raised_at")


class _Due(NamedTuple):
    """A warning with what it is told with."""

    metric: Metric
    warn: Warn
    profile: Profile
    details: Mapping[str, Any]


def look_at(company_id: int, shop_id: int) -> int:
    """Raise what is due of a shop, in a transaction of its own; answers how many. A shop that breaks is logged."""
    try:
        with company_scope(company_id):
            return raise_due(shop_id, now=database_now())
    except Exception:
        log.exception("shop %s: its numbers were not looked at for warnings", shop_id)
        return 0


def raise_due(shop_id: int, *, now: datetime) -> int:
    """Raise the warnings of a shop that are due now, in the caller's transaction and scope; answers how many were new."""
    # In the middle of a first import cancels stand already and the orders of the same days do not.
    if importing(shop_id).exists():
        return 0
    today, before = today_of(now), _before(shop_id)
    foreseen = _foreseen(shop_id, today)
    due: list[_Due] = []
    rules = warning_rules(shop_id, today)
    for metric, reading in numbers([shop_id], now=now).items():
        profile, rule = rules[metric]
        stand = _stand(reading, rule, foreseen)
        details = _details(reading.preview, stand)
        due += (_Due(metric, warn, profile, details) for warn in warnings(stand, before[metric], today=today))
    return _tell(shop_id, due, now) if due else 0


def _stand(reading: Reading, rule: Rule, foreseen: Mapping[Metric, date]) -> Stand:
    return Stand(
        metric=rule.metric,
        official=judge(reading.official, rule),
        preview=judge(reading.preview, rule),
        left=left_of(reading.preview, rule),
        breach_on=foreseen.get(rule.metric),
    )


def _before(shop_id: int) -> Mapping[Metric, list[Raised]]:
    told: defaultdict[Metric, list[Raised]] = defaultdict(list)
    rows = QualityAlert.objects.filter(shop_id=shop_id).order_by("-raised_at", "-pk")[:LOOKED_BACK]
    known = {kind.value for kind in AlertKind}
    for metric, kind, about, at in rows.values_list("metric", "kind", "about", "raised_at"):
        if kind in known:
            told[Metric(metric)].append(Raised(AlertKind(kind), about, today_of(at)))
    return told


def _foreseen(shop_id: int, today: date) -> Mapping[Metric, date]:
    """The first likely days of a breach, as the forecast of today's snapshots has them."""
    rows = QualitySnapshot.objects.filter(shop_id=shop_id, day=today, breach_on__isnull=False)
    told = list(rows.values_list("profile", "metric", "breach_on"))
    own = assigned(shop_id, today).profile.code if told else ""
    return {Metric(metric): day for profile, metric, day in told if profile == own and day}


def _details(preview: Measured, stand: Stand) -> Mapping[str, Any]:
    return {
        "numerator": preview.numerator,
        "denominator": preview.denominator,
        "left": stand.left,
        "status": stand.preview.value,
        "status_shown": stand.official.value,
        "breach_on": stand.breach_on.isoformat() if stand.breach_on else None,
    }


def _tell(shop_id: int, due: Sequence[_Due], now: datetime) -> int:
    rows = [
        (
            current_company(),
            shop_id,
            one.metric.value,
            one.warn.kind.value,
            one.warn.about,
            one.profile.code,
            one.details,
            now,
        )
        for one in due
    ]
    written = set(
        insert(
            "quality_qualityalert",
            COLUMNS,
            rows,
            on_conflict="ON CONFLICT DO NOTHING",
            returning="metric, kind, about",
        )
    )
    fresh = [one for one in due if (one.metric.value, one.warn.kind.value, one.warn.about) in written]
    FeedEvent.objects.bulk_create(_events(Shop.objects.get(pk=shop_id), fresh, now))
    return len(fresh)


def _events(shop: Shop, fresh: Iterable[_Due], now: datetime) -> Iterable[FeedEvent]:
    for one in fresh:
        told = {"metric": one.metric.value, "kind": one.warn.kind.value, "about": one.warn.about.isoformat()}
        yield FeedEvent(
            company_id=current_company(),
            shop_id=shop.pk,
            kind=FeedKind.QUALITY_WARNING,
            subject=shop.public_id,
            code=shop.slug[:32],
            at=now,
            payload=told | {"profile": one.profile.code} | dict(one.details),
        )
