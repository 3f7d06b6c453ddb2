"""Who is answered in which language."""

from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.translation import get_language, override

from orders.lifecycle import Stage
from staff.models import Language, User
from tests.cast import Cast, Person


def reading(person: Person, language: Language) -> Client:
    User.objects.filter(email=person.email).update(language=language)
    return person.browser()


@pytest.mark.parametrize(
    ("language", "title"),
    [(Language.RU, "Новые"), (Language.KK, "Жаңа"), (Language.EN, "New")],
)
def test_a_person_reads_the_language_that_he_chose(cast: Cast, language: Language, title: str) -> None:
    response = reading(cast.aigerim, language).get("/orders/new/", headers={"Accept-Language": "de"})
    assert f'<html lang="{language}"' in response.content.decode()
    assert f"<title>{title} · Kaspi Office</title>" in response.content.decode()
    assert response.headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("asked", "language"), [("kk-KZ,kk;q=0.9", "kk"), ("en-US", "en"), ("de-DE,de", "ru"), ("", "ru")]
)
def test_before_signing_in_the_browser_is_asked(db: None, asked: str, language: str) -> None:
    response = Client().get("/login/", headers={"Accept-Language": asked})
    assert f'<html lang="{language}"' in response.content.decode()


def test_a_cookie_is_stronger_than_the_browser(db: None) -> None:
    client = Client()
    client.cookies["language"] = "kk"
    assert '<html lang="kk"' in client.get("/login/", headers={"Accept-Language": "en"}).content.decode()


def test_a_refusal_speaks_the_language_of_the_person(cast: Cast) -> None:
    order = cast.place(Stage.KD_TRANSIT)
    browser = reading(cast.aigerim, Language.KK)
    response = browser.post(f"/orders/{order.code}/accept/", {"version": "new"})
    assert response.status_code == 409
    assert "Тапсырыс өзгеріп кетті: қазір ол «Жеткізуге тапсырылды»" in response.content.decode()


def test_a_page_that_does_not_exist_says_so_in_english(cast: Cast) -> None:
    response = reading(cast.aigerim, Language.EN).get("/orders/999999999/")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def refused(client: Client, **headers: str) -> Any:
    return client.get("/api/v1/orders", {"nonsense": "1"}, headers=headers).json()["error"]


def test_a_program_is_told_in_the_language_that_it_asks_for(cast: Cast) -> None:
    program = cast.alma.program()
    assert refused(program)["message"] == "Такого параметра нет"
    assert refused(program, **{"Accept-Language": "kk"})["message"] == "Мұндай параметр жоқ"
    assert refused(program, **{"Accept-Language": "en"})["code"] == "unknown_parameter"


def test_the_description_of_the_api_is_made_in_each_language(db: None) -> None:
    told = [Client().get("/api/v1/openapi.json", headers={"Accept-Language": asked}).json() for asked in ("ru", "en")]
    summaries = [made["paths"]["/api/v1/orders"]["get"]["summary"] for made in told]
    assert summaries == ["Список заказов", "List of orders"]


def test_a_request_leaves_no_language_behind(cast: Cast) -> None:
    before = get_language()
    reading(cast.aigerim, Language.KK).get("/orders/new/")
    assert get_language() == before


def test_a_weak_password_is_refused_in_kazakh() -> None:
    """Django's own catalogue leaves some of these empty."""
    with override("kk"), pytest.raises(ValidationError) as refused:
        validate_password("abc")
    assert refused.value.messages[0] == "Құпиясөз тым қысқа. Кемінде 12 таңба керек."


def test_a_weak_password_is_refused_in_the_words_of_django_in_russian() -> None:
    with override("ru"), pytest.raises(ValidationError) as refused:
        validate_password("password1234")
    assert refused.value.messages == ["Введённый пароль слишком широко распространён."]
