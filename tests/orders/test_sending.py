"""Decisions on their way to Kaspi: each ends by Kaspi's own state, and reaches it once whatever is lost on the way."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from integrations import actions_out
from integrations.models import ActionKind, ActionState, KaspiAccount, KaspiAction, SlotKind
from orders import sending, witness
from orders.lifecycle import Stage
from orders.models import Order
from staff.clock import RunningClock, database_now
from staff.errors import Refused
from staff.scoping import company_scope
from tests.kaspi_server import KaspiServer
from tests.orders.working import account, action, at_once, carry, done, history, hurry, press
from tests.shop import TestShop, make_shop

CANCEL = {"reason": "out_of_stock", "comment": "Разбит"}
# kind → (kind of order, what happens to it before, further parameters, where it then is, status that Kaspi is told)
WALKS: dict[ActionKind, tuple[str, tuple[str, ...], dict[str, Any], Stage, str]] = {
    ActionKind.ACCEPT: ("pickup", (), {}, Stage.PICKUP, "ACCEPTED_BY_MERCHANT"),
    ActionKind.CANCEL: ("pickup", ("kaspi_accepts",), CANCEL, Stage.CANCELLED, "CANCELLED"),
    ActionKind.ASSEMBLE: ("kaspi_delivery", ("kaspi_accepts",), {"places": 2}, Stage.KD_HANDOVER, "ASSEMBLE"),
    ActionKind.ARRIVED: ("pre_order", ("kaspi_accepts",), {}, Stage.KD_PACKING, "ARRIVED"),
    ActionKind.RETURNED: (
        "kaspi_delivery",
        ("kaspi_accepts", "packed", "courier_collects", "refused"),
        {},
        Stage.CANCELLED,
        "ARRIVED_BACKWARD",
    ),
}
KINDS = pytest.mark.parametrize("kind", list(WALKS))


def begin(kaspi_server: KaspiServer, shop: TestShop, kind: ActionKind) -> str:
    """An order on which this decision can be made, known to us."""
    order_kind, deeds = WALKS[kind][:2]
    code = kaspi_server.order(shop.merchant_uid, kind=order_kind)
    for deed in deeds:
        kaspi_server.control(f"orders/{code}", {"do": deed})
    read_all(shop)
    return code


def read_all(shop: TestShop) -> None:
    shop.poll(SlotKind.NEW, SlotKind.PICKUP, SlotKind.KASPI_DELIVERY)


def fault(kaspi_server: KaspiServer, kind: str, **options: Any) -> None:
    kaspi_server.control("faults", {"kind": kind} | options)


@KINDS
def test_each_decision_ends_by_what_kaspi_itself_shows(
    kind: ActionKind, kaspi_server: KaspiServer, shop: TestShop
) -> None:
    code = begin(kaspi_server, shop, kind)
    ended = done(shop, kind, code, **WALKS[kind][2])
    assert (ended.state, ended.params) == (ActionState.DONE, None)
    assert shop.get(code).stage == WALKS[kind][3]
    assert [write["applied"] for write in kaspi_server.writes(code, status=WALKS[kind][4])] == [True]
    assert history(shop, code)[-1] == "confirmed"


def test_hand_out_takes_two_steps_and_the_buyers_code(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = begin(kaspi_server, shop, ActionKind.CANCEL)
    assert done(shop, ActionKind.SEND_CODE, code).state == ActionState.DONE
    assert shop.get(code).stage == Stage.PICKUP
    secret = kaspi_server.control(f"orders/{code}")["security_code"]
    assert done(shop, ActionKind.COMPLETE, code, code=secret).state == ActionState.DONE
    assert shop.get(code).stage == Stage.COMPLETED


@KINDS
def test_a_lost_answer_is_read_and_not_sent_again(kind: ActionKind, kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = begin(kaspi_server, shop, kind)
    fault(kaspi_server, "lost_answer", method="POST")
    assert done(shop, kind, code, **WALKS[kind][2]).state == ActionState.DONE
    assert len(kaspi_server.writes(code, status=WALKS[kind][4])) == 1


@KINDS
def test_a_lost_request_is_sent_again_once(kind: ActionKind, kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = begin(kaspi_server, shop, kind)
    fault(kaspi_server, "lost_request", method="POST")
    assert done(shop, kind, code, **WALKS[kind][2]).state == ActionState.DONE
    assert [write["applied"] for write in kaspi_server.writes(code, status=WALKS[kind][4])] == [False, True]


@pytest.mark.parametrize(
    "kind", ["429", "401", "500", "html200", "truncated", "reset", "unknown_enum", "missing_field"]
)
def test_what_was_sent_is_not_sent_again_because_the_look_after_it_failed(
    kind: str, kaspi_server: KaspiServer, shop: TestShop
) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    fault(kaspi_server, kind, method="GET", path="/orders/[^?]", retry_after="1")
    assert done(shop, ActionKind.ACCEPT, code).state == ActionState.DONE
    assert len(kaspi_server.writes(code)) == 1


def test_a_write_that_kaspi_shows_late_is_looked_for_and_not_repeated(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    fault(kaspi_server, "late_apply", seconds=60)
    action_id = press(shop, ActionKind.ACCEPT, code)
    carry(shop, rounds=4)
    assert action(shop, action_id).state == ActionState.UNKNOWN
    kaspi_server.control("advance", {"seconds": 61})
    carry(shop)
    assert action(shop, action_id).state == ActionState.DONE
    assert len(kaspi_server.writes(code)) == 1


def test_a_write_that_never_shows_is_sent_a_second_time(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    fault(kaspi_server, "late_apply", seconds=100_000)
    action_id = press(shop, ActionKind.ACCEPT, code)
    carry(shop, rounds=2)
    with company_scope(shop.company_id):
        KaspiAction.objects.update(taken_at=Now() - sending.RESEND_AFTER)
    carry(shop)
    assert action(shop, action_id).state == ActionState.DONE
    assert len(kaspi_server.writes(code)) == 2


def test_pressed_twice_by_two_people_at_once_is_sent_once(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    pressed = at_once(*[lambda: press(shop, ActionKind.ACCEPT, code)] * 4)
    assert len(set(pressed)) == 1
    at_once(*[lambda: sending.deliver_due(patience=60)] * 4)
    assert action(shop, pressed[0]).state == ActionState.DONE
    assert len(kaspi_server.writes(code)) == 1


def test_a_wrong_code_is_refused_in_kaspis_words_and_never_repeated(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = begin(kaspi_server, shop, ActionKind.CANCEL)
    done(shop, ActionKind.SEND_CODE, code)
    wrong = f"{(int(kaspi_server.control(f'orders/{code}')['security_code']) + 1) % 10_000:04d}"
    fault(kaspi_server, "500", method="GET", path="/orders/[^?]")
    ended = done(shop, ActionKind.COMPLETE, code, code=wrong)
    assert (ended.state, ended.params) == (ActionState.REFUSED, None)
    assert "Security code is not valid" in ended.problem
    assert [write["step"] for write in kaspi_server.writes(code, status="COMPLETED")] == ["send_code", "complete"]


def test_after_five_wrong_codes_there_is_a_pause(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = begin(kaspi_server, shop, ActionKind.CANCEL)
    for attempt in range(5):
        assert done(shop, ActionKind.COMPLETE, code, code=f"000{attempt}").state == ActionState.REFUSED
    with pytest.raises(Refused, match="15 минут"):
        press(shop, ActionKind.COMPLETE, code, code="0006")


def test_a_refused_token_lets_the_decision_wait_and_a_mended_one_carries_it(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    kaspi_server.control("merchants", {"uid": shop.merchant_uid, "revoked": True})
    action_id = press(shop, ActionKind.ACCEPT, code)
    carry(shop, rounds=6)
    assert (action(shop, action_id).state, account(shop).state) == (ActionState.QUEUED, "refused")
    assert kaspi_server.writes(code) == [] or not any(write["applied"] for write in kaspi_server.writes(code))
    kaspi_server.control("merchants", {"uid": shop.merchant_uid, "revoked": False})
    shop.poll()
    carry(shop)
    assert action(shop, action_id).state == ActionState.DONE
    assert sum(write["applied"] for write in kaspi_server.writes(code)) == 1


def test_an_accept_of_an_order_that_was_cancelled_is_refused(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    kaspi_server.control(f"orders/{code}", {"do": "buyer_cancels"})
    ended = done(shop, ActionKind.ACCEPT, code)
    assert ended.state == ActionState.REFUSED and "Kaspi" in ended.problem
    assert shop.get(code).stage == Stage.CANCELLED
    assert not any(write["applied"] for write in kaspi_server.writes(code))


def test_an_accept_of_an_order_that_kaspi_has_accepted_by_itself_is_done(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    kaspi_server.control(f"orders/{code}", {"do": "kaspi_accepts"})
    assert done(shop, ActionKind.ACCEPT, code).state == ActionState.DONE
    assert shop.get(code).stage == Stage.PICKUP


def test_a_second_decision_waits_until_the_first_is_over(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    press(shop, ActionKind.ACCEPT, code)
    with pytest.raises(Refused, match="другое действие"):
        press(shop, ActionKind.CANCEL, code, **CANCEL)
    carry(shop)
    assert done(shop, ActionKind.CANCEL, code, **CANCEL).state == ActionState.DONE
    statuses = [write["status"] for write in kaspi_server.control(f"log?code={code}")["writes"]]
    assert statuses == ["ACCEPTED_BY_MERCHANT", "CANCELLED"]


def test_who_lost_his_lease_settles_nothing_and_sends_nothing(kaspi_server: KaspiServer, shop: TestShop) -> None:
    """A worker that slept past its lease (SIGSTOP): the other one has taken over, and his outcome stays."""
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    action_id = press(shop, ActionKind.ACCEPT, code)
    zombie = replace(actions_out.claim(limit=1)[0], until=0.0)
    with company_scope(shop.company_id):
        KaspiAction.objects.update(lease_until=Now() - timedelta(seconds=1))
    carry(shop)
    woken = sending._carry(zombie, RunningClock())
    sending._flight.launch([woken], patience=60)
    assert action(shop, action_id).state == ActionState.DONE
    with company_scope(shop.company_id):
        assert not actions_out.settle(zombie, ActionState.REFUSED)
    assert len(kaspi_server.writes(code)) == 1


def test_an_accept_goes_to_a_person_when_its_time_is_over(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    action_id = press(shop, ActionKind.ACCEPT, code)
    with company_scope(shop.company_id):
        KaspiAction.objects.update(give_up_at=Now() - timedelta(seconds=1))
    carry(shop)
    assert (action(shop, action_id).state, action(shop, action_id).problem) == (ActionState.PARKED, sending.TOO_LATE)
    assert kaspi_server.writes(code) == []


def test_nothing_stays_open_for_ever_when_kaspi_tells_nothing(kaspi_server: KaspiServer, shop: TestShop) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    fault(kaspi_server, "lost_answer", method="POST")
    action_id = press(shop, ActionKind.ACCEPT, code)
    carry(shop, rounds=1)
    fault(kaspi_server, "500", times="until_cleared")
    with company_scope(shop.company_id):
        KaspiAction.objects.update(give_up_at=Now() - sending.READ_ON)
    carry(shop, rounds=2)
    assert action(shop, action_id).state == ActionState.PARKED


def test_what_a_decision_carries_is_sealed_while_it_waits_and_erased_at_its_end(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    code = begin(kaspi_server, shop, ActionKind.CANCEL)
    action_id = press(shop, ActionKind.CANCEL, code, **CANCEL)
    with company_scope(shop.company_id), connection.cursor() as cursor:
        cursor.execute("SELECT a::text FROM integrations_kaspiaction a")
        assert CANCEL["comment"].encode().hex() not in cursor.fetchone()[0]
    assert CANCEL["comment"].encode() not in bytes(action(shop, action_id).params or b"")
    carry(shop)
    assert action(shop, action_id).params is None


def test_an_error_of_our_own_gives_the_action_back_and_in_the_end_to_a_person(
    kaspi_server: KaspiServer, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    monkeypatch.setattr(witness, "stage_of", lambda *_: 1 / 0)
    action_id = press(shop, ActionKind.ACCEPT, code)
    carry(shop, rounds=1)
    assert (action(shop, action_id).state, action(shop, action_id).lease_until) == (ActionState.UNKNOWN, None)
    carry(shop, rounds=sending.MOST_STUMBLES)
    assert (action(shop, action_id).state, action(shop, action_id).problem) == (ActionState.PARKED, sending.STUMBLED)


def test_a_token_that_does_not_open_is_told_to_the_owner_and_the_decision_waits(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    with company_scope(shop.company_id):
        KaspiAccount.objects.update(token_cipher=b"\x01\x04lostxxxxxxxxxxxxxxxx")
    action_id = press(shop, ActionKind.ACCEPT, code)
    carry(shop, rounds=1)
    assert action(shop, action_id).state == ActionState.QUEUED
    assert account(shop).last_problem.startswith("Токен магазина не читается")


def test_the_most_urgent_leaves_first(kaspi_server: KaspiServer, shop: TestShop) -> None:
    plain = [kaspi_server.order(shop.merchant_uid, kind="pickup") for _ in range(6)]
    express = kaspi_server.order(shop.merchant_uid, kind="express")
    shop.poll()
    for code in (*plain, express):
        press(shop, ActionKind.ACCEPT, code)
    first = actions_out.claim(limit=1)
    with company_scope(shop.company_id):
        assert KaspiAction.objects.get(pk=first[0].id).code == express


def test_a_shop_that_hangs_does_not_delay_the_accept_of_another(kaspi_server: KaspiServer, shop: TestShop) -> None:
    other = make_shop(kaspi_server)
    stuck = begin(kaspi_server, shop, ActionKind.ACCEPT)
    code = begin(kaspi_server, other, ActionKind.ACCEPT)
    fault(kaspi_server, "hang", merchant=shop.merchant_uid, times="until_cleared", seconds=4)
    press(shop, ActionKind.ACCEPT, stuck)
    started = database_now()
    sending.deliver_due()
    accepted = press(other, ActionKind.ACCEPT, code)
    sending.deliver_due()
    ended = action(other, accepted)
    assert ended.state == ActionState.DONE and ended.settled_at is not None
    assert ended.settled_at - started < timedelta(seconds=2.5)
    sending._flight.wait_until_empty(20)


def test_a_decision_that_kaspi_has_confirmed_is_not_taken_a_second_time(
    kaspi_server: KaspiServer, shop: TestShop
) -> None:
    code = begin(kaspi_server, shop, ActionKind.ACCEPT)
    done(shop, ActionKind.ACCEPT, code)
    with company_scope(shop.company_id):
        Order.objects.update(stage=Stage.NEW, shelf="new")
    with pytest.raises(Refused, match="уже подтвердил"):
        press(shop, ActionKind.ACCEPT, code)
    assert not hurry(shop)
