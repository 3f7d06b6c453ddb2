"""Shelves as people open them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders.lifecycle import SHELF_OF, Stage
from orders.shelves.standing import slug_of
from staff import shifts
from staff.clock import database_now
from tests.cast import WALKS, Cast

HTMX = {"HX-Request": "true"}
# Session, person, membership, the walls' settings, the member and his points: the door, not the page.
DOOR = re.compile(r"django_session|staff_user|FROM staff_member|set_config|SAVEPOINT|staff_company")


@contextmanager
def queries() -> Iterator[list[str]]:
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [query["sql"] for query in captured.captured_queries if not DOOR.search(query["sql"])]


@pytest.mark.parametrize("stage", WALKS)
def test_an_order_stands_on_the_shelf_of_its_stage_and_opens(cast: Cast, stage: Stage) -> None:
    order = cast.place(stage)
    browser = cast.bolat.browser()
    shelf = browser.get(f"/orders/{slug_of(SHELF_OF[stage])}/")
    assert f'id="order-{order.code}"' in shelf.content.decode()
    assert f'data-code="{order.code}"' in browser.get(f"/orders/{order.code}/").content.decode()


def test_a_shelf_costs_six_queries_however_many_orders_it_shows(cast: Cast) -> None:
    for _ in range(4):
        cast.place(shop="alma-tech", point="PP1")
    browser = cast.aigerim.browser()
    with queries() as asked:
        browser.get("/orders/new/?shop=alma-tech")
    assert len(asked) <= 6, "\n".join(asked)


def test_kaspi_delivery_with_its_price_of_lateness_costs_no_more(cast: Cast) -> None:
    cast.place(Stage.KD_PACKING)
    browser = cast.aigerim.browser()
    with queries() as asked:
        browser.get("/orders/kaspi-delivery/?shop=alma-tech")
    assert len(asked) <= 6, "\n".join(asked)


def test_another_shop_is_chosen_from_an_order_without_losing_the_way(cast: Cast) -> None:
    order = cast.place()
    page = cast.aigerim.browser().get(f"/orders/{order.code}/").content.decode()
    assert 'href="/orders/new/?shop=alma-dom"' in page


def test_a_manager_sees_the_orders_of_his_points_only(cast: Cast) -> None:
    mine, other = cast.place(point="PP1"), cast.place(point="PP2")
    page = cast.bolat.browser().get("/orders/new/").content.decode()
    assert mine.code in page
    assert other.code not in page


def test_an_order_of_another_company_is_not_found(cast: Cast) -> None:
    foreign = cast.place(shop="bereke-tools")
    assert cast.aigerim.browser().get(f"/orders/{foreign.code}/").status_code == 404


def test_an_order_of_another_point_is_not_found_by_a_manager(cast: Cast) -> None:
    other = cast.place(point="PP2")
    assert cast.bolat.browser().get(f"/orders/{other.code}/").status_code == 404


def test_a_shop_of_another_company_is_not_found(cast: Cast) -> None:
    assert cast.aigerim.browser().get("/orders/new/?shop=bereke-tools").status_code == 404


def test_a_shelf_of_one_shop_leaves_the_others_out(cast: Cast) -> None:
    tech, home = cast.place(shop="alma-tech"), cast.place(shop="alma-dom")
    page = cast.aigerim.browser().get("/orders/new/?shop=alma-dom").content.decode()
    assert home.code in page
    assert tech.code not in page


def test_a_shelf_of_one_point_leaves_the_others_out(cast: Cast) -> None:
    first, second = cast.place(point="PP1"), cast.place(point="PP2")
    page = cast.aigerim.browser().get("/orders/new/?shop=alma-tech&point=PP2").content.decode()
    assert f"order-{second.code}" in page
    assert f"order-{first.code}" not in page


def test_orders_are_found_by_the_end_of_a_phone(cast: Cast) -> None:
    order = cast.place(customer={"firstName": "Ольга", "lastName": "Ким", "cellPhone": "7775554021"})
    cast.place()
    page = cast.bolat.browser().get("/orders/new/", {"q": "+7 777 555-40-21"}).content.decode()
    assert re.findall(r'id="order-(\d+)"', page) == [order.code]


def test_search_over_everything_finds_a_closed_order_by_name(cast: Cast) -> None:
    order = cast.place(
        Stage.CANCELLED, customer={"firstName": "Сымбат", "lastName": "Бекова", "cellPhone": "7055556619"}
    )
    page = cast.bolat.browser().get("/orders/search/", {"q": "бекова"}).content.decode()
    assert f"/orders/{order.code}/" in page


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", "100% хлопок", "é\u0301", "🙂"])
def test_a_strange_search_finds_nothing_and_breaks_nothing(cast: Cast, q: str) -> None:
    cast.place()
    answer = cast.bolat.browser().get("/orders/new/", {"q": q})
    assert answer.status_code == 200
    assert 'id="order-' not in answer.content.decode()


@pytest.mark.parametrize("query", ["q=%00", "stage=nothing", "after=zzz", "q=" + "x" * 200])
def test_a_wrong_address_is_told_and_not_broken(cast: Cast, query: str) -> None:
    assert cast.bolat.browser().get(f"/orders/new/?{query}").status_code == 400


def test_pages_follow_each_other_without_a_gap(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orders.shelves.standing.ROWS", 2)
    codes = {cast.place().code for _ in range(5)}
    browser, url, seen = cast.bolat.browser(), "/orders/new/", []
    while url:
        page = browser.get(url).content.decode()
        seen += re.findall(r'id="order-(\d+)"', page)
        found = re.search(r'href="([^"]+)" aria-label="Дальше"', page)
        url = found.group(1).replace("&amp;", "&") if found else ""
    assert len(seen) == 5
    assert set(seen) == codes


def test_the_archive_of_all_shops_pages_by_the_moment_of_closing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orders.shelves.standing.ROWS", 2)
    shops = ("alma-tech", "alma-dom", "alma-tech")
    closed = [cast.place(Stage.CANCELLED, shop=shop).code for shop in shops]
    browser = cast.aigerim.browser()
    first = browser.get("/orders/archive/").content.decode()
    after = re.search(r'href="([^"]+)" aria-label="Дальше"', first)
    assert after is not None
    second = browser.get(after.group(1).replace("&amp;", "&")).content.decode()
    assert re.findall(r'id="order-(\d+)"', first + second) == closed[::-1]


def pulse_url(page: str) -> str:
    found = re.search(r'hx-get="(/orders/new/pulse/[^"]+)"', page)
    assert found is not None
    return found.group(1).replace("&amp;", "&")


def test_nothing_new_answers_204_with_one_query_of_its_own(cast: Cast) -> None:
    cast.place()
    browser = cast.aigerim.browser()
    url = pulse_url(browser.get("/orders/new/").content.decode())
    with queries() as asked:
        answer = browser.get(url, headers=HTMX)
    assert answer.status_code == 204
    assert len(asked) == 1, "\n".join(asked)


def test_a_new_order_waits_behind_the_pill_and_moves_the_counters(cast: Cast) -> None:
    browser: Client = cast.aigerim.browser()
    cast.place()
    url = pulse_url(browser.get("/orders/new/").content.decode())
    fresh = cast.place()
    page = browser.get(url, headers=HTMX).content.decode()
    assert "Показать 1\u00a0новый заказ" in page
    assert f"order-{fresh.code}" not in page
    assert 'id="nav-counts"' in page


def test_a_quiet_page_hears_once_a_minute_how_fresh_it_is(cast: Cast) -> None:
    cast.place()
    browser = cast.aigerim.browser()
    url = pulse_url(browser.get("/orders/new/").content.decode())
    long_ago = re.sub(r"-\d+$", "-1700000000000000", url)
    page = browser.get(long_ago, headers=HTMX).content.decode()
    assert 'id="fresh"' in page
    assert browser.get(pulse_url(page), headers=HTMX).status_code == 204


def test_a_pulse_of_a_mangled_address_is_refused(cast: Cast) -> None:
    assert cast.bolat.browser().get("/orders/new/pulse/?since=x").status_code == 400


def test_without_signing_in_a_shelf_leads_to_the_door(cast: Cast) -> None:
    answer = Client().get("/orders/new/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize(
    "url",
    [
        "/orders/%00/",
        "/orders/%00/row/?shelf=new",
        "/orders/new/pulse/?since=1-1-1-1-1&shop=%00",
        "/orders/new/?point=%00",
        "/orders/archive/?after=%F0%9F%99%82",
        "/orders/search/?q=%00",
        "/catalog/?q=%00",
        "/catalog/?after=x",
        "/staff/?before=99999999999999999999",
        "/quality/?why=%00",
    ],
)
def test_no_address_breaks_the_server(cast: Cast, url: str) -> None:
    assert cast.aigerim.browser().get(url).status_code in (200, 400, 404)


def row_of(page: str, code: str) -> str:
    found = re.search(rf'<tr [^>]*id="order-{code}".*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_row_says_who_holds_the_point_and_asks_no_more_for_it(cast: Cast) -> None:
    held, other = cast.place(point="PP1"), cast.place(point="PP2")
    with cast.alma.scope():
        shifts.begin(cast.alma.point("alma-tech", "PP1").pk, by=cast.bolat.actor, now=database_now())
    browser = cast.aigerim.browser()
    with queries() as asked:
        page = browser.get("/orders/new/?shop=alma-tech").content.decode()
    assert "Болат" in row_of(page, held.code)
    assert "никого на смене" in row_of(page, other.code)
    assert len(asked) <= 6, "\n".join(asked)


def test_a_row_that_comes_alone_says_who_holds_the_point_too(cast: Cast) -> None:
    order = cast.place(point="PP1")
    browser = cast.aigerim.browser()
    assert "никого на смене" in browser.get(f"/orders/{order.code}/row/?shelf=new").content.decode()
    with cast.alma.scope():
        shifts.begin(order.point_id or 0, by=cast.bolat.actor, now=database_now())
    assert "Болат" in browser.get(f"/orders/{order.code}/row/?shelf=new").content.decode()


def test_who_ended_his_shift_or_forgot_to_holds_nothing(cast: Cast) -> None:
    order, now = cast.place(point="PP1"), database_now()
    with cast.alma.scope():
        shifts.begin(order.point_id or 0, by=cast.bolat.actor, now=now - shifts.LONGEST)
        shifts.begin(order.point_id or 0, by=cast.aigerim.actor, now=now)
        shifts.end(by=cast.aigerim.actor, now=now)
    page = cast.aigerim.browser().get("/orders/new/").content.decode()
    assert "никого на смене" in row_of(page, order.code)


def test_an_archived_order_is_nobodys_to_hold(cast: Cast) -> None:
    order = cast.place(Stage.CANCELLED)
    page = cast.aigerim.browser().get("/orders/archive/").content.decode()
    assert "на смене" not in row_of(page, order.code)
