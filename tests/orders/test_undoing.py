"""A press on a page can be taken back for five seconds, and is sent or taken back, never both."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db.models.functions import Now
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from integrations import actions_out
from integrations.models import ActionKind, ActionState, KaspiAction
from kaspi_office.figures import exposition
from orders import actions, undoing
from orders.lifecycle import Stage
from orders.models import Order, OrderEvent
from staff.access import rule
from staff.models import AuditEntry
from staff.scoping import company_scope
from tests.cast import Cast
from tests.kaspi_server import KaspiServer
from tests.orders.working import action, at_once, carry, done
from tests.shop import TestShop

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


def pressed(cast: Cast, order: Order) -> KaspiAction:
    with cast.alma.scope():
        found: KaspiAction = KaspiAction.objects.filter(subject_id=order.pk).latest("id")
        return found


def accept(browser: Client, order: Order) -> None:
    browser.post(f"/orders/{order.code}/accept/", {"shelf": "new"}, headers=HTMX)


def undo(browser: Client, public_id: UUID, **fields: str) -> tuple[int, str]:
    answer = browser.post(f"/orders/actions/{public_id}/undo/", fields, headers=HTMX)
    return answer.status_code, answer.content.decode()


@given(st.sampled_from(ActionKind), st.sampled_from(["member", "api_key", "rule"]), st.none() | st.integers(-90, 90))
def test_only_what_a_person_presses_with_a_minute_to_spare_waits(kind: ActionKind, who: str, left: int | None) -> None:
    by = replace(rule("кто-то", 1), kind=who)
    due_at = None if left is None else NOW + timedelta(seconds=left)
    waits = who == "member" and kind not in ("send_code", "complete", "imei") and (left is None or left >= 60)
    expected = NOW + timedelta(seconds=5) if waits else None
    assert undoing.undo_until(kind, due_at=due_at, by=by, now=NOW) == expected


def test_what_is_taken_back_leaves_its_event_and_audit_row_and_the_order_as_it_was(cast: Cast) -> None:
    order, browser = cast.place(), cast.bolat.browser()
    accept(browser, order)
    status, row = undo(browser, pressed(cast, order).public_id, shelf="new")
    ended = pressed(cast, order)
    assert (status, ended.state, ended.problem) == (200, ActionState.REFUSED, "Отозвано до отправки")
    assert 'data-act="accept"' in row and "Kaspi не принял" not in row
    with cast.alma.scope():
        assert list(OrderEvent.objects.filter(order=order).values_list("kind", flat=True))[-2:] == [
            "requested",
            "withdrawn",
        ]
        assert AuditEntry.objects.filter(action="order.undo", subject_id=order.code).count() == 1


def test_it_can_be_pressed_again_at_once_and_taken_back_again(cast: Cast) -> None:
    order, browser = cast.place(), cast.bolat.browser()
    for _ in range(2):
        accept(browser, order)
        assert undo(browser, pressed(cast, order).public_id)[0] == 204
    accept(browser, order)
    with cast.alma.scope():
        states = KaspiAction.objects.filter(subject_id=order.pk).order_by("id").values_list("state", flat=True)
        assert list(states) == ["refused", "refused", "queued"]


def test_the_card_offers_to_take_back_and_afterwards_says_nothing_of_a_refusal(cast: Cast) -> None:
    order, browser = cast.place(), cast.bolat.browser()
    accept(browser, order)
    url = f"/orders/actions/{pressed(cast, order).public_id}/undo/"
    assert f'action="{url}"' in browser.get(f"/orders/{order.code}/").content.decode()
    answer = browser.post(url)
    card = browser.get(answer["Location"]).content.decode()
    assert "Отозвано до отправки: принять" in card and "Kaspi не принял" not in card
    assert f'action="/orders/{order.code}/accept/"' in card


def test_a_second_press_on_undo_finds_it_done_and_a_late_one_is_refused_in_words(cast: Cast) -> None:
    order, late, browser = cast.place(), cast.place(), cast.bolat.browser()
    accept(browser, order)
    accept(browser, late)
    with cast.alma.scope():
        KaspiAction.objects.filter(subject_id=late.pk).update(state=ActionState.SENDING, attempts=1)
    assert [undo(browser, pressed(cast, order).public_id)[0] for _ in range(2)] == [204, 204]
    assert undo(browser, pressed(cast, late).public_id, shelf="new")[0] == 409
    assert pressed(cast, late).withdrawn_at is None


def test_a_program_and_a_code_for_the_buyer_are_sent_at_once_and_never_taken_back(cast: Cast) -> None:
    order, ready, browser = cast.place(), cast.place(Stage.PICKUP), cast.bolat.browser()
    with cast.alma.scope():
        actions.accept(order, by=cast.alma.key_actor, now=NOW)
    browser.post(f"/orders/{ready.code}/send-code/", headers=HTMX)
    for one in (order, ready):
        assert pressed(cast, one).undo_until is None
        assert undo(browser, pressed(cast, one).public_id)[0] == 409


def test_who_may_not_decide_may_not_take_back(cast: Cast) -> None:
    order = cast.place()
    accept(cast.bolat.browser(), order)
    codes = [undo(one.browser(), pressed(cast, order).public_id)[0] for one in (cast.daniyar, cast.chingiz)]
    assert (codes, pressed(cast, order).state) == ([404, 404], ActionState.QUEUED)


def test_the_figures_count_it_apart_from_kaspis_refusals(cast: Cast) -> None:
    order, browser = cast.place(), cast.bolat.browser()
    accept(browser, order)
    undo(browser, pressed(cast, order).public_id)
    assert 'office_actions_total{kind="accept",outcome="withdrawn"} 1.0' in exposition({}).decode()


# --- against the sender ------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(kaspi_server: KaspiServer, shop: TestShop) -> int:
    """A person has accepted an order, and his five seconds are just over."""
    return press(shop, kaspi_server.order(shop.merchant_uid))


def press(shop: TestShop, code: str) -> int:
    shop.poll()
    person = replace(shop.owner, kind="member")
    with company_scope(shop.company_id):
        order = Order.objects.get(code=code)
        made = actions.accept(order, by=person, now=datetime.now(UTC))
        assert actions_out.claim() == []
        KaspiAction.objects.filter(pk=made.pk).update(due_at=made.created_at)
        return int(made.pk)


def withdraw(shop: TestShop, action_id: int) -> bool:
    with company_scope(shop.company_id):
        return actions_out.withdraw(action_id)


def test_without_its_condition_both_would_win(shop: TestShop, waiting: int) -> None:
    """A look and then a write: the sender comes between them."""
    assert action(shop, waiting).state == ActionState.QUEUED
    assert [held.id for held in actions_out.claim()] == [waiting]
    assert not withdraw(shop, waiting)
    with company_scope(shop.company_id):
        blind = KaspiAction.objects.filter(pk=waiting)
        assert blind.update(state=ActionState.REFUSED, settled_at=Now()) == 1, "closed while it is being sent"


def test_of_a_sender_and_a_person_at_the_same_moment_one_wins(
    kaspi_server: KaspiServer, shop: TestShop, waiting: int
) -> None:
    for _ in range(6):
        taken, claimed = at_once(partial(withdraw, shop, waiting), lambda: bool(actions_out.claim()))
        assert taken != claimed
        assert action(shop, waiting).state == (ActionState.REFUSED if taken else ActionState.SENDING)
        waiting = press(shop, kaspi_server.order(shop.merchant_uid))


def test_what_was_taken_back_is_never_sent_and_what_was_not_is(kaspi_server: KaspiServer, shop: TestShop) -> None:
    kept, dropped = (kaspi_server.order(shop.merchant_uid) for _ in range(2))
    assert withdraw(shop, press(shop, dropped))
    press(shop, kept)
    carry(shop)
    assert (len(kaspi_server.writes(kept)), kaspi_server.writes(dropped)) == (1, [])
    assert done(shop, ActionKind.ACCEPT, dropped).state == ActionState.DONE
