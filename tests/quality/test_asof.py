"""What was known at a moment: against copies of the whole state kept at every moment, and the trigger that notes changes.

The triggers go by the clock of the test, so the log of changes is written by them and not by us.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.cancelling import Fault
from orders.models import Order, OrderChange
from quality.asof import COLUMNS, Known, alike_as_of, rows_as_of
from quality.audit.proof import Proof, prove
from quality.formulas import FORMULA, FORMULAS, IN_ITEMS, Formula, Metric
from quality.metrics import OrderRow, Window, day_of, is_late, official_window
from quality.models import FactChange, Ruling
from quality.queries import rows_of
from staff.formats import ALMATY
from tests.cast import Cast
from tests.quality.clock import Clock, set_clock

MORNING = datetime(2026, 8, 26, 4, tzinfo=UTC)
TODAY = date(2026, 8, 26)
BLANK: Mapping[str, Any] = {
    **{name: None for name in COLUMNS if name.endswith("_at")},
    "stage": "new",
    "fault": "",
    "cancellation_reason": "",
    "return_for_quality": False,
    "mark": None,
    "mark_on": None,
}
moments = st.none() | st.integers(-24 * 6, 24 * 3).map(lambda hours: MORNING + timedelta(hours=hours))
marks = st.none() | st.tuples(st.integers(1, 5), st.integers(0, 6).map(lambda n: TODAY - timedelta(days=n)))
changes = st.one_of(
    st.fixed_dictionaries(
        {
            "cancelled_at": moments,
            "fault": st.sampled_from(["", *Fault]),
            "cancellation_reason": st.sampled_from(["", "A"]),
        }
    ),
    st.fixed_dictionaries({"handed_at": moments, "courier_planned_at": moments}),
    st.fixed_dictionaries({"completed_at": moments}),
    st.fixed_dictionaries({"returned_at": moments, "return_for_quality": st.booleans()}),
    st.fixed_dictionaries({"fault": st.sampled_from(["", *Fault])}),
    marks.map(lambda told: {"mark": told[0] if told else None, "mark_on": told[1] if told else None}),
    st.fixed_dictionaries({"items_count": st.integers(0, 3)}),
    st.fixed_dictionaries({"ruled": st.sampled_from(Metric), "counts": st.booleans()}),
)
# Hours since the step before, which order, what became of it.
steps = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3), changes), max_size=12)


@dataclass
class World:
    """Orders by number, each with its columns and what is said of it; and a copy of all of them for every moment."""

    shop_id: int
    now: datetime = MORNING - timedelta(days=4)
    ids: dict[int, int] = field(default_factory=dict)
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    copies: list[tuple[datetime, dict[int, dict[str, Any]]]] = field(default_factory=list)

    def live(self, hours: int, number: int, change: Mapping[str, Any]) -> None:
        self.now += timedelta(hours=hours, seconds=1)
        set_clock(self.now)
        if number not in self.ids:
            self._arrive(number)
        if "ruled" in change:
            self._rule(number, change["ruled"], change["counts"])
        else:
            self._change(number, change)
        self.copies.append((self.now, deepcopy(self.facts)))

    def _arrive(self, number: int) -> None:
        self.facts[number] = {
            **BLANK,
            "approved_at": self.now - timedelta(hours=40 * number),
            "said": {},
            "items_count": 1,
        }
        self.ids[number] = new_order(self.shop_id, number, self.facts[number], self.now)

    def _change(self, number: int, change: Mapping[str, Any]) -> None:
        facts = self.facts[number]
        if "items_count" in change:
            pair = [facts["items_count"], change["items_count"]]
            OrderChange.objects.create(order_id=self.ids[number], learned_at=self.now, facts={"items_count": pair})
        Order.objects.filter(pk=self.ids[number]).update(**change)
        facts.update(change)

    def _rule(self, number: int, metric: Metric, counts: bool) -> None:
        """A person says it, or takes back what was said."""
        held, said = Ruling.objects.filter(order_id=self.ids[number], metric=metric), self.facts[number]["said"]
        if held.filter(withdrawn_at=None).update(withdrawn_at=self.now):
            del said[metric]
            return
        told = {"metric": metric, "counts": counts, "note": "", "actor_label": "Айгерим", "made_at": self.now}
        Ruling.objects.create(order_id=self.ids[number], shop_id=self.shop_id, **told)
        said[metric] = counts

    def at(self, moment: datetime) -> list[tuple[OrderRow, Sequence[str]]]:
        """The slow way: the copy of that moment, without what was of the moment's own day or later."""
        held = [copy for when, copy in self.copies if when <= moment]
        return [
            (slow_row(number, facts, moment), [str(number)]) for number, facts in (held[-1] if held else {}).items()
        ]


def new_order(shop_id: int, number: int, facts: Mapping[str, Any], now: datetime) -> int:
    columns = {name: value for name, value in facts.items() if name != "said"}
    order = Order.objects.create(
        shop_id=shop_id, kaspi_id=f"k{number}", code=str(number), shelf="archive", total_price=1, digest=b"",
        created_at=columns["approved_at"], burns_at=now, observed_at=now, first_seen_at=now, changed_at=now, **columns,
    )  # fmt: skip
    return int(order.pk)


def slow_row(number: int, facts: Mapping[str, Any], moment: datetime) -> OrderRow:
    today = day_of(moment, ALMATY)

    def day(name: str) -> date | None:
        found = None if facts[name] is None else day_of(facts[name], ALMATY)
        return found if found is not None and found < today else None

    marked = facts["mark_on"] if facts["mark_on"] and facts["mark_on"] < today else None
    return OrderRow(
        order_id=number,
        arrived_day=day("approved_at"),
        cancelled_day=day("cancelled_at"),
        fault=Fault(facts["fault"]) if facts["fault"] else None,
        handed_over_day=day("handed_at"),
        late=is_late(facts["courier_planned_at"], facts["handed_at"]) if day("handed_at") else None,
        completed_day=day("completed_at"),
        returned_day=day("returned_at"),
        return_for_quality=facts["return_for_quality"] or None,
        mark=facts["mark"] if marked else None,
        mark_day=marked,
        items=max(facts["items_count"], 1),
        ruled_in=frozenset(metric for metric, counts in facts["said"].items() if counts),
        ruled_out=frozenset(metric for metric, counts in facts["said"].items() if not counts),
    )


def proof_at(world: World, moment: datetime | None, metric: Metric, formula: Formula, on: date = TODAY) -> Proof:
    known, window = Known(world.shop_id, moment), official_window(on, 5)
    return named(alike_as_of(known, metric, window, formula=formula), metric, formula, window)


def named(rows: Any, metric: Metric, formula: Formula, window: Window) -> Proof:
    return prove(rows, metric, shop="1", profile="p", formula=formula, window=window)


@pytest.fixture
def world(cast: Cast, database_clock: Clock) -> World:
    return World(cast.alma.shop("alma-tech").pk)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    log=steps, metric=st.sampled_from(Metric), formula=st.sampled_from(sorted(FORMULAS)), back=st.integers(0, 24 * 8)
)
def test_what_was_known_is_what_a_copy_of_then_says(
    cast: Cast, world: World, log: Any, metric: Metric, formula: str, back: int
) -> None:
    with cast.alma.scope(), transaction.atomic():
        lived, reading = World(world.shop_id), FORMULAS[formula]
        for step in log:
            lived.live(*step)
        for moment in {lived.now - timedelta(hours=back), *(when for when, _ in lived.copies[::3])}:
            expected = named(lived.at(moment), metric, reading, official_window(TODAY, 5))
            assert proof_at(lived, moment, metric, reading) == expected
        transaction.set_rollback(True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=steps, metric=st.sampled_from(Metric), formula=st.sampled_from(sorted(FORMULAS)))
def test_a_digest_of_then_survives_late_corrections(
    cast: Cast, world: World, log: Any, metric: Metric, formula: str
) -> None:
    with cast.alma.scope(), transaction.atomic():
        lived, reading, asked = World(world.shop_id), FORMULAS[formula], {}
        for step in log:
            lived.live(*step)
            on = day_of(lived.now, ALMATY)
            asked[lived.now] = on, proof_at(lived, lived.now, metric, reading, on).digest
        for moment, (on, digest) in asked.items():
            assert proof_at(lived, moment, metric, reading, on).digest == digest
        transaction.set_rollback(True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=steps, metric=st.sampled_from(Metric), formula=st.sampled_from(sorted(FORMULAS)))
def test_what_is_known_now_is_what_the_rows_say(
    cast: Cast, world: World, log: Any, metric: Metric, formula: str
) -> None:
    with cast.alma.scope(), transaction.atomic():
        lived, reading, window = World(world.shop_id), FORMULAS[formula], official_window(TODAY, 5)
        for step in log:
            lived.live(*step)
        codes = {pk: [str(number)] for number, pk in lived.ids.items()}
        orders = Order.objects.filter(shop_id=world.shop_id)
        told = named([(row, codes[row.order_id]) for row in rows_of(orders, now=lived.now)], metric, reading, window)
        one_by_one = rows_as_of(Known(world.shop_id), window, formula=reading, metrics=[metric])
        assert proof_at(lived, None, metric, reading) == told
        assert named([(row, codes[row.order_id]) for row in one_by_one], metric, reading, window) == told
        transaction.set_rollback(True)


DAY = timedelta(days=1)
ARRIVED = MORNING - 4 * DAY
LIFE = (
    (DAY, {"courier_planned_at": ARRIVED + 2 * DAY}),
    (2 * DAY, {"handed_at": ARRIVED + 2 * DAY, "stage": "kd_transit"}),
    (3 * DAY, {"completed_at": ARRIVED + 3 * DAY, "stage": "completed"}),
)


def lived_order(world: World) -> World:
    world.now = ARRIVED - timedelta(seconds=1)
    world.live(0, 0, {"stage": "new"})
    return world


def test_a_life_told_on_its_days_leaves_no_trace(cast: Cast, world: World) -> None:
    with cast.alma.scope():
        order = lived_order(world).ids[0]
        for after, change in LIFE:
            set_clock(ARRIVED + after)
            assert Order.objects.filter(pk=order).update(**change) == 1
        assert not FactChange.objects.exists()


@pytest.mark.parametrize(
    ("first", "then", "metric"),
    [
        ({}, {"cancelled_at": ARRIVED + DAY, "fault": "seller"}, Metric.CANCELLED),
        ({"cancelled_at": ARRIVED + DAY, "fault": "buyer"}, {"fault": "seller"}, Metric.CANCELLED),
        ({"mark": 5, "mark_on": (ARRIVED + DAY).date()}, {"mark": None, "mark_on": None}, Metric.RATING),
        ({"returned_at": ARRIVED + DAY}, {"return_for_quality": True}, Metric.QUALITY_RETURNS),
        (
            {"handed_at": ARRIVED + DAY, "courier_planned_at": ARRIVED + DAY},
            {"courier_planned_at": ARRIVED},
            Metric.LATE_HANDOVER,
        ),
    ],
    ids=["late news", "re-labelled", "mark taken back", "for quality after all", "the plan was another"],
)
def test_a_change_of_a_day_that_is_over_is_noted(
    cast: Cast, world: World, first: Any, then: Any, metric: Metric
) -> None:
    with cast.alma.scope():
        lived_order(world)
        world.live(25, 0, first or {"stage": "new"})
        before = proof_at(world, world.now + DAY, metric, FORMULA)
        world.live(60, 0, then)
        note = FactChange.objects.get()
        assert (note.known_at, note.order_id) == (world.now, world.ids[0])
        assert {name: note.before[name] for name in first if not name.endswith(("_at", "_on"))} == {
            name: value for name, value in first.items() if not name.endswith(("_at", "_on"))
        }
        assert proof_at(world, world.now - timedelta(hours=36), metric, FORMULA) == before
        assert proof_at(world, world.now, metric, FORMULA) != before


def test_a_change_that_nobody_notes_makes_the_past_wrong(cast: Cast, world: World) -> None:
    """So the trigger is what the answers stand on: here its clock stands still on a day when nothing was over."""
    with cast.alma.scope():
        lived_order(world)
        world.live(25, 0, {"cancelled_at": ARRIVED + DAY, "fault": "buyer"})
        then = world.now + DAY
        before = proof_at(world, then, Metric.CANCELLED, FORMULA)
        set_clock(ARRIVED)
        Order.objects.update(fault="seller")
        assert not FactChange.objects.exists()
        assert proof_at(world, then, Metric.CANCELLED, FORMULA) != before


def test_lines_taken_out_later_still_count_in_what_was_known(cast: Cast, world: World) -> None:
    with cast.alma.scope():
        lived_order(world)
        world.live(24, 0, {"completed_at": ARRIVED + DAY, "items_count": 3})
        world.live(48, 0, {"items_count": 1})
        then, now = (proof_at(world, moment, Metric.QUALITY_RETURNS, IN_ITEMS) for moment in (world.now - DAY, None))
    assert (then.below, now.below) == (3, 1)
