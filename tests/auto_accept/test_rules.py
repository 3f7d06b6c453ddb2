"""The decision against a slow table, and what its words and bounds mean."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.auto_accept import asked
from orders.auto_accept.rules import Cover, Decision, Facts, Reason, Rules, Verdict, as_json, decide, from_json
from staff.errors import Refused

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
COVERS = {Cover.UNKNOWN: Reason.LINES_UNKNOWN, Cover.UNCOUNTED: Reason.UNCOUNTED, Cover.SHORT: Reason.SHORT}


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


minutes = st.integers(-40, 40)
moments = minutes.map(at)
small = st.integers(0, 3)
bounds = st.none() | small
words = st.lists(st.sampled_from(["Алматы", "талгар", "АЛЁНА"]), max_size=2).map(tuple)
facts = st.builds(
    Facts,
    arrived_at=moments,
    accept_by=st.none() | moments,
    total=small.map(Decimal),
    lines=small,
    pieces=small.map(Decimal),
    address=st.sampled_from(["", "Алматы, Абая 52", "Талгар", "улица Алена"]),
    opens_at=st.none() | moments,
    cover=st.sampled_from(Cover),
    budget_left=bounds,
    **dict.fromkeys(("express", "pre_order", "signature", "has_point", "is_open", "pressed"), st.booleans()),
)
rules = st.builds(
    Rules,
    wait_minutes=st.integers(0, 40),
    margin_minutes=st.integers(0, 40),
    oldest_hours=st.none() | st.integers(0, 1),
    least_sum=st.none() | small.map(Decimal),
    most_sum=st.none() | small.map(Decimal),
    most_lines=bounds,
    most_pieces=bounds,
    only_words=words,
    never_words=words,
    **dict.fromkeys(("in_hours", "express", "signing", "mind_budget"), st.booleans()),
)


def slowly(fact: Facts, rule: Rules, now: datetime) -> Decision:
    """The table of the brief, line by line."""
    late = fact.accept_by is not None and fact.accept_by <= now
    firm = [
        (late, Reason.LATE),
        (fact.pressed, Reason.PRESSED),
        (fact.pre_order, Reason.PRE_ORDER),
        (fact.express and not rule.express, Reason.EXPRESS),
        (fact.signature and not rule.signing, Reason.SIGNING),
        (not fact.has_point, Reason.NO_POINT),
        (age_over(fact, rule, now), Reason.OLD),
        (fact.total < (rule.least_sum or 0), Reason.SUM_LOW),
        (rule.most_sum is not None and not fact.total <= rule.most_sum, Reason.SUM_HIGH),
        (rule.most_lines is not None and fact.lines >= rule.most_lines + 1, Reason.MANY_LINES),
        (rule.most_pieces is not None and fact.pieces >= rule.most_pieces + 1, Reason.MANY_PIECES),
        (said(rule.never_words, fact.address), Reason.ADDRESS_BARRED),
        (len(rule.only_words) > 0 and not said(rule.only_words, fact.address), Reason.ADDRESS_OTHER),
    ]
    for is_met, reason in firm:
        if is_met:
            return Decision(Verdict.HOLD, reason)
    rests_until = fact.arrived_at + timedelta(minutes=rule.wait_minutes)
    if fact.accept_by is not None:
        rests_until = min(rests_until, fact.accept_by - timedelta(minutes=rule.margin_minutes))
    if rests_until > now:
        return Decision(Verdict.WAIT, Reason.SETTLING, rests_until)
    if rule.in_hours and not fact.is_open:
        helps = fact.opens_at is not None and (fact.accept_by is None or fact.opens_at < fact.accept_by)
        verdict = Verdict.WAIT if helps else Verdict.HOLD
        return Decision(verdict, Reason.CLOSED, fact.opens_at if helps else None)
    if rule.mind_budget and fact.budget_left is not None and fact.budget_left < 1:
        return Decision(Verdict.HOLD, Reason.RED_BUDGET)
    if fact.cover is not Cover.ENOUGH:
        return Decision(Verdict.HOLD, COVERS[fact.cover])
    return Decision(Verdict.ACCEPT, Reason.ALL_MET)


def age_over(fact: Facts, rule: Rules, now: datetime) -> bool:
    return rule.oldest_hours is not None and (now - fact.arrived_at).total_seconds() > rule.oldest_hours * 3600


def said(sought: tuple[str, ...], address: str) -> bool:
    plain = address.lower().replace("ё", "е")
    return any(word.lower().replace("ё", "е") in plain for word in sought)


@given(facts, rules)
def test_a_decision_is_that_of_the_table(fact: Facts, rule: Rules) -> None:
    assert decide(fact, rule, NOON) == slowly(fact, rule, NOON)


@given(facts, rules)
def test_waiting_ends_before_the_deadline_and_is_never_asked_for_the_past(fact: Facts, rule: Rules) -> None:
    decision = decide(fact, rule, NOON)
    if decision.reason is Reason.SETTLING and decision.until:
        assert NOON < decision.until <= at(0) + timedelta(minutes=80)
        assert fact.accept_by is None or decision.until <= fact.accept_by - timedelta(minutes=rule.margin_minutes)


@given(rules)
def test_a_version_is_read_back_as_it_was_kept(rule: Rules) -> None:
    assert from_json(as_json(rule)) == rule


def test_the_form_is_read_back_as_it_was_filled() -> None:
    rule = Rules(most_sum=Decimal("150000.50"), only_words=("Алматы", "Талгар"), most_lines=3, in_hours=True)
    assert asked.read(asked.filled(rule)) == rule


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(("wait_minutes", text) for text in ("", "-1", "151", "пять", "1e2", "٣")),
        *(("most_sum", text) for text in ("сто", "-5", "1,234", "99999999999", "NaN")),
        *(("least_sum", text) for text in ("200 000",)),
        *(("only_words", text) for text in ("а", "ы" * 61, "Алматы\x00")),
    ],
)
def test_what_is_no_rule_is_refused_with_its_field(field: str, text: str) -> None:
    form = asked.filled(Rules(most_sum=Decimal(150_000))) | {field: text}
    with pytest.raises(Refused) as refusal:
        asked.read(form)
    assert (refusal.value.field, refusal.value.status) == (field, 400)
