"""One's own page: name, language, colours, PIN."""

import pytest

from staff.counter import pins
from staff.models import AuditEntry
from tests.cast import Cast

PROFILE, PIN = "/account/profile/", "/account/profile/pin/"
FORM = {"name": "Болат", "language": "ru", "theme": "auto"}


def test_name_language_and_colours_are_kept(cast: Cast) -> None:
    client = cast.bolat.browser()
    answer = client.post(PROFILE, {"name": " Болат  Серик ", "language": "kk", "theme": "dark"})
    assert answer.status_code == 302 and answer.cookies["theme"].value == "dark"
    assert (cast.bolat.member.name, cast.bolat.user.language) == ("Болат Серик", "kk")
    with cast.alma.scope():
        entry = AuditEntry.objects.get(action="member.profile_changed")
    assert entry.after == {"name": "Болат Серик", "language": "kk"}
    assert client.post(PROFILE, FORM).cookies["theme"].value == ""


@pytest.mark.parametrize("bad", [{"name": ""}, {"name": "Б" * 121}, {"language": "de"}, {"theme": "pink"}])
def test_a_bad_field_changes_nothing(cast: Cast, bad: dict[str, str]) -> None:
    assert cast.bolat.browser().post(PROFILE, FORM | {"name": "Другой"} | bad).status_code == 422
    assert cast.bolat.member.name == "Болат"


def test_a_pin_is_set_and_given_up(cast: Cast) -> None:
    client = cast.bolat.browser()
    assert client.post(PIN, {"pin": "4071"}).status_code == 302
    assert pins.is_right(cast.bolat.member, "4071", 1)
    assert client.post(PIN, {"pin": ""}).status_code == 302 and cast.bolat.member.pin == ""


@pytest.mark.parametrize("pin", ["1234", "0000", "12a4", "1234567", "12"])
def test_a_bad_pin_is_not_taken_nor_shown_again(cast: Cast, pin: str) -> None:
    answer = cast.bolat.browser().post(PIN, {"pin": pin})
    assert answer.status_code == 422 and f'value="{pin}"' not in answer.content.decode()
    assert cast.bolat.member.pin == ""


def test_a_pin_asks_for_the_password_first(cast: Cast) -> None:
    client = cast.bolat.stale_browser()
    answer = client.post(PIN, {"pin": "4071"})
    assert answer.status_code == 302 and answer["Location"].startswith("/account/confirm/")
    assert cast.bolat.member.pin == "" and "Подтвердить вход" in client.get(PROFILE).content.decode()


def test_the_owner_is_told_why_she_has_none(cast: Cast) -> None:
    client = cast.aigerim.browser()
    assert "только по паролю" in client.get(PROFILE).content.decode()
    assert client.post(PIN, {"pin": "4071"}).status_code == 422 and cast.aigerim.member.pin == ""
