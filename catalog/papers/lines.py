"""Lines of a paper as they are typed, scanned or pasted from a table. Pure.

A line is a SKU or a barcode and a quantity, apart by a tab, `;`, `,` or spaces; without a quantity it is one piece, so a
scanner that types one code after another counts by itself. Repeated goods add up.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

MOST_LINES: Final = 5_000
MOST_PIECES: Final = 1_000_000
_APART: Final = re.compile(r"[\t;,]+|\s+")


class BadLine(NamedTuple):
    """A line that cannot be taken: its number from 1, what stood there, and a code of what is wrong."""

    number: int
    text: str
    code: str


class Read(NamedTuple):
    """Pieces by SKU in the order of mention; what could not be read."""

    pieces: dict[str, int]
    bad: tuple[BadLine, ...]


def read(text: str, known: Mapping[str, str]) -> Read:
    """`known`: SKU or barcode → SKU. A file of more lines than MOST_LINES is one bad line: nothing of it is taken."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        return Read({}, (BadLine(MOST_LINES + 1, "", "too_many_lines"),))
    pieces: dict[str, int] = {}
    bad = []
    for number, line in lines:
        good, _, told = line.partition(_separator(line))
        sku = known.get(good)
        quantity = _quantity(told.strip())
        if sku is None:
            bad.append(BadLine(number, line[:80], "unknown"))
        elif quantity is None:
            bad.append(BadLine(number, line[:80], "bad_quantity"))
        else:
            pieces[sku] = pieces.get(sku, 0) + quantity
    return Read(pieces, tuple(bad))


def codes(text: str) -> set[str]:
    """Whatever may be a SKU or a barcode in these lines, to look it up."""
    return {line.partition(_separator(line))[0] for line in map(str.strip, text.splitlines()[: MOST_LINES + 1]) if line}


def _separator(line: str) -> str:
    found = _APART.search(line)
    # No separator: everything is the code.
    return found.group() if found else "\n"


def _quantity(told: str) -> int | None:
    if not told:
        return 1
    if not told.isascii() or not told.isdigit() or len(told) > len(str(MOST_PIECES)):
        return None
    return int(told) if int(told) <= MOST_PIECES else None
