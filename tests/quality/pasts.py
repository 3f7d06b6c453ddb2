"""Shops with a past, as day buckets."""

from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from quality.metrics import DayCounts

TODAY = date(2026, 10, 14)


def steady(orders: int, share: float, *, days: int = 150, seed: int = 1, today: date = TODAY) -> list[DayCounts]:
    """A shop where every order goes wrong with the same share; today has brought nothing yet."""
    chance = Random(seed)
    return [
        DayCounts(today - timedelta(days=n), sum(chance.random() < share for _ in range(orders)), orders)
        for n in range(days, 0, -1)
    ]


@st.composite
def pasts(draw: st.DrawFn) -> list[DayCounts]:
    """Any past up to and with today: gaps, quiet and busy days."""
    totals = draw(st.lists(st.integers(0, 60), min_size=1, max_size=100))
    used = [draw(st.integers(0, total)) for total in totals]
    pairs = zip(range(len(totals)), used, totals, strict=True)
    return [DayCounts(TODAY - timedelta(days=n), one, total) for n, one, total in pairs if total]
