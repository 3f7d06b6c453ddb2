"""How much still fits: against brute force, and against the figures of the design and of the reference."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.models import Order
from quality.budget import after_one_more, days_ahead, marks_ahead, marks_needed, next_room, orders_needed, room
from quality.formulas import Anchor, Metric
from quality.metrics import DayCounts, measure_days, official_window
from quality.reading import behind_of
from quality.thresholds import BY_CODE, COMPARE, DEFAULT, Bound, Comparator, WindowEnd, percent, whole_window
from staff.formats import ALMATY

TODAY = date(2026, 10, 15)
CANCELS = DEFAULT.rules[Metric.CANCELLED]
SHARES = [Metric.CANCELLED, Metric.LATE_HANDOVER, Metric.QUALITY_RETURNS]


@pytest.mark.parametrize("end", WindowEnd)
def test_what_leaves_on_a_day_to_come_are_the_orders_of_which_the_list_says_so(end: WindowEnd) -> None:
    rule = replace(CANCELS, window_end=end, window_days=5)
    past = {TODAY - timedelta(days=n): n + 1 for n in range(6)}
    ahead = days_ahead([DayCounts(day, used, 9) for day, used in past.items()], rule, today=TODAY, horizon=6)
    for day in ahead:
        window = whole_window(rule, day.day)
        assert day.room.used == sum(used for then, used in past.items() if window.holds(then))
    leaving = {day.day: day.leaving_used for day in ahead if day.leaving_used}
    listed = {}
    for then, used in past.items():
        order = Order(cancelled_at=datetime.combine(then, time(12), tzinfo=ALMATY))
        listed[behind_of(order, rule, Anchor.CANCELLED, None).leaves_on] = used
    assert leaving == {day: used for day, used in listed.items() if day > TODAY}


@pytest.mark.parametrize("end", WindowEnd)
def test_marks_leave_by_where_the_window_ends(end: WindowEnd) -> None:
    rule = replace(DEFAULT.rules[Metric.RATING], window_end=end, window_days=5)
    days = [DayCounts(TODAY - timedelta(days=n), 4 * (n + 1), n + 1) for n in range(7)]
    for ahead in marks_ahead(days, rule, today=TODAY, horizon=6):
        window = whole_window(rule, ahead.day)
        assert ahead.count == sum(one.denominator for one in days if window.holds(one.day))
        left = [one.denominator for one in days if one.day == window.first - timedelta(days=1)]
        assert ahead.leaving_count == sum(left)


uppers = st.builds(
    Bound,
    st.sampled_from([Comparator.GT, Comparator.GE]),
    st.integers(1, 400).map(lambda n: Fraction(n, 1000)),
)
thorough = settings(max_examples=150, deadline=None)


def slow_room(used: int, total: int, critical: Bound) -> int:
    """Adds one by one until the line is crossed."""
    more = 0
    while used + more + 1 <= total and not critical.met_by(Fraction(used + more + 1, total)):
        more += 1
    return more


@thorough
@given(critical=uppers, total=st.integers(0, 100_000), data=st.data())
def test_what_fits_agrees_with_adding_one_by_one(critical: Bound, total: int, data: st.DataObject) -> None:
    used = data.draw(st.integers(0, total))
    assert room(used, total, critical).left == slow_room(used, total, critical)


@pytest.mark.parametrize("comparator", [Comparator.GT, Comparator.GE])
@pytest.mark.parametrize("limit", ["1", "2", "3", "5", "10"])
def test_what_fits_agrees_with_adding_one_by_one_for_every_size_up_to_a_hundred_thousand(
    comparator: Comparator, limit: str
) -> None:
    critical, most = Bound(comparator, percent(limit)), 0
    over, under = critical.value.as_integer_ratio()
    for total in range(1, 100_001):
        # The most that fit only ever grow with the orders, so one walk serves all sizes; crossed multiplied, for speed.
        while COMPARE[comparator](Fraction((most + 1) * under), Fraction(over * total)) is False:
            most += 1
        assert room(0, total, critical).left == most


@thorough
@given(critical=uppers, total=st.integers(1, 10_000), data=st.data())
def test_the_crossing_cancel_is_the_first_that_is_critical(critical: Bound, total: int, data: st.DataObject) -> None:
    crossing = room(data.draw(st.integers(0, total)), total, critical).crosses_at
    assert critical.met_by(Fraction(crossing, total))
    assert not critical.met_by(Fraction(crossing - 1, total))


@thorough
@given(critical=uppers, used=st.integers(0, 300))
def test_the_orders_needed_are_the_first_size_at_which_one_more_fits(critical: Bound, used: int) -> None:
    needed = orders_needed(used, critical)
    assert room(used, needed, critical).left >= 1
    assert room(used, needed - 1, critical).left == 0


@pytest.mark.parametrize(
    ("metric", "used", "total", "left", "crosses_at"),
    [
        (Metric.CANCELLED, 27, 1236, 10, 38),
        (Metric.LATE_HANDOVER, 42, 714, 29, 72),
        (Metric.QUALITY_RETURNS, 9, 1113, 13, 23),
        (Metric.CANCELLED, 0, 33, 0, 1),
        (Metric.CANCELLED, 0, 34, 1, 2),
        (Metric.CANCELLED, 60, 1236, 0, 38),
        (Metric.CANCELLED, 0, 0, 0, 1),
    ],
)
def test_the_room_of_known_figures(metric: Metric, used: int, total: int, left: int, crosses_at: int) -> None:
    found = room(used, total, DEFAULT.rules[metric].critical)
    assert (found.left, found.crosses_at) == (left, crosses_at)


@pytest.mark.parametrize(
    ("limit", "budgets"),
    [("3", (45, 90, 270)), ("5", (75, 150, 450)), ("1", (15, 30, 90))],
)
def test_a_limit_that_must_not_be_exceeded_allows_the_limit_itself(limit: str, budgets: tuple[int, ...]) -> None:
    bound = Bound(Comparator.GT, percent(limit))
    assert tuple(room(0, total, bound).left for total in (1500, 3000, 9000)) == budgets


@pytest.mark.parametrize(
    ("limit", "budgets"),
    [("3", (44, 89, 269)), ("5", (74, 149, 449)), ("1", (14, 29, 89))],
)
def test_a_limit_that_must_be_undercut_allows_one_fewer(limit: str, budgets: tuple[int, ...]) -> None:
    """The profile of 2026 says «below 3 %»: of the worked figures one each is the line itself."""
    bound = Bound(Comparator.GE, percent(limit))
    assert tuple(room(0, total, bound).left for total in (1500, 3000, 9000)) == budgets


@pytest.mark.parametrize("comparator", [Comparator.GE, Comparator.GT])
def test_the_first_affordable_cancel_comes_at_thirty_four_orders_either_way(comparator: Comparator) -> None:
    bound = Bound(comparator, percent("3"))
    assert [room(0, total, bound).left for total in (33, 34)] == [0, 1]
    assert orders_needed(0, bound) == 34


def test_on_a_round_hundred_the_strictness_decides() -> None:
    """3 of 100 are the line: below 3 % bears two, not above 3 % bears three, so one more costs an order more or fewer."""
    below, not_above = (Bound(comparator, percent("3")) for comparator in (Comparator.GE, Comparator.GT))
    assert (room(0, 100, below).left, room(0, 100, not_above).left) == (2, 3)
    assert (orders_needed(2, below), orders_needed(2, not_above)) == (101, 100)


def test_a_pace_of_less_than_one_order_a_day_adds_whole_orders() -> None:
    ahead = days_ahead([], CANCELS, today=TODAY, horizon=4, arrivals_a_day=Fraction(2, 3))
    assert [day.room.total for day in ahead] == [0, 0, 1, 2]


@pytest.mark.parametrize(("code", "needed"), [("v2-2026", 34), ("guide-5", 20), ("historic-10", 10)])
def test_the_smallest_shop_that_can_afford_a_cancel(code: str, needed: int) -> None:
    assert orders_needed(0, BY_CODE[code].rules[Metric.CANCELLED].critical) == needed


def test_one_more_cancel_is_priced_exactly() -> None:
    found = after_one_more(27, 1236, CANCELS.critical)
    assert (found.before, found.after) == (Fraction(27, 1236), Fraction(28, 1236))
    assert (found.crosses, found.left_after) == (False, 9)


@pytest.mark.parametrize(("used", "total", "crosses"), [(36, 1236, False), (37, 1236, True), (0, 0, True)])
def test_the_cancel_that_crosses_the_line_says_so(used: int, total: int, crosses: bool) -> None:
    assert after_one_more(used, total, CANCELS.critical).crosses is crosses


def test_a_budget_under_a_lower_bound_is_refused() -> None:
    with pytest.raises(ValueError, match="upper bound"):
        room(1940, 412, DEFAULT.rules[Metric.RATING].critical)


buckets = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 5), st.integers(0, 60)), unique_by=lambda day: day[0]
).map(lambda found: tuple(DayCounts(TODAY - timedelta(days=ago), used, total) for ago, used, total in found))


@thorough
@given(days=buckets, arrivals=st.integers(0, 40))
def test_the_days_ahead_agree_with_measuring_on_those_days(days: tuple[DayCounts, ...], arrivals: int) -> None:
    coming = tuple(DayCounts(TODAY + timedelta(days=n), 0, arrivals) for n in range(1, 45))
    for ahead in days_ahead(days, CANCELS, today=TODAY, horizon=40, arrivals_a_day=arrivals):
        then = measure_days({Metric.CANCELLED: days + coming}, Metric.CANCELLED, official_window(ahead.day, 30))
        assert (ahead.room.used, ahead.room.total) == (then.numerator, then.denominator)
        assert ahead.value == then.value


@thorough
@given(days=buckets)
def test_what_leaves_the_window_is_what_the_days_ahead_lose(days: tuple[DayCounts, ...]) -> None:
    ahead = days_ahead(days, CANCELS, today=TODAY, horizon=40)
    for before, after in pairwise(ahead):
        assert before.room.used - after.leaving_used == after.room.used
        assert before.room.total - after.leaving_total == after.room.total


def test_the_next_room_comes_when_an_old_cancel_leaves() -> None:
    old = DayCounts(TODAY - timedelta(days=20), 1, 10)
    fresh = DayCounts(TODAY, 0, 60)
    ahead = days_ahead([old, fresh], CANCELS, today=TODAY)
    assert room(1, 70, CANCELS.critical).left == 1
    assert next_room(0, ahead) == ahead[0]
    freed = next_room(1, days_ahead([old, fresh], CANCELS, today=TODAY, arrivals_a_day=2))
    assert freed is not None
    assert freed.day == TODAY + timedelta(days=11)


def test_buckets_of_several_points_on_one_day_are_added_up() -> None:
    points = [DayCounts(TODAY, 1, 40), DayCounts(TODAY, 2, 60)]
    tomorrow = days_ahead(points, CANCELS, today=TODAY)[0]
    assert (tomorrow.room.used, tomorrow.room.total) == (3, 100)


def test_no_room_in_sight_is_said_plainly() -> None:
    assert next_room(0, days_ahead([DayCounts(TODAY, 5, 20)], CANCELS, today=TODAY, horizon=10)) is None


@thorough
@given(
    marks=st.lists(st.integers(1, 5), max_size=60),
    mark=st.integers(1, 5),
    comparator=st.sampled_from(Comparator),
    tenths=st.integers(11, 49),
)
def test_marks_needed_agree_with_adding_them_one_by_one(
    marks: list[int], mark: int, comparator: Comparator, tenths: int
) -> None:
    bound, more = Bound(comparator, Fraction(tenths, 10)), list(marks)
    while not (more and bound.met_by(Fraction(sum(more), len(more)))) and len(more) < 3000:
        more.append(mark)
    slow = len(more) - len(marks) if bound.met_by(Fraction(sum(more), len(more))) else None
    assert marks_needed(sum(marks), len(marks), bound, mark=mark) == slow


@pytest.mark.parametrize(
    ("total", "count", "bound", "mark", "needed"),
    [
        (450, 100, Bound(Comparator.GE, Fraction("4.6")), 5, 25),
        (450, 100, DEFAULT.rules[Metric.RATING].good, 5, 26),
        (1940, 412, DEFAULT.rules[Metric.RATING].critical, 1, 98),
        (1940, 412, DEFAULT.rules[Metric.RATING].good, 5, 0),
        (450, 100, DEFAULT.rules[Metric.RATING].good, 4, None),
    ],
)
def test_the_marks_needed_of_known_figures(total: int, count: int, bound: Bound, mark: int, needed: int | None) -> None:
    assert marks_needed(total, count, bound, mark=mark) == needed
