"""Through every door the same: whose orders somebody sees, by his role and his places."""

import re

import pytest

from orders.lifecycle import Shelf
from staff.models import Role
from tests.api.asking import everything, get
from tests.rights.crew import FOREMAN, HERE, NO_POINT, OTHER_POINT, OTHER_SHOP, PEOPLE, PLACES, SEEN, SKU, Crew

READERS = tuple(who for who in PEOPLE if SEEN[who])
SHELF = "/orders/delivery/"


def shown(crew: Crew, text: str) -> set[str]:
    """Which of the orders an answer names."""
    return {order.code for order in crew.orders.values() if order.code in text}


@pytest.mark.parametrize("who", READERS)
def test_a_shelf_shows_the_orders_one_sees(crew: Crew, who: str) -> None:
    page = crew.browser(who).get(SHELF).content.decode()
    assert shown(crew, page) == crew.codes(*SEEN[who])


@pytest.mark.parametrize("who", READERS)
def test_badges_count_the_orders_one_sees(crew: Crew, who: str) -> None:
    page = crew.browser(who).get(SHELF)
    count = len(SEEN[who])
    assert page.context["frame"].counts.delivery == count
    tab = next(tab for tab in page.context["page"].tabs if tab.current)
    assert tab.count == str(count)


@pytest.mark.parametrize("who", READERS)
def test_an_order_that_one_does_not_see_is_not_there(crew: Crew, who: str) -> None:
    browser = crew.browser(who)
    for place in PLACES:
        expected = 200 if place in SEEN[who] else 404
        order = crew.orders[place]
        for address in (f"/orders/{order.code}/", f"/orders/{order.public_id}/", f"/orders/{order.code}/row/"):
            assert browser.get(address).status_code == expected, (place, address)
        assert browser.post(f"/orders/{order.code}/complete/", {"code": "1234"}).status_code in (
            (403, 302, 409) if expected == 200 else (404,)
        )


@pytest.mark.parametrize("who", READERS)
def test_a_search_finds_the_orders_one_sees(crew: Crew, who: str) -> None:
    browser = crew.browser(who)
    found = {code for code in crew.codes(*PLACES) if browser.get(f"/orders/search/?q={code}").context["page"].hits}
    assert found == crew.codes(*SEEN[who])


def test_the_limit_of_a_search_counts_ones_own_orders(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """The courier's order is older than the others that fit; it is found all the same."""
    monkeypatch.setattr("orders.filters.MAX_FOUND", 1)
    for who in (Role.COURIER, Role.ORDER_MANAGER):
        (hit,) = crew.browser(who).get(f"/orders/search/?q={SKU}").context["page"].hits
        assert hit.url == f"/orders/{crew.orders[HERE].code}/"


def test_a_key_of_a_shop_sees_the_shop_whole_and_nothing_else(crew: Crew) -> None:
    program = crew.cast.alma.program(crew.secret)
    of_shop = crew.codes(HERE, OTHER_POINT, NO_POINT)
    assert {row["code"] for row in everything(program, "orders")} == of_shop
    assert {row["slug"] for row in everything(program, "shops")} == {"alma-tech"}
    assert {row["code"] for row in everything(program, "points")} == {"PP1", "PP2"}
    for place in PLACES:
        found = get(program, f"orders/{crew.orders[place].public_id}").status
        assert found == (404 if place == OTHER_SHOP else 200)
    assert get(program, "quality", shop="alma-dom").status == 404
    assert get(program, "orders", shop="alma-dom").status == 404


def test_a_courier_is_offered_what_he_may_open_and_nothing_else(crew: Crew) -> None:
    browser = crew.browser(Role.COURIER)
    start = browser.get("/", follow=True)
    assert start.redirect_chain[-1][0] == SHELF
    menu = re.findall(r'<a class="nav__item[^"]*" href="(/[^"?]*)', start.content.decode())
    assert {*menu} <= {SHELF, "/orders/archive/", "/account/", "/account/profile/"}
    for address in menu:
        assert browser.get(address).status_code == 200


@pytest.mark.parametrize("who", PEOPLE)
def test_everything_in_the_menu_opens(crew: Crew, who: str) -> None:
    browser = crew.browser(who)
    start = browser.get("/", follow=True)
    assert start.status_code == 200
    frame = start.content.decode()
    for address in {*re.findall(r'<a class="(?:nav__item|tabbar__item)[^"]*" href="(/[^"]*)"', frame)}:
        assert browser.get(address, follow=True).status_code == 200, address


def test_numbers_are_of_what_one_sees(crew: Crew) -> None:
    """Who sees shops whole begins with their numbers; a manager has his points', a courier none."""
    for who, begins in {Role.ANALYST: 200, FOREMAN: 200, Role.ORDER_MANAGER: 302, Role.COURIER: 302}.items():
        assert crew.browser(who).get("/").status_code == begins
    assert "только ваши точки" in crew.browser(Role.ORDER_MANAGER).get("/quality/").content.decode()
    assert "только ваши точки" not in crew.browser(FOREMAN).get("/quality/").content.decode()


@pytest.mark.parametrize(("who", "told"), [(Role.OWNER, True), (Role.ANALYST, True), (Role.ADMIN, False)])
def test_turnover_is_told_by_right(crew: Crew, who: str, told: bool) -> None:
    page = crew.browser(who).get("/").context["page"]
    assert ("Сумма" in [stat.label for stat in page.stats]) is told
    assert all(bool(shop.sum_today) is told for shop in page.shops)


def test_an_order_of_a_foreign_point_does_not_wake_a_courier(crew: Crew) -> None:
    """His page hears «nothing new» while only other people's orders change, and hears of his own."""
    browser = crew.browser(Role.COURIER)
    page = browser.get(SHELF).content.decode()
    found = re.search(r'hx-get="(/orders/delivery/pulse/[^"]*)"', page)
    assert found is not None
    question = found[1].replace("&amp;", "&")
    crew.cast.place(shop="alma-tech")
    assert browser.get(question).status_code == 204
    crew.cast.kaspi.control("POST", f"orders/{crew.orders[HERE].code}", {"do": "buyer_cancels"})
    order = crew.cast.observe(crew.cast.alma, "alma-tech", crew.orders[HERE].code)
    assert order.shelf == Shelf.ARCHIVE
    assert browser.get(question).status_code == 200
