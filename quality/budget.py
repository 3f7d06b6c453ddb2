"""How much room is left before a line is crossed, what one more costs, and when room comes back. Pure, exact.

How many fit is decided by the strictness of the line (capabilities §4). "Must not exceed 3 %" (GT) leaves the line itself
allowed: of 1 500, 3 000, 9 000 orders 45, 90, 270 at 3 %, 75, 150, 450 at 5 %, 15, 30, 90 at 1 %. "Must be below 3 %" (GE,
as the profile of 2026 says of cancels) allows one fewer wherever the line falls on a whole order: 44, 89, 269. Where it
does not, both say the same: 33 orders bear no cancel at 3 %, 34 bear one.

The share of one metric is C of N in a window. One more cancel of an order that is already in the window makes it C + 1
of the same N; when days leave the window, they take their C and their N along. A cancel made today counts on today, so
ask with the numbers of the *preview* window: the official one ends yesterday and shows it only tomorrow.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

from quality.metrics import DayCounts
from quality.thresholds import Bound, Comparator, Rule, whole_window


@dataclass(frozen=True, slots=True)
class Room:
    """`left` more still fit; the `crosses_at`-th in all crosses the line (27 used, 10 left: the 38th).

    Over the line already: nothing is left and `crosses_at` is a number that has been passed.
    """

    used: int
    total: int
    left: int
    crosses_at: int


@dataclass(frozen=True, slots=True)
class OneMore:
    """The share before and after one more, exact; None where there is no order to share by."""

    before: Fraction | None
    after: Fraction | None
    crosses: bool
    left_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksAhead:
    """The rating of a day to come, if no new mark comes. `leaving_*` left the window that day.

    `ones`: how many marks «1» make it critical on that day, 0 when it is; None when no number of them does.
    """

    day: date
    leaving_total: int
    leaving_count: int
    total: int
    count: int
    ones: int | None

    @property
    def value(self) -> Fraction | None:
        """The mean mark of that day, exact; None without marks."""
        return Fraction(self.total, self.count) if self.count else None


@dataclass(frozen=True, slots=True)
class DayAhead:
    """What the number of a day to come is made of, if nothing happens but the days going by."""

    day: date
    leaving_used: int
    leaving_total: int
    room: Room

    @property
    def value(self) -> Fraction | None:
        """The share of that day, exact; None without orders."""
        return Fraction(self.room.used, self.room.total) if self.room.total else None


def _most_below(bound: Fraction, total: int) -> int:
    return ceil(bound * total) - 1


def _most_up_to(bound: Fraction, total: int) -> int:
    return floor(bound * total)


# The largest C out of N that is not critical, by the strictness of the critical bound.
MOST: Mapping[Comparator, Callable[[Fraction, int], int]] = {
    Comparator.GE: _most_below,
    Comparator.GT: _most_up_to,
}


def room(used: int, total: int, critical: Bound) -> Room:
    """How many more fit into `total` orders. `critical` is the bound of a share (met from above).

    `left` never exceeds the orders there are. Raises ValueError for a bound that is met from below, as the rating's.
    """
    if critical.comparator not in MOST:
        raise ValueError("A budget is counted under an upper bound; for the rating see marks_until_critical")
    most = max(MOST[critical.comparator](critical.value, total), 0)
    return Room(used=used, total=total, left=max(min(most, total) - used, 0), crosses_at=most + 1)


def after_one_more(used: int, total: int, critical: Bound) -> OneMore:
    """What one more does: "2,61 → 2,94 % of 3,00 %"."""
    before = Fraction(used, total) if total else None
    after = Fraction(used + 1, total) if total else None
    return OneMore(
        before=before,
        after=after,
        crosses=after is None or critical.met_by(after),
        left_after=room(used + 1, total, critical).left,
    )


def orders_needed(used: int, critical: Bound) -> int:
    """The least number of orders among which one more is affordable (none used, below 3 %: 34)."""
    exact = Fraction(used + 1) / critical.value
    # On the line itself the share is critical only where the bound is met by equality.
    return floor(exact) + 1 if critical.comparator is Comparator.GE else ceil(exact)


def days_ahead(
    days: Iterable[DayCounts], rule: Rule, *, today: date, horizon: int = 30, arrivals_a_day: int | Fraction = 0
) -> tuple[DayAhead, ...]:
    """The number of each of the next `horizon` days as the cabinet would show it, tomorrow first.

    From day buckets up to and with today; of a rolling window as it stands when the day ends. Nothing new goes wrong;
    `arrivals_a_day` orders come in on each day after today, none by default, which is all that is known and the cautious
    reading; of a fraction whole orders are counted. `leaving_*` left the window that day.
    """
    used, total = _by_day(days, today)

    def ahead(shown: date) -> DayAhead:
        window = whole_window(rule, shown)
        inside = [window.first + timedelta(days=n) for n in range(rule.window_days)]
        left = window.first - timedelta(days=1)
        coming = floor(sum(day > today for day in inside) * arrivals_a_day)
        return DayAhead(
            day=shown,
            leaving_used=used[left],
            leaving_total=total[left],
            room=room(sum(used[day] for day in inside), sum(total[day] for day in inside) + coming, rule.critical),
        )

    return tuple(ahead(today + timedelta(days=n)) for n in range(1, horizon + 1))


def _by_day(days: Iterable[DayCounts], today: date) -> tuple[Counter[date], Counter[date]]:
    """Both sides of each day up to today: a day comes in several buckets when they are kept by point."""
    used: Counter[date] = Counter()
    total: Counter[date] = Counter()
    for day in days:
        if day.day <= today:
            used[day.day] += day.numerator
            total[day.day] += day.denominator
    return used, total


def marks_ahead(days: Iterable[DayCounts], rule: Rule, *, today: date, horizon: int = 30) -> tuple[MarksAhead, ...]:
    """The rating of each of the next `horizon` days, tomorrow first: old marks leave, no new ones come.

    From day buckets up to and with today. Raises ValueError for a rule that is not met from below.
    """
    if rule.critical.comparator in MOST:
        raise ValueError("Marks are counted above a lower bound; for shares see days_ahead")
    total, count = _by_day(days, today)
    window = whole_window(rule, today + timedelta(days=1))
    summed = sum(marks for day, marks in total.items() if window.holds(day))
    counted = sum(marks for day, marks in count.items() if window.holds(day))
    found = []
    for ahead in range(1, horizon + 1):
        left = window.first + timedelta(days=ahead - 2)
        if ahead > 1:
            summed, counted = summed - total[left], counted - count[left]
        found.append(
            MarksAhead(
                day=today + timedelta(days=ahead),
                leaving_total=total[left],
                leaving_count=count[left],
                total=summed,
                count=counted,
                ones=marks_needed(summed, counted, rule.critical, mark=1),
            )
        )
    return tuple(found)


def next_room(left: int, ahead: Iterable[DayAhead]) -> DayAhead | None:
    """The first day ahead on which more fit than the `left` of now; None when there is none in sight."""
    return next((day for day in ahead if day.room.left > left), None)


def marks_needed(total: int, count: int, bound: Bound, *, mark: int) -> int | None:
    """How many more marks of one value until the mean of `count` marks with the sum `total` meets the bound.

    Fives until "good", or ones until "critical". 0 when it is met already; None when such marks never lead there.
    Marks that leave the window meanwhile are not foreseen here.
    """
    if count and bound.met_by(Fraction(total, count)):
        return 0
    upwards = bound.comparator in (Comparator.GT, Comparator.GE)
    strict = bound.comparator in (Comparator.GT, Comparator.LT)
    if mark == bound.value:
        # The mean comes ever nearer to the line; only from nothing does it stand on it.
        return None if strict or count else 1
    if (mark > bound.value) is not upwards:
        return None
    # (total + mark·k) / (count + k) against the bound, solved for k.
    exact = (bound.value * count - total) / (mark - bound.value)
    return max(floor(exact) + 1 if strict else ceil(exact), 1)
