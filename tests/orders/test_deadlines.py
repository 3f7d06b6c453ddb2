"""Deadlines against a slow reference that walks minute by minute, and the rules of kaspi-api §5 one by one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.deadlines import (
    Deadline,
    DeadlineKind,
    RiskLevel,
    Step,
    StepFacts,
    WorkingCalendar,
    add_working_days,
    add_working_minutes,
    clock_runs,
    deadline_of,
    is_last_pickup_day,
    risk,
    time_left,
    working_minutes_between,
    working_time_between,
)
from staff.working_calendar import HORIZON_DAYS, Spans

ALMATY = ZoneInfo("Asia/Almaty")
MINUTE = timedelta(minutes=1)
OFFICE = WorkingCalendar.from_json(
    {
        **{day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu")},
        "fri": ["09:00", "18:00"],
        "sat": None,
    },
    exceptions={"2026-12-16": None, "2026-12-31": ["09:00", "11:00"], "2026-10-17": ["10:00", "12:00"]},
)
CLOSED = WorkingCalendar(week={})

thorough = settings(max_examples=150, deadline=None)


def almaty(text: str) -> datetime:
    return datetime.strptime(text, "%d.%m.%Y %H:%M").replace(tzinfo=ALMATY).astimezone(UTC)


def in_almaty(instant: datetime | None) -> str:
    assert instant is not None
    return f"{instant.astimezone(ALMATY):%d.%m.%Y %H:%M}"


def due(facts: StepFacts) -> Deadline:
    """The deadline at the office; there must be one."""
    found = deadline_of(facts, OFFICE)
    assert found is not None
    return found


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    cuts = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return tuple((opens * 15, closes * 15) for opens, closes in pairs)


def calendars(first: date, days: int = 12) -> st.SearchStrategy[WorkingCalendar]:
    dates = st.integers(0, days).map(lambda n: first + timedelta(days=n))
    return st.builds(
        WorkingCalendar,
        week=st.dictionaries(st.integers(0, 6), spans(), min_size=3),
        exceptions=st.dictionaries(dates, spans(), max_size=3),
    )


def instants(first: date, days: int = 5) -> st.SearchStrategy[datetime]:
    begins = datetime(first.year, first.month, first.day, tzinfo=UTC)
    return st.integers(0, days * 24 * 3600).map(lambda seconds: begins + timedelta(seconds=seconds))


def shows_open(calendar: WorkingCalendar, instant: datetime) -> bool:
    """The definition, read off the wall clock."""
    wall = instant.astimezone(ALMATY)
    hours = calendar.exceptions.get(wall.date(), calendar.week.get(wall.weekday(), ()))
    return any(opens <= wall.hour * 60 + wall.minute < closes for opens, closes in hours)


def slow_add(start: datetime, minutes: int, calendar: WorkingCalendar) -> datetime | None:
    """Walks the whole minutes of the clock; the broken minute of the start is counted by its open remainder."""
    left, moment = minutes * MINUTE, start
    while moment < start + timedelta(days=14):
        after = moment.replace(second=0, microsecond=0) + MINUTE
        if shows_open(calendar, moment):
            if left <= after - moment:
                return moment + left
            left -= after - moment
        moment = after
    return None


ORDINARY = date(2026, 12, 14)
# At 24:00 on 29.02.2024 the clocks of Almaty went back to 23:00: UTC+6 became UTC+5.
ZONE_CHANGE = date(2024, 2, 27)


@pytest.mark.parametrize("first", [ORDINARY, ZONE_CHANGE])
@thorough
@given(data=st.data())
def test_adding_working_minutes_agrees_with_walking_minute_by_minute(first: date, data: st.DataObject) -> None:
    calendar, start = data.draw(calendars(first)), data.draw(instants(first))
    minutes = data.draw(st.integers(1, 1000))
    expected = slow_add(start, minutes, calendar)
    found = add_working_minutes(start, minutes, calendar)
    # The reference looks 14 days ahead.
    assert found == expected if expected else found is None or found >= start + timedelta(days=14)


@pytest.mark.parametrize("first", [ORDINARY, ZONE_CHANGE])
@thorough
@given(data=st.data())
def test_working_time_between_agrees_with_counting_open_minutes(first: date, data: st.DataObject) -> None:
    calendar = data.draw(calendars(first))
    a, b = (data.draw(instants(first)).replace(second=0) for _ in range(2))
    counted = sum(shows_open(calendar, a + n * MINUTE) for n in range(max((b - a) // MINUTE, 0)))
    assert working_minutes_between(a, b, calendar) == counted


@thorough
@given(calendar=calendars(ORDINARY), start=instants(ORDINARY), minutes=st.integers(1, 2000))
def test_exactly_the_added_minutes_run_until_the_answer(
    calendar: WorkingCalendar, start: datetime, minutes: int
) -> None:
    found = add_working_minutes(start, minutes, calendar)
    assert found is None or working_time_between(start, found, calendar) == minutes * MINUTE


@thorough
@given(data=st.data())
def test_a_calendar_changed_meanwhile_gives_the_new_calendars_answer(data: st.DataObject) -> None:
    before, after = data.draw(calendars(ORDINARY)), data.draw(calendars(ORDINARY))
    start = data.draw(instants(ORDINARY))
    facts = StepFacts(step=Step.ACCEPT, approved_at=start)
    deadline_of(facts, before)
    changed, fresh = deadline_of(facts, after), slow_add(start, 180, after)
    assert fresh is None or (changed is not None and changed.at == fresh)


@thorough
@given(calendar=calendars(ORDINARY), start=instants(ORDINARY), days=st.integers(1, 10))
def test_adding_working_days_agrees_with_counting_open_days(
    calendar: WorkingCalendar, start: datetime, days: int
) -> None:
    day, left = start.astimezone(ALMATY).date(), days
    for _ in range(HORIZON_DAYS):
        day += timedelta(days=1)
        left -= bool(calendar.spans_on(day))
        if not left:
            break
    closes = None if left else calendar.spans_on(day)[-1][1]
    assert add_working_days(start, days, calendar) == (None if closes is None else calendar.instant(day, closes))


@thorough
@given(calendar=calendars(ORDINARY))
def test_a_calendar_survives_its_json(calendar: WorkingCalendar) -> None:
    again = WorkingCalendar.from_json(calendar.as_json(), exceptions=calendar.exceptions_as_json())
    assert again.as_json() == calendar.as_json()
    assert again.exceptions == calendar.exceptions


def test_the_repeated_hour_of_almaty_is_worked_twice() -> None:
    calendar = WorkingCalendar.round_the_clock()
    begins, ends = almaty("29.02.2024 00:00"), almaty("01.03.2024 00:00")
    assert working_minutes_between(begins, ends, calendar) == 25 * 60


def test_closing_within_the_repeated_hour_opens_once_more() -> None:
    calendar = WorkingCalendar.from_json({"thu": ["22:00", "23:30"]})
    windows = calendar.windows_on(date(2024, 2, 29))
    assert [(f"{opens:%H:%M}", f"{closes:%H:%M}") for opens, closes in windows] == [
        ("16:00", "17:30"),
        ("18:00", "18:30"),
    ]


def test_the_skipped_hour_of_spring_is_not_worked() -> None:
    berlin = WorkingCalendar.from_json({"sun": ["01:00", "04:00"]}, zone="Europe/Berlin")
    opens, closes = berlin.windows_on(date(2026, 3, 29))[0][0], berlin.windows_on(date(2026, 3, 29))[-1][1]
    assert working_minutes_between(opens, closes, berlin) == 120


@pytest.mark.parametrize(
    ("arrived", "accept_by"),
    [
        ("14.12.2026 09:00", "14.12.2026 12:00"),
        ("14.12.2026 12:00", "14.12.2026 16:00"),  # over lunch
        ("14.12.2026 15:00", "14.12.2026 18:00"),  # ends at closing, not at the next opening
        ("15.12.2026 17:00", "17.12.2026 11:00"),  # over a holiday
        ("16.10.2026 17:00", "17.10.2026 12:00"),  # a Saturday that is worked
        ("11.12.2026 23:10", "14.12.2026 12:00"),  # over a weekend
        ("30.12.2026 17:30", "01.01.2027 09:30"),  # a short day
    ],
)
def test_an_order_is_accepted_within_three_working_hours(arrived: str, accept_by: str) -> None:
    found = due(StepFacts(step=Step.ACCEPT, approved_at=almaty(arrived)))
    assert (found.kind, in_almaty(found.at), found.working_minutes_total) == (DeadlineKind.ACCEPT, accept_by, 180)


@thorough
@given(calendar=calendars(ORDINARY), start=instants(ORDINARY))
def test_express_has_sixty_minutes_of_wall_clock_whatever_the_calendar(
    calendar: WorkingCalendar, start: datetime
) -> None:
    found = deadline_of(StepFacts(step=Step.ACCEPT, approved_at=start, express=True), calendar)
    assert found == Deadline(DeadlineKind.ACCEPT_EXPRESS, start + timedelta(minutes=60), start)


def test_the_time_of_creation_stands_in_for_an_unknown_approval() -> None:
    facts = StepFacts(step=Step.ACCEPT, created_at=almaty("14.12.2026 09:00"))
    found = due(facts)
    assert in_almaty(found.at) == "14.12.2026 12:00"


@pytest.mark.parametrize(
    ("ordered", "accepted", "hand_over_by"),
    [
        ("14.12.2026 11:59", "14.12.2026 12:30", "14.12.2026 16:00"),
        ("14.12.2026 12:00", "14.12.2026 12:30", "14.12.2026 20:00"),
        ("14.12.2026 21:00", None, "15.12.2026 20:00"),
        ("14.12.2026 10:00", "14.12.2026 17:00", "15.12.2026 16:00"),  # the slot was over before acceptance
        ("16.12.2026 10:00", None, "17.12.2026 16:00"),  # closed that day
    ],
)
def test_without_a_planned_courier_the_drop_off_slot_counts(
    ordered: str, accepted: str | None, hand_over_by: str
) -> None:
    facts = StepFacts(step=Step.PACK, approved_at=almaty(ordered), accepted_at=almaty(accepted) if accepted else None)
    found = due(facts)
    assert (found.kind, in_almaty(found.at)) == (DeadlineKind.HAND_OVER, hand_over_by)


def test_the_time_that_kaspi_planned_wins_over_the_slot() -> None:
    planned = almaty("19.12.2026 20:00")
    facts = StepFacts(step=Step.HAND_OVER, approved_at=almaty("14.12.2026 10:00"), courier_planned_at=planned)
    found = due(facts)
    assert found.at == planned


ARRIVED = almaty("14.12.2026 10:00")


@pytest.mark.parametrize(
    ("facts", "kind", "at"),
    [
        (StepFacts(step=Step.DELIVER, accepted_at=ARRIVED), DeadlineKind.DELIVER, "15.12.2026 18:00"),
        (
            StepFacts(step=Step.DELIVER, accepted_at=ARRIVED, planned_delivery_at=almaty("20.12.2026 23:59")),
            DeadlineKind.DELIVER,
            "20.12.2026 23:59",
        ),
        (StepFacts(step=Step.PICKUP, accepted_at=ARRIVED), DeadlineKind.PICKUP, "18.12.2026 18:00"),
        (
            StepFacts(step=Step.SIGN, accepted_at=ARRIVED, planned_delivery_at=almaty("16.12.2026 23:59")),
            DeadlineKind.SIGN,
            "16.12.2026 23:59",
        ),
        (
            StepFacts(step=Step.ARRIVE, created_at=ARRIVED, reservation_at=almaty("01.01.2027 12:00")),
            DeadlineKind.ARRIVE,
            "01.01.2027 12:00",
        ),
        (
            StepFacts(step=Step.ARRIVE, created_at=ARRIVED, reservation_at=almaty("01.03.2027 12:00")),
            DeadlineKind.ARRIVE,
            "14.01.2027 00:00",
        ),
        (StepFacts(step=Step.BRING_BACK, cancelling_since=ARRIVED), DeadlineKind.RETURN_HOME, "13.01.2027 10:00"),
    ],
)
def test_each_step_has_the_deadline_of_the_rule_book(facts: StepFacts, kind: DeadlineKind, at: str) -> None:
    found = due(facts)
    assert (found.kind, in_almaty(found.at)) == (kind, at)


@pytest.mark.parametrize(
    "facts",
    [
        StepFacts(step=Step.NONE, approved_at=ARRIVED),
        StepFacts(step=Step.SIGN, approved_at=ARRIVED),
        *(StepFacts(step=step) for step in Step),
    ],
)
def test_no_deadline_is_invented_from_missing_facts(facts: StepFacts) -> None:
    assert deadline_of(facts, OFFICE) is None


@pytest.mark.parametrize("step", [Step.ACCEPT, Step.PACK, Step.DELIVER, Step.PICKUP])
def test_a_calendar_that_never_opens_sets_no_deadline(step: Step) -> None:
    assert deadline_of(StepFacts(step=step, approved_at=ARRIVED), CLOSED) is None


@pytest.mark.parametrize(
    ("now", "level"),
    [
        ("14.12.2026 11:59", RiskLevel.CALM),
        ("14.12.2026 13:30", RiskLevel.CALM),  # lunch: still two working hours
        ("14.12.2026 15:00", RiskLevel.SOON),
        ("14.12.2026 15:45", RiskLevel.URGENT),
        ("14.12.2026 16:00", RiskLevel.OVER),
    ],
)
def test_acceptance_warns_by_working_time(now: str, level: RiskLevel) -> None:
    found = due(StepFacts(step=Step.ACCEPT, approved_at=almaty("14.12.2026 12:00")))
    assert risk(found, almaty(now), OFFICE) is level


@pytest.mark.parametrize(
    ("kind", "left", "level"),
    [
        (DeadlineKind.ACCEPT_EXPRESS, timedelta(minutes=61), RiskLevel.CALM),
        (DeadlineKind.ACCEPT_EXPRESS, timedelta(minutes=15), RiskLevel.URGENT),
        (DeadlineKind.HAND_OVER, timedelta(hours=4), RiskLevel.CALM),
        (DeadlineKind.HAND_OVER, timedelta(hours=3), RiskLevel.SOON),
        (DeadlineKind.DELIVER, timedelta(hours=1), RiskLevel.URGENT),
        (DeadlineKind.PICKUP, timedelta(hours=25), RiskLevel.CALM),
        (DeadlineKind.PICKUP, timedelta(hours=19), RiskLevel.SOON),
        (DeadlineKind.PICKUP, timedelta(hours=17), RiskLevel.URGENT),  # the last day has begun
        (DeadlineKind.SIGN, timedelta(minutes=1), RiskLevel.CALM),
        (DeadlineKind.SIGN, timedelta(0), RiskLevel.OVER),
        (DeadlineKind.RETURN_HOME, timedelta(days=2), RiskLevel.SOON),
    ],
)
def test_other_deadlines_warn_by_wall_clock(kind: DeadlineKind, left: timedelta, level: RiskLevel) -> None:
    at = almaty("18.12.2026 18:00")
    assert risk(Deadline(kind, at, ARRIVED), at - left, OFFICE) is level


@pytest.mark.parametrize(
    ("accepted", "now", "last"),
    [
        ("14.12.2026 10:00", "17.12.2026 17:59", False),
        ("14.12.2026 10:00", "17.12.2026 18:00", True),  # the 16th is a holiday
        ("14.12.2026 10:00", "18.12.2026 18:00", False),  # over
        ("09.12.2026 10:00", "11.12.2026 18:00", True),  # calm by the wall clock: the weekend lies between
    ],
)
def test_a_pickup_is_reminded_of_when_two_of_its_working_days_are_over(accepted: str, now: str, last: bool) -> None:
    found = due(StepFacts(step=Step.PICKUP, accepted_at=almaty(accepted)))
    assert is_last_pickup_day(found, almaty(now), OFFICE) is last


def test_every_kind_of_deadline_has_its_levels() -> None:
    at = almaty("18.12.2026 18:00")
    assert {risk(Deadline(kind, at, ARRIVED), at, OFFICE) for kind in DeadlineKind} == {RiskLevel.OVER}
    assert {risk(Deadline(kind, at, ARRIVED), ARRIVED, OFFICE) for kind in DeadlineKind} == {RiskLevel.CALM}


def test_the_chip_of_acceptance_stands_still_at_lunch() -> None:
    found = due(StepFacts(step=Step.ACCEPT, approved_at=almaty("14.12.2026 12:00")))
    begins, ends = almaty("14.12.2026 13:00"), almaty("14.12.2026 14:00")
    assert time_left(found, begins, OFFICE) == time_left(found, ends, OFFICE) == 2 * 3600
    assert (clock_runs(found, begins, OFFICE), clock_runs(found, ends, OFFICE)) == (False, True)


def test_a_chip_past_its_deadline_counts_wall_seconds_since() -> None:
    at = almaty("14.12.2026 18:00")
    assert time_left(Deadline(DeadlineKind.ACCEPT, at, ARRIVED, 180), at + timedelta(hours=5), OFFICE) == -5 * 3600


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ({"mon": [["09:00", "13:00"], ["12:00", "18:00"]]}, "пересекаются"),
        ({"mon": ["18:00", "09:00"]}, "позже открытия"),
        ({"mon": ["09:00", "09:00"]}, "позже открытия"),
        ({"monday": ["09:00", "18:00"]}, "неизвестный день"),
        ({"mon": ["9:00", "18:00"]}, "не время вида"),
        ({"mon": ["09:00", "24:01"]}, "не время суток"),
        ({"mon": ["09:60", "18:00"]}, "не время суток"),
        ({"mon": ["09:00"]}, "ровно два времени"),
        ({"mon": [["09:00", "13:00"], "14:00"]}, "ровно два времени"),
        ({"mon": "09:00"}, "ожидаются часы"),
        ({"mon": [540, 1080]}, "ровно два времени"),
        ([], "ожидается объект"),
    ],
)
def test_a_wrong_schedule_is_refused_in_words(schedule: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        WorkingCalendar.from_json(schedule)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: WorkingCalendar(week={}, zone="Mars/Olympus"), "часовой пояс"),
        (lambda: WorkingCalendar(week={7: ()}), "номером 7"),
        (lambda: WorkingCalendar.from_json({}, exceptions={"16.12.2026": None}), "не дата вида"),
        (lambda: add_working_minutes(ARRIVED, -1, OFFICE), "negative"),
        (lambda: add_working_days(ARRIVED, 0, OFFICE), "from one"),
        (lambda: OFFICE.is_open(datetime(2026, 12, 14)), "naive"),
    ],
)
def test_arguments_without_meaning_are_refused(make: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_a_point_may_be_open_until_midnight() -> None:
    calendar = WorkingCalendar.from_json({"mon": ["22:00", "24:00"], "tue": ["00:00", "01:00"]})
    found = add_working_minutes(almaty("14.12.2026 22:30"), 120, calendar)
    assert in_almaty(found) == "15.12.2026 00:30"
