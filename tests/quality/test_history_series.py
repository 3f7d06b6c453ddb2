"""Numbers of many days by running totals, against the slow and obvious way."""

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from quality.formulas import FORMULA, Metric
from quality.history.series import official_series
from quality.metrics import SAMPLE_OF, DayCounts, measure_days, official_window
from quality.thresholds import DEFAULT

BEGIN = date(2026, 8, 1)
COUNTS = st.lists(
    st.builds(
        lambda day, *counts: DayCounts(day, *counts),
        st.integers(0, 140).map(lambda n: BEGIN + timedelta(days=n)),
        st.integers(0, 50),
        st.integers(0, 2_000),
    ),
    max_size=60,
)


@given(days=st.fixed_dictionaries(dict.fromkeys(Metric, COUNTS)), length=st.integers(1, 20), at=st.integers(0, 99))
def test_each_day_of_a_series_is_the_number_of_that_day(
    days: dict[Metric, list[DayCounts]], length: int, at: int
) -> None:
    first = BEGIN + timedelta(days=at)
    last = first + timedelta(days=length - 1)
    for metric in Metric:
        asked = {one: days[one] for one in (metric, SAMPLE_OF[metric])}
        window = FORMULA.window_days[metric]
        found = official_series(days, rule=DEFAULT.rules[metric], first=first, last=last)
        assert [one.day for one in found] == [first + timedelta(days=n) for n in range(length)]
        for one in found:
            assert one.measured == measure_days(asked, metric, official_window(one.day, window))


@given(days=COUNTS, order=st.randoms())
def test_the_order_of_the_buckets_is_no_matter(days: list[DayCounts], order: Random) -> None:
    mixed = list(days)
    order.shuffle(mixed)
    first, last = BEGIN + timedelta(days=100), BEGIN + timedelta(days=110)
    one, other = (
        official_series({Metric.CANCELLED: found}, rule=DEFAULT.rules[Metric.CANCELLED], first=first, last=last)
        for found in (days, mixed)
    )
    assert one == other
