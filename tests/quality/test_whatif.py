"""What-if: every change against what it must never do, by the engine of the forecast alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.budget import days_ahead
from quality.formulas import Metric
from quality.metrics import DayCounts
from quality.outlook.forecast import HORIZON, Course, course_of, forecast
from quality.outlook.whatif import Change, Exclude, Prevent, Stop, Switch, changed, compare
from quality.thresholds import GUIDE_5, HISTORIC_10, V2_2026
from tests.quality.pasts import TODAY, pasts, steady

RULES = V2_2026.rules
SHARES = [Metric.CANCELLED, Metric.LATE_HANDOVER, Metric.QUALITY_RETURNS]
PATHS = 25

some = settings(max_examples=40, deadline=None)
parts = st.floats(0, 1)
from_days = st.integers(0, HORIZON).map(lambda n: TODAY + timedelta(days=n))


def _course(past: list[DayCounts], metric: Metric = Metric.CANCELLED) -> Course:
    return course_of(past, RULES[metric], today=TODAY)


NOTHING: list[Change] = [
    Stop(orders=0, faults=0, from_day=TODAY),
    Prevent(part=0, from_day=TODAY),
    Exclude(()),
]


@some
@given(past=pasts(), metric=st.sampled_from(Metric), seed=st.integers(0, 2**32))
def test_what_changes_nothing_leaves_the_path_as_it_was(past: list[DayCounts], metric: Metric, seed: int) -> None:
    course = _course(past, metric)
    same = [*NOTHING, Switch(rule=RULES[metric])]
    found = compare(course, same, seed=seed, paths=PATHS)
    assert found.before == found.after == compare(course, [], seed=seed, paths=PATHS).after


@some
@given(past=pasts(), metric=st.sampled_from(SHARES), data=st.data())
def test_an_order_left_out_never_makes_a_share_worse(
    past: list[DayCounts], metric: Metric, data: st.DataObject
) -> None:
    faulty = [day for day in past if day.numerator]
    gone = tuple(
        DayCounts(day.day, data.draw(st.integers(0, day.numerator)), 0) for day in faulty if data.draw(st.booleans())
    )
    found = compare(_course(past, metric), [Exclude(gone)], seed=1, paths=PATHS)
    for before, after in zip(found.before.days, found.after.days, strict=True):
        assert after.critical <= before.critical
        if before.median is not None and after.median is not None:
            assert after.median <= before.median


@some
@given(past=pasts(), metric=st.sampled_from(SHARES))
def test_without_any_product_only_the_days_go_by(past: list[DayCounts], metric: Metric) -> None:
    found = compare(_course(past, metric), [Stop(orders=1, faults=1, from_day=TODAY)], seed=1, paths=PATHS)
    ahead = days_ahead(past, RULES[metric], today=TODAY, horizon=HORIZON)
    for day, expected in zip(found.after.days, ahead, strict=True):
        assert (day.used, day.total) == (
            (expected.room.used, expected.room.total) if expected.value is not None else (0, 0)
        )
        assert day.low == day.high


@some
@given(past=pasts(), metric=st.sampled_from(SHARES), two=st.tuples(parts, parts), since=from_days)
def test_the_more_is_prevented_the_better_every_day(
    past: list[DayCounts], metric: Metric, two: tuple[float, float], since: date
) -> None:
    less, more = (
        compare(_course(past, metric), [Prevent(part=one, from_day=since)], seed=2, paths=PATHS).after
        for one in sorted(two)
    )
    for weak, strong in zip(less.days, more.days, strict=True):
        assert strong.critical <= weak.critical
        if weak.median is not None and strong.median is not None and weak.high is not None and strong.high is not None:
            assert strong.median <= weak.median and strong.high <= weak.high


def test_a_change_reaches_no_day_before_its_own() -> None:
    since = TODAY + timedelta(days=5)
    found = compare(_course(steady(50, 0.05)), [Prevent(part=1, from_day=since)], seed=1, paths=PATHS)
    # What happens on the fifth day from today is shown on the sixth.
    assert found.before.days[:5] == found.after.days[:5]
    assert (found.after.days[5].median or 0) < (found.before.days[5].median or 0)


def test_a_stopped_product_goes_wrong_for_as_long_as_it_takes() -> None:
    stop = Stop(orders=0.5, faults=1, from_day=TODAY + timedelta(days=1), lag=3)
    course = changed(_course(steady(50, 0.05)), [stop])
    assert course.arriving[:3] == (1, 0.5, 0.5)
    assert course.keeping[:6] == (1, 1, 1, 1, 0, 0)


def test_two_changes_prevent_their_parts_of_what_is_left() -> None:
    both: list[Change] = [Prevent(part=0.5, from_day=TODAY), Prevent(part=0.2, from_day=TODAY)]
    assert changed(_course(steady(50, 0.05)), both).keeping == pytest.approx([0.4] * HORIZON)


@pytest.mark.parametrize("part", [-0.1, 1.1])
def test_what_is_no_part_is_refused(part: float) -> None:
    with pytest.raises(ValueError, match="part"):
        changed(_course(steady(50, 0.05)), [Prevent(part=part, from_day=TODAY)])


def test_another_profile_judges_the_same_path() -> None:
    course = _course(steady(100, 0.04))
    found = {
        profile.code: compare(course, [Switch(rule=profile.rules[Metric.CANCELLED])], seed=1, paths=PATHS)
        for profile in (GUIDE_5, HISTORIC_10)
    }
    assert found["guide-5"].before.likely is not None
    assert found["historic-10"].after.likely is None
    one, other = found["guide-5"].after, found["historic-10"].after
    assert [day.median for day in one.days] == [day.median for day in other.days]
    assert one.room is not None and other.room is not None and one.room.left < other.room.left


def test_another_reading_counts_the_past_anew_and_is_switched_first() -> None:
    stop = Stop(orders=0.5, faults=0.5, from_day=TODAY)
    anew = Switch(rule=RULES[Metric.CANCELLED], past=tuple(steady(30, 0.1, seed=2)))
    turned = changed(_course(steady(100, 0.04)), [stop, anew])
    assert turned.past == tuple(steady(30, 0.1, seed=2))
    assert turned.arriving == (0.5,) * HORIZON


def test_a_low_mark_that_is_left_out_leaves_both_sides_of_the_rating() -> None:
    past = [DayCounts(TODAY - timedelta(days=n), 5, 1) for n in range(20, 1, -1)]
    bad = DayCounts(TODAY - timedelta(days=1), 1, 1)
    course = _course([*past, bad], Metric.RATING)
    found = forecast(changed(course, [Exclude((bad,))]), seed=1, paths=PATHS).days[0]
    assert found.aged == 5
