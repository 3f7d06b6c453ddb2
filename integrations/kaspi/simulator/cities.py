"""Towns with their KATO codes; the list is the compact copy of a storefront page of 2025 (kaspi-api §3, city codes)."""

from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("data") / "cities.tsv"


@cache
def names() -> dict[str, str]:
    """KATO code -> Russian name, in the order of the file."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return {code: name for code, _, name in (line.partition("\t") for line in lines)}


def name_of(code: str) -> str:
    return names().get(code, "Алматы")
