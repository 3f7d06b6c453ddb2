"""Who works in several companies goes from one into another, and is told the names of no others."""

from typing import Any
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection, transaction

from staff.models import Company, Member, Role
from staff.scoping import tell_database
from tests.cast import Cast


@pytest.fixture
def both(cast: Cast) -> Cast:
    """Айгерим is an admin of «Береке» too."""
    with cast.bereke.scope():
        Member.objects.create(user_id=cast.aigerim.user.pk, name="Айгерим Б.", role=Role.ADMIN)
    return cast


def key_of(cast: Cast, slug: str) -> str:
    company: Any = getattr(cast, slug)
    with company.scope():
        return str(Company.objects.get(pk=company.id).public_id)


def test_she_goes_to_the_other_company_and_back(both: Cast) -> None:
    client = both.aigerim.browser()
    assert "Склад Абая 52" in client.get("/staff/").content.decode()
    before = client.session.session_key
    assert client.post("/company/", {"company": key_of(both, "bereke")}).status_code == 302
    assert client.session.session_key != before
    page = client.get("/staff/").content.decode()
    assert "Склад Райымбека 348" in page and "Склад Абая 52" not in page
    client.post("/company/", {"company": key_of(both, "alma")})
    assert "Склад Абая 52" in client.get("/staff/").content.decode()


def test_her_menu_names_both_and_anybody_elses_names_none(both: Cast) -> None:
    menu = both.aigerim.browser().get("/orders/new/").content.decode()
    assert "ТОО Алма" in menu and "ИП Береке" in menu and 'action="/company/"' in menu
    for person, foreign in ((both.bolat, "ИП Береке"), (both.chingiz, "ТОО Алма")):
        pages = [person.browser().get(path).content.decode() for path in ("/orders/new/", "/company/")]
        assert all(foreign not in page for page in pages) and 'action="/company/"' not in pages[0]


def test_nobody_goes_where_he_does_not_work(cast: Cast) -> None:
    client = cast.bolat.browser()
    for company, status in ((key_of(cast, "bereke"), 404), (str(uuid4()), 404), ("", 400), ("1", 400), ("\x00", 400)):
        assert client.post("/company/", {"company": company}).status_code == status
    assert "company" not in client.session


def test_the_company_that_let_her_go_is_not_named_any_more(both: Cast) -> None:
    client = both.aigerim.browser()
    client.post("/company/", {"company": key_of(both, "bereke")})
    client.get("/staff/")
    with both.bereke.scope():
        Member.objects.filter(user_id=both.aigerim.user.pk).update(is_active=False)
    page = client.get("/staff/").content.decode()
    assert "ИП Береке" not in page and "Склад Абая 52" in page


@pytest.mark.parametrize(("who", "told"), [("aigerim", ["ИП Береке", "ТОО Алма"]), ("bolat", ["ТОО Алма"]), ("", [])])
def test_the_database_itself_tells_a_person_his_own_names_alone(both: Cast, who: str, told: list[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        tell_database("app.user", str(getattr(both, who).user.pk) if who else "")
        cursor.execute("SELECT name FROM office_own_companies()")
        assert [row[0] for row in cursor.fetchall()] == told
        cursor.execute("SELECT count(*) FROM staff_company")
        assert cursor.fetchone() == (0,)


def test_a_device_is_known_under_its_new_session(both: Cast) -> None:
    client = both.aigerim.browser()
    old = client.session.session_key
    UserSession.objects.get_or_create(
        session_key=old, defaults={"user": both.aigerim.user, "ip": "127.0.0.1", "user_agent": ""}
    )
    client.post("/company/", {"company": key_of(both, "bereke")})
    keys = set(UserSession.objects.filter(user=both.aigerim.user).values_list("session_key", flat=True))
    assert client.session.session_key in keys and old not in keys
