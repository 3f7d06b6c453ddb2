"""The second step as the company sees it: who lacks it, from when it is asked for, one reminder to each."""

from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail

from staff.clock import database_now
from staff.models import AuditEntry, Company, Mfa
from staff.people import second_step
from tests.cast import Cast, Person
from tests.people.team import hired, refusal


def demand(by: Person, starts: date | None, *, wanted: bool = True) -> None:
    with by.company.scope():
        second_step.demand(wanted, starts=starts, by=by.actor, now=database_now())


def remind(by: Person, *, after: timedelta = timedelta()) -> int:
    with by.company.scope():
        return second_step.remind(by=by.actor, now=database_now() + after)


def protect(person: Person, kind: Authenticator.Type = Authenticator.Type.TOTP) -> None:
    Authenticator.objects.create(user=person.user, type=kind, data={})


@pytest.mark.parametrize(
    ("mfa", "starts", "said"),
    [
        (Mfa.OFF, None, ""),
        (Mfa.REQUIRED, None, "Без него уже не войти."),
        (Mfa.REQUIRED, date(2026, 10, 31), "Без него уже не войти."),
        (Mfa.REQUIRED, date(2026, 11, 1), "С 1 ноября без него не войти."),
    ],
)
def test_the_day_is_told_by_the_clock_of_almaty(mfa: Mfa, starts: date | None, said: str) -> None:
    evening = datetime(2026, 10, 31, 18, 59, tzinfo=UTC)
    assert second_step.since_when(Company(mfa=mfa, mfa_from=starts), now=evening) == said


def test_a_demand_is_in_the_journal(cast: Cast) -> None:
    starts = database_now().date() + timedelta(days=30)
    demand(cast.aigerim, starts)
    with cast.alma.scope():
        entry = AuditEntry.objects.order_by("-id")[0]
        assert Company.objects.get(pk=cast.alma.id).mfa_from == starts
    assert (entry.before, entry.after["mfa"]) == ({"mfa": "off", "mfa_from": ""}, "required")


def test_only_who_holds_the_company_demands_it(cast: Cast) -> None:
    admin = hired(cast, "admin")
    assert refusal(lambda: demand(admin, None)) == "forbidden"


@pytest.mark.parametrize("days", [-2, 200])
def test_a_day_that_is_over_or_far_away_is_refused(cast: Cast, days: int) -> None:
    assert refusal(lambda: demand(cast.aigerim, database_now().date() + timedelta(days=days))) == "bad_date"


def test_who_has_only_recovery_codes_has_no_second_step(cast: Cast) -> None:
    protect(cast.aigerim)
    protect(cast.bolat, Authenticator.Type.RECOVERY_CODES)
    with cast.alma.scope():
        lacking = second_step.lacking([cast.aigerim.member, cast.bolat.member, cast.daniyar.member])
    assert [member.name for member in lacking] == ["Болат", "Данияр"]


def test_everybody_who_lacks_it_gets_one_letter(cast: Cast) -> None:
    protect(cast.aigerim)
    demand(cast.aigerim, None)
    assert remind(cast.aigerim) == 2
    assert sorted(letter.to[0] for letter in mail.outbox) == ["m1@alma.example", "m2@alma.example"]
    assert "Без него уже не войти." in str(mail.outbox[0].body)


def test_nobody_is_reminded_twice_a_day(cast: Cast) -> None:
    remind(cast.aigerim)
    assert refusal(lambda: remind(cast.aigerim)) == "too_soon"
    assert remind(cast.aigerim, after=second_step.PAUSE + timedelta(minutes=1)) == 3


def test_the_page_says_how_many_lack_it_and_from_when(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    assert "Напомнить всем" not in browser.get("/staff/").content.decode()
    demand(cast.aigerim, database_now().date() + timedelta(days=30))
    page = browser.get("/staff/").content.decode().replace("\u00a0", " ")
    assert "У 3 человек нет второго шага входа." in page
    assert "Напомнить всем" in page
