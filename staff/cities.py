"""The towns of Kaspi by their codes (KATO), as its storefront lists them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("cities.tsv")


@cache
def towns() -> Mapping[str, str]:
    """Code → name, by name."""
    rows = [line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines()]
    return dict(sorted(((code, name) for code, name in rows), key=lambda row: row[1]))


def name_of(code: str) -> str:
    """The town of this code; a code that is not listed is shown as it is."""
    return towns().get(code, code)


def code_of(text: str) -> str | None:
    """The code of a town named, or given by its code; None when there is no such town."""
    if text in towns():
        return text
    return next((code for code, name in towns().items() if name.casefold() == text.casefold()), None)
