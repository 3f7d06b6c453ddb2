"""What the pages of the journal and of files show: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """An entry. `changes` are «Цена: 22 490 → 22 990», a field each; `hint` says why it is worth a look."""

    time: str
    who: str
    what: str
    over: str
    address: str = ""
    url: str = ""
    changes: tuple[str, ...] = ()
    note: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    who: tuple[Choice, ...]
    actions: tuple[Choice, ...]
    doors: tuple[Choice, ...]
    subject: str
    since: str
    until: str
    used: bool


@dataclass(frozen=True, slots=True)
class JournalPage:
    """`/staff/journal/`. `head` is where the chain ends, to be compared with `manage.py verify_audit --head`."""

    filters: Filters
    lines: tuple[Line, ...]
    next_url: str
    first_url: str
    head: str
    sealed: str
    # The filter as a form sends it on.
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file that somebody asked for. `state` is one of `queued, running, done, failed, gone`."""

    url: str
    title: str
    asked: str
    state: str
    told: str
    download_url: str = ""

    @property
    def in_progress(self) -> bool:
        return self.state in ("queued", "running")
