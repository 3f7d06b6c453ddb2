"""What the page of waves shows: plain frozen data, already in words (see `orders.shelves.page_models`)."""

from __future__ import annotations

from dataclasses import dataclass

from staff.page_parts import Chip, Empty, Notice


@dataclass(frozen=True, slots=True)
class ParcelLine:
    code: str
    url: str
    no: tuple[str, str, str]
    note: str
    packed: bool
    chip: Chip


@dataclass(frozen=True, slots=True)
class WaveCard:
    """«Сегодня до 16:00», one point. `drop` says where to, `drop_url` is the form that sets it."""

    key: str
    title: str
    point: str
    drop: str
    left: str
    level: str
    counts: str
    outlook: str
    outlook_level: str
    parcels: tuple[ParcelLine, ...]
    packed: int
    may_hand: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Parcels told by one press that Kaspi has not confirmed yet. `level` warn: it should have by now."""

    title: str
    note: str
    url: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class DropForm:
    """Of the point of this code in this shop."""

    shop: str
    code: str
    point: str
    name: str = ""
    address: str = ""
    road_minutes: str = "30"
    error: str = ""


@dataclass(frozen=True, slots=True)
class PointLink:
    url: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class WavesPage:
    """`/waves/`."""

    url: str
    waves: tuple[WaveCard, ...]
    batches: tuple[Batch, ...]
    drops: tuple[DropForm, ...]
    points: tuple[PointLink, ...]
    empty: Empty | None = None
    notice: Notice | None = None
