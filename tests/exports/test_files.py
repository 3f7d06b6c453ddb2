"""Files are made for who asked, while he may, for an hour, and leave a trace (reliability.md §5.12, §4 row 5)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from staff.clock import database_now
from staff.errors import Refused
from staff.exports import asking, making
from staff.exports.making import make_due
from staff.models import AuditEntry, CompanyRole, Disclosure, ExportFile, ExportState, Member, Reach
from staff.permissions import ROLES, Permission
from tests.cast import Cast, Person
from tests.exports.sheets import fetched, made, rows_of, url

pytestmark = pytest.mark.django_db


def entries(cast: Cast, action: str) -> list[AuditEntry]:
    with cast.alma.scope():
        return list(AuditEntry.objects.filter(action=action).order_by("pk"))


def change(cast: Cast, file: ExportFile, **values: Any) -> None:
    with cast.alma.scope():
        ExportFile.objects.filter(pk=file.pk).update(**values)


def take_away(cast: Cast, person: Person, *rights: Permission) -> None:
    """The company takes rights from the role of this person."""
    with cast.alma.scope():
        role = Member.objects.get(pk=person.member.pk)
        role.role = "limited"
        role.save()
        left = sorted(set(ROLES[next(iter(ROLES))].rights) - set(rights))
        CompanyRole.objects.update_or_create(code="limited", defaults={"rights": left, "reach": Reach.COMPANY})


def test_a_press_on_the_shelf_ends_in_a_file(cast: Cast) -> None:
    order, browser = cast.place(), cast.aigerim.browser()
    answer = browser.post("/orders/new/export/", {"shop": "alma-tech"})
    assert answer.headers["Location"] == "/files/"
    assert "в очереди" in browser.get("/files/").content.decode()
    make_due()
    with cast.alma.scope():
        file = ExportFile.objects.get()
    assert (file.state, file.rows, file.persons) == (ExportState.DONE, 1, 1)
    assert rows_of(file)[1][0] == order.code


def test_the_file_comes_as_an_attachment_that_opens_nothing(cast: Cast) -> None:
    answer = cast.aigerim.browser().get(url(made(cast.aigerim, shelf="new")))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="orders-2')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]


def test_asking_and_fetching_leave_one_entry_each_with_counts(cast: Cast) -> None:
    cast.place()
    file = made(cast.aigerim, shelf="new")
    assert fetched(cast.aigerim.browser(), file) == 200
    [asked], [taken] = entries(cast, "export.asked"), entries(cast, "export.downloaded")
    assert asked.details == {"kind": "orders", "shelf": "new"}
    assert (taken.details["rows"], taken.details["persons"]) == (1, 1)
    assert asked.subject_id == taken.subject_id == str(file.public_id)


def test_whose_data_went_into_the_file_is_told_as_a_disclosure(cast: Cast) -> None:
    order = cast.place()
    made(cast.aigerim, shelf="new")
    with cast.alma.scope():
        told = Disclosure.objects.get(door="export")
    assert (told.subjects, told.actor_label) == ([order.code], "Айгерим")


def test_nobody_else_fetches_it(cast: Cast) -> None:
    file = made(cast.aigerim, shelf="new")
    for browser in (cast.bolat.browser(), cast.chingiz.browser()):
        assert fetched(browser, file) == 404
        assert browser.get(f"{url(file)}state/").status_code == 404
    assert fetched(Client(), file) == 302


def test_after_an_hour_it_is_not_there_and_its_content_is_gone(cast: Cast) -> None:
    file, browser = made(cast.aigerim, shelf="new"), cast.aigerim.browser()
    change(cast, file, expires_at=database_now() - timedelta(hours=1))
    assert fetched(browser, file) == 404
    make_due()
    with cast.alma.scope():
        assert ExportFile.objects.get(pk=file.pk).content is None
    assert "час прошёл" in browser.get("/files/").content.decode()


def test_rights_are_asked_for_again_when_it_is_made(cast: Cast) -> None:
    with cast.alma.scope():
        file = asking.ask("journal", {}, by=cast.aigerim.actor, now=database_now())
    take_away(cast, cast.aigerim, Permission.AUDIT_VIEW)
    make_due()
    with cast.alma.scope():
        found = ExportFile.objects.get(pk=file.pk)
    assert (found.state, found.content, found.problem) == (ExportState.FAILED, None, "not_allowed")


def test_and_when_it_is_fetched(cast: Cast) -> None:
    file, browser = made(cast.aigerim, "journal"), cast.aigerim.browser()
    take_away(cast, cast.aigerim, Permission.AUDIT_VIEW)
    assert fetched(browser, file) == 404
    assert entries(cast, "export.downloaded") == []


def test_who_was_dismissed_meanwhile_gets_none(cast: Cast) -> None:
    with cast.alma.scope():
        asking.ask("orders", {"shelf": "new"}, by=cast.bolat.actor, now=database_now())
        Member.objects.filter(pk=cast.bolat.member.pk).update(is_active=False)
    make_due()
    with cast.alma.scope():
        assert ExportFile.objects.get().problem == "not_allowed"


def test_nobody_asks_for_the_journal_without_the_right(cast: Cast) -> None:
    assert cast.bolat.browser().post("/staff/journal/export/").status_code == 403
    with cast.alma.scope(), pytest.raises(Refused, match="forbidden"):
        asking.ask("journal", {}, by=cast.bolat.actor, now=database_now())


def test_programs_do_not_ask_for_files(cast: Cast) -> None:
    with cast.alma.scope(), pytest.raises(Refused, match="forbidden"):
        asking.ask("orders", {"shelf": "new"}, by=cast.alma.key_actor, now=database_now())


def test_a_proof_that_is_not_fresh_is_asked_for_first(cast: Cast) -> None:
    answer = cast.aigerim.stale_browser().post("/orders/new/export/")
    assert answer.status_code == 302
    assert "/account/confirm/" in answer.headers["Location"]
    with cast.alma.scope():
        assert not ExportFile.objects.exists()


def test_three_files_wait_at_most(cast: Cast) -> None:
    by = cast.aigerim.actor
    with cast.alma.scope():
        for _ in range(3):
            asking.ask("orders", {"shelf": "new"}, by=by, now=database_now())
        with pytest.raises(Refused, match="too_many_files"):
            asking.ask("orders", {"shelf": "new"}, by=by, now=database_now())


def test_a_foreign_shop_is_not_there(cast: Cast) -> None:
    assert cast.aigerim.browser().post("/orders/new/export/", {"shop": "bereke-tools"}).status_code == 404
    assert cast.daniyar.browser().post("/orders/new/export/", {"point": "PP1"}).status_code == 404


def test_a_maker_that_dies_is_followed_by_another_three_times_in_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cast.alma.scope():
        file = asking.ask("orders", {"shelf": "new"}, by=cast.aigerim.actor, now=database_now())
    with monkeypatch.context() as patched:
        patched.setattr(making, "_make", lambda one: None)
        for _ in range(3):
            assert make_due() == 1
            assert make_due() == 0, "the lease holds"
            change(cast, file, lease_until=database_now() - timedelta(seconds=1))
    make_due()
    with cast.alma.scope():
        found = ExportFile.objects.get(pk=file.pk)
    assert (found.state, found.problem) == (ExportState.FAILED, "gave_up")


def test_a_maker_whose_lease_was_taken_over_puts_nothing_down(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.place()
    write = making._write

    def slow(one: making.Leased, path: str) -> Any:
        done = write(one, path)
        with cast.alma.scope():
            ExportFile.objects.filter(pk=one.id).update(lease_until=database_now() + timedelta(hours=1))
        return done

    monkeypatch.setattr(making, "_write", slow)
    file = made(cast.aigerim, shelf="new")
    assert (file.state, file.content) == (ExportState.RUNNING, None)
    with cast.alma.scope():
        assert not Disclosure.objects.filter(door="export").exists()


def test_a_file_that_cannot_be_made_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(making, "_write", broken)
    assert made(cast.aigerim, shelf="new").state == ExportState.FAILED
    assert "Файл не получился" in cast.aigerim.browser().get("/files/").content.decode()


def test_a_line_asks_again_only_while_its_file_is_being_made(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    browser.post("/orders/new/export/")
    assert "hx-get" in browser.get("/files/").content.decode().partition("data-file")[2].partition("</tr>")[0]
    make_due()
    with cast.alma.scope():
        file = ExportFile.objects.get()
    row = browser.get(f"{url(file)}state/", headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in row
    assert url(file) in row
