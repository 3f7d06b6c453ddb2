"""The yardstick itself: a floor that printed less than the page would make every ratio worse, one that asked less, better."""

import re

import pytest
from django.db import connection
from pytest_django import Settings

from kaspi_office.bench import floor, samples
from kaspi_office.bench.figures import Figure, as_line, at_least, at_most, by_goal, from_line, table
from kaspi_office.bench.floor import Statements
from kaspi_office.bench.timing import interleaved
from kaspi_office.management.commands.bench import PARTS
from orders.facts.sync import place_of
from orders.lifecycle import Stage
from staff.clock import database_now
from tests.cast import Cast

PAIR = ("/orders/new/", "/bench/floor/new/")
# A token is masked anew for every answer; the moment of a page stands in its next question.
OF_THIS_ANSWER = re.compile(r'(csrfmiddlewaretoken" value="|x-csrftoken": "|pulse/\?[^"]*since=)[\w-]+')


@pytest.fixture
def floors(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = "kaspi_office.bench.urls"
    # The people of each test are the same ones.
    monkeypatch.setattr(floor, "_kept", {})


def test_the_floor_prints_the_bytes_of_the_page(cast: Cast, floors: None) -> None:
    for stage in (Stage.NEW, Stage.KD_PACKING):
        cast.place(stage)
    browser = cast.aigerim.browser()
    browser.get("/bench/floor/new/")
    page, shown = (OF_THIS_ANSWER.sub(r"\1", browser.get(path).content.decode()) for path in PAIR)
    assert ignoring_time(shown) == ignoring_time(page)


def ignoring_time(page: str) -> str:
    """Without the seconds left, which go on between two requests."""
    return re.sub(r'data-left="\d+"|stroke-dasharray="\d+|c?x="[\d.]+%"|\d+ ч \d\d мин|\d\d:\d\d', "", page)


def test_the_floor_asks_what_the_page_asks(cast: Cast, floors: None) -> None:
    cast.place()
    browser = cast.aigerim.browser()
    browser.get("/bench/floor/new/")
    heard = {path: Statements([]) for path in PAIR}
    for path, statements in heard.items():
        with connection.execute_wrapper(statements):
            browser.get(path)
    page, said = ([sql for sql, _ in statements.kept if not is_own_work(sql)] for statements in heard.values())
    assert said == page


def is_own_work(sql: str) -> bool:
    """What only the page does: it writes down whose buyers it has shown."""
    return "SAVEPOINT" in sql or "INSERT INTO staff_disclosure" in sql


def test_a_sample_of_every_stage_is_merged_to_that_stage(cast: Cast) -> None:
    with cast.alma.scope():
        made = samples.moulds(place_of(cast.alma.shop("alma-tech")), now=database_now())
    wanted = {sample.stage for sample in (*samples.ON_SHELVES, *samples.ARCHIVED)}
    assert set(made) == wanted
    assert all(moulds for moulds in made.values())


def test_a_figure_is_met_on_its_bound_and_missed_beyond() -> None:
    assert at_most("page", 1.5, 1.5, no=1).met is True
    assert at_most("page", 1.51, 1.5, no=1).met is False
    assert at_least("rows", 99.9, 100, no=6, unit="%").met is False


def test_a_figure_survives_its_way_between_processes() -> None:
    figure = at_least("storing", 0.51, 0.5, no=6)
    assert from_line(as_line(figure)) == figure


def test_a_missed_goal_is_named_plainly() -> None:
    shown = table([("a", Figure("page", 1.62, "×", 1.5)), ("b", Figure("size", 3, "MB"))])
    assert "| a | page | 1.62 × | ≤ 1.50 × | **no** |" in shown
    assert "| b | size | 3 MB |  |  |" in shown


def test_a_goal_is_met_when_all_its_figures_are() -> None:
    page, search = at_most("page", 1.2, 1.5, no=1), at_most("search", 1.0, 1.6, no=3)
    assert by_goal([page, search]) == "1 shelf page: met; 3 search: met"
    assert by_goal([page, at_most("growth", 1.3, 1.15, no=1)]) == "1 shelf page: MISSED"


def test_variants_take_turns() -> None:
    order: list[str] = []
    interleaved({name: lambda name=name: order.append(name) for name in "ab"}, rounds=2)  # type: ignore[misc]
    assert "".join(order) == "abbaabba"


def test_every_measurement_has_a_module_that_measures() -> None:
    from importlib import import_module

    assert all(callable(import_module(f"kaspi_office.bench.{part.module}").measure) for part in PARTS.values())
