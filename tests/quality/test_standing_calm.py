"""A shop without trouble: what is shown of its standing, and what its owner may tell of it."""

import pytest

from quality import reading
from quality.models import Sanction
from quality.standing import telling
from quality.standing.panels import blocked_notice
from staff.clock import database_now
from staff.errors import Refused
from tests.cast import Cast
from tests.quality.test_standing_pages import PLAN, TELL, standing


def test_without_trouble_there_is_no_plan(cast: Cast) -> None:
    page = cast.aigerim.browser().get(PLAN).content.decode()
    assert "Плана не нужно" in page
    assert "<textarea" not in page


def test_with_several_shops_one_is_chosen_first(cast: Cast) -> None:
    page = cast.aigerim.browser().get("/quality/ladder/").content.decode()
    assert 'href="/quality/ladder/?shop=alma-dom"' in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"step": "4"}, "Выберите этап"),
        ({"step": "x"}, "Выберите этап"),
        ({"began_on": "2999-01-01"}, "ещё не наступил"),
        ({"began_on": "2001-01-01"}, "уже не считаются"),
        ({"began_on": "вчера"}, "День пишут так"),
        ({"metric": "speed"}, "Нет такого показателя"),
        ({"note": "я" * 501}, "не длиннее 500"),
    ],
)
def test_a_wrong_word_is_refused_in_the_form(cast: Cast, changed: dict[str, str], said: str) -> None:
    form = {"step": "1", "began_on": reading.today_of(database_now()).isoformat()} | changed
    answer = cast.aigerim.browser().post(TELL, form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    with cast.alma.scope():
        assert not Sanction.objects.exists()


def test_a_day_is_told_once(cast: Cast) -> None:
    shop, now = cast.alma.shop("alma-tech"), database_now()
    word = telling.Word(1, reading.today_of(now))
    with cast.alma.scope():
        telling.tell(shop, word, by=cast.aigerim.actor, now=now)
        with pytest.raises(Refused, match="told_already"):
            telling.tell(shop, word, by=cast.aigerim.actor, now=now)


def test_who_manages_orders_tells_no_sanctions(cast: Cast) -> None:
    form = {"step": "1", "began_on": reading.today_of(database_now()).isoformat()}
    assert cast.bolat.browser().post(TELL, form).status_code == 403
    assert cast.chingiz.browser().post(TELL, form).status_code == 404


def test_a_shop_without_trouble_has_no_notice(cast: Cast) -> None:
    with cast.alma.scope():
        assert blocked_notice(standing(cast), by=cast.aigerim.actor) is None
