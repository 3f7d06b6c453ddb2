"""The page of rules: what it shows, and what its forms do."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quality.models import OwnProfile, ProfileAssignment, QualitySetting
from quality.profiles.written import to_form
from quality.reading import today_of
from quality.thresholds import DEFAULT
from staff.clock import database_now
from tests.api.test_quality import cancelled_yesterday
from tests.cast import Cast, Person
from tests.quality.test_assigned import assign, judged_by, write

SHOP = "?shop=alma-tech"
FORM = {**to_form(DEFAULT), "title": "Осторожные", "source": "Письмо Kaspi", "quoted": "«не выше 2 %»"}


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u2009", " ").split())


def shown(person: Person, query: str = SHOP) -> str:
    answer = person.browser().get(f"/quality/rules/{query}")
    assert answer.status_code == 200
    return text(answer)


def send(person: Person, deed: str, query: str = SHOP, **said: str) -> Any:
    return person.browser().post(f"/quality/rules/{deed}/{query}", said)


def test_all_competing_lines_stand_on_one_bar_and_in_words(cast: Cast) -> None:
    for n in range(4):
        cancelled_yesterday(cast, fault="buyer" if n else "seller")
    page = shown(cast.aigerim)
    bar = page.split(">Доля отмен</h3>")[1].split("</svg>")[0]
    assert all(f">{sign}</text>" in bar for sign in ("≥3", "&gt;5", "&gt;10", "&lt;1"))
    assert bar.count("<svg") == bar.count("scale__marker") == 1
    assert all(
        words in page for words in ("критично от 3 %", "критично выше 5 %", "критично выше 10 %", "отлично ниже 1 %")
    )


def test_more_profiles_cost_no_more_questions(cast: Cast) -> None:
    browser, counts = cast.aigerim.browser(), []
    write(cast)
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/quality/rules/{SHOP}")
        counts.append(len(asked))
        write(cast)
    assert counts[0] == counts[1]


def test_the_quality_page_tells_the_lines_of_the_profile_exactly(cast: Cast) -> None:
    assign(cast, write(cast, {"title": "Осторожные", "cancelled-critical": "2,75", "cancelled-window-end": "today"}))
    page = text(cast.aigerim.browser().get(f"/quality/{SHOP}&metric=cancelled"))
    assert all(words in page for words in ("от 2,75 %", "30 дней вместе с сегодняшним", "Осторожные."))


def test_every_profile_tells_where_it_is_from(cast: Cast) -> None:
    page = shown(cast.aigerim)
    assert "Если процент отмененных заказов превышает 10%" in page
    assert "guide.kaspi.kz q3022" in page
    assert all(words in page for words in ("верим", "вероятно", "под вопросом", "с 6 мая 2025", "по 5 мая 2025"))
    assert "предупреждение → снятие товаров с продажи → отключение магазина" in page


def test_a_profile_is_assigned_on_the_page(cast: Cast) -> None:
    day = today_of(database_now()) + timedelta(days=2)
    assert send(cast.aigerim, "assign", profile="guide-5", from_day=day.isoformat()).status_code == 302
    assert [judged_by(cast, days).code for days in (1, 2)] == ["v2-2026", "guide-5"]
    assert "ещё не наступил" in shown(cast.aigerim)


@pytest.mark.parametrize("day", ["2020-01-01", "", "завтра", "2026-02-31"])
def test_a_wrong_day_comes_back_with_a_sentence(cast: Cast, day: str) -> None:
    answer = send(cast.aigerim, "assign", profile="guide-5", from_day=day)
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    with cast.alma.scope():
        assert not ProfileAssignment.objects.exists()


@pytest.mark.parametrize("deed", ["assign", "retire"])
def test_without_a_profile_chosen_one_is_asked_for(cast: Cast, deed: str) -> None:
    answer = send(cast.aigerim, deed, from_day=today_of(database_now()).isoformat())
    assert (answer.status_code, "Выберите профиль" in text(answer)) == (422, True)


def test_an_own_profile_is_written_and_stands_beside_the_others(cast: Cast) -> None:
    said = {**FORM, "cancelled-critical": "2,75", "step-1": "warning", "step-1-days": ""}
    assert send(cast.aigerim, "new", **said).status_code == 302
    page = shown(cast.aigerim)
    assert all(
        words in page for words in ("Осторожные", "Письмо Kaspi", "«не выше 2 %»", "критично от 2,75 %", "own-1")
    )


def test_a_wrong_field_is_marked_and_what_was_said_is_kept(cast: Cast) -> None:
    page = text(send(cast.aigerim, "new", **{**FORM, "cancelled-good": "40"}))
    assert "Доля отмен: «отлично» должно быть лучше, чем «критично»" in page
    assert (
        'name="cancelled-good" type="text" maxlength="12" value="40" autocomplete="off" required aria-invalid="true"'
        in page
    )
    assert 'value="Письмо Kaspi"' in page
    with cast.alma.scope():
        assert not OwnProfile.objects.exists()


def test_a_new_profile_begins_from_another_one(cast: Cast) -> None:
    page = shown(cast.aigerim, f"{SHOP}&base=historic-10")
    assert '<details class="card" open>' in page
    assert 'name="cancelled-critical" type="text" maxlength="12" value="10"' in page


def test_an_own_profile_is_retired_on_the_page_unless_it_is_in_force(cast: Cast) -> None:
    code = write(cast)
    assign(cast, code)
    assert send(cast.aigerim, "retire", profile=code).status_code == 422
    assign(cast, "guide-5")
    assert send(cast.aigerim, "retire", profile=code).status_code == 302
    assert 'name="profile" value="own-1"' not in shown(cast.aigerim)


def test_the_switch_of_warnings_is_turned_on_and_off(cast: Cast) -> None:
    for said, strictly in (({"strictly": "yes"}, True), ({}, False)):
        assert send(cast.aigerim, "warning", **said).status_code == 302
        with cast.alma.scope():
            assert QualitySetting.objects.get().warn_by_strictest is strictly
        assert ("Предупреждаем по самым строгим из действующих." in shown(cast.aigerim)) is strictly


def test_a_manager_of_a_point_looks_and_changes_nothing(cast: Cast) -> None:
    page = shown(cast.bolat)
    assert "критично от 3 %" in page
    assert "только ваши точки" in page
    assert not any(words in page for words in ("Назначить профиль", "Записать профиль", "Убрать"))
    assert send(cast.bolat, "assign", profile="guide-5", from_day="2026-11-30").status_code == 403


@pytest.mark.parametrize("deed", ["assign", "new", "retire", "warning"])
def test_a_shop_of_another_company_has_no_rules_here(cast: Cast, deed: str) -> None:
    assert cast.aigerim.browser().get("/quality/rules/?shop=bereke-tools").status_code == 404
    assert send(cast.aigerim, deed, "?shop=bereke-tools", **FORM).status_code == 404


def test_a_profile_of_another_company_is_neither_shown_nor_taken(cast: Cast) -> None:
    write(cast, {"title": "Тайные правила"}, by=cast.chingiz)
    assert "Тайные правила" not in shown(cast.aigerim)
    for deed in ("assign", "retire"):
        day = today_of(database_now()).isoformat()
        assert send(cast.aigerim, deed, profile="own-1", from_day=day).status_code == 404


def test_without_a_shop_chosen_nothing_is_written(cast: Cast) -> None:
    assert "Назначить профиль" not in shown(cast.aigerim, "")
    assert send(cast.aigerim, "warning", "", strictly="yes").status_code == 400
