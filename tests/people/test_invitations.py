"""Links into a company: once, for three days, and only while whoever gave them may give them."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from pytest_django import Settings

from staff.clock import database_now
from staff.models import AuditEntry, Invitation, User
from staff.people import invitations, members
from staff.people.members import Wanted
from tests.cast import Cast
from tests.people.team import DOM, PASSWORD, PP1, PP2, change, do, hired, invite, refusal


def the_only(cast: Cast) -> Invitation:
    with cast.alma.scope():
        found: Invitation = Invitation.objects.get()
        return found


def open_link(secret: str, client: Client | None = None) -> int:
    return int((client or Client()).get(f"/invite/{secret}/").status_code)


def say(secret: str, client: Client | None = None, **said: str) -> tuple[int, str]:
    form = {"name": "Санжар", "email": "new@alma.example", "password": PASSWORD} | said
    answer = (client or Client()).post(f"/invite/{secret}/", form)
    return answer.status_code, answer.content.decode()


def age(cast: Cast, **columns: object) -> None:
    with cast.alma.scope():
        Invitation.objects.update(**columns)


def test_who_comes_by_a_link_is_signed_in_and_sees_his_point(cast: Cast) -> None:
    mine, other = cast.place(point="PP2"), cast.place(point="PP1")
    client = Client()
    assert say(invite(cast.aigerim, "order_manager", PP2), client)[0] == 302
    shelf = client.get("/orders/new/").content.decode()
    assert mine.code in shelf.replace("</span><span>", "").replace("</span><b>", "")
    assert client.get(f"/orders/{mine.code}/").status_code == 200
    assert client.get(f"/orders/{other.code}/").status_code == 404


def test_only_a_digest_of_the_link_is_kept(cast: Cast) -> None:
    secret = invite(cast.aigerim, "order_manager", PP1)
    assert len(secret) >= 43
    assert secret not in str(vars(the_only(cast)))
    with cast.alma.scope():
        assert not any(secret in str(vars(entry)) for entry in AuditEntry.objects.all())


def test_a_link_opens_once(cast: Cast) -> None:
    secret = invite(cast.aigerim, "order_manager", PP1)
    assert say(secret)[0] == 302
    assert open_link(secret) == 404
    assert say(secret, email="second@alma.example")[0] == 404
    assert not User.objects.filter(email="second@alma.example").exists()


@pytest.mark.parametrize(
    "columns",
    [{"expires_at": database_now}, {"revoked_at": database_now}, {"accepted_at": database_now}, {"role": "gone"}],
    ids=lambda columns: next(iter(columns)),
)
def test_a_dead_link_says_nothing_of_its_company(cast: Cast, columns: dict[str, object]) -> None:
    secret = invite(cast.aigerim, "order_manager", PP1)
    age(cast, **{name: value() if callable(value) else value for name, value in columns.items()})
    dead, unknown = Client().get(f"/invite/{secret}/"), Client().get("/invite/never-made/")
    assert (dead.status_code, unknown.status_code) == (404, 404)
    assert "Алма" not in dead.content.decode()


def test_a_link_dies_with_the_right_to_give_it(cast: Cast) -> None:
    admin = hired(cast, "admin")
    secret = invite(admin, "order_manager", PP1)
    assert open_link(secret) == 200
    change(admin, cast.aigerim, "catalog_manager")
    assert open_link(secret) == 404


def test_a_link_dies_when_it_would_give_more_than_the_inviter_has_now(cast: Cast) -> None:
    admin = hired(cast, "admin")
    secret = invite(admin, "order_manager", PP1)
    change(admin, cast.aigerim, "admin", DOM)
    assert open_link(secret) == 404


def test_a_new_link_replaces_the_old_one(cast: Cast) -> None:
    old = invite(cast.aigerim, "order_manager", PP1)
    with cast.alma.scope():
        new = invitations.renew(the_only(cast), by=cast.aigerim.actor, now=database_now())
    assert (open_link(old), open_link(new)) == (404, 200)


def test_a_revoked_link_is_not_renewed(cast: Cast) -> None:
    invite(cast.aigerim, "order_manager", PP1)
    with cast.alma.scope():
        invitations.revoke(the_only(cast), by=cast.aigerim.actor, now=database_now())
        again = the_only(cast)
        assert refusal(lambda: invitations.renew(again, by=cast.aigerim.actor, now=database_now())) == "closed"


def test_a_letter_carries_the_link_and_the_inviter_does_not_see_it(cast: Cast, settings: Settings) -> None:
    settings.SITE_URL = "https://office.example.kz"
    assert invite(cast.aigerim, "order_manager", PP1, email="Sanzhar@Mail.example") == ""
    (letter,) = mail.outbox
    assert letter.to == ["sanzhar@mail.example"]
    found = re.search(r"https://office\.example\.kz(/invite/\S+/)", str(letter.body))
    assert found is not None
    page = Client().get(found[1], headers={"Host": "localhost"}).content.decode()
    assert "sanzhar@mail.example" in page


def test_the_address_of_a_letter_is_fixed_and_proved(cast: Cast) -> None:
    invite(cast.aigerim, "order_manager", PP1, email="sanzhar@mail.example")
    secret = str(mail.outbox[0].body).split("/invite/")[1].split("/")[0]
    assert say(secret, email="another@mail.example")[0] == 302
    assert not User.objects.filter(email="another@mail.example").exists()
    assert EmailAddress.objects.get(email="sanzhar@mail.example").verified


def test_an_address_with_an_account_signs_in_first(cast: Cast) -> None:
    secret = invite(cast.aigerim, "order_manager", PP1)
    status, page = say(secret, email="owner@bereke.example")
    assert status == 422
    assert "У этого адреса уже есть вход" in page
    assert open_link(secret) == 200


def test_the_owner_of_one_company_comes_into_another(cast: Cast) -> None:
    browser = cast.chingiz.browser()
    secret = invite(cast.aigerim, "analyst")
    assert "Войти в команду как owner@bereke.example" in browser.get(f"/invite/{secret}/").content.decode()
    assert say(secret, browser)[0] == 302
    page = browser.get("/catalog/").content.decode()
    assert "ТОО Алма" in page
    assert cast.chingiz.browser().get("/staff/").status_code == 200


def test_a_letter_to_one_person_is_not_accepted_by_another(cast: Cast) -> None:
    invite(cast.aigerim, "order_manager", PP1, email="sanzhar@mail.example")
    secret = str(mail.outbox[0].body).split("/invite/")[1].split("/")[0]
    status, page = say(secret, cast.chingiz.browser())
    assert (status, "другого адреса" in page) == (422, True)


def test_who_is_in_the_team_is_not_taken_in_again(cast: Cast) -> None:
    secret = invite(cast.aigerim, "admin")
    assert "уже в этой команде" in say(secret, cast.bolat.browser())[1]
    assert cast.bolat.member.role == "order_manager"


def test_who_was_let_go_comes_back_by_a_link_in_his_new_role(cast: Cast) -> None:
    browser = cast.bolat.browser()
    do(members.deactivate, cast.bolat, cast.aigerim)
    assert say(invite(cast.aigerim, "courier", PP2), Client())[0] == 302
    browser.force_login(cast.bolat.user)
    assert say(invite(cast.aigerim, "courier", PP2), browser)[0] == 302
    assert (cast.bolat.member.role, cast.bolat.member.is_active) == ("courier", True)


@pytest.mark.parametrize("password", ["short", "password1234", "new@alma.example", "x\x00" * 10])
def test_a_weak_password_comes_back_with_the_form(cast: Cast, password: str) -> None:
    status, _ = say(invite(cast.aigerim, "order_manager", PP1), password=password)
    assert status == 422
    assert not User.objects.filter(email="new@alma.example").exists()


def test_a_link_shown_in_the_list_is_gone_after_two_weeks(cast: Cast) -> None:
    invite(cast.aigerim, "order_manager", PP1)
    later = database_now() + invitations.LIVES + invitations.SHOWN + timedelta(hours=1)
    with cast.alma.scope():
        assert len(invitations.visible_to(cast.aigerim.actor, now=database_now())) == 1
        assert invitations.visible_to(cast.aigerim.actor, now=later) == []


@pytest.mark.parametrize("email", ["no-at", "a@b", "a@b.kz\nBcc: c@d.kz", "x" * 250 + "@a.kz"])
def test_what_is_no_address_is_told(cast: Cast, email: str) -> None:
    with cast.alma.scope():
        wanted = Wanted("Санжар", "order_manager", (PP1,))
        by, now = cast.aigerim.actor, database_now()
        assert refusal(lambda: invitations.invite(wanted, email=email, by=by, now=now)) == "bad_email"


def test_a_key_or_a_rule_invites_nobody(cast: Cast) -> None:
    with cast.alma.scope():
        wanted, by = Wanted("Санжар", "order_manager", (PP1,)), cast.alma.key_actor
        assert refusal(lambda: invitations.invite(wanted, by=by, now=database_now())) == "forbidden"


def test_addresses_are_not_asked_for_without_end(cast: Cast) -> None:
    secret = invite(cast.aigerim, "order_manager", PP1)
    answers = [say(secret, email="owner@bereke.example")[0] for _ in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 429
