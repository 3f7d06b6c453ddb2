"""Day buckets as tests of standing are told with: steady days, with what differs named."""

from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import strategies as st

from quality.formulas import Metric
from quality.metrics import DayCounts

TODAY = date(2026, 11, 30)
Days = Mapping[Metric, list[DayCounts]]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def steady(orders: int = 10, *, length: int = 210, mark: int = 5) -> dict[Metric, list[DayCounts]]:
    """So many orders arrive, are handed over, issued and marked on each day before today; nothing goes wrong."""
    days = [ago(n) for n in range(length, 0, -1)]
    found = {metric: [DayCounts(day, 0, orders) for day in days] for metric in Metric}
    found[Metric.RATING] = [DayCounts(day, orders * mark, orders) for day in days]
    return found


def wrong(days: dict[Metric, list[DayCounts]], metric: Metric, when: date, count: int) -> dict[Metric, list[DayCounts]]:
    """The same days with so many more wrong on one."""
    return {**days, metric: [*days[metric], DayCounts(when, count, 0)]}


def buckets(longest: int = 220) -> st.SearchStrategy[Days]:
    """Random days of all metrics; a day may come twice, as it does of two points."""
    one = st.builds(
        lambda back, above, below: DayCounts(ago(back), above, below),
        st.integers(0, longest),
        st.integers(0, 4),
        st.integers(0, 40),
    )
    return st.fixed_dictionaries({metric: st.lists(one, max_size=40) for metric in Metric})
