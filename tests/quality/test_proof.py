"""The text of a proof: the same under any order of arrival, another one after any change."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orders.cancelling import Fault
from quality.asof import Alike
from quality.audit.proof import Proof, lines, prove
from quality.formulas import FORMULAS, IN_ITEMS, Metric
from quality.metrics import OrderRow, Window, evidence, measure

LAST = date(2026, 8, 25)
WINDOW = Window(LAST - timedelta(days=29), LAST)

days = st.none() | st.integers(0, 40).map(lambda n: LAST - timedelta(days=n))
words = st.frozensets(st.sampled_from(Metric), max_size=2)
rows = st.lists(
    st.builds(
        OrderRow,
        order_id=st.integers(1, 10**9),
        arrived_day=days,
        cancelled_day=days,
        fault=st.none() | st.sampled_from(Fault),
        handed_over_day=days,
        late=st.none() | st.booleans(),
        completed_day=days,
        returned_day=days,
        return_for_quality=st.none() | st.booleans(),
        mark=st.none() | st.integers(1, 5),
        mark_day=days,
        items=st.integers(1, 3),
        ruled_out=words,
    ),
    max_size=30,
    unique_by=lambda row: row.order_id,
)
metrics = st.sampled_from(Metric)
formulas = st.sampled_from(sorted(FORMULAS)).map(FORMULAS.__getitem__)


def proof_of(kept: list[OrderRow], metric: Metric = Metric.CANCELLED, formula: Any = IN_ITEMS, **changed: Any) -> Proof:
    named = {"shop": "30000001", "profile": "v2-2026", "window": WINDOW} | changed
    return prove([Alike(row, [str(row.order_id)]) for row in kept], metric, formula=formula, **named)


@given(kept=rows, metric=metrics, formula=formulas, data=st.data())
def test_a_digest_is_stable_under_any_order_of_arrival(kept: Any, metric: Any, formula: Any, data: Any) -> None:
    shuffled = data.draw(st.permutations(kept))
    again = proof_of(shuffled, metric, formula)
    assert again == proof_of(kept, metric, formula)
    assert again.digest == proof_of(kept, metric, formula).digest


@given(kept=rows, metric=metrics, formula=formulas)
def test_a_proof_says_the_number_that_the_rows_say(kept: Any, metric: Any, formula: Any) -> None:
    proof, measured = proof_of(kept, metric, formula), measure(kept, metric, WINDOW, formula=formula)
    assert (proof.above, proof.below, proof.value) == (measured.numerator, measured.denominator, measured.value)
    assert len(proof.excluded) == len(evidence(kept, metric, WINDOW, formula=formula).excluded)


@given(kept=rows, metric=metrics, formula=formulas, data=st.data())
def test_a_digest_changes_with_every_order_that_is_in_the_number(
    kept: Any, metric: Any, formula: Any, data: Any
) -> None:
    proof = proof_of(kept, metric, formula)
    for gone in kept:
        fewer = proof_of([row for row in kept if row is not gone], metric, formula)
        code = str(gone.order_id)
        named = code in {one.code for side in (proof.numerator, proof.denominator, proof.excluded) for one in side}
        assert (fewer.digest != proof.digest) == named


@given(kept=rows, metric=metrics)
def test_a_digest_changes_with_every_word_of_the_head(kept: Any, metric: Any) -> None:
    proof = proof_of(kept, metric)
    longer = Window(WINDOW.first, WINDOW.last + timedelta(days=1))
    others = [
        proof_of(kept, metric, shop="30000002"),
        proof_of(kept, metric, profile="guide-5"),
        proof_of(kept, metric, window=longer),
        *(proof_of(kept, metric, formula) for formula in FORMULAS.values() if formula is not IN_ITEMS),
        *(proof_of(kept, other) for other in Metric if other is not metric),
    ]
    assert len({proof.digest, *(other.digest for other in others)}) == len(others) + 1


def test_the_text_is_written_as_the_docstring_says() -> None:
    mark = OrderRow(order_id=9, mark=4, mark_day=LAST)
    returned = OrderRow(order_id=10, mark=1, mark_day=LAST, returned_day=LAST)
    proof = proof_of(
        [mark, returned, OrderRow(order_id=8, mark=5, mark_day=LAST)], Metric.RATING, FORMULAS["event-days-1"]
    )
    text = (
        "kaspi-office proof 1\nmetric rating\nshop 30000001\nprofile v2-2026\nformula event-days-1\n"
        "window 2026-07-27 2026-08-25 Asia/Almaty\nvalue 9/2\n"
        "numerator 2\n8:5\n9:4\ndenominator 2\n8\n9\nexcluded 1\n10 mark_of_returned_order\n"
    )
    assert "".join(lines(proof)) == text
    assert proof.digest == sha256(text.encode()).hexdigest()


def test_items_are_told_with_the_orders_where_the_formula_counts_them() -> None:
    row = OrderRow(order_id=9, completed_day=LAST, returned_day=LAST, return_for_quality=True, items=3)
    proof = proof_of([row], Metric.QUALITY_RETURNS)
    assert [one.line for one in (*proof.numerator, *proof.denominator)] == ["9:3", "9:3"]
    assert (proof.above, proof.below) == (3, 3)
