"""How often a page asks the database: a number that does not grow with what it shows.

The door (session, person, membership, rights, settings of the wall) is every page's and is not counted: see docs/speed.md.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integrations.models import KaspiAction
from kaspi_office.bench.shelves import DOOR
from orders.lifecycle import Stage
from tests.cast import Cast


@contextmanager
def asked() -> Iterator[list[str]]:
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [query["sql"] for query in captured.captured_queries if not any(word in query["sql"] for word in DOOR)]


@pytest.mark.parametrize("stage", [Stage.NEW, Stage.KD_PACKING, Stage.COMPLETED])
def test_a_shelf_costs_six_queries(cast: Cast, stage: Stage) -> None:
    order = cast.place(stage)
    browser = cast.aigerim.browser()
    with asked() as queries:
        browser.get(f"/orders/{order.shelf.replace('_', '-')}/?shop=alma-tech")
    assert len(queries) <= 6, "\n".join(queries)


def test_a_second_page_of_new_orders_costs_six_queries_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orders.shelves.standing.ROWS", 1)
    for _ in range(3):
        cast.place()
    browser = cast.aigerim.browser()
    first = browser.get("/orders/new/?shop=alma-tech").content.decode()
    following = re.search(r'href="(/orders/new/\?[^"]*after=[^"]*)"', first)
    assert following is not None
    with asked() as queries:
        browser.get(following[1].replace("&amp;", "&"))
    assert len(queries) <= 6, "\n".join(queries)


def test_a_search_on_a_shelf_costs_two_queries_more(cast: Cast) -> None:
    order = cast.place()
    browser = cast.aigerim.browser()
    with asked() as queries:
        found = browser.get(f"/orders/new/?shop=alma-tech&q={order.code}")
    assert order.code in found.content.decode()
    assert len(queries) <= 8, "\n".join(queries)


def test_nothing_new_costs_one_query(cast: Cast) -> None:
    cast.place()
    browser = cast.aigerim.browser()
    question = pulse_of(browser)
    with asked() as queries:
        answer = browser.get(question)
    assert (answer.status_code, len(queries)) == (204, 1)


def test_the_list_of_the_api_costs_as_many_queries_for_two_orders_as_for_one(cast: Cast) -> None:
    program = cast.alma.program()
    cast.place()
    # That a key is used is written down once a minute.
    program.get("/api/v1/orders")
    with asked() as one:
        program.get("/api/v1/orders")
    cast.place()
    with asked() as two:
        program.get("/api/v1/orders")
    assert len(two) == len(one)


def pulse_of(browser: Client) -> str:
    page = browser.get("/orders/new/").content.decode()
    address = re.search(r'hx-get="(/orders/new/pulse/[^"]*)"', page)
    assert address is not None
    return address[1].replace("&amp;", "&")


@pytest.mark.parametrize(("verb", "most"), [("accept", 22), ("undo", 20), ("row", 6)])
def test_a_key_on_a_shelf_costs_few_queries_however_many_orders_stand_there(cast: Cast, verb: str, most: int) -> None:
    order, browser = cast.place(), cast.bolat.browser()
    shelf, htmx = {"shelf": "new"}, {"HX-Request": "true"}
    if verb == "undo":
        browser.post(f"/orders/{order.code}/accept/", shelf, headers=htmx)
    with cast.alma.scope():
        ids = list(KaspiAction.objects.values_list("public_id", flat=True))
    paths = {"accept": f"/orders/{order.code}/accept/", "undo": f"/orders/actions/{ids[-1] if ids else ''}/undo/"}
    with asked() as queries:
        if verb == "row":
            browser.get(f"/orders/{order.code}/row/?shelf=new", headers=htmx)
        else:
            browser.post(paths[verb], shelf, headers=htmx)
    assert len(queries) <= most, "\n".join(queries)
