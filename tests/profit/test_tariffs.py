"""Tariffs by date: the past stays as it was, a new law takes effect, and a floor price loses nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catalog.costs.full import break_even
from catalog.costs.tariffs import BUILT_IN, DELIVERY, Band, Rates, Reach, Row, TariffKind, Tariffs

KNOWN = Tariffs(BUILT_IN)
OF_2025, OF_2026 = date(2025, 12, 31), date(2026, 1, 1)


def own(kind: TariffKind, since: date, value: str, *, key: str = "", order: int = 1) -> Row:
    return Row(kind, key, since, Decimal(value), own=True, order=order)


@pytest.mark.parametrize(("day", "worth", "reach", "taken"), [
    (OF_2025, 9_000, Reach.CITY, 783),
    (OF_2025, 9_000, Reach.COUNTRY, 895),
    (OF_2025, 16_990, Reach.COUNTRY, 1_455),
    (OF_2026, 999, Reach.CITY, 57),
    (OF_2026, 1_000, Reach.CITY, 173),
    (OF_2026, 4_999, Reach.EXPRESS, 231),
    (OF_2026, 9_999, Reach.COUNTRY, 927),
    (OF_2026, 10_000, Reach.COUNTRY, 1_507),
    (OF_2025, 4_999, Reach.CITY, None),
])  # fmt: skip
def test_delivery_costs_what_the_sheets_of_sellers_show(day: date, worth: int, reach: Reach, taken: int | None) -> None:
    assert KNOWN.delivery(worth=Decimal(worth), grams=0, reach=reach, day=day) == taken


def test_every_worth_and_weight_of_2026_has_one_price() -> None:
    table = list(DELIVERY[date(2026, 1, 1)])
    for worth, grams in [
        (w, g) for w in (0, 999, 1_000, 5_000, 9_999, 10_000, 10**7) for g in (0, 4_999, 5_000, 10**6)
    ]:
        for reach in Reach:
            assert sum(_holds(band, worth, grams) for band in table if band.reach is reach) == 1


def _holds(band: Band, worth: int, grams: int) -> bool:
    return band.worth_from <= worth < (band.worth_to or 10**9) and band.grams_from <= grams < (band.grams_to or 10**9)


@given(rows=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 99)), max_size=8), asked=st.integers(0, 400))
def test_what_holds_on_a_day_is_the_latest_row_before_it(rows: list[tuple[int, int]], asked: int) -> None:
    begin = date(2026, 2, 1)
    told = [
        own(TariffKind.TAX, begin + timedelta(days=after), f"0.{value:02}", order=order)
        for order, (after, value) in enumerate(rows)
    ]
    held = Decimal("0.03")
    for day in range(asked + 1):
        for after, value in rows:
            held = Decimal(f"0.{value:02}") if after == day else held
    assert Tariffs((*BUILT_IN, *told)).value(TariffKind.TAX, begin + timedelta(days=asked)) == held


def test_a_cell_that_the_company_set_is_over_with_its_table() -> None:
    cheaper = own(TariffKind.DELIVERY, date(2025, 6, 1), "500", key="city:5000:0")
    tariffs = Tariffs((*BUILT_IN, cheaper))
    told = [tariffs.delivery(worth=Decimal(7_000), grams=0, reach=Reach.CITY, day=day) for day in (OF_2025, OF_2026)]
    assert told == [560, 811]


def test_stretches_cut_the_days_where_a_tariff_changes_and_lose_none() -> None:
    tariffs = Tariffs((*BUILT_IN, own(TariffKind.TAX, date(2026, 1, 10), "0.02")))
    found = list(tariffs.stretches(date(2025, 12, 30), date(2026, 1, 20)))
    assert found == [
        (date(2025, 12, 30), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 1, 9)),
        (date(2026, 1, 10), date(2026, 1, 20)),
    ]


SHARE = st.integers(0, 2_500).map(lambda n: Decimal(n) / 10_000)


@given(
    cost=st.integers(0, 10**6).map(Decimal), delivery=st.integers(0, 10**4).map(Decimal),
    commission=SHARE, pay=SHARE, vat=SHARE, tax=SHARE, payer=st.booleans(),
)  # fmt: skip
def test_the_full_cost_is_the_lowest_whole_price_that_loses_nothing(
    cost: Decimal, delivery: Decimal, commission: Decimal, pay: Decimal, vat: Decimal, tax: Decimal, *, payer: bool
) -> None:
    rates = Rates(commission, pay, vat, tax, payer, fees_back=True, delivery_kept=True)
    floor = break_even(cost, delivery, rates)
    assume(floor is not None)
    assert floor is not None
    assert earned(floor, cost, delivery, rates) > Decimal("-1e-9")
    assert floor == 0 or earned(floor - 1, cost, delivery, rates) < 0


def earned(price: Decimal, cost: Decimal, delivery: Decimal, rates: Rates) -> Decimal:
    """Part by part, as the accountant writes it."""
    commission = price * (rates.commission or 0) * (1 + rates.vat)
    before = price - commission - price * (rates.kaspi_pay or 0) - price * rates.tax - delivery - cost
    vat = (price - commission - delivery - cost) * rates.vat / (1 + rates.vat) if rates.vat_payer else Decimal(0)
    return before - vat


def test_fees_that_eat_the_whole_price_leave_no_floor() -> None:
    greedy = Rates(
        Decimal("0.9"), Decimal("0.1"), Decimal("0.16"), Decimal(0), vat_payer=False, fees_back=True, delivery_kept=True
    )
    assert break_even(Decimal(100), Decimal(0), greedy) is None
