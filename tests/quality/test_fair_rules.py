"""Who answers for an order in a number: the fair rules, and parts that always make up the whole."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.attribution.fault import Cause
from quality.attribution.rules import BY_SHIFT, Answerer, Case, Shifts, Span, Why, answer, equal, summed

NOON = datetime(2026, 8, 26, 12, tzinfo=UTC)
LONGEST = timedelta(hours=16)
HOUR = timedelta(hours=1)

cases = st.builds(
    Case,
    cause=st.sampled_from(Cause),
    point_id=st.none() | st.integers(1, 3),
    working=st.booleans(),
    holders=st.lists(st.integers(1, 9), max_size=4, unique=True).map(tuple),
    courier_id=st.none() | st.integers(1, 9),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(cases, max_size=30))
def test_the_parts_of_any_orders_add_up_to_as_many_units(found: list[Case]) -> None:
    assert sum(summed(map(answer, found)).values(), Fraction(0)) == len(found)


@settings(max_examples=300, deadline=None)
@given(cases)
def test_a_person_answers_only_on_shift_in_working_hours_or_as_the_courier(case: Case) -> None:
    people = {key.member_id for key in answer(case) if key.member_id is not None}
    held = set(case.holders) if case.cause in BY_SHIFT and case.working and case.point_id else set()
    brought = {case.courier_id} if case.cause is Cause.OWN_DELIVERY_LATE and case.courier_id else set()
    assert people == held | brought


@pytest.mark.parametrize("cause", [Cause.NOT_ACCEPTED, Cause.OUR_CLOCK, Cause.LATE_HANDOVER])
def test_what_ran_out_lies_on_the_shift_in_equal_parts(cause: Cause) -> None:
    parts = answer(Case(cause=cause, point_id=1, holders=(7, 8, 9)))
    assert parts == {Answerer(Why.ON_SHIFT, who): Fraction(1, 3) for who in (7, 8, 9)}


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (Case(cause=Cause.NOT_ACCEPTED, point_id=1), Why.NOBODY_ON_SHIFT),
        (Case(cause=Cause.NOT_ACCEPTED, point_id=1, holders=(7,), working=False), Why.CLOSED),
        (Case(cause=Cause.NOT_ACCEPTED), Why.NO_POINT),
        (Case(cause=Cause.OUT_OF_STOCK, point_id=1, holders=(7,)), Why.STOCK),
        (Case(cause=Cause.OWN_DELIVERY_LATE, point_id=1, holders=(7,)), Why.NO_COURIER),
        (Case(cause=Cause.QUALITY_RETURN, point_id=1, holders=(7,)), Why.GOODS),
        (Case(cause=Cause.MARK, point_id=1, holders=(7,)), Why.MARK),
        (Case(cause=Cause.BUYER_REFUSED, point_id=1, holders=(7,)), Why.OTHERWISE),
    ],
)
def test_nobody_in_person_answers_for_these(case: Case, why: Why) -> None:
    assert answer(case) == {Answerer(why): 1}


def test_own_delivery_lies_on_the_courier() -> None:
    case = Case(cause=Cause.OWN_DELIVERY_LATE, point_id=1, holders=(7,), courier_id=5)
    assert answer(case) == {Answerer(Why.COURIER, 5): 1}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=3)))
def test_equal_parts_of_what_is_named_twice_are_one(names: list[str]) -> None:
    assert sum(equal(names).values(), Fraction(0)) == (1 if names else 0)
    assert equal(names).keys() == set(names)


spans = st.builds(
    lambda begins, length, who: Span(NOON + begins * HOUR, NOON + (begins + length) * HOUR, who),
    st.integers(-40, 40),
    st.integers(0, 16),
    st.integers(1, 5),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(spans, max_size=20), st.integers(-45, 45))
def test_holders_of_a_moment_are_those_whose_shift_it_ends_or_lies_in(found: list[Span], hours: int) -> None:
    at = NOON + hours * HOUR
    expected = {span.member_id for span in found if span.begins < at <= span.ends}
    assert set(Shifts(found, longest=LONGEST).holders(at)) == expected
