"""The chain over a company's journal, as pure functions (reliability.md §5.14).

A link is an HMAC over the entry's digest, its place, and the link before it. The key is not in the database, so who can
write the tables cannot make a link; and every link holds all before it.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

PURPOSE = "journal"
# Before the first link.
NO_LINK = ""


class Entry(NamedTuple):
    """An entry of the journal: all its columns, in the order in which they are asked for."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    actor_label: str
    action: str
    subject_kind: str
    subject_id: str
    details: Mapping[str, Any]
    acting_for: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    request_id: str
    address: str


class Seal(NamedTuple):
    """A link as it is stored."""

    seq: int
    entry_id: int
    digest: str
    mac: str
    key_id: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: what is told outside, so that a chain cut short is known."""

    seq: int
    mac: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.mac}"

    @classmethod
    def read(cls, text: str) -> "Head":
        """From `seq:mac`. Raises ValueError."""
        seq, _, mac = text.strip().partition(":")
        if len(mac) != 64 or set(mac) - set("0123456789abcdef"):
            raise ValueError(text)
        return cls(int(seq), mac)


def digest_of(company_id: int, entry: Entry) -> str:
    """SHA-256 of everything that the entry says."""
    return hashlib.sha256(_canonical([company_id, *entry])).hexdigest()


def link(key: bytes, before: str, company_id: int, seal: Seal) -> str:
    """The HMAC that ties this link to the one before; `seal.mac` itself is not looked at."""
    said = [company_id, seal.seq, seal.entry_id, seal.digest, seal.key_id, seal.sealed_at, before]
    return hmac.new(key, _canonical(said), hashlib.sha256).hexdigest()


def _canonical(said: list[Any]) -> bytes:
    """One way of writing: keys sorted, no spaces, moments in UTC to the microsecond."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_moment).encode(
        "utf-8", "surrogatepass"
    )


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value).__name__} has no canonical form")
