"""What is unusual about an export; and that the owner hears of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from staff.clock import database_now
from staff.exports import asking
from staff.formats import ALMATY
from staff.journal.unusual import Taken, unusual
from staff.models import AuditEntry, ExportFile, ExportState
from tests.cast import Cast
from tests.exports.sheets import fetched, made, url

DAY = datetime(2026, 11, 20, 12, tzinfo=ALMATY)
NIGHT = DAY.replace(hour=2)
USUAL = [Taken(60, DAY - timedelta(days=days), "10.0.0.1") for days in range(1, 6)]


@pytest.mark.parametrize(
    ("taken", "history", "said"),
    [
        (Taken(60, DAY, "10.0.0.1"), USUAL, []),
        (Taken(900, NIGHT, "10.0.0.1"), USUAL, ["night", "many"]),
        (Taken(900, DAY, "10.0.0.1"), USUAL, ["many"]),
        (Taken(599, DAY, "10.0.0.1"), USUAL, []),
        (Taken(600, DAY, "10.0.0.1"), USUAL, ["many"]),
        (Taken(60, DAY, "10.9.9.9"), USUAL, ["address"]),
        (Taken(60, DAY, "10.0.0.1"), [], ["first"]),
        (Taken(900, NIGHT, "10.0.0.1"), [], ["night", "first"]),
        (Taken(5, NIGHT, "10.0.0.1"), USUAL, []),
        (Taken(40, DAY, "10.0.0.1"), [Taken(1, DAY, "10.0.0.1")], []),
        (Taken(60, DAY.replace(hour=22, minute=59), "10.0.0.1"), USUAL, []),
        (Taken(60, DAY.replace(hour=23), "10.0.0.1"), USUAL, ["night"]),
        (Taken(60, DAY.replace(hour=5, minute=59), "10.0.0.1"), USUAL, ["night"]),
        (Taken(60, DAY.replace(hour=6), "10.0.0.1"), USUAL, []),
    ],
)
def test_what_is_unusual(taken: Taken, history: list[Taken], said: list[str]) -> None:
    assert list(unusual(taken, history)) == said


def hints(cast: Cast) -> list[Any]:
    with cast.alma.scope():
        found = AuditEntry.objects.filter(action="export.downloaded").order_by("pk")
        return [entry.details.get("hint") for entry in found]


@pytest.mark.django_db
def test_the_first_export_of_a_person_is_told_to_the_owner_once(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    cast.place()
    file, browser = made(cast.aigerim, shelf="new"), cast.aigerim.browser()
    with django_capture_on_commit_callbacks(execute=True):
        assert fetched(browser, file) == 200
        assert fetched(browser, file) == 200
    assert hints(cast) == [["first"], None]
    [letter] = mail.outbox
    assert letter.to == ["owner@alma.example"]
    assert "впервые" in letter.body


@pytest.mark.django_db
def test_a_file_without_buyers_is_nothing_unusual(cast: Cast) -> None:
    assert fetched(cast.aigerim.browser(), made(cast.aigerim, "journal")) == 200
    assert hints(cast) == [None]


@pytest.mark.django_db
def test_another_address_is_seen_when_it_is_fetched(cast: Cast) -> None:
    cast.place()
    with cast.alma.scope():
        earlier = {"state": ExportState.DONE, "persons": 1, "wanted": {"filter": {}, "address": "127.0.0.1"}}
        ExportFile.objects.create(kind="orders", member_id=cast.aigerim.member.pk, asked_at=database_now(), **earlier)
    file = made(cast.aigerim, shelf="new")
    cast.aigerim.browser().get(url(file), REMOTE_ADDR="10.9.9.9")
    assert hints(cast) == [["address"]]


@pytest.mark.django_db
def test_the_notice_stands_on_the_owners_pages_for_a_week(cast: Cast) -> None:
    cast.place()
    fetched(cast.aigerim.browser(), made(cast.aigerim, shelf="new"))
    for page in ("/", "/staff/"):
        assert "Необычная выгрузка" in cast.aigerim.browser().get(page).content.decode(), page
    assert "Необычная выгрузка" not in cast.chingiz.browser().get("/").content.decode()
    from staff.journal.alarm import notice

    with cast.alma.scope():
        assert notice(cast.aigerim.actor, now=database_now() + timedelta(days=8)) is None
        assert notice(cast.bolat.actor, now=database_now()) is None


@pytest.mark.django_db
def test_what_was_asked_for_by_others_is_not_his_habit(cast: Cast) -> None:
    cast.place()
    fetched(cast.aigerim.browser(), made(cast.aigerim, shelf="new"))
    with cast.alma.scope():
        file = made(cast.aigerim, shelf="new")
        assert asking._hints(file, by=cast.bolat.actor, now=database_now()) == ["first"]
