"""The board: what burns over all shelves, to whom it is shown, and when it is made anew."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.clocks import chip
from orders.deadlines import Deadline, DeadlineKind, RiskLevel, WorkingCalendar
from orders.lifecycle import Stage
from orders.radar import alerts, steps
from orders.radar.steps import Asked, Burning, StepRow
from staff import shifts
from staff.clock import database_now
from tests.cast import Cast


def shown(html: str) -> list[str]:
    """The orders of the board, as they stand."""
    return re.findall(r'id="radar-(\d+)"', html)


def test_what_burns_first_stands_first_whatever_its_shelf(cast: Cast) -> None:
    calm = cast.place(Stage.DELIVERY)
    burns = cast.place(Stage.NEW, approved_minutes_ago=170)
    soon = cast.place(Stage.NEW, approved_minutes_ago=130)
    html = cast.bolat.browser().get("/radar/").content.decode()
    assert shown(html) == [burns.code, soon.code, calm.code]
    assert html.index("Горят") < html.index(f'radar-{burns.code}"') < html.index("Скоро") < html.index(soon.code)
    assert "горит 1" in html and "рабочего времени" in html


def test_it_says_who_is_on_shift(cast: Cast) -> None:
    order = cast.place(Stage.NEW)
    assert "никто не на смене" in cast.aigerim.browser().get("/radar/").content.decode()
    with cast.alma.scope():
        shifts.begin(order.point_id or 0, by=cast.bolat.actor, now=database_now())
    html = cast.aigerim.browser().get("/radar/").content.decode()
    assert "никто не на смене" not in html and "Болат" in html


def test_a_manager_sees_his_point_and_an_owner_what_he_asks_for(cast: Cast) -> None:
    first, second = cast.place(Stage.NEW), cast.place(Stage.NEW, point="PP2")
    packed = cast.place(Stage.KD_PACKING)
    assert set(shown(cast.daniyar.browser().get("/radar/").content.decode())) == {second.code}
    owner = cast.aigerim.browser()
    ask = {"shop": "alma-tech", "point": "PP1", "step": "accept"}
    assert shown(owner.get("/radar/", ask).content.decode()) == [first.code]
    assert shown(owner.get("/radar/", {"step": "pack"}).content.decode()) == [packed.code]
    assert owner.get("/radar/", {"shop": "bereke-tools"}).status_code == 404
    assert owner.get("/radar/", {"step": "nonsense"}).status_code == 400


def test_it_is_made_anew_when_something_has_changed_and_once_a_minute(cast: Cast) -> None:
    cast.place(Stage.NEW)
    browser = cast.bolat.browser()
    (since,) = re.findall(r"since=(\d+-\d+)", browser.get("/radar/").content.decode())
    assert browser.get("/radar/pulse/", {"since": since}).status_code == 204
    version, told = since.split("-")
    a_minute_ago = f"{version}-{int(told) - 61_000_000}"
    assert browser.get("/radar/pulse/", {"since": a_minute_ago}).status_code == 200
    fresh = cast.place(Stage.NEW)
    answer = browser.get("/radar/pulse/", {"since": since})
    assert fresh.code in shown(answer.content.decode()) and 'id="nav-counts"' in answer.content.decode()
    assert browser.get("/radar/pulse/", {"since": "1"}).status_code == 400


def test_it_takes_as_many_questions_for_many_orders_as_for_one(cast: Cast) -> None:
    browser = cast.aigerim.browser()

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            browser.get("/radar/")
        return len(found)

    cast.place(Stage.NEW)
    asked()
    one = asked()
    for stage in (Stage.NEW, Stage.PICKUP, Stage.KD_HANDOVER, Stage.NEW):
        cast.place(stage)
    assert asked() == one


def test_too_few_accepts_foretell_nothing_and_enough_of_them_do(cast: Cast) -> None:
    for _ in range(4):
        cast.place(Stage.PICKUP)
    cast.place(Stage.NEW)
    browser = cast.bolat.browser()
    assert "мало данных: за последние часы принято 4" in browser.get("/radar/").content.decode()
    cast.place(Stage.PICKUP)
    # Five in the last four working hours.
    assert "При нынешнем темпе 1,3 в час успеете всё" in browser.get("/radar/").content.decode()
    for _ in range(3):
        cast.place(Stage.NEW, approved_minutes_ago=120)
    html = browser.get("/radar/").content.decode()
    assert "При нынешнем темпе 1,3 в час не успеть 2 из 4" in html


def test_another_room_brings_a_step_of_its_own(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(asked: Asked) -> tuple[list[Burning], int]:
        at, day = asked.now + timedelta(hours=1), WorkingCalendar.round_the_clock()
        deadline = Deadline(DeadlineKind.RETURN_HOME, at, asked.now)
        said = partial(chip, deadline, now=asked.now, calendar=day)
        return [Burning("decide", at, RiskLevel.URGENT, said, "/returns/1/", "700700700", "Чайник", None, 1)], 1

    monkeypatch.setattr(steps, "_provided", {})
    steps.provide(StepRow("decide", "Решить возврат", "rotate-ccw", read=read))
    html = cast.aigerim.browser().get("/radar/", {"step": "decide"}).content.decode()
    assert shown(html) == ["700700700"] and "Решить возврат" in html and "горит 1" in html


def bell(html: str) -> str:
    """The number that the bell of the frame shows; nothing when it is hidden."""
    found = re.search(r'id="bell-badge"([^>]*)><span[^>]*>[^<]*</span>(\d+)', html)
    return "" if found is None or "hidden" in found[1] else found[2]


def test_the_bell_counts_what_was_told_until_it_is_looked_at(cast: Cast) -> None:
    order, other = cast.place(Stage.NEW, approved_minutes_ago=100), cast.place(Stage.NEW, approved_minutes_ago=170)
    alerts.raise_due()
    browser = cast.bolat.browser()
    page = browser.get("/notices/").content.decode()
    assert bell(page) == "2" and f"/orders/{order.code}/" in page and "не просмотрено" in page
    assert bell(cast.aigerim.browser().get("/radar/").content.decode()) == "1"
    assert bell(cast.daniyar.browser().get("/notices/").content.decode()) == ""
    (until,) = re.findall(r'name="until" value="(\d+)"', page)
    assert browser.post("/notices/seen/", {"until": until}).status_code == 302
    page = browser.get("/notices/").content.decode()
    assert bell(page) == "" and f"/orders/{other.code}/" in page and "не просмотрено" not in page
    assert browser.post("/notices/seen/", {"until": "-1"}).status_code == 400


def test_the_bell_forgets_what_was_handled(cast: Cast) -> None:
    order = cast.place(Stage.NEW, approved_minutes_ago=100)
    alerts.raise_due()
    uid = cast.alma.shop("alma-tech").merchant_uid
    cast.kaspi.call(uid, lambda client: client.accept(order.kaspi_id, order.code))
    cast.observe(cast.alma, "alma-tech", order.code)
    page = cast.bolat.browser().get("/notices/").content.decode()
    assert bell(page) == "" and "Готов к выдаче" in page


def test_an_alert_is_news_to_open_pages(cast: Cast) -> None:
    cast.place(Stage.NEW, approved_minutes_ago=100)
    browser = cast.bolat.browser()
    (since,) = re.findall(r"since=(\d+-\d+)", browser.get("/radar/").content.decode())
    alerts.raise_due()
    assert bell(browser.get("/radar/pulse/", {"since": since}).content.decode()) == "1"


def test_a_closed_point_says_when_its_minutes_run_again() -> None:
    from orders.radar.reading import _note

    office = WorkingCalendar.from_json({"mon": ["09:00", "18:00"]})
    night = datetime(2026, 11, 29, 20, tzinfo=UTC)
    assert _note(DeadlineKind.ACCEPT, True, office, night) == "рабочего времени, откроемся сегодня, 09:00"
