"""Reads a file as it is written, by a parser that knows nothing of the writer: what is not well formed is never published."""

from xml.parsers import expat


class NotWhole(Exception):
    """The file that was made is not a price list that says what was to be said."""


class Check:
    """Fed with the pieces of a file, each of whole lines; `finish` compares what was read with what was written.

    An offer is a line, so a line that stood in a file that was read is well formed in this one too: `fresh` is the
    text that must be read.
    """

    def __init__(self) -> None:
        self._offers = 0
        # Nothing is called for its tags: a million calls would take longer than to read them.
        self._parser = expat.ParserCreate()

    def feed(self, piece: bytes, *, fresh: bytes | None = None) -> None:
        """Raises NotWhole."""
        self._offers += piece.count(b"</offer>\n")
        self._parse(piece if fresh is None else fresh, False)

    def finish(self, *, offers: int) -> None:
        """Raises NotWhole."""
        self._parse(b"", True)
        if self._offers != offers:
            raise NotWhole(f"{self._offers} offers were read, {offers} were written")

    def _parse(self, piece: bytes, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as problem:
            raise NotWhole(str(problem)) from problem
