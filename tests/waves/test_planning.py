"""Waves against an obvious reference: a clock that walks minute by minute and packs what it can."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from orders.waves.planning import Level, Parcel, Wave, outlook, pace_of, waves_of

NOON = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ROAD = timedelta(minutes=30)


def parcel(number: int, *, due: int = 240, point: int | None = 1, packed: bool = False, **more: object) -> Parcel:
    """Due so many minutes from noon."""
    return Parcel(number, f"70000{number:04d}", point, NOON + due * MINUTE, packed, **more)  # type: ignore[arg-type]


def waves(*parcels: Parcel) -> list[Wave]:
    return waves_of(parcels, {}, usual_road=ROAD)


def test_what_is_due_at_one_time_from_one_point_goes_together() -> None:
    found = waves(parcel(1), parcel(2, point=2), parcel(3, due=480), parcel(4, packed=True, places=3))
    assert [(wave.at, wave.point_id, len(wave.parcels)) for wave in found] == [
        (NOON + 240 * MINUTE, 1, 2),
        (NOON + 240 * MINUTE, 2, 1),
        (NOON + 480 * MINUTE, 1, 1),
    ]
    assert found[0].places == 3
    assert found[0].leave_by == NOON + 210 * MINUTE


def test_what_has_been_handed_over_waits_for_nothing() -> None:
    (wave,) = waves(parcel(1, packed=True, handed_at=NOON))
    assert (wave.here, outlook(wave, now=wave.at + MINUTE, pace=None).level) == ((), Level.CALM)


def test_a_pace_is_told_from_three_parcels_on() -> None:
    packed = [parcel(n, packed=True, packed_at=NOON - n * 20 * MINUTE) for n in (1, 2, 3)]
    assert pace_of(packed[:2], now=NOON) is None
    assert pace_of(packed, now=NOON) == 3


def test_levels_go_by_the_road_and_not_by_the_hour_of_the_wave() -> None:
    (wave,) = waves(parcel(1, packed=True))
    levels = {
        left: outlook(wave, now=wave.leave_by - left * MINUTE, pace=None).level for left in (61, 60, 15, -29, -30)
    }
    assert levels == {61: "", 60: "soon", 15: "urgent", -29: "urgent", -30: "over"}


@given(
    unpacked=st.integers(0, 40),
    before=st.integers(0, 20),
    minutes=st.integers(1, 300),
    pace=st.integers(1, 60),
)
def test_what_will_be_missed_is_what_a_walking_clock_leaves(
    unpacked: int, before: int, minutes: int, pace: int
) -> None:
    (wave,) = waves(*(parcel(n, due=minutes + 30) for n in range(unpacked or 1)))
    done, left = Fraction(0), before + len(wave.unpacked)
    for _ in range(minutes):
        done += Fraction(pace, 60)
    missed = min(len(wave.unpacked), max(0, left - int(done)))
    assert outlook(wave, now=NOON, pace=float(pace), before=before).will_miss == missed
