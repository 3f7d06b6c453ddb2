"""The first sentence of the quality page and its card of the budget."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from quality.asked import Asked
from quality.attribution.behind import BehindFilter
from quality.attribution.tables import Split
from quality.budget_card import budget
from quality.cards import first_sentence, sentence_of_shops
from quality.formulas import Metric
from quality.metrics import DayCounts
from quality.page_models import Budget
from quality.reading import Live, readings_of, verdict
from quality.thresholds import DEFAULT, Profile, WindowEnd
from staff.formats import ALMATY

NOW = datetime(2026, 11, 30, 12, tzinfo=ALMATY)
TODAY = NOW.date()


def of(*cancels: tuple[int, int], orders: int) -> Live:
    """So many cancels so many days ago, and as many orders on the day before yesterday."""
    days = [DayCounts(TODAY - timedelta(days=ago), count, 0) for ago, count in cancels]
    return Live({Metric.CANCELLED: [*days, DayCounts(TODAY - timedelta(days=2), 0, orders)]})


def card_of(live: Live, profile: Profile = DEFAULT) -> Budget:
    asked = Asked(
        shop=None, metric=Metric.CANCELLED, why="", start=0, now=NOW, of=BehindFilter({}, {}), split=Split(None, None)
    )
    found = readings_of(live, profile, today=TODAY)
    made = budget(verdict(found[Metric.CANCELLED], profile), live, asked)
    assert made is not None
    return made


def test_what_leaves_by_tomorrow_is_not_among_those_that_will_leave() -> None:
    made = card_of(of((10, 5), (30, 3), orders=1000))
    assert made.summary.startswith("5\u00a0отмен в окне, 0 выйдут из него")
    assert [column.count for column in made.columns] == [""] * 14


@pytest.mark.parametrize("ago", range(16, 30))
def test_what_leaves_stands_on_the_day_it_leaves(ago: int) -> None:
    made = card_of(of((ago, 2), (1, 1), orders=1000))
    counts = [column.count for column in made.columns]
    assert counts.index("2") == 29 - ago
    assert "1 останутся" in [text for _, text in made.legend]


@pytest.mark.parametrize("end", [WindowEnd.TODAY, WindowEnd.NOW])
def test_where_the_window_ends_today_the_first_leave_tomorrow_or_still_today(end: WindowEnd) -> None:
    rules = {metric: replace(rule, window_end=end) for metric, rule in DEFAULT.rules.items()}
    live = of((29, 2), (30, 9), (1, 1), orders=1000)
    # Of the nine of the first day four counted from this hour on.
    live = live._replace(first_days={Metric.CANCELLED: [DayCounts(TODAY - timedelta(days=30), 4, 0)]})
    made = card_of(live, replace(DEFAULT, code="own-1", rules=rules))
    counts = [column.count for column in made.columns]
    rolling = end is WindowEnd.NOW
    assert counts[:2] == (["4", "2"] if rolling else ["2", ""])
    assert made.summary.startswith("7\u00a0отмен в окне, 6" if rolling else "3\u00a0отмены в окне, 2")
    assert "1 останутся" in [text for _, text in made.legend]


def test_over_the_line_the_card_says_by_how_many() -> None:
    assert card_of(of((3, 50), orders=1500)).text == "отмен в запасе, выше границы на 6"
    assert card_of(of((3, 27), orders=1236)).text == "отмен в запасе. 38-я даст 3,07\u00a0%."


def test_a_line_that_is_crossed_today_is_told_before_the_cabinet_shows_it() -> None:
    live = of((3, 44), (0, 2), orders=1500)
    found = readings_of(live, DEFAULT, today=TODAY)
    verdicts = {metric: verdict(found[metric], DEFAULT) for metric in Metric}
    assert first_sentence(verdicts)[0] == "Завтра за границей: доля отмен."
    calm = {metric: replace(one, preview_status=one.status) for metric, one in verdicts.items()}
    assert first_sentence(calm)[0] == "Показатели в норме."


def test_of_several_shops_those_beyond_a_line_are_named() -> None:
    lead, advice = sentence_of_shops({"Алма Дом": [Metric.CANCELLED]})
    assert lead == "За границей: Алма Дом (доля отмен)."
    assert "каждый магазин отдельно" in advice
