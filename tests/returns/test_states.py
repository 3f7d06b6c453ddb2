"""The table of returns: what it allows, whose every edge is, and that facts and silence stay inside it."""

from itertools import product

import pytest

from orders.lifecycle import Stage
from orders.models import Claim, ReturnCase
from orders.returns.claim_states import MOMENTS as CLAIM_MOMENTS
from orders.returns.claim_states import STEPS, ClaimState
from orders.returns.reasons import ReturnReason, is_for_quality
from orders.returns.states import (
    FACTS,
    MOMENTS,
    MOVES,
    OPEN,
    OPENS,
    RIGHTS,
    SILENCE,
    TAB_OF,
    Deed,
    ReturnKind,
    ReturnState,
    Tab,
    deeds_of,
    follow,
)
from orders.returns.words import DEEDS, EMPTY
from orders.returns.words import STEPS as STEP_WORDS


def reached() -> set[ReturnState]:
    """All states that something leads to."""
    by_people = {state for table in MOVES.values() for goes in table.values() for state in goes.values()}
    by_kaspi = {state for goes in FACTS.values() for state in goes.values()} | {state for _, state in OPENS.values()}
    return by_people | by_kaspi | set(SILENCE.values())


def test_every_state_has_its_tab_and_is_reached_or_begins() -> None:
    assert set(TAB_OF) == set(ReturnState)
    assert set(ReturnState) - reached() == {ReturnState.NEW}


def test_from_every_open_return_there_is_a_way_on() -> None:
    stuck = [
        (kind, state)
        for kind, state in product(ReturnKind, OPEN)
        if not deeds_of(kind, state) and not (kind is ReturnKind.UNDELIVERED and TAB_OF[state] is not Tab.TRAVELLING)
    ]
    assert stuck == []


def test_silence_ends_only_what_people_may_end_too() -> None:
    for state, after in SILENCE.items():
        assert state in OPEN and after not in OPEN
        assert deeds_of(ReturnKind.APPLICATION, state)


@pytest.mark.parametrize("stage", Stage)
def test_kaspi_s_fact_told_twice_moves_once(stage: Stage) -> None:
    for state in ReturnState:
        once = follow(state, stage)
        assert follow(once, stage) == once


def test_every_deed_and_step_has_words_a_right_and_a_column_that_exists() -> None:
    assert set(DEEDS) == set(RIGHTS) == set(Deed) and set(EMPTY) >= set(Tab)
    columns = {field.name for field in (*ReturnCase._meta.fields, *Claim._meta.fields)}
    assert {*MOMENTS.values(), *CLAIM_MOMENTS.values()} <= columns
    assert {step for steps in STEPS.values() for step in steps} == set(STEP_WORDS) and set(STEPS) == set(ClaimState)


def test_three_reasons_count_as_quality_and_an_unknown_one_does_not() -> None:
    assert {one for one in ReturnReason if is_for_quality(one)} == {"defect", "not_as_described", "damaged"}
    assert not is_for_quality("") and not is_for_quality("MERCHANT")
