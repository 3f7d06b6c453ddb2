"""The returns desk as pages: who may open it, what it says, what a press does."""

from typing import Any

import pytest
from django.test import Client

from orders.lifecycle import Stage
from orders.models import ReturnCase
from orders.returns.states import Deed
from tests.cast import Cast
from tests.returns.telling import case_of, take_up, tell


@pytest.fixture
def desk(cast: Cast) -> Client:
    """Болат's browser: he manages PP1."""
    return cast.bolat.browser()


def words(answer: Any) -> str:
    assert answer.status_code in (200, 422), answer.status_code
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u2009", " ").split())


def state(cast: Cast) -> str:
    with cast.alma.scope():
        return str(ReturnCase.objects.latest("id").state)


def test_no_returns_is_news(desk: Client) -> None:
    assert "Решать нечего" in words(desk.get("/returns/"))
    assert "Возвратов нет" in words(desk.get("/returns/?tab=closed"))


def test_the_first_tab_in_which_something_waits_is_shown(cast: Cast, desk: Client) -> None:
    order = cast.place(Stage.RETURN_REQUESTED)
    page = words(desk.get("/returns/"))
    assert order.first_item in page and "В пути к вам" in page


def test_a_return_taken_up_by_number_is_decided_on_its_page(cast: Cast, desk: Client) -> None:
    order = cast.place(Stage.COMPLETED)
    led = desk.get(f"/returns/?open={order.code}&what=return")
    assert led["Location"] == f"/orders/{order.code}/return/"
    made = desk.post(led["Location"], {"reason": "defect"}, follow=True)
    assert "Брак" in words(made) and state(cast) == "new"
    url = made.redirect_chain[-1][0]
    after = desk.post(f"{url}accept/", {"seen": "new", "note": "вернём деньги"}, follow=True)
    assert "Возврат принят" in words(after) and state(cast) == "accepted"


def test_a_number_that_is_not_there_and_one_that_is_not_his_are_answered_alike(cast: Cast, desk: Client) -> None:
    foreign = cast.place(Stage.COMPLETED, point="PP2")
    for code in (foreign.code, "999000000"):
        assert "нет, или он вам не виден" in words(desk.get(f"/returns/?open={code}"))


def test_who_looked_at_an_older_state_is_told_and_nothing_moves(cast: Cast, desk: Client) -> None:
    case = take_up(cast, cast.place(Stage.COMPLETED))
    tell(cast, case, Deed.RECEIVE)
    answer = desk.post(f"/returns/{case.public_id}/accept/", {"seen": "new"})
    assert "Возврат уже изменился" in words(answer) and state(cast) == "deciding"


def test_a_courier_has_no_returns_desk(cast: Cast) -> None:
    from staff.models import Member

    case = case_of(cast, cast.place(Stage.RETURN_REQUESTED))
    with cast.alma.scope():
        Member.objects.filter(pk=cast.daniyar.member.pk).update(role="courier")
    browser = cast.daniyar.browser()
    statuses = {browser.get(path).status_code for path in ("/returns/", f"/returns/{case.public_id}/")}
    assert statuses == {403} and 'href="/returns/"' not in browser.get("/orders/delivery/").content.decode()


WRONG = (
    ({"at": "yesterday"}, "Время пишут так"),
    ({"at": "2001-01-01T10:00"}, "Время должно быть после заказа"),
    ({"note": "x" * 1001}, "Заметка длиннее 1000 знаков"),
)


def test_what_is_wrong_in_a_form_is_said_by_its_field(cast: Cast, desk: Client) -> None:
    case = take_up(cast, cast.place(Stage.COMPLETED))
    for form, says in WRONG:
        answer = desk.post(f"/returns/{case.public_id}/reject/", {"seen": "new", **form})
        assert answer.status_code == 422 and says in words(answer) and state(cast) == "new"
