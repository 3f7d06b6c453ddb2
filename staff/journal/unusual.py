"""What is unusual about an export of buyers' data. Pure; the words stand in `staff.journal.words.HINTS`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from statistics import median
from typing import Final, NamedTuple

from staff.formats import ALMATY

NIGHT: Final = frozenset({23, 0, 1, 2, 3, 4, 5})
# Fewer buyers than this are a day's work at any hour.
MANY: Final = 50
TIMES: Final = 10


class Taken(NamedTuple):
    """So many buyers were taken out, when and from where."""

    persons: int
    at: datetime
    address: str


def unusual(taken: Taken, history: Sequence[Taken]) -> Iterator[str]:
    """Codes of what is worth a look: `history` is what the same person took before."""
    if taken.persons >= MANY and taken.at.astimezone(ALMATY).hour in NIGHT:
        yield "night"
    if not history:
        yield "first"
        return
    if taken.persons >= MANY and taken.persons >= TIMES * median(before.persons for before in history):
        yield "many"
    if taken.address not in {before.address for before in history}:
        yield "address"
