"""The state of an order at a past moment, made from its present and what changed on the way. Pure.

Two clocks. «We knew»: a change counts from the moment that it was learned. «Kaspi»: from the moment that Kaspi names, or
the one that we learned it where Kaspi names none. News that came late give the two clocks different answers.

Changes stand in the order in which they were observed. An observation shows the order whole; so at a moment, the state is
the one after the last observation whose time has come, however those before it are dated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

State = Mapping[str, Any]


class Clock(StrEnum):
    KASPI = "kaspi"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Change:
    """What one observation changed: name → (old, new)."""

    learned_at: datetime
    kaspi_at: datetime | None
    pairs: Mapping[str, Sequence[Any]]

    def at(self, clock: Clock) -> datetime:
        """When it counts from; Kaspi cannot have told it after we learned it."""
        if clock is Clock.OURS or self.kaspi_at is None:
            return self.learned_at
        return min(self.kaspi_at, self.learned_at)


def state_at(present: State, changes: Sequence[Change], moment: datetime, clock: Clock) -> State:
    """The present with everything undone that came after the moment. Nothing is known of before the first observation."""
    return rewound(present, changes, keep=counted(changes, moment, clock))


def counted(changes: Sequence[Change], moment: datetime, clock: Clock) -> int:
    """How many of the changes have happened by then."""
    for index in range(len(changes) - 1, -1, -1):
        if changes[index].at(clock) <= moment:
            return index + 1
    return 0


def rewound(present: State, changes: Sequence[Change], *, keep: int) -> State:
    """The state after the first `keep` changes."""
    state = dict(present)
    for change in reversed(changes[keep:]):
        for name, (old, _new) in change.pairs.items():
            state[name] = old
    return state


def replayed(first: State, changes: Sequence[Change]) -> State:
    """The first state with all changes made again."""
    state = dict(first)
    for change in changes:
        for name, (_old, new) in change.pairs.items():
            state[name] = new
    return state
