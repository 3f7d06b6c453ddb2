"""A rule on the past: what it would have done, how long it would have been first, and what that would have brought."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.repricing.deciding import Change, Competitor, Good, Look, Rule
from catalog.repricing.replaying import Past, Sale, replay
from catalog.rules import PriceGuard

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
RULE = Rule(most_move=Decimal("0.9"), most_changes=99, min_interval=timedelta(0))
GOOD = Good(Decimal(100), PriceGuard(Decimal(50), Decimal(150)), cost=Decimal(60))


def hour(n: float) -> datetime:
    return BEGIN + timedelta(hours=n)


def seen(*prices: int | None) -> tuple[Look, ...]:
    """One look an hour; None: nobody else."""
    return tuple(
        Look(hour(n), () if price is None else (Competitor("Чужой", Decimal(price)),)) for n, price in enumerate(prices)
    )


def past(*prices: int | None) -> Past:
    return Past(GOOD, BEGIN, hour(len(prices)), Decimal(100), seen(*prices))


def test_the_price_follows_each_look() -> None:
    found = replay(past(90, 80, None), RULE).would
    assert [(step.at, step.price) for step in found.steps[1:]] == [(hour(0), 89), (hour(1), 79), (hour(2), 150)]
    assert found.changes == 3


def test_hours_first_are_counted_of_the_hours_that_are_known() -> None:
    found = replay(past(90, 90, 120), RULE)
    assert (found.was.first, found.was.known) == (timedelta(hours=1), timedelta(hours=3))
    assert (found.would.first, found.would.known) == (timedelta(hours=3), timedelta(hours=3))


def test_an_old_look_says_nothing_of_later_hours() -> None:
    one = replace(past(90), until=hour(10))
    assert replay(one, RULE).would.known == timedelta(hours=3)


def test_what_was_sold_is_counted_at_the_price_of_its_hour() -> None:
    one = replace(past(90, 80), sales=[Sale(hour(0.5), 2), Sale(hour(1.5), 1)])
    found = replay(one, RULE)
    assert (found.was.revenue, found.was.profit) == (300, 120)
    assert (found.would.revenue, found.would.profit) == (89 * 2 + 79, 29 * 2 + 19)


def test_what_a_person_did_meanwhile_stays() -> None:
    one = replace(past(90, 95, 95), changes=[Change(hour(0.5), Decimal(100), Decimal(140), by_rule=False)])
    found = replay(one, RULE).would
    assert [step.price for step in found.steps] == [100, 89, 140, 94]
    assert found.changes == 2


@settings(max_examples=100, deadline=None)
@given(prices=st.lists(st.none() | st.integers(1, 200), min_size=1, max_size=40), most=st.integers(0, 3))
def test_no_price_of_the_past_leaves_the_bounds_or_changes_oftener_than_it_may(
    prices: list[int | None], most: int
) -> None:
    found = replay(past(*prices), replace(RULE, most_changes=most)).would
    changed = found.steps[1:]
    assert all(50 <= step.price <= 150 for step in changed)
    for step in changed:
        assert sum(step.at - timedelta(hours=24) < one.at <= step.at for one in changed) <= most
