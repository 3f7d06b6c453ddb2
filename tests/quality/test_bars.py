"""All competing lines on one bar: nothing is lost, no label stands on another, no line crosses one."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.formulas import Metric
from quality.profiles.bars import NEAR, Line, bar
from quality.profiles.wording import bound_sign, bound_text, ladder_text, sample_text, window_text
from quality.thresholds import DEFAULT, HISTORIC_10, PROFILES, Bound, Comparator, Rule, WindowEnd, percent
from tests.quality.test_written import rules

CANCELLED, RATING = DEFAULT.rules[Metric.CANCELLED], DEFAULT.rules[Metric.RATING]


def place(text: str) -> float:
    return float(text.rstrip("%")) / 100


@pytest.mark.parametrize("metric", Metric)
@given(data=st.data())
def test_every_line_stands_once_and_its_label_alone(metric: Metric, data: st.DataObject) -> None:
    drawn: list[Rule] = data.draw(st.lists(rules(metric), min_size=1, max_size=8))
    drawing = bar(drawn, drawn[0], None, "")
    for lines, side in ((drawing.critical, "critical"), (drawing.good, "good")):
        assert sorted(line.text for line in lines) == sorted(
            bound_sign(one, metric) for one in {getattr(r, side) for r in drawn}
        )
        for one in lines:
            assert not any(_covers(other, one) for other in lines if other is not one)


def _covers(label: Line, line: Line) -> bool:
    """Whether the label stands on the other one's label, or is crossed by its line."""
    ahead = place(line.x) - place(label.x)
    near = 0 < ahead < NEAR - 0.001
    crossed = line.top < label.text_y < line.bottom
    return (near and (crossed or label.text_y == line.text_y)) or (ahead == 0 and label.text_y == line.text_y)


@given(st.lists(rules(Metric.CANCELLED), min_size=1, max_size=4), st.fractions(0, 1))
def test_a_number_beyond_the_critical_line_stands_beyond_it(drawn: list[Rule], value: Fraction) -> None:
    drawing, rule = bar(drawn, drawn[0], value, ""), drawn[0]
    line = next(line for line in drawing.critical if line.text == bound_sign(rule.critical, Metric.CANCELLED))
    assert (
        (place(drawing.marker) > place(line.x))
        <= (value > rule.critical.value)
        <= (place(drawing.marker) >= place(line.x))
    )


def test_the_three_histories_of_cancels_stand_side_by_side() -> None:
    drawing = bar([one.rules[Metric.CANCELLED] for one in PROFILES], CANCELLED, percent("1.5"), "Доля отмен")
    assert [line.text for line in drawing.critical] == ["≥3", ">5", ">10"]
    assert [line.text for line in drawing.good] == ["<1"]
    assert [zone.kind for zone in drawing.zones] == ["good", "fair", "bad"]


def test_the_rating_is_bad_on_the_left() -> None:
    drawing = bar([RATING], RATING, None, "Рейтинг")
    assert ([zone.kind for zone in drawing.zones], drawing.marker) == (["bad", "fair", "good"], "")


@pytest.mark.parametrize(
    ("comparator", "words"),
    [
        (Comparator.GE, "от 2,75 %"),
        (Comparator.GT, "выше 2,75 %"),
        (Comparator.LE, "не выше 2,75 %"),
        (Comparator.LT, "ниже 2,75 %"),
    ],
)
def test_a_line_is_told_exactly(comparator: Comparator, words: str) -> None:
    assert bound_text(Bound(comparator, percent("2.75")), Metric.CANCELLED).replace("\u00a0", " ") == words


def test_a_window_is_told_with_its_end() -> None:
    told = [window_text(replace(CANCELLED, window_end=end)).replace("\u00a0", " ") for end in WindowEnd]
    assert told == ["30 дней, по вчерашний", "30 дней вместе с сегодняшним", "30 дней по 24 часа до этой минуты"]
    assert window_text(replace(RATING, window_end=WindowEnd.NOW)) == window_text(
        replace(RATING, window_end=WindowEnd.TODAY)
    )


def test_from_when_a_number_is_judged_is_told() -> None:
    assert sample_text(CANCELLED) == "с 10-го заказа или с 3-го нарушения"
    assert sample_text(RATING) == "с 3-й оценки"


def test_the_ladder_is_told_step_by_step() -> None:
    told = ladder_text(HISTORIC_10).replace("\u00a0", " ")
    assert told == "предупреждение → снятие товаров с продажи → отключение магазина; нарушения помнят 90 дней"
    assert ladder_text(replace(DEFAULT, ladder=())) == ""
