"""The table of stages: where Kaspi's words lead, and how far an action is by them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import lifecycle
from orders.lifecycle import ALLOWED, SHELF_OF, TERMINAL, TRANSITIONS, Flags, Progress, Shelf, Stage

FLAGS = st.builds(Flags, *[st.booleans()] * 4)
WORDS = st.text(max_size=8) | st.sampled_from(["NEW", "PICKUP", "ARCHIVE", "KASPI_DELIVERY", "COMPLETED"])


@pytest.mark.parametrize(
    ("flags", "stage"),
    [
        (Flags(), Stage.KD_PACKING),
        (Flags(pre_order=True), Stage.KD_PREORDER),
        (Flags(pre_order=True, courier_planned=True), Stage.KD_PACKING),
        (Flags(assembled=True), Stage.KD_HANDOVER),
        (Flags(assembled=True, handed_over=True), Stage.KD_TRANSIT),
        # Seen by some: assembled already while it is packed; the hand-over decides.
        (Flags(handed_over=True), Stage.KD_TRANSIT),
    ],
)
def test_the_flags_of_a_kaspi_delivery_tell_its_tab(flags: Flags, stage: Stage) -> None:
    assert lifecycle.stage_of("KASPI_DELIVERY", "ACCEPTED_BY_MERCHANT", flags) is stage


@given(state=WORDS, status=WORDS, flags=FLAGS)
def test_any_words_lead_to_a_stage_and_every_stage_to_a_shelf(state: str, status: str, flags: Flags) -> None:
    stage = lifecycle.stage_of(state, status, flags)
    assert SHELF_OF[stage] in Shelf
    if (state, status) not in lifecycle._PLAIN and state != "KASPI_DELIVERY":
        assert SHELF_OF[stage] is Shelf.UNKNOWN


def test_every_stage_stands_in_every_table() -> None:
    assert set(SHELF_OF) == set(ALLOWED) == set(TRANSITIONS) == set(Stage)
    assert all(not ALLOWED[stage] for stage in (*TERMINAL, Stage.EXPIRED, Stage.UNKNOWN))


@pytest.mark.parametrize("kind", ["accept", "cancel", "assemble", "complete", "arrived", "returned"])
def test_an_action_is_before_its_target_exactly_where_it_is_allowed(kind: str) -> None:
    before = {stage for stage in Stage if lifecycle.progress(kind, stage) is Progress.BEFORE}
    assert before == {stage for stage in Stage if kind in ALLOWED[stage]} - lifecycle._TARGETS[kind]
    assert lifecycle.progress(kind, Stage.UNKNOWN) is Progress.IMPOSSIBLE


def test_kaspi_may_cancel_from_any_open_stage_and_nothing_leaves_a_closed_one_unflagged() -> None:
    assert all(lifecycle.is_expected(stage, Stage.CANCELLED) for stage in set(Stage) - TERMINAL)
    assert not lifecycle.is_expected(Stage.COMPLETED, Stage.NEW)
    assert not lifecycle.is_expected(Stage.CANCELLED, Stage.PICKUP)
