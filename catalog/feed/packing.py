"""A file as it grows: packed, counted and checked piece by piece, so that it never stands in memory whole."""

import hashlib
import zlib
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import date
from typing import Any, Final, NamedTuple

from catalog.feed.checking import Check
from catalog.feed.comparing import GZIP, Comparison
from catalog.feed.reading import Leftovers
from catalog.feed.writing import TAIL, Listed, Writer, head

LEVEL: Final = 3
# A piece is about a megabyte: packed beside the writing, without too many turns of the two.
LINES: Final = 2_500
WAITING: Final = 4


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
    """Takes texts, keeps gzip. Packing and hashing go on in a thread of their own, which leaves Python to the writing."""

    def __init__(self) -> None:
        self._gzip = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        self._sha = hashlib.sha256()
        self._check = Check()
        self._packed = bytearray()
        self._size = 0
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="pack")
        self._waiting: deque[Future[None]] = deque()

    def add(self, text: str, *, fresh: str | None = None) -> None:
        """Of a text that stood in a file that was checked, all but `fresh`. Raises `checking.NotWhole`."""
        piece = text.encode()
        self._check.feed(piece, fresh=None if fresh is None else fresh.encode())
        self._size += len(piece)
        while len(self._waiting) >= WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._beside.submit(self._keep, piece))

    def finish(self, *, offers: int) -> tuple[bytes, int, str]:
        """(content, size, digest). Raises `checking.NotWhole`."""
        self._check.finish(offers=offers)
        while self._waiting:
            self._waiting.popleft().result()
        self._packed += self._gzip.flush()
        return bytes(self._packed), self._size, self._sha.hexdigest()

    def close(self) -> None:
        """Nothing goes on any more."""
        self._beside.shutdown(cancel_futures=True)

    def _keep(self, piece: bytes) -> None:
        self._sha.update(piece)
        self._packed += self._gzip.compress(piece)


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
    with closing(Pack()) as made:
        count, available = _write(offers, Writer(codes), made, comparison, head(**labels._asdict()))
        return Packed(*made.finish(offers=count), count, available, left_out, comparison.finish())


def _write(offers: Iterable[Listed], writer: Writer, made: Pack, comparison: Comparison, above: str) -> tuple[int, int]:
    """(offers, of them available)."""
    text, fresh = [above], [above]
    count = available = 0
    for count, offer in enumerate(offers, start=1):
        line = writer.line(offer)
        text.append(line)
        if not comparison.meet(offer.sku, line):
            fresh.append(line)
        available += offer.places.available
        if not count % LINES:
            made.add(_lines(text), fresh=_lines(fresh))
            text.clear()
            fresh.clear()
    made.add(_lines(text) + TAIL, fresh=_lines(fresh) + TAIL)
    return count, available


def _lines(texts: list[str]) -> str:
    return "\n".join([*texts, ""])
