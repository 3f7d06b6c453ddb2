"""Reads a file as it is written, by a parser that knows nothing of the writer: what is not well formed is never published."""

from typing import Any
from xml.parsers import expat  # noqa: S407  reads our own text, and entities that nobody declared are errors


class NotWhole(Exception):
    """The file that was made is not a price list that says what was to be said."""


class Check:
    """Fed with the pieces of a file; `finish` compares what was read with what was written."""

    def __init__(self) -> None:
        self._offers = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start

    def feed(self, piece: bytes) -> None:
        """Raises NotWhole."""
        self._parse(piece, False)

    def finish(self, *, offers: int) -> None:
        """Raises NotWhole."""
        self._parse(b"", True)
        if self._offers != offers:
            raise NotWhole(f"{self._offers} offers were read, {offers} were written")

    def _start(self, name: str, _: Any) -> None:
        if name == "offer":
            self._offers += 1

    def _parse(self, piece: bytes, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as problem:
            raise NotWhole(str(problem)) from problem
