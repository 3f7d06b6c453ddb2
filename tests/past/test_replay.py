"""An order's past is its present with later changes undone: the same as if a full copy had been kept at every look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orders.past.diffs import LONGEST_VALUE, MOST_PATHS, raw_diff
from orders.past.replay import Change, Clock, replayed, rewound, state_at

START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
NAMES = ("state", "sum", "planned", "lines")
PEOPLE = ("customer", "recipient", "deliveryAddress", "phoneAlias", "waybill")

states = st.fixed_dictionaries({name: st.integers(0, 2) for name in NAMES})
minutes = st.integers(0, 30)


@dataclass(frozen=True)
class Copy:
    """A whole order as it was seen: the slow reference keeps one of each look."""

    learned_at: datetime
    kaspi_at: datetime | None
    state: dict[str, int]

    def at(self, clock: Clock) -> datetime:
        told = self.kaspi_at if clock is Clock.KASPI and self.kaspi_at else self.learned_at
        return min(told, self.learned_at)


@st.composite
def looks(draw: st.DrawFn) -> list[Copy]:
    """Observations one after another, some of which tell of a time long before."""
    copies, minute = [], 0
    for _ in range(draw(st.integers(1, 8))):
        minute += draw(st.integers(1, 9))
        told = draw(st.none() | st.integers(0, minute + 3))
        kaspi_at = None if told is None else START + timedelta(minutes=told)
        copies.append(Copy(START + timedelta(minutes=minute), kaspi_at, draw(states)))
    return copies


def changes_of(copies: Sequence[Copy]) -> list[Change]:
    pairs = pairwise(copies)
    return [
        Change(
            after.learned_at,
            after.kaspi_at,
            {
                name: (before.state[name], after.state[name])
                for name in NAMES
                if before.state[name] != after.state[name]
            },
        )
        for before, after in pairs
    ]


@given(copies=looks(), minute=minutes, clock=st.sampled_from(Clock))
def test_the_state_at_any_moment_is_that_of_the_last_copy_whose_time_had_come(
    copies: list[Copy], minute: int, clock: Clock
) -> None:
    moment = START + timedelta(minutes=minute)
    come = [copy for copy in copies[1:] if copy.at(clock) <= moment]
    expected = come[-1].state if come else copies[0].state
    assert state_at(copies[-1].state, changes_of(copies), moment, clock) == expected


@given(copies=looks())
def test_all_changes_made_again_from_the_first_observation_give_the_present(copies: list[Copy]) -> None:
    changes = changes_of(copies)
    first = rewound(copies[-1].state, changes, keep=0)
    assert first == copies[0].state
    assert replayed(first, changes) == copies[-1].state


def test_late_news_give_the_two_clocks_different_answers() -> None:
    late = Change(START + timedelta(minutes=30), START + timedelta(minutes=5), {"state": ("new", "cancelled")})
    present, between = {"state": "cancelled"}, START + timedelta(minutes=10)
    assert state_at(present, [late], between, Clock.KASPI) == {"state": "cancelled"}
    assert state_at(present, [late], between, Clock.OURS) == {"state": "new"}


values = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "a", "b"])
names = st.sampled_from(["totalPrice", "state", "kaspiDelivery", "express", *PEOPLE])
answers = st.dictionaries(names, values | st.dictionaries(names, values, max_size=4), max_size=6)


def walk(answer: Any, path: Sequence[str]) -> Any:
    for name in path:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return None if isinstance(answer, dict) else answer


@given(before=answers, after=answers)
def test_a_diff_names_what_differs_and_nothing_of_people(before: dict[str, Any], after: dict[str, Any]) -> None:
    found, cut = raw_diff({"attributes": before}, {"attributes": after})
    assert not cut
    for path, (old, new) in found.items():
        names = path.split(".")
        assert not set(names) & set(PEOPLE)
        assert (walk(before, names), walk(after, names)) == (old, new)
        assert old != new
    same, _ = raw_diff({"attributes": after}, {"attributes": after})
    assert same == {}


def test_a_diff_is_bounded_whatever_kaspi_sends() -> None:
    before = {f"field{number}": "a" * 5_000 for number in range(500)}
    after = dict.fromkeys(before, "b" * 5_000)
    found, cut = raw_diff({"attributes": before}, {"attributes": after})
    assert (len(found), cut) == (MOST_PATHS, True)
    assert all(len(text) == LONGEST_VALUE for pair in found.values() for text in pair)
