"""A file as it grows: packed, counted and checked piece by piece, so that it never stands in memory whole."""

import hashlib
import zlib
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple

from catalog.feed.checking import Check
from catalog.feed.comparing import GZIP, Comparison
from catalog.feed.reading import Leftovers
from catalog.feed.writing import TAIL, Listed, Writer, head

LEVEL: Final = 3
LINES: Final = 1_000


class Packed(NamedTuple):
    """A finished file: gzip, bytes and SHA-256 of its text, and what is in it."""

    content: bytes
    size: int
    digest: str
    offers: int
    available: int
    left_out: Leftovers
    changes: dict[str, Any]


class Pack:
    """Takes texts, keeps gzip."""

    def __init__(self) -> None:
        self._gzip = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        self._sha = hashlib.sha256()
        self._check = Check()
        self._packed = bytearray()
        self._size = 0

    def add(self, text: str) -> None:
        """Raises `checking.NotWhole`."""
        piece = text.encode()
        self._check.feed(piece)
        self._sha.update(piece)
        self._packed += self._gzip.compress(piece)
        self._size += len(piece)

    def finish(self, *, offers: int) -> tuple[bytes, int, str]:
        """(content, size, digest). Raises `checking.NotWhole`."""
        self._check.finish(offers=offers)
        self._packed += self._gzip.flush()
        return bytes(self._packed), self._size, self._sha.hexdigest()


class Labels(NamedTuple):
    """What stands above the offers."""

    company: str
    merchant: str
    on: date


def pack(
    offers: Iterable[Listed], codes: list[str], labels: Labels, *, left_out: Leftovers, comparison: Comparison
) -> Packed:
    """Write the offers, which come by SKU, for points of these codes. `left_out` is filled by who reads them.

    Raises `checking.NotWhole`.
    """
    writer, made = Writer(codes), Pack()
    waiting, count, available = [head(**labels._asdict())], 0, 0
    for count, offer in enumerate(offers, start=1):
        line = writer.line(offer)
        comparison.meet(offer.sku, line)
        waiting.append(line)
        available += any(place.available for place in offer.places)
        if not count % LINES:
            made.add("".join(waiting))
            waiting.clear()
    made.add("".join([*waiting, TAIL]))
    return Packed(*made.finish(offers=count), count, available, left_out, comparison.finish())
