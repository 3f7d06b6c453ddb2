"""Which state of a card may follow which. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from catalog.models import CardState

S = CardState
TRANSITIONS: Final[Mapping[CardState, frozenset[CardState]]] = MappingProxyType(
    {
        S.DRAFT: frozenset({S.DRAFT, S.READY}),
        S.READY: frozenset({S.DRAFT, S.READY, S.SENT}),
        # Back to ready: nothing of it has left, or Kaspi took none of the upload.
        S.SENT: frozenset({S.CHECKING, S.READY, S.UNKNOWN}),
        S.CHECKING: frozenset({S.ACCEPTED, S.FAULTY, S.UNKNOWN}),
        S.ACCEPTED: frozenset({S.DRAFT, S.READY}),
        S.FAULTY: frozenset({S.DRAFT, S.READY}),
        # A person has looked into Kaspi's cabinet.
        S.UNKNOWN: frozenset({S.READY, S.ACCEPTED}),
    }
)
# With Kaspi: the seller may not write on it.
UNDER_WAY: Final = (S.SENT, S.CHECKING, S.UNKNOWN)


def before(after: CardState) -> tuple[CardState, ...]:
    """From which states one gets there."""
    return tuple(state for state, following in TRANSITIONS.items() if after in following)
