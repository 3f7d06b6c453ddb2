"""By which profile a shop is judged on a day: added in time, never changed."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quality import buckets, reading
from quality.formulas import Metric
from quality.models import ProfileAssignment
from quality.profiles import assigned, own
from quality.profiles.written import from_form, to_form
from quality.reading import today_of
from quality.thresholds import DEFAULT, PROFILES, Profile, Status
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.models import AuditEntry
from tests.api.test_quality import cancelled_yesterday
from tests.cast import Cast, Person


def today() -> date:
    return today_of(database_now())


def assign(
    cast: Cast, code: str, *, days: int = 0, ago: int = 0, by: Person | None = None, shop: str = "alma-tech"
) -> None:
    """For so many days ahead, said so many days ago."""
    company = cast.alma if shop.startswith("alma") else cast.bereke
    with company.scope():
        said, day = database_now() - timedelta(days=ago), today() + timedelta(days=days - ago)
        assigned.assign(company.shop(shop), code, day, by=(by or cast.aigerim).actor, now=said)


def write(cast: Cast, said: Mapping[str, str] = MappingProxyType({}), *, by: Person | None = None) -> str:
    """A profile like ours but for the fields that are said, of the company of who writes it."""
    person = by or cast.aigerim
    shop = person.company.shop("alma-tech" if person.company is cast.alma else "bereke-tools")
    with person.company.scope():
        form = {**to_form(DEFAULT), "title": "Своя", **said}
        return own.write(from_form(form), shop, by=person.actor, now=database_now())


def judged_by(cast: Cast, days: int = 0, shop: str = "alma-tech") -> Profile:
    with cast.alma.scope():
        return assigned.profile_of(cast.alma.shop(shop).pk, today() + timedelta(days=days))


def test_a_shop_without_an_assignment_is_judged_by_the_profile_in_force(cast: Cast) -> None:
    assert judged_by(cast) == DEFAULT
    with cast.alma.scope():
        assert assigned.profile_of(cast.alma.shop("alma-tech").pk, date(2025, 5, 5)).code == "guide-5"


def test_a_profile_of_today_judges_today_and_not_yesterday(cast: Cast) -> None:
    assign(cast, "historic-10")
    assert [judged_by(cast, days).code for days in (-1, 0, 1)] == ["v2-2026", "historic-10", "historic-10"]
    assert judged_by(cast, shop="alma-dom") == DEFAULT


def test_a_profile_assigned_today_changes_the_verdict_of_today(cast: Cast) -> None:
    code = write(cast, {"cancelled-critical": "60", "cancelled-good": "55", "cancelled-sample": "2"})
    cancelled_yesterday(cast)
    cancelled_yesterday(cast, fault="buyer")
    before = verdict_of(cast)
    assign(cast, code)
    assert (before, verdict_of(cast)) == (Status.NOT_ENOUGH_DATA, Status.OK)


def verdict_of(cast: Cast) -> Status:
    shop, now = cast.alma.shop("alma-tech").pk, database_now()
    with cast.alma.scope():
        profile = assigned.profile_of(shop, today_of(now))
        return reading.verdict(reading.numbers([shop], now=now)[Metric.CANCELLED], profile).status


def test_a_profile_of_a_day_to_come_waits_for_its_day(cast: Cast) -> None:
    assign(cast, "guide-5", days=3)
    assert [judged_by(cast, days).code for days in (0, 2, 3, 100)] == ["v2-2026", "v2-2026", "guide-5", "guide-5"]


def test_of_one_day_the_newest_word_holds(cast: Cast) -> None:
    assign(cast, "guide-5", days=3)
    assign(cast, "historic-10", days=3)
    assert judged_by(cast, 3).code == "historic-10"
    with cast.alma.scope():
        told = assigned.history([cast.alma.shop("alma-tech").pk])
    assert [(one.code, one.holds) for one in told] == [("historic-10", True), ("guide-5", False)]


@pytest.mark.parametrize("days", [-1, -30, 367])
def test_the_past_is_not_written_anew(cast: Cast, days: int) -> None:
    with pytest.raises(Refused) as refused:
        assign(cast, "guide-5", days=days)
    assert (refused.value.status, refused.value.field) == (400, "from_day")
    assert judged_by(cast, days) == DEFAULT


def test_what_holds_anyway_is_not_assigned_again(cast: Cast) -> None:
    with pytest.raises(Refused, match="действует"):
        assign(cast, "v2-2026")


def test_an_assignment_is_told_in_the_journal(cast: Cast) -> None:
    assign(cast, "guide-5")
    with cast.alma.scope():
        entry = AuditEntry.objects.get(action="quality.profile_assigned")
    assert (entry.before["profile"], entry.after["profile"], entry.subject_id) == ("v2-2026", "guide-5", "alma-tech")


def test_only_who_sees_the_whole_shop_assigns(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        assign(cast, "guide-5", by=cast.bolat)
    assert refused.value.status == 403


def test_a_profile_of_another_company_can_be_neither_seen_nor_assigned(cast: Cast) -> None:
    write(cast)
    code = write(cast)
    with cast.bereke.scope():
        assert [one.code for one in assigned.offered()] == [one.code for one in PROFILES]
        with pytest.raises(NotVisible):
            assigned.find(code)
    with pytest.raises(NotVisible):
        assign(cast, code, by=cast.chingiz, shop="bereke-tools")


def test_profiles_of_many_shops_are_one_question(cast: Cast) -> None:
    code = write(cast)
    assign(cast, code)
    shops = [cast.alma.shop(slug).pk for slug in ("alma-tech", "alma-dom")]
    day = today()
    with cast.alma.scope(), CaptureQueriesContext(connection) as asked:
        found = assigned.profiles_of(shops, day)
    assert [found[shop].code for shop in shops] == [code, "v2-2026"]
    assert len(asked) == 1


def test_shops_of_different_profiles_share_the_one_in_force(cast: Cast) -> None:
    shops = [cast.alma.shop(slug).pk for slug in ("alma-tech", "alma-dom")]
    assign(cast, "guide-5")
    with cast.alma.scope():
        assert assigned.for_shops(shops, today()) == DEFAULT
    assign(cast, "guide-5", shop="alma-dom")
    with cast.alma.scope():
        assert assigned.for_shops(shops, today()).code == "guide-5"
        assert assigned.for_shops([], today()) == DEFAULT


def test_a_shop_is_warned_by_its_own_profile_until_the_strictest_is_wanted(cast: Cast) -> None:
    shop, now = cast.alma.shop("alma-tech"), database_now()
    assign(cast, "historic-10")
    strict = write(cast, {"late_handover-critical": "7"})
    with cast.alma.scope():
        own_only = assigned.warned_by(shop.pk, today())
        assigned.warn_by_strictest(shop, True, by=cast.aigerim.actor, now=now)
        told = assigned.warned_by(shop.pk, today())
        assigned.warn_by_strictest(shop, False, by=cast.aigerim.actor, now=now)
        assert assigned.warned_by(shop.pk, today()) == own_only
        assert AuditEntry.objects.filter(action="quality.warning_set").count() == 2
    assert {one.code for one in own_only.values()} == {"historic-10"}
    assert (told[Metric.CANCELLED].code, told[Metric.LATE_HANDOVER].code) == ("v2-2026", strict)


def test_a_line_across_another_window_warns_nobody(cast: Cast) -> None:
    shop = cast.alma.shop("alma-tech")
    write(cast, {"cancelled-critical": "2", "cancelled-window": "7"})
    with cast.alma.scope():
        assigned.warn_by_strictest(shop, True, by=cast.aigerim.actor, now=database_now())
        assert assigned.warned_by(shop.pk, today())[Metric.CANCELLED].code == "v2-2026"


def test_a_profile_that_is_over_warns_nobody(cast: Cast) -> None:
    shop = cast.alma.shop("alma-tech")
    write(cast, {"cancelled-critical": "2", "valid_from": "2020-01-01", "valid_to": "2021-01-01"})
    with cast.alma.scope():
        assigned.warn_by_strictest(shop, True, by=cast.aigerim.actor, now=database_now())
        assert assigned.warned_by(shop.pk, today())[Metric.CANCELLED].code == "v2-2026"


def test_assignments_cannot_be_changed_afterwards(cast: Cast) -> None:
    assign(cast, "guide-5")
    with cast.alma.scope(), pytest.raises(Exception, match=r"append-only|permission denied"):
        ProfileAssignment.objects.update(profile="historic-10")


def test_the_price_of_a_cancel_is_told_by_the_profile_of_the_shop(cast: Cast) -> None:
    code = write(cast, {"cancelled-critical": "99", "cancelled-good": "1"})
    for _ in range(3):
        cast.place()
    buckets.recount_due()
    order = cast.place()
    browser = cast.bolat.browser()
    before = browser.get(f"/orders/{order.code}/cancel/").content.decode()
    assign(cast, code)
    after = browser.get(f"/orders/{order.code}/cancel/").content.decode()
    assert ["граница перейдена" in page for page in (before, after)] == [True, False]
