"""Who was shown whose data is written down once, and only when something was shown."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection

from staff.access import Actor
from staff.clock import database_now
from staff.models import Disclosure, Door
from staff.privacy import disclosures
from staff.privacy.disclosures import tell
from tests.cast import Cast

LATER = disclosures.AGAIN + timedelta(seconds=1)


@pytest.fixture
def now(cast: Cast) -> datetime:
    return database_now()


def told(cast: Cast) -> list[list[str]]:
    with cast.alma.scope():
        return list(Disclosure.objects.order_by("id").values_list("subjects", flat=True))


def tell_aigerim(
    cast: Cast, codes: list[str], *, now: datetime, door: Door = Door.PAGE, by: Actor | None = None
) -> None:
    with cast.alma.scope():
        tell(by or cast.aigerim.actor, door, codes, now=now)


def test_a_row_says_who_saw_what_when_and_from_where(cast: Cast, now: datetime) -> None:
    by = replace(cast.bolat.actor, address="10.0.0.7", request_id="r1")
    tell_aigerim(cast, ["2", "1", "2"], now=now, by=by)
    with cast.alma.scope():
        row = Disclosure.objects.get()
    assert (row.actor_kind, row.actor_id, row.actor_label) == ("member", cast.bolat.member.pk, "Болат")
    assert (row.subjects, row.door, row.at, row.address, row.request_id) == (["1", "2"], "page", now, "10.0.0.7", "r1")


def test_nothing_shown_is_no_row(cast: Cast, now: datetime) -> None:
    tell_aigerim(cast, [], now=now)
    assert told(cast) == []


def test_a_shelf_looked_at_again_and_again_was_seen_once(cast: Cast, now: datetime) -> None:
    for seconds in range(0, 60, 5):
        tell_aigerim(cast, ["1", "2"], now=now + timedelta(seconds=seconds))
    assert told(cast) == [["1", "2"]]


def test_of_a_shelf_with_a_new_order_only_that_is_told(cast: Cast, now: datetime) -> None:
    tell_aigerim(cast, ["1", "2"], now=now)
    tell_aigerim(cast, ["1", "2", "3"], now=now + timedelta(seconds=5))
    assert told(cast) == [["1", "2"], ["3"]]


def test_after_a_quarter_of_an_hour_it_is_seen_again(cast: Cast, now: datetime) -> None:
    tell_aigerim(cast, ["1"], now=now)
    tell_aigerim(cast, ["1"], now=now + LATER)
    assert told(cast) == [["1"], ["1"]]


def test_another_person_door_or_address_is_another_look(cast: Cast, now: datetime) -> None:
    tell_aigerim(cast, ["1"], now=now)
    tell_aigerim(cast, ["1"], now=now, by=cast.bolat.actor)
    tell_aigerim(cast, ["1"], now=now, door=Door.PRINT)
    tell_aigerim(cast, ["1"], now=now, by=replace(cast.aigerim.actor, address="203.0.113.9"))
    assert told(cast) == [["1"]] * 4


@pytest.mark.parametrize("door", [Door.EXPORT, Door.PRINT])
def test_what_is_taken_out_twice_is_told_twice(cast: Cast, now: datetime, door: Door) -> None:
    tell_aigerim(cast, ["1"], now=now, door=door)
    tell_aigerim(cast, ["1"], now=now + timedelta(seconds=1), door=door)
    assert told(cast) == [["1"], ["1"]]


def test_a_look_is_one_statement(cast: Cast, now: datetime) -> None:
    by = cast.aigerim.actor
    with cast.alma.scope(), connection.execute_wrapper(counted := Counted()):
        tell(by, Door.PAGE, ["1"], now=now)
        tell(by, Door.PAGE, ["1"], now=now, only_reads=True)
    assert counted.statements == 2


class Counted:
    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: object, sql: str, params: object, many: bool, context: object) -> object:
        self.statements += 1
        return execute(sql, params, many, context)  # type: ignore[operator]


@pytest.mark.parametrize("only_reads", [True, False])
def test_only_a_page_that_changes_nothing_does_not_wait_for_the_disk(
    cast: Cast, now: datetime, only_reads: bool
) -> None:
    with cast.alma.scope(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO on")
        tell(cast.aigerim.actor, Door.PAGE, ["1"], now=now, only_reads=only_reads)
        cursor.execute("SHOW synchronous_commit")
        (waits,) = cursor.fetchone()
    assert waits == ("off" if only_reads else "on")
