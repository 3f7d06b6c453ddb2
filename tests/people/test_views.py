"""The dialogs of «Команда»: a recent proof is asked for, a conflict is told, other companies are not there."""

import pytest

from staff.clock import database_now
from staff.people import roles
from tests.cast import Cast

SENSITIVE = ("/staff/invite/", "/staff/roles/new/", "/staff/roles/courier/", "/staff/second-step/")
VIEW = ["orders.view"]


@pytest.mark.parametrize("url", SENSITIVE)
def test_who_signed_in_long_ago_proves_himself_first(cast: Cast, url: str) -> None:
    answer = cast.aigerim.stale_browser().get(url)
    assert (answer.status_code, answer["Location"].startswith("/account/confirm/")) == (302, True)


def test_a_person_is_changed_by_the_form(cast: Cast) -> None:
    url = f"/staff/members/{cast.bolat.member.public_id}/"
    browser = cast.aigerim.browser()
    assert 'value="alma-tech/PP1" checked' in browser.get(url).content.decode()
    form = {"name": "Болат Серик", "role": "courier", "place": ["alma-tech/PP2"]}
    assert browser.post(url, form)["Location"] == "/staff/"
    assert (cast.bolat.member.name, cast.bolat.member.role) == ("Болат Серик", "courier")


def test_a_role_changed_meanwhile_is_told_as_a_conflict(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    with cast.alma.scope():
        saw = roles.find("courier").seen
        roles.change_role("courier", rights=VIEW, reach="own", seen=saw, by=cast.aigerim.actor, now=database_now())
    answer = browser.post("/staff/roles/courier/", {"rights": VIEW, "reach": "own", "seen": saw})
    assert (answer.status_code, "Роль уже изменили" in answer.content.decode()) == (409, True)


def test_the_link_is_not_in_the_page_a_second_time(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    form = {"name": "Санжар", "role": "courier"}
    assert "/invite/" in browser.post("/staff/invite/", form).content.decode().replace("/staff/invite/", "")
    assert "/invite/" not in browser.get("/staff/").content.decode().replace("/staff/invite/", "")
