"""Walks a chain and its journal side by side and names every place where they part (reliability.md §5.14).

Both are read in the order of their numbers through cursors of the server, so a million entries take the memory of a few
thousand. What was sealed stands in the seals as a digest; the entries themselves may be changed, gone or added.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain as joined
from itertools import islice
from typing import NamedTuple

from staff.journal.chain import NO_LINK, PURPOSE, Entry, Head, Seal, digest_of, link
from staff.models import AuditEntry, AuditSeal
from staff.scoping import current_company
from staff.sealing import CannotOpen, mac_key

PIECE = 2_000


class Fault(StrEnum):
    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    SEAL_FORGED = "seal_forged"
    SEAL_REMOVED = "seal_removed"
    KEY_UNKNOWN = "key_unknown"
    CUT = "cut"
    HEAD_DIFFERS = "head_differs"


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where journal and chain part. `seq` is its number in the chain, `entry` what stands in the journal now."""

    fault: Fault
    seq: int | None = None
    entry_id: int | None = None
    entry: Entry | None = None


@dataclass(slots=True)
class Walk:
    """What was seen on the way; complete once the findings are read to their end."""

    entries: int = 0
    seals: int = 0
    # Written since the last seal: the sealer has not come to them yet.
    unsealed: int = 0
    head: Head | None = None
    told: Head | None = None
    _told_seen: bool = field(default=False, init=False)

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong with the scope's company, in the order of the chain."""
        links, seals = _Links(), _seals()
        # Seals are asked for first: what is sealed meanwhile is an entry too many, and never one too few.
        first = tuple(islice(seals, 1))
        entries = _Peeked(_entries())
        for seal in joined(first, seals):
            self.seals += 1
            gone = links.missing(seal)
            fault = links.judge(seal)
            if fault is not None:
                yield Finding(fault, seal.seq, seal.entry_id)
            if fault is not Fault.SEAL_FORGED:
                yield from self._between(entries, gone, seal)
                yield from self._one(entries, seal)
            yield from self._compared(seal)
        for _ in entries:
            self.entries += 1
            self.unsealed += 1
        if self.told is not None and not self._told_seen:
            yield Finding(Fault.CUT, self.told.seq)

    def _between(self, entries: "_Peeked", gone: "Iterator[Gone]", seal: Seal) -> Iterator[Finding]:
        """Entries that no seal names: those whose seals are gone or forged, and those that somebody put there."""
        for entry in entries.before(seal.entry_id):
            self.entries += 1
            place = next(gone, None)
            if place is None:
                yield Finding(Fault.INSERTED, None, entry.id, entry)
            elif not place.told:
                yield Finding(Fault.SEAL_REMOVED, place.seq, entry.id, entry)
        yield from (Finding(Fault.SEAL_REMOVED, place.seq) for place in gone if not place.told)

    def _one(self, entries: "_Peeked", seal: Seal) -> Iterator[Finding]:
        entry = entries.take(seal.entry_id)
        if entry is None:
            yield Finding(Fault.REMOVED, seal.seq, seal.entry_id)
            return
        self.entries += 1
        if digest_of(current_company(), entry) != seal.digest:
            yield Finding(Fault.CHANGED, seal.seq, entry.id, entry)

    def _compared(self, seal: Seal) -> Iterator[Finding]:
        """With the head that was told outside."""
        self.head = Head(seal.seq, seal.mac)
        if self.told is not None and self.told.seq == seal.seq:
            self._told_seen = True
            if self.told.mac != seal.mac:
                yield Finding(Fault.HEAD_DIFFERS, seal.seq, seal.entry_id)


class Gone(NamedTuple):
    """A place of the chain whose seal says nothing of its entry: it is missing, or forged and named already."""

    seq: int
    told: bool


class _Links:
    """Whether each link holds to the one before. One that does not is named once: those after it are judged by it as it
    is stored, and as it should be.
    """

    def __init__(self) -> None:
        self._seq = 0
        self._before = {NO_LINK}
        self._forged: list[Gone] = []
        self._keys: dict[str, bytes | None] = {}

    def missing(self, seal: Seal) -> Iterator[Gone]:
        """The places before this seal that say nothing of their entries."""
        absent = (Gone(seq, told=False) for seq in range(self._seq + 1, seal.seq))
        return joined(tuple(self._forged), absent)

    def judge(self, seal: Seal) -> Fault | None:
        """What is wrong with this link. After a gap nobody can say: the link that it holds to is gone."""
        key = self._key(seal.key_id)
        due = set() if key is None else {link(key, before, current_company(), seal) for before in self._before}
        follows, holds = seal.seq == self._seq + 1, seal.mac in due
        self._seq = seal.seq
        if key is not None and follows and not holds:
            self._before = {seal.mac, *due}
            self._forged.append(Gone(seal.seq, told=True))
            return Fault.SEAL_FORGED
        self._before = {seal.mac}
        self._forged.clear()
        return Fault.KEY_UNKNOWN if key is None else None

    def _key(self, key_id: str) -> bytes | None:
        if key_id not in self._keys:
            try:
                self._keys[key_id] = mac_key(PURPOSE, key_id)[1]
            except CannotOpen:
                self._keys[key_id] = None
        return self._keys[key_id]


class _Peeked:
    """Entries in the order of their ids, of which the next one may be looked at."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self._entries = entries
        self._next = next(entries, None)

    def __iter__(self) -> Iterator[Entry]:
        while self._next is not None:
            entry, self._next = self._next, next(self._entries, None)
            yield entry

    def before(self, entry_id: int) -> Iterator[Entry]:
        while self._next is not None and self._next.id < entry_id:
            entry, self._next = self._next, next(self._entries, None)
            yield entry

    def take(self, entry_id: int) -> Entry | None:
        if self._next is None or self._next.id != entry_id:
            return None
        entry, self._next = self._next, next(self._entries, None)
        return entry


def _entries() -> Iterator[Entry]:
    rows = AuditEntry.objects.order_by("pk").values_list(*Entry._fields).iterator(chunk_size=PIECE)
    return map(Entry._make, rows)


def _seals() -> Iterator[Seal]:
    rows = AuditSeal.objects.order_by("seq").values_list(*Seal._fields).iterator(chunk_size=PIECE)
    return map(Seal._make, rows)
