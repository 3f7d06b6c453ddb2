"""What an observation makes of an order that is known."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.kaspi.facts import Buyer, KaspiOrder, PhoneState
from orders.deadlines import WorkingCalendar
from orders.lifecycle import Shelf, Stage
from orders.merging import Row
from tests.orders.observed import BUYER, ENTRY, START, expired, fact, row_after, see

ACCEPTED = fact("PICKUP", "ACCEPTED_BY_MERCHANT")
COMPLETED = fact("ARCHIVE", "COMPLETED")
CANCELLED = fact("ARCHIVE", "CANCELLED", cancellation_reason="MERCHANT_OUT_OF_STOCK")
# Opens an hour later than the order comes: three working hours end later than with the doors always open.
LATER_OPEN = WorkingCalendar.from_json({day: ["12:00", "24:00"] for day in ("mon", "tue", "wed", "thu", "fri")})
MASKED = Buyer("b1", "", "", "", PhoneState.MASKED)


def test_an_older_observation_never_overwrites_a_newer_one() -> None:
    row = row_after((0, fact()), (5, ACCEPTED))
    assert see(row, fact(), minute=4).row is None
    assert see(row, COMPLETED, minute=5).row is None


def test_the_same_words_again_write_nothing() -> None:
    assert see(row_after((0, fact())), fact(), minute=1).row is None


@pytest.mark.parametrize("state", [PhoneState.MASKED, PhoneState.ABSENT])
def test_a_masked_phone_never_replaces_a_known_one(state: PhoneState) -> None:
    row = row_after((0, fact()), (5, replace(COMPLETED, buyer=replace(MASKED, phone_state=state))))
    assert (row["phone"], row["phone_state"]) == (BUYER.phone, PhoneState.REAL)


def test_a_new_real_phone_replaces_the_old_one() -> None:
    moved = fact(buyer=replace(BUYER, phone="+77017654321"))
    assert row_after((0, fact()), (1, moved))["phone"] == "+77017654321"


def test_an_empty_name_keeps_the_one_we_know() -> None:
    row = row_after((0, fact()), (5, replace(COMPLETED, buyer=MASKED)))
    assert (row["buyer_first_name"], row["buyer_last_name"], row["buyer_search"]) == ("Айгуль", "С", "с айгуль")


@pytest.mark.parametrize("closed", [COMPLETED, CANCELLED])
@pytest.mark.parametrize("told", [fact(), ACCEPTED, fact("TELEPORT", "TELEPORTED")])
def test_a_closed_order_is_not_opened_by_a_list_only_by_a_look_at_itself(closed: KaspiOrder, told: KaspiOrder) -> None:
    row = row_after((0, closed))
    listed = see(row, told, minute=1)
    assert (listed.row, listed.doubtful) == (None, True)
    seen = see(row, told, minute=1, by_id=True)
    assert seen.row is not None
    assert (seen.row["closed_at"], seen.events[0].expected) == (None, False)


def test_a_return_after_hand_out_is_believed_from_a_list() -> None:
    back = fact("KASPI_DELIVERY", "KASPI_DELIVERY_RETURN_REQUESTED", is_kaspi_delivery=True)
    seen = see(row_after((0, COMPLETED)), back, minute=1)
    assert seen.row is not None and seen.row["stage"] is Stage.RETURN_REQUESTED


def test_the_thirty_days_of_goods_on_their_way_back_do_not_begin_anew_with_every_word() -> None:
    back = fact("KASPI_DELIVERY", "CANCELLING", is_kaspi_delivery=True)
    row = row_after((0, back), (600, replace(back, returned_to_warehouse=True, delivery_cost=Decimal(500))))
    assert (row["stage"], row["due_at"]) == (Stage.KD_RETURNING, row_after((0, back))["due_at"])


def test_unknown_words_go_to_their_own_shelf_with_the_raw_text_kept() -> None:
    seen = see(row_after((0, fact())), fact("TELEPORT", "TELEPORTED"), minute=1)
    assert seen.row is not None
    assert (seen.row["shelf"], seen.row["raw"]["attributes"]["state"]) == (Shelf.UNKNOWN, "TELEPORT")
    assert (seen.events[0].kind, seen.events[0].expected) == ("moved", False)


def test_an_edge_nobody_described_is_stored_and_flagged() -> None:
    transit = fact("KASPI_DELIVERY", "ACCEPTED_BY_MERCHANT", is_kaspi_delivery=True, courier_handed_at=START)
    seen = see(row_after((0, transit)), fact(), minute=1)
    assert seen.row is not None and seen.row["stage"] is Stage.NEW
    assert [event.expected for event in seen.events] == [False]


def test_an_event_has_both_clocks_when_kaspi_tells_its_own() -> None:
    told = replace(ACCEPTED, status_changed_at=START.replace(minute=3))
    seen = see(row_after((0, fact())), told, minute=7)
    assert seen.events[0].kaspi_at == START.replace(minute=3)
    assert seen.row is not None and seen.row["observed_at"] == START.replace(minute=7)
    assert seen.row["accepted_at"] == START.replace(minute=3)


def test_kaspis_cancel_confirms_our_expiry() -> None:
    row = expired(row_after((0, fact())), minute=181)
    seen = see(row, CANCELLED, minute=185)
    assert seen.row is not None
    assert (seen.row["stage"], seen.row["expired_at"], seen.row["fault"]) == ("cancelled", row["accept_by"], "seller")
    assert seen.row["cancelled_at"] == row["cancelled_at"]
    assert [(event.kind, event.expected) for event in seen.events] == [("moved", True)]


@pytest.mark.parametrize("by_id", [False, True])
def test_kaspis_acceptance_takes_our_expiry_back_with_a_trace(by_id: bool) -> None:
    row = expired(row_after((0, fact())), minute=181)
    seen = see(row, ACCEPTED, minute=185, by_id=by_id)
    assert seen.row is not None
    assert (seen.row["stage"], seen.row["fault"]) == ("pickup", "")
    assert (seen.row["expired_at"], seen.row["cancelled_at"], seen.row["closed_at"]) == (None, None, None)
    assert [event.kind for event in seen.events] == ["taken_back"]


def test_an_expired_order_that_kaspi_still_calls_new_stays_expired() -> None:
    row = expired(row_after((0, fact())), minute=181)
    assert see(row, fact(), minute=190).row is None
    changed = see(row, fact(total_price=Decimal(900)), minute=190)
    assert changed.row is not None and changed.row["stage"] is Stage.EXPIRED


def test_a_changed_calendar_gives_an_expired_order_more_time() -> None:
    row = expired(row_after((0, fact())), minute=181)
    seen = see(row, fact(), minute=182, calendar=LATER_OPEN)
    assert seen.row is not None
    assert (seen.row["stage"], seen.row["expired_at"], seen.row["cancelled_at"]) == (Stage.NEW, None, None)
    assert seen.row["accept_by"] > START.replace(hour=9, minute=2)
    assert [event.kind for event in seen.events] == ["taken_back"]


def test_an_overdue_mark_goes_when_the_calendar_gives_more_time() -> None:
    row = row_after((0, fact()))
    row = row | {"overdue_at": row["accept_by"]}
    seen = see(row, fact(), minute=182, calendar=LATER_OPEN)
    assert seen.row is not None and seen.row["overdue_at"] is None


def test_entries_that_come_later_are_news_and_do_not_count_as_a_change_of_kaspis() -> None:
    seen = see(row_after((0, fact(entries=None))), fact(), minute=1)
    assert seen.row is not None and seen.events == ()
    assert (seen.row["first_sku"], seen.row["pieces"], seen.row["entries_at"]) == ("A100", 2, seen.row["observed_at"])


def test_another_sum_without_lines_asks_for_the_lines_anew() -> None:
    seen = see(row_after((0, fact())), fact(entries=None, total_price=Decimal(500)), minute=1)
    assert seen.row is not None and (seen.row["entries_at"], seen.row["first_sku"]) == (None, "A100")


def test_an_order_without_lines_is_known_to_have_none() -> None:
    row = row_after((0, fact(entries=())))
    assert (row["entries_at"], row["items_count"]) == (START, 0)


def test_a_point_learned_later_is_news() -> None:
    row = see(None, fact(), minute=0, point_id=None).row
    assert row is not None and row["point_id"] is None
    seen = see(row, fact(), minute=1, point_id=7)
    assert seen.row is not None and seen.row["point_id"] == 7
    assert see(seen.row, fact(), minute=2, point_id=None).row is None


TOLD = st.sampled_from(
    [
        fact(),
        ACCEPTED,
        COMPLETED,
        CANCELLED,
        fact("TELEPORT", "TELEPORTED"),
        fact("NEW", "CANCELLED"),
        fact(entries=None, buyer=MASKED),
        fact("ARCHIVE", "RETURNED"),
        replace(ACCEPTED, buyer=MASKED, entries=(replace(ENTRY, quantity=Decimal(1)),)),
    ]
)


@given(looks=st.lists(st.tuples(st.integers(0, 50), TOLD, st.booleans()), min_size=1, max_size=8))
def test_in_whatever_order_looks_come_each_that_is_written_is_newer_than_the_one_before(
    looks: list[tuple[int, KaspiOrder, bool]],
) -> None:
    row: Row | None = None
    for minute, told, by_id in looks:
        written = see(row, told, minute=minute, by_id=by_id).row
        if row is not None and written is not None:
            assert written["observed_at"] > row["observed_at"] and written["version"] == row["version"] + 1
        row = written or row


@given(seen=st.lists(st.tuples(TOLD, st.booleans()), min_size=1, max_size=8))
def test_whatever_comes_the_row_is_at_peace_with_itself(seen: list[tuple[KaspiOrder, bool]]) -> None:
    row: Row | None = None
    for minute, (told, by_id) in enumerate(seen):
        row = see(row, told, minute=minute, by_id=by_id).row or row
    assert row is not None
    for holds in PEACE:
        assert holds(row)


PEACE: tuple[Callable[[Row], bool], ...] = (
    lambda row: (row["shelf"] == Shelf.ARCHIVE) == (row["closed_at"] is not None),
    lambda row: row["stage"] != Stage.CANCELLED or (row["cancelled_at"] is not None and row["fault"] != ""),
    lambda row: row["due_at"] is None or row["burns_at"] == row["due_at"],
    lambda row: row["phone_state"] != PhoneState.REAL or row["phone"] == BUYER.phone,
    lambda row: row["stage"] not in (Stage.NEW, Stage.PICKUP) or row["due_at"] is not None,
)
