"""Every night all buckets of the longest window are counted anew from the orders: they must agree, or there is an alarm.

The comparison is one statement for each shop and takes no turn: of one moment it sees the orders, the buckets and the
marks of days that are to be recounted, and leaves these days out. What differs is looked at again under the shop's turn
and mended there.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from integrations.models import FeedEvent, FeedKind
from orders.turns import take_turn
from quality import buckets
from quality.buckets import Disagreement
from quality.figures import DISAGREEMENTS
from quality.history.judges import assigned
from quality.history.snapshots import companies
from quality.history.warnings import AlertKind
from quality.models import QualityAlert
from quality.reading import LONGEST_WINDOW, today_of
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope, current_company

log = logging.getLogger(__name__)

# So many are written down one by one; the rest is counted.
MOST_TOLD: Final = 20


def recompute() -> int:
    """Compare and mend all shops of all companies. Answers 0: once a night is enough.

    A shop that breaks is logged, the others go on.
    """
    for company_id in companies():
        for shop_id in _shops(company_id):
            _compare_one(company_id, shop_id)
    return 0


def compare(company_id: int, shop_id: int) -> list[Disagreement]:
    """Count the longest window of a shop anew, mend what differs and raise the alarm; answers what differed."""
    with company_scope(company_id):
        days = days_of_window(today_of(database_now()))
        suspects = {one.day for one in buckets.disagreements(company_id, shop_id, days)}
    return _mend(company_id, shop_id, sorted(suspects)) if suspects else []


def days_of_window(today: date) -> list[date]:
    """Today and as many days before it as the longest window has."""
    return [today - timedelta(days=n) for n in range(LONGEST_WINDOW, -1, -1)]


def _compare_one(company_id: int, shop_id: int) -> None:
    try:
        compare(company_id, shop_id)
    except Exception:
        log.exception("shop %s: its buckets were not compared", shop_id)


def _shops(company_id: int) -> list[int]:
    with company_scope(company_id):
        return list(Shop.objects.order_by("pk").values_list("pk", flat=True))


def _mend(company_id: int, shop_id: int, days: Sequence[date]) -> list[Disagreement]:
    with company_scope(company_id), transaction.atomic():
        take_turn(shop_id)
        buckets.recount(company_id, shop_id)
        found = buckets.disagreements(company_id, shop_id, days)
        if found:
            buckets.rebuild(company_id, shop_id, sorted({one.day for one in found}))
            _raise_alarm(shop_id, found, now=database_now())
    if found:
        DISAGREEMENTS.inc(len(found))
    return found


def _raise_alarm(shop_id: int, found: Sequence[Disagreement], *, now: datetime) -> None:
    """Into the log, the feed and onto the page, in the transaction that mends."""
    for one in found[:MOST_TOLD]:
        log.error("shop %s: a bucket was not what its orders say: %s", shop_id, one)
    log.error("shop %s: %s buckets disagreed and were counted anew", shop_id, len(found))
    shop, today = Shop.objects.get(pk=shop_id), today_of(now)
    told = {
        "buckets": len(found),
        "first": min(one.day for one in found).isoformat(),
        "last": max(one.day for one in found).isoformat(),
    }
    by_metric = Counter(one.metric for one in found)
    FeedEvent.objects.create(
        shop_id=shop_id,
        kind=FeedKind.QUALITY_DISAGREEMENT,
        subject=shop.public_id,
        code=shop.slug[:32],
        at=now,
        payload=told | {"metrics": {metric.value: count for metric, count in sorted(by_metric.items())}},
    )
    profile = assigned(shop_id, today).profile.code
    QualityAlert.objects.bulk_create(
        (
            QualityAlert(
                company_id=current_company(),
                shop_id=shop_id,
                metric=metric.value,
                kind=AlertKind.DISAGREEMENT.value,
                about=today,
                profile=profile,
                details=told | {"buckets": count},
                raised_at=now,
            )
            for metric, count in sorted(by_metric.items())
        ),
        ignore_conflicts=True,
    )
