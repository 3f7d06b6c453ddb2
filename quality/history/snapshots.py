"""The numbers of each day as they were shown, kept once and for ever.

A day is kept from five minutes after its Almaty midnight on, when the buckets of the shop are counted: that is done where
they are read, under the shop's turn; what takes longer, audit and forecast, holds nobody up. What was missed while no worker
ran is made later from the buckets, and says so by `known_at`. Whoever comes second finds every row there and writes none.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, Subquery

from orders.turns import take_turn
from quality import buckets
from quality.formulas import Metric
from quality.history.importing import not_imported
from quality.history.judges import Judge, keepers
from quality.history.reading import days_of
from quality.metrics import SAMPLE_OF, Measured, measure_days, official_window
from quality.models import QualitySnapshot
from quality.reading import Days, today_of
from quality.thresholds import Profile, judge
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope, current_company

log = logging.getLogger(__name__)

# After midnight the last events of the day before are still on their way.
AFTER_MIDNIGHT: Final = timedelta(minutes=5)
# So many missed days are made up in one transaction; the rest in the next.
DAYS_A_TURN: Final = 31


class Kept(NamedTuple):
    """A number that is about to be kept."""

    shop_id: int
    profile: Profile
    day: date
    measured: Measured
    known_at: datetime


class Foreseen(NamedTuple):
    """What the forecast of that day says: the first likely day of a breach, and how far it has been off."""

    breach_on: date | None = None
    error: float | None = None


class Proven(NamedTuple):
    """What the audit of a number says: its digest, and the sums that it proves. They go before those of the buckets."""

    digest: str
    numerator: int
    denominator: int


# By the profile's code.
Proofs = Mapping[tuple[str, Metric], Proven]


def _unproven(shop_id: int, day: date, profiles: Sequence[Profile], known_at: datetime) -> Proofs:
    return {}


class Beside(NamedTuple):
    """What is kept beside a number: its audit and its forecast, told by the rooms that know them.

    Asked inside the company's scope and outside of the shop's turn, for both may take seconds. `settled`: how old what is
    known has to be to be found again. The forecast is asked of today's numbers only: of a day that is made up later
    nobody knows what would have been foreseen.
    """

    prove: Callable[[int, date, Sequence[Profile], datetime], Proofs] = _unproven
    foresee: Callable[[Kept], Foreseen] = lambda kept: Foreseen()
    settled: timedelta = timedelta(0)


ALONE: Final = Beside()


def snap_due(*, beside: Beside = ALONE, then: Callable[[int, int], object] | None = None) -> int:
    """Keep what is due of all shops of all companies; answers of how many. `then` is called for each, after its commit.

    A shop that breaks is logged and left for the next time, the others go on.
    """
    return sum(
        _snap_one(company_id, shop_id, beside, then)
        for company_id in companies()
        for shop_id in _behind(company_id, beside)
    )


def companies() -> list[int]:
    """The ids of all companies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM office_companies()")
        return [company_id for (company_id,) in cursor.fetchall()]


def due_day(known_at: datetime) -> date:
    """The newest Almaty day that is to be kept by what is known at this moment."""
    return today_of(known_at - AFTER_MIDNIGHT)


def snap(company_id: int, shop_id: int, *, beside: Beside = ALONE) -> int:
    """Keep what is due of one shop; answers how many days it went on."""
    kept = _numbers(company_id, shop_id, beside.settled)
    if kept:
        with company_scope(company_id):
            QualitySnapshot.objects.bulk_create(_rows(kept, beside), ignore_conflicts=True)
    return len({one.day for one in kept})


def _snap_one(company_id: int, shop_id: int, beside: Beside, then: Callable[[int, int], object] | None) -> bool:
    try:
        snap(company_id, shop_id, beside=beside)
    except Exception:
        log.exception("shop %s: its numbers of the day were not kept", shop_id)
        return False
    if then:
        then(company_id, shop_id)
    return True


def _behind(company_id: int, beside: Beside) -> list[int]:
    """The shops of a company whose newest kept day is not the one that is due, and whose first import is over."""
    with company_scope(company_id):
        known_at = database_now() - beside.settled
        due = due_day(known_at)
        newest = QualitySnapshot.objects.filter(shop_id=OuterRef("pk")).order_by("-day").values("day")[:1]
        # What is known in the middle of a first import is no number of the shop, and would be kept for ever.
        unread = Exists(not_imported(OuterRef("pk"), at=known_at))
        shops = Shop.objects.exclude(unread).annotate(kept=Subquery(newest)).order_by("pk")
        return [pk for pk, kept in shops.values_list("pk", "kept") if kept is None or kept < due]


def _missing(shop_id: int, due: date) -> Iterator[date]:
    """The days after the newest kept one; of a shop that was never kept the one that is due."""
    newest = QualitySnapshot.objects.filter(shop_id=shop_id).aggregate(day=Max("day"))["day"]
    day = due if newest is None else newest + timedelta(days=1)
    for n in range(min((due - day).days + 1, DAYS_A_TURN)):
        yield day + timedelta(days=n)


def _numbers(company_id: int, shop_id: int, settled: timedelta) -> list[Kept]:
    """The numbers that are due, day by day, from buckets that are counted in the same transaction."""
    with company_scope(company_id), transaction.atomic():
        take_turn(shop_id)
        buckets.recount(company_id, shop_id)
        known_at = database_now() - settled
        return list(_counted(shop_id, list(_missing(shop_id, due_day(known_at))), known_at))


def _counted(shop_id: int, days: Sequence[date], known_at: datetime) -> Iterator[Kept]:
    known: dict[tuple[str, date], Days] = {}
    for day in days:
        for one in keepers(shop_id, day):
            longest = max(rule.window_days for rule in one.profile.rules.values())
            place = (one.formula.version, days[0] - timedelta(days=longest))
            if place not in known:
                known[place] = days_of([shop_id], since=place[1], formula=one.formula)
            for metric in Metric:
                yield Kept(shop_id, one.profile, day, _measured(known[place], one, metric, day), known_at)


def _rows(kept: Sequence[Kept], beside: Beside) -> Iterator[QualitySnapshot]:
    for day, found in groupby(kept, attrgetter("day")):
        ones = list(found)
        profiles = list({one.profile.code: one.profile for one in ones}.values())
        proofs = beside.prove(ones[0].shop_id, day, profiles, ones[0].known_at)
        for one in ones:
            proven = proofs.get((one.profile.code, one.measured.metric))
            yield _row(one if proven is None else _as_proven(one, proven), proven, beside)


def _as_proven(kept: Kept, proven: Proven) -> Kept:
    # News of the last minutes may stand in the buckets already and not yet in what is settled.
    measured = replace(kept.measured, numerator=proven.numerator, denominator=proven.denominator)
    return kept._replace(measured=measured)


def _measured(days: Days, one: Judge, metric: Metric, day: date) -> Measured:
    asked = {name: days.get(name, ()) for name in (metric, SAMPLE_OF[metric])}
    return measure_days(asked, metric, official_window(day, one.profile.rules[metric].window_days), formula=one.formula)


def _row(kept: Kept, proven: Proven | None, beside: Beside) -> QualitySnapshot:
    measured = kept.measured
    foreseen = beside.foresee(kept) if kept.day == today_of(kept.known_at) else Foreseen()
    return QualitySnapshot(
        company_id=current_company(),
        shop_id=kept.shop_id,
        profile=kept.profile.code,
        metric=measured.metric.value,
        day=kept.day,
        first=measured.window.first,
        last=measured.window.last,
        formula=measured.version,
        numerator=measured.numerator,
        denominator=measured.denominator,
        sample=measured.sample,
        status=judge(measured, kept.profile.rules[measured.metric]).value,
        digest=proven.digest if proven else "",
        known_at=kept.known_at,
        breach_on=foreseen.breach_on,
        forecast_error=foreseen.error,
    )
