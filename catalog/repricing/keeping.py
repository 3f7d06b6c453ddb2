"""Keeps what rules decided for so long; a decision met again is counted, not written again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import F

from catalog.models import PriceDecision
from catalog.repricing.deciding import Outcome
from staff.bulk import insert
from staff.scoping import company_scope, current_company

if TYPE_CHECKING:
    from catalog.repricing.running import Decided

KEEP_PRICES: Any = timedelta(days=100)
KEEP_DECISIONS: Final = timedelta(days=100)
_COLUMNS: Final = (
    *(
        "company_id",
        "shop_id",
        "offer_id",
        "rule_id",
        "at",
        "last_at",
        "times",
        "outcome",
        "reason",
        "before",
        "wanted",
    ),
    *("floor", "top", "leader", "place", "sellers", "seen_at"),
)
_SAME: Final = ("rule_id", "outcome", "reason", "before", "wanted", "leader", "floor", "top")


def keep(decided: Sequence["Decided"], *, now: datetime) -> None:
    """Write the decisions down in the caller's transaction."""
    last = _last(one.offer.pk for one in decided)
    again, new = [], []
    for one in decided:
        row, before = _row(one, now), last.get(one.offer.pk)
        changed = one.decision.outcome is Outcome.CHANGED
        if before is not None and not changed and all(before[name] == row[name] for name in _SAME):
            again.append(before["id"])
        else:
            new.append([row[name] for name in _COLUMNS])
    PriceDecision.objects.filter(pk__in=again).update(times=F("times") + 1, last_at=now)
    insert("catalog_pricedecision", _COLUMNS, new)


def forget_old(now: datetime) -> None:
    """Throw away prices of others and decisions past their time, in all companies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT office_forget_competitor_prices(%s)", [KEEP_PRICES])
        cursor.execute("SELECT id FROM office_companies()")
        companies = [company_id for (company_id,) in cursor.fetchall()]
    for company_id in companies:
        with company_scope(company_id):
            PriceDecision.objects.filter(last_at__lt=now - KEEP_DECISIONS).delete()


def _last(offer_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    rows = PriceDecision.objects.filter(offer_id__in=list(offer_ids)).order_by("offer_id", "-id").distinct("offer_id")
    return {row["offer_id"]: row for row in rows.values("id", "offer_id", *_SAME)}


def _row(one: "Decided", now: datetime) -> dict[str, Any]:
    decision = one.decision
    return {
        "company_id": current_company(),
        "shop_id": one.offer.shop_id,
        "offer_id": one.offer.pk,
        "rule_id": one.rule.pk,
        "at": now,
        "last_at": now,
        "times": 1,
        "outcome": decision.outcome.value,
        "reason": decision.reason.value,
        "before": one.offer.price,
        "wanted": decision.price,
        "floor": decision.floor,
        "top": decision.top,
        "leader": decision.leader,
        "place": decision.place,
        "sellers": decision.sellers,
        "seen_at": decision.seen_at,
    }
