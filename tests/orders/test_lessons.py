"""«Сначала код, потом товар»: shown at the hand-out until it is learned; nothing else lets goods go."""

import re

import pytest
from django.test import Client

from integrations.models import ActionKind, KaspiAction
from orders import couriers
from orders.lifecycle import Stage
from orders.models import LearnedLesson, Order
from staff.clock import database_now
from staff.models import AuditEntry, Member
from tests.cast import Cast

HTMX = {"HX-Request": "true"}
LEARN = "/orders/lessons/code-first/"


def is_open(browser: Client, order: Order) -> bool:
    """Whether the card of the hand-out's dialog is unfolded; it must be there."""
    page = browser.get(f"/orders/{order.code}/complete/", headers=HTMX).content.decode()
    found = re.search(r'<details class="notice notice--warn lesson" id="lesson"( open)?>', page)
    assert found is not None and "Сначала код, потом товар" in page
    return found[1] is not None


@pytest.mark.parametrize("stage", [Stage.PICKUP, Stage.DELIVERY])
def test_it_is_open_until_the_person_says_that_he_has_understood(cast: Cast, stage: Stage) -> None:
    order, browser = cast.place(stage), cast.bolat.browser()
    assert is_open(browser, order) and is_open(browser, order)
    answer = browser.post(LEARN, {"order": order.code}, headers=HTMX).content.decode()
    assert "Понятно" not in answer and 'id="lesson"' in answer
    assert not is_open(browser, order)
    assert is_open(cast.aigerim.browser(), order)


def test_it_is_learned_once_and_the_journal_knows(cast: Cast) -> None:
    order, browser = cast.place(Stage.PICKUP), cast.bolat.browser()
    for _ in range(2):
        assert browser.post(LEARN, {"order": order.code})["Location"] == f"/orders/{order.code}/complete/"
    with cast.alma.scope():
        assert list(LearnedLesson.objects.values_list("member_id", "lesson")) == [(cast.bolat.member.pk, "code_first")]
        assert AuditEntry.objects.filter(action="lesson.learned").count() == 1


@pytest.mark.parametrize("ref", ["", "//evil.example", "../x", "a" * 41])
def test_a_strange_way_back_leads_to_the_orders(cast: Cast, ref: str) -> None:
    assert cast.bolat.browser().post(LEARN, {"order": ref})["Location"] == "/orders/"


def test_who_does_not_hand_out_has_nothing_to_learn(cast: Cast) -> None:
    with cast.alma.scope():
        Member.objects.filter(pk=cast.daniyar.member.pk).update(role="analyst")
    assert cast.daniyar.browser().post(LEARN, {"order": "1"}).status_code == 403


def test_a_courier_is_offered_the_code_and_no_other_way_to_hand_out(cast: Cast) -> None:
    order = cast.place(Stage.DELIVERY)
    with cast.alma.scope():
        Member.objects.filter(pk=cast.daniyar.member.pk).update(role="courier")
        couriers.assign(order, str(cast.daniyar.member.public_id), by=cast.aigerim.actor, now=database_now())
    browser = cast.daniyar.browser()
    shelf, card = (browser.get(path).content.decode() for path in ("/orders/delivery/", f"/orders/{order.code}/"))
    offered = {kind for page in (shelf, card) for kind in re.findall(r'data-act="([a-z-]+)"', page)}
    assert offered == {"complete"}
    # The press asks for the code; without the right shape of one nothing goes to Kaspi.
    for code in ("", "12", "abcd"):
        assert browser.post(f"/orders/{order.code}/complete/", {"code": code}, headers=HTMX).status_code == 422
    for kind in set(ActionKind) - {ActionKind.COMPLETE, ActionKind.SEND_CODE}:
        browser.post(f"/orders/{order.code}/{kind.replace('_', '-')}/", {"places": 1}, headers=HTMX)
    with cast.alma.scope():
        assert not KaspiAction.objects.exists()
        assert Order.objects.get(pk=order.pk).stage == Stage.DELIVERY
