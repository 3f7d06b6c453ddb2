"""What a poll slot reads: which state over which windows. Pure.

Kaspi lists by the order's creation in windows of at most 14 days and has no filter by change, so a shelf is swept whole
over the time an order can stay on it (kaspi-api.md §1.6, §1.8; reliability.md §5.3, M 17).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from integrations.models import SlotKind

# A little under Kaspi's limit of 14 days; both ends count.
WINDOW = timedelta(days=13, hours=23)
IMPORT_WINDOWS = 7  # 97 days, two of them ahead: a rating needs 90 full ones
# Clocks differ; an order made "in the future" must not be missed, however far ahead Kaspi's clock goes. Two days cost
# nothing: they are part of the newest window.
AHEAD = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Window:
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Sweep:
    """State to ask for, and which windows back from now (0 is the newest)."""

    state: str
    windows: tuple[int, ...]


SWEEPS: Mapping[SlotKind, Sweep] = MappingProxyType(
    {
        SlotKind.NEW: Sweep("NEW", (0,)),
        SlotKind.OLD_NEW: Sweep("NEW", (1, 2)),
        SlotKind.SIGNING: Sweep("SIGN_REQUIRED", (0, 1, 2)),
        SlotKind.PICKUP: Sweep("PICKUP", (0, 1, 2)),
        SlotKind.DELIVERY: Sweep("DELIVERY", (0, 1, 2)),
        SlotKind.KASPI_DELIVERY: Sweep("KASPI_DELIVERY", (0, 1, 2, 3)),
        SlotKind.ARCHIVE: Sweep("ARCHIVE", (0, 1, 2)),
        SlotKind.IMPORT: Sweep("ARCHIVE", tuple(range(IMPORT_WINDOWS))),
    }
)
# Shelves on which orders are few and old windows mostly empty: these are read each fifth pass.
OLD_EACH = 5


def window(back: int, *, now: datetime) -> Window:
    """The `back`-th window before now; neighbours share an end, so nothing falls between."""
    end = now + AHEAD - back * WINDOW
    return Window(end - WINDOW, end)


def due_windows(kind: SlotKind, *, passes: int) -> tuple[int, ...]:
    """The newest window each time, the older ones each fifth pass; NEW's own slots, archive and import always all."""
    all_of = SWEEPS[kind].windows
    if kind in (SlotKind.NEW, SlotKind.OLD_NEW, SlotKind.ARCHIVE, SlotKind.IMPORT) or passes % OLD_EACH == 0:
        return all_of
    return all_of[:1]
