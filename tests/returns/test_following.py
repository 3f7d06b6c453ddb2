"""Facts from Kaspi open and move returns by themselves, and never silently replace what a person said."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.lifecycle import Stage
from orders.models import Order, ReturnCase
from orders.returns.following import Come, follow_facts
from orders.returns.states import Deed
from staff.clock import database_now
from tests.cast import Cast
from tests.returns.telling import case_of, take_up, tell, told_of


def come(cast: Cast, order: Order, stage: Stage, before: Stage, *, back: bool = False) -> ReturnCase:
    """Kaspi says that the order has come to the stage."""
    now = database_now()
    with cast.alma.scope():
        follow_facts(cast.alma.id, [Come(order.pk, before, stage, now, back)], now=now)
    return case_of(cast, order)


@pytest.mark.parametrize(
    ("stage", "kind", "state"),
    [
        (Stage.KD_RETURNING, "undelivered", "travelling"),
        (Stage.RETURN_REQUESTED, "application", "travelling"),
        (Stage.RETURN_ACCEPTED, "application", "deciding"),
        (Stage.RETURNED, "application", "accepted"),
    ],
)
def test_an_order_on_its_way_back_makes_its_return_by_itself(cast: Cast, stage: Stage, kind: str, state: str) -> None:
    case = case_of(cast, cast.place(stage))
    assert (case.kind, case.state, case.sources["state"]["by"]) == (kind, state, "kaspi")


def test_goods_collected_at_the_drop_point_close_what_was_cancelled_in_delivery(cast: Cast) -> None:
    order = cast.place(Stage.KD_RETURNING)
    case = come(cast, order, Stage.CANCELLED, Stage.KD_RETURNING)
    assert (case.state, case.received_at is not None, case.due_at) == ("collected", True, None)


def test_an_order_without_a_return_asks_the_database_nothing(cast: Cast) -> None:
    order = cast.place(Stage.COMPLETED)
    now = database_now()
    with cast.alma.scope(), CaptureQueriesContext(connection) as asked:
        follow_facts(cast.alma.id, [Come(order.pk, Stage.PICKUP, Stage.COMPLETED, now)], now=now)
        assert len(asked) == 0


def test_an_application_that_staff_took_up_goes_on_with_kaspi_s_facts(cast: Cast) -> None:
    order = cast.place(Stage.COMPLETED)
    first = take_up(cast, order)
    case = come(cast, order, Stage.RETURN_REQUESTED, Stage.COMPLETED)
    assert (case.pk, case.state) == (first.pk, "travelling")


def test_what_lies_at_the_drop_point_by_kaspi_s_word_is_there(cast: Cast) -> None:
    order = cast.place(Stage.RETURN_REQUESTED)
    case = come(cast, order, Stage.RETURN_REQUESTED, Stage.RETURN_REQUESTED, back=True)
    assert (case.state, case.due_kind) == ("at_point", "return_collect")


def test_kaspi_s_moment_of_receipt_keeps_what_the_person_said_beside_it(cast: Cast) -> None:
    order = cast.place(Stage.RETURN_REQUESTED)
    said = tell(cast, case_of(cast, order), Deed.RECEIVE).received_at
    assert said is not None
    with cast.alma.scope():
        ReturnCase.objects.update(state="at_point")
    case = come(cast, order, Stage.RETURN_ACCEPTED, Stage.RETURN_REQUESTED)
    source = case.sources["received_at"]
    assert (source["by"], source["instead"]["by"], source["instead"]["value"]) == ("kaspi", "staff", said.isoformat())
    assert [one["return"] for one in told_of(cast, order)] == ["receive", "contradicted"]


def test_money_given_back_after_a_refusal_is_a_dispute_lost(cast: Cast) -> None:
    order = cast.place(Stage.RETURN_ACCEPTED)
    tell(cast, case_of(cast, order), Deed.REJECT)
    case = come(cast, order, Stage.RETURNED, Stage.RETURN_ACCEPTED)
    assert (case.state, case.sources["state"]["instead"]["value"]) == ("lost", "rejected")
    assert told_of(cast, order)[-1] == {"return": "contradicted", "return_state": "lost"}


def test_a_second_application_after_the_first_one_ended_is_another_return(cast: Cast) -> None:
    order = cast.place(Stage.COMPLETED)
    first = tell(cast, take_up(cast, order), Deed.WITHDRAW)
    second = come(cast, order, Stage.RETURN_REQUESTED, Stage.COMPLETED)
    assert (second.pk != first.pk, second.state) == (True, "travelling")


def test_the_same_fact_again_changes_nothing(cast: Cast) -> None:
    order = cast.place(Stage.RETURN_REQUESTED)
    first = tell(cast, case_of(cast, order), Deed.ARRIVE)
    again = come(cast, order, Stage.RETURN_REQUESTED, Stage.RETURN_REQUESTED)
    assert (again.state, again.changed_at) == ("at_point", first.changed_at)
