"""Charts over time, the page of kept numbers, the list of warnings: in words, and only of what somebody sees whole."""

import re
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.formulas import Metric
from quality.history import alerts, duties
from quality.history.drawing import MOST_POINTS, area, line, span_of, thinned
from quality.history.panel import alerts_panel, spark_of, sparks_of
from quality.history.series import Shown
from quality.metrics import Measured, official_window
from quality.models import QualityDay, QualitySnapshot
from quality.thresholds import DEFAULT, WindowEnd
from staff.clock import database_now
from staff.places import visible
from tests.cast import Cast
from tests.quality.history_world import ago, put, shop_id, today

VALUES = st.lists(st.one_of(st.none(), st.integers(0, 1000).map(lambda n: Fraction(n, 1000))), max_size=40)


def shown(*pairs: tuple[int, int], metric: Metric = Metric.CANCELLED) -> list[Shown]:
    """The number of these days, one after another."""
    days = [date(2026, 11, 1) + timedelta(days=n) for n in range(len(pairs))]
    return [
        Shown(
            day,
            Measured(metric=metric, window=official_window(day, 30), numerator=over, denominator=under, sample=under),
        )
        for day, (over, under) in zip(days, pairs, strict=True)
    ]


def keep(
    cast: Cast, day: Any, numerator: int, denominator: int, *, profile: str = "v2-2026", shop: str = "alma-tech"
) -> None:
    company = cast.alma if shop.startswith("alma") else cast.bereke
    with company.scope():
        QualitySnapshot.objects.create(
            shop_id=company.shop(shop).pk,
            profile=profile,
            metric="cancelled",
            day=day,
            first=day - timedelta(days=30),
            last=day - timedelta(days=1),
            formula="event-days-1",
            numerator=numerator,
            denominator=denominator,
            sample=denominator,
            status="warning",
            digest="ab" * 32,
            known_at=database_now(),
        )


@given(VALUES)
def test_a_line_stays_in_its_square_and_breaks_where_no_value_is(values: list[Fraction | None]) -> None:
    span = span_of(values)
    if span is None:
        assert all(value is None for value in values)
        return
    for path in (line(values, span), area(values, span)):
        assert all(0 <= float(number) <= 100 for number in re.findall(r"[\d.]+", path))
    runs = re.sub("0+", "0", "".join("0" if value is None else "1" for value in values)).strip("0").count("0") + 1
    assert line(values, span).count("M") == runs
    heights = [span.y(value) for value in values if value is not None]
    if len(set(values) - {None}) > 1:
        assert (min(heights), max(heights)) == (9.68, 90.32)


@given(st.integers(1, 5_000))
def test_a_long_line_is_drawn_by_fewer_days_and_ends_with_the_newest(count: int) -> None:
    drawn = thinned(count)
    assert len(drawn) <= MOST_POINTS and drawn[-1] == count - 1
    assert count > MOST_POINTS or len(drawn) == count


@pytest.mark.parametrize(
    ("metric", "before", "now", "text", "icon", "level"),
    [
        (Metric.CANCELLED, (24, 1000), (22, 1000), "−0,20", "trending-down", "ok"),
        (Metric.CANCELLED, (22, 1000), (24, 1000), "+0,20", "trending-up", "warn"),
        (Metric.CANCELLED, (22, 1000), (22, 1000), "0,00", "minus", ""),
        (Metric.RATING, (470, 100), (473, 100), "+0,03", "trending-up", "ok"),
    ],
)
def test_a_change_of_a_week_is_told_with_its_sign_and_says_whether_it_is_for_the_better(
    metric: Metric, before: tuple[int, int], now: tuple[int, int], text: str, icon: str, level: str
) -> None:
    spark = spark_of(metric, shown(before, *[before] * 6, now, metric=metric))
    assert spark is not None and spark.delta is not None
    assert (spark.delta.text, spark.delta.note, spark.delta.icon, spark.delta.level) == (
        text,
        "за 7\u00a0дней",
        icon,
        level,
    )


def test_a_number_without_a_value_has_no_line_and_a_young_one_no_change() -> None:
    assert spark_of(Metric.CANCELLED, shown((0, 0), (0, 0))) is None
    spark = spark_of(Metric.CANCELLED, shown((0, 0), (1, 100)))
    assert spark is not None and spark.delta is None


def test_the_line_of_a_card_is_of_what_somebody_sees(cast: Cast) -> None:
    put(cast.alma, Metric.CANCELLED, ago(20), 4, 100)
    with cast.alma.scope():
        whole = sparks_of([shop_id(cast)], now=database_now(), seen_by=cast.aigerim.actor)
        part = sparks_of([shop_id(cast)], now=database_now(), seen_by=cast.bolat.actor)
    assert set(whole) == {Metric.CANCELLED} and part == {}
    assert "4,00" in whole[Metric.CANCELLED].label


def test_the_line_of_a_card_is_of_the_profile_of_the_number(cast: Cast) -> None:
    put(cast.alma, Metric.CANCELLED, ago(4), 4, 100)
    put(cast.alma, Metric.CANCELLED, today(), 1, 100)
    drawn = {}
    for end in WindowEnd:
        rules = {one: replace(rule, window_end=end, window_days=3) for one, rule in DEFAULT.rules.items()}
        profile = replace(DEFAULT, code="own-1", rules=rules)
        with cast.alma.scope():
            drawn[end] = sparks_of([shop_id(cast)], now=database_now(), profile=profile)
    # Four days ago fell out of the windows of three days; today counts where they end today.
    assert "от 4,00\u00a0% до 4,00" in drawn[WindowEnd.YESTERDAY][Metric.CANCELLED].label
    assert "от 4,00\u00a0% до 1,00" in drawn[WindowEnd.TODAY][Metric.CANCELLED].label
    assert drawn[WindowEnd.NOW] == {}


def test_by_another_formula_only_days_counted_whole_make_a_line(cast: Cast) -> None:
    for metric in (Metric.CANCELLED, Metric.RATING):
        put(cast.alma, metric, ago(4), 4, 100)
    with cast.alma.scope():
        QualityDay.objects.update(formula="arrival-days-1")
        profile = replace(DEFAULT, code="own-1", formula="arrival-days-1")
        assert set(sparks_of([shop_id(cast)], now=database_now(), profile=profile)) == {Metric.CANCELLED}


def test_the_page_shows_kept_days_by_every_profile_with_its_limits(cast: Cast) -> None:
    for days, numerator in ((2, 20), (1, 22)):
        for profile in ("v2-2026", "guide-5", "historic-10"):
            keep(cast, ago(days), numerator, 1000, profile=profile)
    page = cast.aigerim.browser().get("/quality/history/?shop=alma-tech&metric=cancelled").content.decode()
    assert "2,20\u00a0%" in page and "2,00\u00a0%" in page
    assert page.count("chart__line--s1") == 1
    # Of a line far above all that was only the table tells.
    assert page.count('class="chart__limit"') == 1 and "граница 10\u00a0%" in page
    assert "наименьшее 2,00\u00a0%, наибольшее 2,20\u00a0%" in page
    assert 'style="' not in page


def test_the_table_is_paged(cast: Cast) -> None:
    for days in range(1, 64):
        keep(cast, ago(days), days, 1000)
    browser = cast.aigerim.browser()
    first = browser.get("/quality/history/?shop=alma-tech").content.decode()
    second = browser.get("/quality/history/?shop=alma-tech&start=60").content.decode()
    assert "1–60 из 63" in first and "61–63 из 63" in second
    assert "63\u00a0отмены" in second and "63\u00a0отмены" not in first


@pytest.mark.parametrize("query", ["metric=turnover", "start=-1", "start=999999999"])
def test_a_bad_address_is_told_so(cast: Cast, query: str) -> None:
    assert cast.aigerim.browser().get(f"/quality/history/?{query}").status_code == 400


def test_who_sees_a_part_of_a_shop_or_another_company_is_shown_no_kept_number(cast: Cast) -> None:
    keep(cast, ago(1), 22, 1000)
    for person in (cast.bolat, cast.chingiz):
        assert person.browser().get("/quality/history/?shop=alma-tech").status_code == 404
    page = cast.bolat.browser().get("/quality/history/").content.decode()
    assert "Истории целого магазина вам не видно" in page and "2,20" not in page


def test_the_warnings_of_the_week_are_listed_newest_first_for_who_sees_the_shop_whole(cast: Cast) -> None:
    put(cast.alma, Metric.CANCELLED, ago(3), 2, 90)
    alerts.look_at(cast.alma.id, shop_id(cast))
    put(cast.alma, Metric.CANCELLED, today(), 1, 0)
    duties.recount_due()
    alerts.look_at(cast.alma.id, shop_id(cast))
    with cast.alma.scope():
        by = cast.aigerim.actor
        panel = alerts_panel(visible(by).shops, now=database_now(), by=by)
        assert alerts_panel(visible(by).shops, now=database_now() + timedelta(days=8), by=by) is None
        part = cast.bolat.actor
        assert alerts_panel(visible(part).shops, now=database_now(), by=part) is None
    assert panel is not None
    assert [one.title for one in panel.lines] == [
        "Доля отмен: граница перейдена",
        "Доля отмен: запаса нет, следующая перейдёт границу",
    ]
    assert panel.lines[0].text == "Алма Техника · завтра в кабинете будет 3,33\u00a0%"


def test_a_day_of_several_hundred_per_cent_is_drawn(cast: Cast) -> None:
    keep(cast, ago(2), 9, 1)
    answer = cast.aigerim.browser().get("/quality/history/?shop=alma-tech&metric=cancelled")
    assert answer.status_code == 200
    assert "900" in answer.content.decode()
