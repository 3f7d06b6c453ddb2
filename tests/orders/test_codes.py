"""The buyer's code: pauses between sends and after five wrong ones, told with the moment they end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.models import ActionKind, ActionState, KaspiAction
from orders import codes
from orders.lifecycle import Stage
from orders.models import Order
from staff.clock import database_now
from tests.api.asking import post
from tests.cast import Cast

BEGAN = datetime(2026, 11, 24, 12, tzinfo=UTC)


@given(st.lists(st.integers(0, 40), max_size=9))
def test_the_pause_lasts_fifteen_minutes_from_the_fifth_of_five_close_ones(minutes: list[int]) -> None:
    wrong = [BEGAN + timedelta(minutes=minute) for minute in minutes]
    latest = sorted(minutes, reverse=True)[:5]
    close = len(latest) == 5 and latest[0] - latest[4] <= 15
    obvious = BEGAN + timedelta(minutes=latest[0] + 15) if close else None
    assert codes.pause_until(wrong) == obvious


def settled(cast: Cast, order: Order, kind: ActionKind, state: ActionState, *, ago: timedelta, times: int = 1) -> None:
    """Sends and tries that ended so long ago."""
    at = database_now() - ago
    with cast.alma.scope():
        for _ in range(times):
            KaspiAction.objects.create(
                shop_id=order.shop_id, subject_id=order.pk, kaspi_id=order.kaspi_id, code=order.code, kind=kind,
                state=state, actor_kind="member", actor_label="Болат", due_at=at, created_at=at, settled_at=at,
            )  # fmt: skip


def test_the_code_is_not_sent_twice_within_a_minute_and_the_moment_is_told(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    settled(cast, order, ActionKind.SEND_CODE, ActionState.DONE, ago=timedelta(seconds=20))
    told = post(cast.alma.program(), f"orders/{order.code}/send-code")
    assert told.fault[:2] == (409, "code_just_sent")
    until = datetime.fromisoformat(told.body["error"]["until"])
    assert timedelta(seconds=30) < until - database_now() <= timedelta(seconds=40)
    answer = cast.bolat.browser().post(f"/orders/{order.code}/send-code/", headers={"HX-Request": "true"})
    assert answer.status_code == 409


def test_after_a_minute_it_is_sent_again(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    settled(cast, order, ActionKind.SEND_CODE, ActionState.DONE, ago=timedelta(seconds=61))
    assert post(cast.alma.program(), f"orders/{order.code}/send-code").status == 202


@pytest.mark.parametrize(("ago", "times", "status"), [(14, 5, 409), (16, 5, 202), (1, 4, 202)])
def test_after_five_wrong_codes_none_is_tried_for_fifteen_minutes(
    cast: Cast, ago: int, times: int, status: int
) -> None:
    order = cast.place(Stage.PICKUP)
    settled(cast, order, ActionKind.COMPLETE, ActionState.REFUSED, ago=timedelta(minutes=ago), times=times)
    told = post(cast.alma.program(), f"orders/{order.code}/complete", {"code": "0417"})
    assert told.status == status
    assert status == 202 or (told.fault[1], "until" in told.body["error"]) == ("code_pause", True)


def test_the_dialog_tells_the_pauses_and_who_sent_and_tried_and_never_the_code(cast: Cast) -> None:
    order, browser = cast.place(Stage.PICKUP), cast.bolat.browser()
    settled(cast, order, ActionKind.SEND_CODE, ActionState.DONE, ago=timedelta(seconds=5))
    settled(cast, order, ActionKind.COMPLETE, ActionState.REFUSED, ago=timedelta(minutes=1), times=5)
    answer: Any = browser.get(f"/orders/{order.code}/complete/", headers={"HX-Request": "true"})
    dialog, text = answer.context["dialog"], answer.content.decode()
    assert [one.title for one in dialog.tries] == ["Код не подошёл"] * 5 + ["Код отправлен"]
    assert "Отправить ещё раз можно в" in text and "пауза до" in text and "Сначала код, потом товар" in text
    assert "Болат" in dialog.tries[0].note
