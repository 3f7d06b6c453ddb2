"""Which parcels leave together, and whether they will be in time. Pure; every instant is aware.

A wave is the time by which Kaspi wants parcels of a point (its own planned time, else the drop-off slot 16:00 or 20:00:
`orders.deadlines`, kaspi-api §5). What is not packed when the car has to leave is late.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from math import floor

HOUR = timedelta(hours=1)
URGENT = timedelta(minutes=15)
# The pace is counted over so long, and from so few parcels on it is a pace.
PACE_WINDOW = timedelta(hours=3)
FEWEST_FOR_A_PACE = 3


class Level(StrEnum):
    """How a wave stands; the words of the deadline chip."""

    CALM = ""
    SOON = "soon"
    URGENT = "urgent"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Parcel:
    """An order that is to be handed over. `places`: how many boxes; `handed_at`: our own word that it has been."""

    order_id: int
    code: str
    point_id: int | None
    due_at: datetime
    packed: bool
    places: int = 1
    packed_at: datetime | None = None
    handed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wave:
    """Parcels of one point that are due at one time. `leave_by`: when the road to the drop point has to begin."""

    at: datetime
    point_id: int | None
    parcels: tuple[Parcel, ...]
    leave_by: datetime

    @property
    def here(self) -> tuple[Parcel, ...]:
        return tuple(parcel for parcel in self.parcels if parcel.handed_at is None)

    @property
    def packed(self) -> tuple[Parcel, ...]:
        return tuple(parcel for parcel in self.here if parcel.packed)

    @property
    def unpacked(self) -> tuple[Parcel, ...]:
        return tuple(parcel for parcel in self.here if not parcel.packed)

    @property
    def places(self) -> int:
        return sum(parcel.places for parcel in self.packed)


@dataclass(frozen=True, slots=True)
class Outlook:
    """`will_miss`: parcels that will not be packed in time at the pace of the last hours; None: no pace is known yet."""

    level: Level
    will_miss: int | None


def waves_of(parcels: Iterable[Parcel], road: "dict[int | None, timedelta]", *, usual_road: timedelta) -> list[Wave]:
    """The soonest first. `road` by point; a point that has told none takes the usual time."""

    def wave(parcel: Parcel) -> tuple[datetime, int]:
        return parcel.due_at.replace(second=0, microsecond=0), parcel.point_id or 0

    sorted_ = sorted(parcels, key=lambda parcel: (*wave(parcel), parcel.packed, parcel.code))
    return [
        Wave(at, point or None, tuple(group), at - road.get(point or None, usual_road))
        for (at, point), group in groupby(sorted_, key=wave)
    ]


def pace_of(parcels: Iterable[Parcel], *, now: datetime) -> float | None:
    """Parcels packed an hour, by those packed within PACE_WINDOW; None where they are too few to tell."""
    packed = [
        parcel.packed_at for parcel in parcels if parcel.packed_at and now - PACE_WINDOW <= parcel.packed_at <= now
    ]
    if len(packed) < FEWEST_FOR_A_PACE:
        return None
    # Who began an hour ago is not slow for the two hours before.
    worked = max(now - min(packed), timedelta(minutes=10))
    return len(packed) / (worked / HOUR)


def outlook(wave: Wave, *, now: datetime, pace: float | None, before: int = 0) -> Outlook:
    """`before`: unpacked parcels of earlier waves of the same point, which are packed first."""
    waiting = len(wave.unpacked)
    left = wave.leave_by - now
    if now >= wave.at:
        return Outlook(Level.OVER if wave.here else Level.CALM, len(wave.here))
    if left <= timedelta(0):
        return Outlook(Level.URGENT if wave.here else Level.CALM, waiting)
    will_miss = None if pace is None else min(waiting, max(0, before + waiting - floor(pace * (left / HOUR))))
    if wave.here and (will_miss or left <= URGENT):
        return Outlook(Level.URGENT, will_miss)
    return Outlook(Level.SOON if wave.here and left <= HOUR else Level.CALM, will_miss)
