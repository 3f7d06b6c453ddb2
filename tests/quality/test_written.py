"""Profiles that a person wrote: what a form may say, and that what is kept is read back exactly."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.formulas import FORMULAS, Metric
from quality.profiles.written import from_form, from_row, sides, to_form, to_row
from quality.thresholds import (
    PROFILES,
    Bound,
    Comparator,
    Confidence,
    Profile,
    Rule,
    SourceKind,
    Step,
    StepKind,
    WindowEnd,
    percent,
)
from staff.errors import Refused

USUAL = {**to_form(PROFILES[0]), "title": "Осторожные"}
DAYS = st.dates(date(2015, 1, 1), date(2100, 1, 1))


@st.composite
def rules(draw: st.DrawFn, metric: Metric) -> Rule:
    critical, good = sides(metric)
    steps = sorted(draw(st.lists(st.integers(1, 400), min_size=2, max_size=2, unique=True)))
    # Hundredths of a per cent; marks from one to five.
    lines = (
        [1 + step * percent("1") for step in steps] if metric is Metric.RATING else [percent("0.01") * n for n in steps]
    )
    worse, better = lines if metric is Metric.RATING else reversed(lines)
    return Rule(
        metric=metric,
        critical=Bound(draw(st.sampled_from(critical)), worse),
        good=Bound(draw(st.sampled_from(good)), better),
        window_days=draw(st.integers(1, 180)),
        window_end=draw(st.sampled_from(WindowEnd)),
        min_sample=draw(st.integers(1, 1000)),
        min_violations=None if metric is Metric.RATING else draw(st.none() | st.integers(1, 100)),
    )


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    days = sorted(draw(st.lists(DAYS, min_size=2, max_size=2)))
    steps = st.builds(Step, st.sampled_from(StepKind), st.none() | st.integers(1, 365))
    return Profile(
        code="",
        title="Своя",
        valid_from=draw(st.none() | st.just(days[0])),
        valid_to=draw(st.none() | st.just(days[1])),
        source=draw(st.sampled_from(["", "Письмо Kaspi"])),
        quoted=draw(st.sampled_from(["", "«не выше 4 %»"])),
        source_kind=SourceKind.MANUAL,
        confidence=draw(st.sampled_from(Confidence)),
        formula=draw(st.sampled_from(sorted(FORMULAS))),
        rules={metric: draw(rules(metric)) for metric in Metric},
        ladder=tuple(draw(st.lists(steps, max_size=5))),
        violations_within_days=draw(st.integers(1, 366)),
    )


@given(profiles())
def test_what_is_kept_is_read_back_exactly(profile: Profile) -> None:
    row = {**to_row(profile), "code": "own-1", "actor_label": "Айгерим"}
    kept = json.loads(json.dumps(row, default=str))
    written = replace(profile, code="own-1", entered_by="Айгерим")
    assert from_row(row) == written
    assert from_row(kept) == written


@given(profiles())
def test_a_form_filled_with_a_profile_tells_the_same_one(profile: Profile) -> None:
    assert from_form({**to_form(profile), "title": "Своя"}) == profile


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.code)
def test_a_form_is_filled_with_any_of_ours(profile: Profile) -> None:
    told = from_form({**to_form(profile), "title": "Своя"})
    assert (told.rules, told.ladder, told.formula) == (profile.rules, profile.ladder, profile.formula)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "  "),
        ("title", "я" * 121),
        ("source", "я" * 301),
        ("quoted", "я" * 601),
        ("confidence", "sure"),
        ("formula", "kaspi-1"),
        ("valid_from", "вчера"),
        ("valid_from", "1999-01-01"),
        ("valid_to", "2025-05-05"),  # before it begins
        ("within", "0"),
        ("within", "367"),
        ("cancelled-critical", ""),
        ("cancelled-critical", "-1"),
        ("cancelled-critical", "0"),
        ("cancelled-critical", "100,01"),
        ("cancelled-critical", "1e9"),
        ("cancelled-critical", "3/4"),
        ("cancelled-critical-when", "lt"),
        ("cancelled-good", "3"),  # no better than what is critical
        ("cancelled-good-when", "ge"),
        ("rating-critical", "0,9"),
        ("rating-critical", "5,1"),
        ("rating-critical-when", "gt"),
        ("rating-good", "4"),
        ("cancelled-window", "0"),
        ("cancelled-window", "181"),
        ("cancelled-window", "30.5"),
        ("cancelled-window-end", "tomorrow"),
        ("cancelled-sample", "0"),
        ("cancelled-sample", "1001"),
        ("cancelled-violations", "101"),
        ("rating-violations", "3"),
        ("step-1", "prison"),
        ("step-1-days", "366"),
    ],
)
def test_a_wrong_field_is_named_with_a_sentence(field: str, text: str) -> None:
    with pytest.raises(Refused) as refused:
        from_form({**USUAL, field: text})
    assert (refused.value.status, refused.value.field) == (400, field)
    assert any("а" <= letter <= "я" for letter in refused.value.sentence.lower())


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("cancelled-critical", "100", percent("100")),
        ("cancelled-critical", "3,25 %", percent("3.25")),
        ("rating-critical", "1", percent("100")),
        ("rating-good", "5", percent("500")),
        ("cancelled-good", "0", percent("0")),
    ],
)
def test_what_stands_on_the_edge_is_taken(field: str, text: str, value: Any) -> None:
    metric, bound = field.split("-")
    assert getattr(from_form({**USUAL, field: text}).rules[Metric(metric)], bound).value == value


@pytest.mark.parametrize("when", Comparator)
def test_a_bound_keeps_its_comparator(when: Comparator) -> None:
    metric = Metric.RATING if when in sides(Metric.RATING)[0] else Metric.CANCELLED
    told = from_form({**USUAL, f"{metric}-critical-when": when.value}).rules[metric].critical
    assert told.comparator is when
    assert told.met_by(told.value) is (when in (Comparator.GE, Comparator.LE))


def test_characters_that_nobody_sees_are_not_kept() -> None:
    assert from_form({**USUAL, "title": "Мои\x00\n правила\u202e"}).title == "Мои правила"
