"""The four numbers: row by row, by day buckets, and against a reference written the long way round."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.cancelling import Fault
from quality.formulas import FORMULA, Anchor, Formula, Metric, Sides
from quality.metrics import (
    DayCounts,
    Exclusion,
    Measured,
    OrderRow,
    Window,
    day_counts,
    day_of,
    evidence,
    is_late,
    is_overdue,
    measure,
    measure_days,
    official_window,
    preview_window,
    readings,
)

ALMATY = ZoneInfo("Asia/Almaty")
TODAY = date(2026, 8, 26)
YESTERDAY = TODAY - timedelta(days=1)

days = st.none() | st.integers(0, 100).map(lambda n: TODAY - timedelta(days=n))
rows = st.lists(
    st.builds(
        OrderRow,
        order_id=st.integers(1, 10**9),
        created_day=days,
        arrived_day=days,
        cancelled_day=days,
        fault=st.none() | st.sampled_from(Fault),
        provisional=st.booleans(),
        handed_over_day=days,
        late=st.none() | st.booleans(),
        overdue=st.booleans(),
        completed_day=days,
        returned_day=days,
        return_for_quality=st.none() | st.booleans(),
        mark=st.none() | st.integers(1, 5),
        mark_day=days,
        items=st.integers(1, 4),
        ruled_in=st.frozensets(st.sampled_from(Metric), max_size=1),
        ruled_out=st.frozensets(st.sampled_from(Metric), max_size=1),
    ),
    max_size=40,
)
anchors = st.sampled_from(Anchor)
formulas = st.builds(
    Formula,
    version=st.just("any"),
    sides=st.fixed_dictionaries({metric: st.builds(Sides, anchors, anchors) for metric in Metric}),
    window_days=st.just(FORMULA.window_days),
    items=st.frozensets(st.sampled_from(Metric)),
)
thorough = settings(max_examples=150, deadline=None)


def slow(orders: list[OrderRow], metric: Metric, first: date, last: date) -> tuple[int, int]:
    """Numerator and denominator by the default formula, in plain words."""
    window = {first + timedelta(days=n) for n in range((last - first).days + 1)}

    def inside(day: date | None) -> bool:
        return day in window

    def counts(row: OrderRow, ours: bool) -> bool:
        return metric not in row.ruled_out and (ours or metric in row.ruled_in)

    if metric is Metric.RATING:
        marked = [row for row in orders if row.mark and inside(row.mark_day)]
        marks = [row.mark or 0 for row in marked if counts(row, row.returned_day is None)]
        return sum(marks), len(marks)
    if metric is Metric.CANCELLED:
        cancelled = [row for row in orders if inside(row.cancelled_day)]
        faulty = [row for row in cancelled if counts(row, row.fault is Fault.SELLER)]
        return len(faulty), len([row for row in orders if inside(row.arrived_day)])
    if metric is Metric.LATE_HANDOVER:
        handed = [row for row in orders if inside(row.handed_over_day)]
        return len([row for row in handed if row.late and counts(row, True)]), len(handed)
    returned = [row for row in orders if inside(row.returned_day)]
    returns = [row for row in returned if counts(row, bool(row.return_for_quality))]
    return len(returns), len([row for row in orders if inside(row.completed_day)])


def number(orders: list[OrderRow], metric: Metric) -> Measured:
    return measure(orders, metric, official_window(TODAY, FORMULA.window_days[metric]))


def row(**facts: object) -> OrderRow:
    return replace(OrderRow(order_id=1, arrived_day=YESTERDAY), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("metric", Metric)
@thorough
@given(orders=rows)
def test_a_number_agrees_with_counting_in_plain_words(metric: Metric, orders: list[OrderRow]) -> None:
    found = number(orders, metric)
    assert (found.numerator, found.denominator) == slow(orders, metric, found.window.first, found.window.last)


@pytest.mark.parametrize("count", [0, 1, 33, 34, 1_500, 100_000])
def test_a_log_of_any_length_agrees_with_counting_in_plain_words(count: int) -> None:
    chance = Random(count)

    def day() -> date | None:
        return TODAY - timedelta(days=chance.randrange(100)) if chance.random() < 0.7 else None

    def made(number: int) -> OrderRow:
        facts = {name: day() for name in ("arrived_day", "cancelled_day", "handed_over_day", "completed_day")}
        late, quality, mark = chance.choice((None, True, False)), chance.choice((None, True)), chance.randint(1, 5)
        told = {"returned_day": day() if number % 9 == 0 else None, "mark_day": day(), "mark": mark, "late": late}
        return OrderRow(order_id=number, fault=chance.choice(list(Fault)), return_for_quality=quality, **facts, **told)  # type: ignore[arg-type]

    orders = [made(number) for number in range(count)]
    for metric in Metric:
        found = number(orders, metric)
        assert (found.numerator, found.denominator) == slow(orders, metric, found.window.first, found.window.last)


@pytest.mark.parametrize("metric", Metric)
@thorough
@given(orders=rows, formula=formulas, length=st.integers(1, 100), back=st.integers(0, 50))
def test_summing_day_buckets_gives_what_the_rows_give_under_any_formula(
    metric: Metric, orders: list[OrderRow], formula: Formula, length: int, back: int
) -> None:
    window = preview_window(TODAY - timedelta(days=back), length)
    buckets = {each: day_counts(orders, each, formula=formula) for each in Metric}
    assert measure_days(buckets, metric, window, formula=formula) == measure(orders, metric, window, formula=formula)


@thorough
@given(orders=rows)
def test_todays_preview_is_tomorrows_number_but_for_parcels_still_here(orders: list[OrderRow]) -> None:
    today, tomorrow = readings(orders, today=TODAY), readings(orders, today=TODAY + timedelta(days=1))
    for metric in set(Metric) - {Metric.LATE_HANDOVER}:
        assert today[metric].preview == tomorrow[metric].official


@pytest.mark.parametrize("metric", Metric)
@thorough
@given(orders=rows)
def test_the_orders_behind_a_number_add_up_to_it(metric: Metric, orders: list[OrderRow]) -> None:
    window = official_window(TODAY, 30)
    unique = [replace(order, order_id=n) for n, order in enumerate(orders)]
    found, behind = measure(unique, metric, window), evidence(unique, metric, window)
    weight = {order.order_id: order.mark or 0 if metric is Metric.RATING else 1 for order in unique}
    assert sum(weight[order] for order in behind.numerator) == found.numerator
    assert len(behind.denominator) == found.denominator
    assert not {order for order, _ in behind.excluded} & set(behind.numerator)


def test_the_official_window_is_whole_days_ending_yesterday() -> None:
    # Bounds seen in the cabinet on 26 August: 27 July to 25 August, and 28 May to 25 August for the rating.
    assert official_window(TODAY, 30) == Window(date(2026, 7, 27), date(2026, 8, 25))
    assert official_window(TODAY, 90) == Window(date(2026, 5, 28), date(2026, 8, 25))


def test_a_window_of_days_has_its_instants_in_utc() -> None:
    begins, ends = official_window(date(2026, 8, 26), 30).instants(ALMATY)
    assert begins == datetime(2026, 7, 26, 19, tzinfo=UTC)
    assert ends == datetime(2026, 8, 25, 19, tzinfo=UTC)


def test_the_instants_of_a_window_over_the_change_of_zone_keep_whole_days() -> None:
    begins, ends = Window(date(2024, 2, 29), date(2024, 2, 29)).instants(ALMATY)
    assert ends - begins == timedelta(hours=25)


def test_an_event_before_midnight_of_almaty_belongs_to_the_day_before() -> None:
    assert day_of(datetime(2026, 8, 25, 18, 59, 59, tzinfo=UTC), ALMATY) == date(2026, 8, 25)
    assert day_of(datetime(2026, 8, 25, 19, 0, tzinfo=UTC), ALMATY) == date(2026, 8, 26)


def test_todays_cancel_is_in_the_preview_and_not_yet_in_the_official_number() -> None:
    found = readings([row(cancelled_day=TODAY, fault=Fault.SELLER)], today=TODAY)[Metric.CANCELLED]
    assert (found.official.value, found.preview.value) == (0, 1)


def test_an_order_expired_by_our_clock_counts_at_once_as_provisional() -> None:
    found = number([row(cancelled_day=YESTERDAY, fault=Fault.SELLER, provisional=True)], Metric.CANCELLED)
    assert (found.numerator, found.provisional) == (1, 1)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.BUYER, Exclusion.NOT_THE_SELLERS_FAULT),
        (Fault.KASPI, Exclusion.NOT_THE_SELLERS_FAULT),
        (Fault.UNKNOWN, Exclusion.FAULT_UNKNOWN),
        (None, Exclusion.FAULT_UNKNOWN),
    ],
)
def test_a_cancel_that_is_not_the_sellers_is_left_out_with_its_reason(fault: Fault | None, reason: Exclusion) -> None:
    orders = [row(cancelled_day=YESTERDAY, fault=fault)]
    assert number(orders, Metric.CANCELLED).numerator == 0
    assert evidence(orders, Metric.CANCELLED, official_window(TODAY, 30)).excluded == ((1, reason),)


def test_the_mark_of_a_returned_order_leaves_the_rating_with_a_trace() -> None:
    orders = [row(mark=5, mark_day=YESTERDAY), row(order_id=2, mark=1, mark_day=YESTERDAY, returned_day=TODAY)]
    assert number(orders, Metric.RATING).value == 5
    behind = evidence(orders, Metric.RATING, official_window(TODAY, 90))
    assert (behind.denominator, behind.excluded) == ((1,), ((2, Exclusion.MARK_OF_RETURNED_ORDER),))


def test_a_return_without_a_known_reason_is_not_guessed_to_be_for_quality() -> None:
    orders = [row(completed_day=YESTERDAY, returned_day=YESTERDAY)]
    assert number(orders, Metric.QUALITY_RETURNS).value == 0
    behind = evidence(orders, Metric.QUALITY_RETURNS, official_window(TODAY, 30))
    assert behind.excluded == ((1, Exclusion.RETURN_REASON_UNKNOWN),)


def test_a_parcel_that_is_late_and_still_here_counts_only_in_the_preview() -> None:
    orders = [row(handed_over_day=YESTERDAY, late=False), row(overdue=True)]
    found = readings(orders, today=TODAY)[Metric.LATE_HANDOVER]
    assert (found.official.value, found.preview.value) == (0, Fraction(1, 2))
    assert found.preview.provisional == 1


def test_late_is_strictly_after_the_planned_moment() -> None:
    planned = datetime(2026, 8, 25, 15, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert [is_late(planned, planned + n * second) for n in (-1, 0, 1)] == [False, False, True]
    assert [is_overdue(planned, None, planned + n * second) for n in (-1, 0, 1)] == [False, False, True]


@pytest.mark.parametrize("planned", [None, datetime(2026, 8, 25, 15, tzinfo=UTC)])
def test_lateness_is_unknown_while_a_moment_is_missing(planned: datetime | None) -> None:
    assert is_late(planned, None) is None
    assert is_late(None, planned) is None
    assert not is_overdue(None, None, datetime(2026, 8, 25, 15, tzinfo=UTC))


def test_the_sample_of_a_share_is_the_orders_that_arrived() -> None:
    found = number([row(), row(handed_over_day=YESTERDAY, late=True), row(arrived_day=None)], Metric.LATE_HANDOVER)
    assert (found.denominator, found.sample) == (1, 2)


@pytest.mark.parametrize("metric", Metric)
def test_a_number_without_orders_has_no_value(metric: Metric) -> None:
    assert number([], metric).value is None


def test_a_value_is_exact_and_carries_its_formula() -> None:
    buckets = {metric: (DayCounts(YESTERDAY, 27, 1236),) for metric in Metric}
    found = measure_days(buckets, Metric.CANCELLED, official_window(TODAY, 30))
    assert (found.value, found.version) == (Fraction(27, 1236), FORMULA.version)
