"""What the audit shows: plain frozen data, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Fact, Tab


@dataclass(frozen=True, slots=True)
class Answer:
    """One number by one knowledge. `digest` names the proof, `text_url` is the text whose SHA-256 it is."""

    title: str
    note: str
    value: str
    formula: str
    digest: str
    text_url: str
    excluded: tuple[Fact, ...] = ()
    # How the digest stands to the one that was kept that day.
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """An order in which the two knowledges differ."""

    url: str
    no: tuple[str, str, str]
    then: str
    now: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedOrder:
    url: str
    no: tuple[str, str, str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """An order that may be why our number is not Kaspi's. `rest`: what is left of the difference if it is."""

    url: str
    no: tuple[str, str, str]
    doubt: str
    step: str
    chip: Chip


@dataclass(frozen=True, slots=True)
class KaspiSaid:
    """Kaspi's own number, held against ours. `told` is empty while nobody has told it."""

    told: str = ""
    who: str = ""
    note: str = ""
    chip: Chip | None = None
    text: str = ""
    together: str = ""
    candidates: tuple[CandidateLine, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class KaspiForm:
    """What may be typed; after a refusal what was typed, and what was wrong with which field."""

    url: str
    unit: str
    counts: bool
    day: str
    latest: str
    filled: dict[str, str]
    error: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One change of the past: what was said before and is said now, and what it did to the numbers."""

    url: str
    no: tuple[str, str, str]
    text: str
    effect: str
    when: str
    shop: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionsPanel:
    """«Что изменилось задним числом»."""

    note: str
    lines: tuple[CorrectionLine, ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`/quality/audit/`. Without a shop only `shops` stand there."""

    title: str
    note: str
    shops: tuple[Tab, ...] = ()
    metrics: tuple[Tab, ...] = ()
    shop: str = ""
    metric: str = ""
    on: str = ""
    known: str = ""
    back_url: str = "/quality/"
    then: Answer | None = None
    now: Answer | None = None
    facts: tuple[Fact, ...] = ()
    same: str = ""
    differences: tuple[DifferenceLine, ...] = ()
    differences_note: str = ""
    kaspi: KaspiSaid | None = None
    form: KaspiForm | None = None
    lists: tuple[Tab, ...] = ()
    orders: tuple[ListedOrder, ...] = ()
    range_text: str = ""
    prev_url: str = ""
    next_url: str = ""
    corrections: CorrectionsPanel | None = None
