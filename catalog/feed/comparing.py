"""What a new price list says otherwise than the one that is handed out. Both go by SKU, so they are walked side by side."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from catalog.feed.writing import BEFORE_SKU, PLACES, PRICES

GZIP: Final = 31
PIECE: Final = 1 << 16
EXAMPLES: Final = 30


class Change(StrEnum):
    """How an offer differs."""

    ADDED = "added"
    GONE = "gone"
    PRICED = "priced"
    STOCKED = "stocked"
    DESCRIBED = "described"


@dataclass(slots=True)
class Comparison:
    """Fed with the lines of the new file; `former` are those of the old one."""

    former: Iterator[str]
    counts: dict[str, int] = field(default_factory=dict)
    examples: list[list[str]] = field(default_factory=list)
    _old: str = ""

    def __post_init__(self) -> None:
        self._old = next(self.former, "")

    def meet(self, sku: str, line: str) -> bool:
        """The next offer of the new file; answers whether the old one has the same line."""
        if self._old == line:
            self._old = next(self.former, "")
            return True
        while self._old and (old_sku := sku_of(self._old)) < sku:
            self._note(Change.GONE, old_sku)
            self._old = next(self.former, "")
        if not self._old or sku_of(self._old) != sku:
            self._note(Change.ADDED, sku)
            return False
        self._differs(sku, self._old, line)
        self._old = next(self.former, "")
        return False

    def finish(self) -> dict[str, Any]:
        """Counts by change, and the first of them as [change, SKU, price before, price after]."""
        while self._old:
            self._note(Change.GONE, sku_of(self._old))
            self._old = next(self.former, "")
        return self.counts | {"examples": self.examples}

    def _differs(self, sku: str, old: str, new: str) -> None:
        (described, places, prices), (described_now, places_now, prices_now) = _parts(old), _parts(new)
        if prices != prices_now:
            self._note(Change.PRICED, sku, price_of(prices), price_of(prices_now))
        if places != places_now:
            self._note(Change.STOCKED, sku)
        if described != described_now:
            self._note(Change.DESCRIBED, sku)

    def _note(self, change: Change, sku: str, *prices: str) -> None:
        self.counts[change.value] = self.counts.get(change.value, 0) + 1
        if len(self.examples) < EXAMPLES:
            self.examples.append([change.value, sku, *prices])


def lines_of(content: bytes | memoryview | None) -> Iterator[str]:
    """The offers of a file as it is kept, one a line."""
    unpacked, rest = zlib.decompressobj(GZIP), b""
    for start in range(0, len(content or b""), PIECE):
        whole, _, rest = (rest + unpacked.decompress((content or b"")[start : start + PIECE])).rpartition(b"\n")
        lines = whole.decode().split("\n")
        # All of them but at the beginning and the end of the file.
        if lines[0].startswith(BEFORE_SKU) and lines[-1].startswith(BEFORE_SKU):
            yield from lines
        else:
            yield from (line for line in lines if line.startswith(BEFORE_SKU))


def sku_of(line: str) -> str:
    start = len(BEFORE_SKU)
    return line[start : line.index('"', start)]


def price_of(part: str) -> str:
    """The one price; empty where cities have their own."""
    price = part.removeprefix("<price>").partition("<")[0]
    return price if price.isdigit() else ""


def _parts(line: str) -> tuple[str, str, str]:
    described, _, rest = line.partition(PLACES)
    places, _, prices = rest.partition(PRICES)
    return described, places, prices
