"""Faults on demand: which one, how often, for whom (reliability §3, rows 16–27). What each does is in mischief.py."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

KINDS: dict[str, str] = {
    "401": "unauthorized",
    "403": "forbidden",
    "429": "too many requests, with Retry-After when given",
    "500": "HTML error page",
    "502html": "HTML of a gateway",
    "503": "empty answer, with Retry-After when given",
    "hang": "nothing is said for `seconds` (default an hour)",
    "slow_headers": "one byte of the head a second",
    "slow_body": "one byte of the body a second",
    "html200": "an HTML page with status 200",
    "truncated": "the first half of the JSON",
    "wrong_type": "`data` is a text",
    "data_null": "`data` is null",
    "nan": "NaN for a number",
    "nul": "a NUL character in a text",
    "surrogate": "a lone surrogate in a text",
    "gzip_bomb": "a small body that unpacks to hundreds of megabytes",
    "huge": "a body of 50 MB",
    "redirect": "302 to `location` (default another host)",
    "lost_answer": "the write is applied, then the connection closes",
    "lost_request": "the write is not applied, the connection closes",
    "late_apply": "the write is answered at once and applied `seconds` later",
    "page_shift": "an order leaves the list between two pages",
    "duplicate_page": "each page repeats the one before",
    "endless_pages": "a page beyond the last repeats it, for ever",
    "total_lies": "totalCount is larger than what is listed",
    "empty_last_page": "the last page is empty although totalCount is not 0",
    "unknown_enum": "the first order has a state, status and delivery mode nobody knows",
    "missing_field": "the first order lacks usual fields",
    "bad_order": "the first order cannot be parsed at all",
    "reset": "the connection is reset before anything happens",
}
LISTING = ("page_shift", "duplicate_page", "endless_pages", "total_lies", "empty_last_page")


@dataclass(slots=True)
class Fault:
    """One rule. `times` None means until cleared; `path` is a regular expression over path and query."""

    id: int
    kind: str
    times: int | None = 1
    path: str | None = None
    method: str | None = None
    merchant: str | None = None
    retry_after: str | None = None
    seconds: float | None = None
    location: str | None = None
    probability: float = 1.0
    played: int = 0

    def as_json(self) -> dict[str, Any]:
        left: int | str = "until_cleared" if self.times is None else self.times
        return {
            "id": self.id, "kind": self.kind, "times": left, "path": self.path, "method": self.method,
            "merchant": self.merchant, "retry_after": self.retry_after, "seconds": self.seconds,
            "location": self.location, "probability": self.probability, "played": self.played,
        }  # fmt: skip

    def fits(self, *, method: str, target: str, merchant: str) -> bool:
        if self.method is not None and self.method != method:
            return False
        if self.merchant is not None and self.merchant != merchant:
            return False
        if self.kind in LISTING and not re.search(r"/orders\?", target):
            return False
        return self.path is None or re.search(self.path, target) is not None


@dataclass(slots=True)
class Faults:
    rules: list[Fault] = field(default_factory=list)
    _made: int = 0

    def add(self, raw: dict[str, Any]) -> Fault:
        """A rule from JSON. Raises ValueError with a sentence."""
        unknown = set(raw) - _CHECKS.keys() - {"kind"}
        if unknown:
            raise ValueError(f"unknown key of a fault: {', '.join(sorted(unknown))}")
        kind = str(raw.get("kind", ""))
        if kind not in KINDS:
            raise ValueError(f"kind: one of {', '.join(KINDS)} is expected")
        self._made += 1
        fault = Fault(self._made, kind)
        for name, value in raw.items():
            if name != "kind" and value is not None:
                setattr(fault, name, _CHECKS[name](name, value))
        self.rules.append(fault)
        return fault

    def pick(self, *, method: str, target: str, merchant: str, chance: float) -> Fault | None:
        """The first rule that fits, counted down. `chance` in [0, 1) is drawn once for all rules of a request."""
        for fault in self.rules:
            if chance >= fault.probability:
                # The rest of the interval goes to the next rules, so that several random rules share a request fairly.
                chance = (chance - fault.probability) / (1 - fault.probability)
                continue
            if fault.fits(method=method, target=target, merchant=merchant):
                self._count(fault)
                return fault
        return None

    def _count(self, fault: Fault) -> None:
        fault.played += 1
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self.rules.remove(fault)


def _times(name: str, value: object) -> int | None:
    if value == "until_cleared":
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise ValueError('times: a number from 1 up or "until_cleared" is expected')


def _text(name: str, value: object) -> str:
    # A Retry-After may be a number, an absurd one, or a date: whatever is given is sent as it stands.
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"{name}: a text is expected")


def _pattern(name: str, value: object) -> str:
    try:
        re.compile(text := _text(name, value))
    except re.error as error:
        raise ValueError(f"{name}: not a regular expression: {error}") from None
    return text


def _seconds(name: str, value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
        return float(value)
    raise ValueError(f"{name}: a number from 0 up is expected")


def _share(name: str, value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    raise ValueError(f"{name}: a number above 0, at most 1, is expected")


_CHECKS: dict[str, Callable[[str, object], object]] = {
    "times": _times,
    "path": _pattern,
    "method": lambda name, value: _text(name, value).upper(),
    "merchant": _text,
    "retry_after": _text,
    "seconds": _seconds,
    "location": _text,
    "probability": _share,
}
