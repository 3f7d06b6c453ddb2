"""What is kept beside each number of a day: the proof of it, and what was foreseen that day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from quality.asof import SETTLED
from quality.audit.reading import proofs_of
from quality.history.snapshots import Beside, Foreseen, Kept, Proofs, Proven
from quality.outlook.backtest import days_needed
from quality.outlook.forecast import forecast, seed_of
from quality.outlook.panel import course_now, tested_on_past
from quality.outlook.reading import history
from quality.thresholds import Profile
from staff.models import Shop


def prove(shop_id: int, day: date, profiles: Sequence[Profile], known_at: datetime) -> Proofs:
    """The digests and sums of all four numbers by each profile, as was known at the moment."""
    proofs = proofs_of(Shop.objects.get(pk=shop_id), day, profiles=profiles, known_at=known_at)
    return {key: Proven(one.digest, one.above, one.below) for key, one in proofs.items()}


def foresee(kept: Kept) -> Foreseen:
    """The forecast of the day the number is kept, and its error on the shop's own past."""
    metric, day = kept.measured.metric, kept.day
    rule = kept.profile.rules[metric]
    since = day - timedelta(days=days_needed(rule))
    days = history([kept.shop_id], metric, since=since, formula=kept.profile.formula)
    if not days.get(metric):
        return Foreseen()
    course = course_now(metric, days, 0, rule, today=day, formula=kept.profile.formula)
    first = min(one.day for counts in days.values() for one in counts[:1])
    tested = tested_on_past(course.past, rule, day, first, (kept.shop_id,))
    likely = forecast(course, seed=seed_of([kept.shop_id], metric, day)).likely
    return Foreseen(likely.day if likely else None, tested.error_14 if tested else None)


BESIDE = Beside(prove, foresee, SETTLED)
