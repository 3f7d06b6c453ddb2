"""People of a company: changed, let go, let in again; by those who may, and never the last owner."""

from functools import partial

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from kaspi_office.provisioning import provision
from staff import keys
from staff.clock import database_now
from staff.models import ApiKey, AuditEntry, CounterDesk, Invitation, Member, Shift
from staff.people import members
from tests.cast import Cast, Person, document
from tests.people.team import DOM, PP1, PP2, change, do, hired, invite, refusal

VERBS = (members.deactivate, members.reset_second_step, members.give_password)


def last_entry(cast: Cast) -> AuditEntry:
    with cast.alma.scope():
        found: AuditEntry = AuditEntry.objects.order_by("-id")[0]
        return found


def test_a_manager_gets_another_shop_with_points_opened_later(cast: Cast) -> None:
    change(cast.bolat, cast.aigerim, "order_manager", PP1, DOM)
    place = cast.alma.point("alma-dom", "PP1").pk
    assert cast.bolat.actor.points == {cast.alma.point("alma-tech", "PP1").pk, place}


def test_a_change_is_in_the_journal_with_before_and_after(cast: Cast) -> None:
    change(cast.bolat, cast.aigerim, "courier", PP2)
    entry = last_entry(cast)
    assert entry.action == "member.changed"
    assert entry.before == {"role": "order_manager", "places": [PP1]}
    assert entry.after == {"role": "courier", "places": [PP2]}


def test_a_role_of_points_without_any_is_refused(cast: Cast) -> None:
    assert refusal(lambda: change(cast.bolat, cast.aigerim, "order_manager")) == "no_place"


def test_a_place_of_another_company_is_none(cast: Cast) -> None:
    assert refusal(lambda: change(cast.bolat, cast.aigerim, "order_manager", "bereke-tools/PP1")) == "bad_place"


def test_who_may_not_manage_people_changes_nobody(cast: Cast) -> None:
    assert refusal(lambda: change(cast.daniyar, cast.bolat, "order_manager", PP1)) == "forbidden"


def test_nobody_changes_himself(cast: Cast) -> None:
    assert refusal(lambda: change(cast.aigerim, cast.aigerim, "admin")) == "oneself"


@pytest.mark.parametrize("verb", VERBS)
def test_an_admin_cannot_touch_an_owner(cast: Cast, verb: object) -> None:
    admin = hired(cast, "admin")
    assert callable(verb)
    assert refusal(lambda: do(verb, cast.aigerim, admin)) == "owner_only"


def test_an_admin_makes_no_owner_of_anybody(cast: Cast) -> None:
    admin = hired(cast, "admin")
    assert refusal(lambda: change(cast.bolat, admin, "owner")) == "owner_only"


def test_an_admin_of_one_shop_gives_nothing_in_another(cast: Cast) -> None:
    admin = hired(cast, "admin", DOM)
    assert refusal(lambda: invite(admin, "order_manager", PP1)) == "bad_place"
    assert refusal(lambda: invite(admin, "admin")) == "beyond_places"
    assert invite(admin, "order_manager", "alma-dom/PP1")


def test_the_last_owner_stays(cast: Cast) -> None:
    second = hired(cast, "owner", email="second@alma.example")
    change(cast.aigerim, second, "analyst")
    third = hired(cast, "owner", by=second, email="third@alma.example")
    do(members.deactivate, second, third)
    with cast.alma.scope():
        assert refusal(lambda: members._require_another_owner(third.member)) == "last_owner"


def furnish(person: Person) -> Client:
    """Give somebody all that ends with him; answers a client that speaks with his key."""
    secret, prefix, digest = keys.make()
    now, member = database_now(), person.member.pk
    with person.company.scope():
        point = person.company.point("alma-tech", "PP1").pk
        ApiKey.objects.create(name="его", prefix=prefix, digest=digest, scopes=["orders:read"], made_by_id=member)
        Shift.objects.create(member_id=member, point_id=point, began_at=now)
        CounterDesk.objects.create(point_id=point, name="Касса", digest="0" * 64, opened_by_id=member, created_at=now)
    return person.company.program(secret)


def test_who_is_let_go_is_out_with_the_next_request(cast: Cast) -> None:
    admin = hired(cast, "admin")
    program, browser = furnish(admin), admin.browser()
    secret = invite(admin, "courier")
    assert (browser.get("/orders/new/").status_code, program.get("/api/v1/orders").status_code) == (200, 200)
    do(members.deactivate, admin, cast.aigerim)
    assert Client().get(f"/invite/{secret}/").status_code == 404
    assert last_entry(cast).details == {"sessions": 1, "keys": 1, "shifts": 1, "desks": 1, "invitations": 1}
    assert (browser.get("/orders/new/").status_code, program.get("/api/v1/orders").status_code) == (302, 401)


def test_nothing_of_him_is_left_open(cast: Cast) -> None:
    admin = hired(cast, "admin")
    furnish(admin)
    invite(admin, "courier")
    do(members.deactivate, admin, cast.aigerim)
    with cast.alma.scope():
        assert not ApiKey.objects.filter(made_by_id=admin.member.pk, revoked_at=None).exists()
        assert not Shift.objects.filter(member_id=admin.member.pk, ended_at=None).exists()
        assert not CounterDesk.objects.filter(opened_by_id=admin.member.pk, ended_at=None).exists()
        assert not Invitation.objects.filter(invited_by_id=admin.member.pk, revoked_at=None).exists()


def also_at_bereke(person: Person) -> None:
    wanted = document()
    wanted["companies"][1]["members"].append({"email": person.email, "name": person.name, "role": "admin"})
    provision(wanted)


def test_who_works_elsewhere_too_stays_signed_in_there(cast: Cast) -> None:
    also_at_bereke(cast.bolat)
    browser = cast.bolat.browser()
    do(members.deactivate, cast.bolat, cast.aigerim)
    page = browser.get("/staff/").content.decode()
    assert "Чингиз" in page
    assert "Айгерим" not in page


@pytest.mark.parametrize("verb", [members.reset_second_step, members.give_password])
def test_nobody_is_let_in_anew_into_the_companies_of_others(cast: Cast, verb: object) -> None:
    also_at_bereke(cast.bolat)
    assert callable(verb)
    assert refusal(lambda: do(verb, cast.bolat, cast.aigerim)) == "works_elsewhere"


def test_who_comes_back_has_what_he_had(cast: Cast) -> None:
    before = cast.bolat.actor
    do(members.deactivate, cast.bolat, cast.aigerim)
    do(members.activate, cast.bolat, cast.aigerim)
    assert cast.bolat.actor == before
    assert cast.bolat.member.is_active


def test_a_lost_phone_is_forgotten_and_sessions_end(cast: Cast) -> None:
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=cast.bolat.user, type=kind, data={})
    do(members.reset_second_step, cast.bolat, cast.aigerim)
    assert not Authenticator.objects.filter(user=cast.bolat.user).exists()
    assert last_entry(cast).action == "member.second_step_reset"


def test_a_temporary_password_is_to_be_changed_and_stands_nowhere(cast: Cast) -> None:
    told = do(members.give_password, cast.bolat, cast.aigerim)
    user = cast.bolat.user
    assert user.check_password(told)
    assert user.must_change_password
    assert told not in str(vars(last_entry(cast)))


def test_an_admin_of_a_shop_sees_the_people_of_that_shop(cast: Cast) -> None:
    admin = hired(cast, "admin", DOM)
    with cast.alma.scope():
        seen = {member.name for member in members.visible_to(admin.actor)}
    assert seen == {"Айгерим", "Admin"}


def test_names_are_names(cast: Cast) -> None:
    for name in ("", "   ", "x" * 121, "two\x00"):
        assert refusal(partial(members.read_name, name)) == "bad_name"
    assert members.read_name("  Асель   Нурланова ") == "Асель Нурланова"


def test_members_of_a_company_are_not_seen_from_another(cast: Cast) -> None:
    with cast.bereke.scope():
        assert not Member.objects.filter(name="Болат").exists()
    assert cast.chingiz.browser().get(f"/staff/members/{cast.bolat.member.public_id}/").status_code == 404
