"""The judgement on an order agrees with the fault that is stored and with what the number counts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.cancelling import FAULTS, Fault, fault_of
from quality.attribution.fault import (
    RULES,
    VERSION,
    Acceptance,
    Cause,
    Deed,
    OrderFacts,
    acceptance_of,
    acted,
    cause_of,
    judgement_of,
)
from quality.formulas import Metric
from quality.metrics import OrderRow, Window, evidence

NOON = datetime(2026, 8, 26, 12, tzinfo=UTC)
DAY = date(2026, 8, 26)
ALL_DAYS = Window(date(2026, 8, 1), date(2026, 8, 31))
OUT_OF_STOCK = "MERCHANT_OUT_OF_STOCK"

moments = st.none() | st.integers(-600, 600).map(lambda minutes: NOON + timedelta(minutes=minutes))
facts = st.builds(
    OrderFacts,
    reason=st.sampled_from(["", "SOMETHING_NEW", *FAULTS]),
    expired=st.booleans(),
    accept_by=moments,
    accepted_at=moments,
    cancelled_at=moments,
    planned_at=moments,
    handed_at=moments,
    returned_at=moments,
    return_for_quality=st.booleans(),
    mark=st.integers(1, 5),
    sent_at=moments,
)


def row_of(found: OrderFacts, said: bool | None, metric: Metric) -> OrderRow:
    """The same order as the four numbers see it: cancelled, handed over late, returned and marked."""
    is_mark = metric is Metric.RATING
    return OrderRow(
        order_id=1,
        cancelled_day=DAY,
        fault=fault_of(found.reason, expired=found.expired),
        handed_over_day=DAY,
        late=True,
        returned_day=DAY if found.returned_at or not is_mark else None,
        return_for_quality=True if found.return_for_quality else None,
        mark=found.mark,
        mark_day=DAY,
        ruled_in=frozenset({metric} if said is True else ()),
        ruled_out=frozenset({metric} if said is False else ()),
    )


@settings(max_examples=400, deadline=None)
@given(facts)
def test_the_fault_of_a_cancel_is_the_stored_one_whatever_the_deadlines(found: OrderFacts) -> None:
    judged = judgement_of(found, Metric.CANCELLED)
    assert judged.fault == fault_of(found.reason, expired=found.expired)
    assert judged.version == VERSION and judged.because


@settings(max_examples=400, deadline=None)
@given(facts, st.none() | st.booleans(), st.sampled_from(Metric))
def test_a_judgement_counts_what_the_number_counts(found: OrderFacts, said: bool | None, metric: Metric) -> None:
    judged = judgement_of(found, metric, ruled=said)
    counted = evidence([row_of(found, said, metric)], metric, ALL_DAYS).numerator == (1,)
    assert judged.counts == counted


def test_every_rule_has_its_words_and_its_source() -> None:
    assert RULES.keys() == set(Cause)
    assert all(rule.title and rule.sentence and rule.source for rule in RULES.values())
    assert all(rule.counts == (rule.fault is Fault.SELLER) for rule in RULES.values() if rule.fault is not None)


@pytest.mark.parametrize(
    ("minutes", "sent", "cause"),
    [
        (5, None, Cause.NOT_ACCEPTED),
        (0, None, Cause.NOT_ACCEPTED),
        (-5, None, Cause.OUT_OF_STOCK),
        # Learned after the deadline, taken by Kaspi before it.
        (5, -5, Cause.OUT_OF_STOCK),
    ],
)
def test_out_of_stock_is_told_from_not_accepted_by_the_clock(minutes: int, sent: int | None, cause: Cause) -> None:
    found = OrderFacts(
        reason=OUT_OF_STOCK,
        accept_by=NOON,
        cancelled_at=NOON + timedelta(minutes=minutes),
        sent_at=None if sent is None else NOON + timedelta(minutes=sent),
    )
    assert cause_of(found, Metric.CANCELLED) is cause


def test_an_accepted_order_was_not_missed() -> None:
    late = OrderFacts(reason=OUT_OF_STOCK, accept_by=NOON, accepted_at=NOON + timedelta(hours=1), cancelled_at=NOON)
    assert acceptance_of(late) is Acceptance.LATE
    assert cause_of(late, Metric.CANCELLED) is Cause.OUT_OF_STOCK


def test_who_acted_is_told_by_our_own_cancel_first() -> None:
    assert acted(OrderFacts(reason="BUYER_CANCELLATION_HIMSELF")) is Deed.BUYER
    assert acted(OrderFacts(reason="BUYER_CANCELLATION_HIMSELF", sent_at=NOON)) is Deed.SHOP
    assert acted(OrderFacts(expired=True)) is Deed.CLOCK
    assert acted(OrderFacts()) is Deed.UNKNOWN


def test_a_cancel_after_the_planned_hand_over_says_so() -> None:
    found = OrderFacts(reason="TECHNICAL_PROBLEM_CANCELLATION", planned_at=NOON, cancelled_at=NOON + timedelta(hours=1))
    passed = "Время передачи в Kaspi Доставку к этому моменту прошло."
    assert passed in judgement_of(found, Metric.CANCELLED).because
    handed = OrderFacts(reason=found.reason, planned_at=NOON, handed_at=NOON, cancelled_at=found.cancelled_at)
    assert passed not in judgement_of(handed, Metric.CANCELLED).because
