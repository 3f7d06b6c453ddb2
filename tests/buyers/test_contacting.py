"""What staff do about a buyer stands in the history, and a typed phone holds until Kaspi tells the real one."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from integrations.kaspi.facts import Buyer, PhoneState
from integrations.kaspi.parse import phone as read_phone
from orders.buyers import contacting
from orders.buyers.dialogs import message_dialog
from orders.buyers.gathering import gather_due
from orders.lifecycle import Stage
from orders.models import BuyerOrder, Order, OrderEvent
from staff.access import Actor
from staff.clock import database_now
from staff.errors import Refused
from staff.models import Role
from tests.buyers.test_gathering import DINARA, PHONE
from tests.cast import Cast
from tests.orders.observed import BUYER, fact, row_after, see
from tests.rights.crew import HERE, gather

MASKED = Buyer("b1", "", "", "", PhoneState.MASKED)
TYPED = {"phone": "+77770001122", "phone_state": "typed"}


def masked(cast: Cast, **spec: Any) -> Order:
    """An order whose phone Kaspi hides."""
    order = cast.place(Stage.PICKUP, **spec)
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(phone="", phone_state="masked", buyer_kaspi_id="", version=50)
        return Order.objects.select_related("shop", "point").get(pk=order.pk)


def typed(cast: Cast, order: Order, text: str, *, by: Actor | None = None) -> Order:
    with cast.alma.scope():
        contacting.type_phone(order, text, by=by or cast.bolat.actor, now=database_now())
        return Order.objects.select_related("shop", "point").get(pk=order.pk)


@pytest.mark.parametrize("state", [PhoneState.MASKED, PhoneState.ABSENT])
def test_a_typed_phone_stays_whatever_comes_masked_and_gives_way_to_the_real_one(state: PhoneState) -> None:
    known = row_after((0, fact(buyer=MASKED))) | TYPED
    hidden = Buyer("b1", "", "", "", state)
    kept = _after(known, fact("PICKUP", "ACCEPTED_BY_MERCHANT", buyer=hidden))
    assert (kept["phone"], kept["phone_state"]) == ("+77770001122", "typed")
    told = _after(known, fact("PICKUP", "ACCEPTED_BY_MERCHANT", buyer=BUYER))
    assert (told["phone"], told["phone_state"]) == (BUYER.phone, PhoneState.REAL)


def _after(known: dict[str, Any], told: Any) -> dict[str, Any]:
    row = see(known, told, minute=5, by_id=True).row
    assert row is not None
    return row


@pytest.mark.parametrize("text", ["+7 701 555 40 21", "8 (701) 555-40-21", "7015554021", " 87015554021 "])
def test_a_phone_is_typed_as_people_write_it_and_joins_the_buyers(cast: Cast, text: str) -> None:
    real, order = cast.place(customer=DINARA), masked(cast)
    gather_due()
    after = typed(cast, order, text)
    assert (after.phone, after.phone_state) == (f"+7{PHONE}", "typed")
    with cast.alma.scope():
        assert len(set(BuyerOrder.objects.filter(order_id__in=[real.pk, order.pk]).values_list("card_id"))) == 1
        assert OrderEvent.objects.filter(order_id=order.pk).latest("id").details == {"typed": "yes"}


def test_what_is_no_phone_is_refused_with_its_field(cast: Cast) -> None:
    order = masked(cast)
    for text in ("4" * 40, "7" * 41, "позвонить", "701abc5554021", "+0(000)-000-00-00", "+1 202 555 0101", "\x00"):
        with pytest.raises(Refused) as refused:
            typed(cast, order, text)
        assert (refused.value.status, refused.value.field) == (400, "phone")


def test_a_phone_that_kaspi_told_is_not_typed_over_and_a_typed_one_can_be_taken_away(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        typed(cast, cast.place(customer=DINARA), "+7 701 000 00 01")
    assert refused.value.status == 409
    order = typed(cast, masked(cast), "+7 701 000 00 01")
    after = typed(cast, order, "")
    assert (after.phone, after.phone_state) == ("", _by_kaspi(order))


def _by_kaspi(order: Order) -> str:
    """What the last answer of Kaspi says of the phone; here it told it, and the test hid it."""
    return str(read_phone(order.raw["attributes"]["customer"]["cellPhone"])[1])


def test_a_call_a_note_and_a_message_stand_in_the_history_and_on_the_pages(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP, customer=DINARA)
    browser = cast.bolat.browser()
    for form in (("call", {"outcome": "no_answer", "text": "гудки"}), ("note", {"text": "Звонить после шести"})):
        assert browser.post(f"/orders/{order.code}/{form[0]}/", form[1]).status_code == 302
    browser.post(f"/orders/{order.code}/message/", {"template": "unreachable", "way": "copied"})
    page = browser.get(f"/orders/{order.code}/").content.decode()
    for said in (
        "покупатель не ответил",
        "Звонить после шести",
        "1\xa0звонок без ответа",
        "«Не дозвонились»",
        "скопировано",
    ):
        assert said in page, said
    wrong = browser.post(f"/orders/{order.code}/call/", {"outcome": "угадай"})
    assert (wrong.status_code, "Чем кончился звонок?" in wrong.content.decode()) == (422, True)


def test_a_message_sent_before_and_quiet_hours_are_pointed_out(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP, customer=DINARA)
    browser = cast.bolat.browser()
    browser.post(f"/orders/{order.code}/message/", {"template": "ready", "way": "whatsapp"})
    page = browser.get(f"/orders/{order.code}/message/?template=ready").content.decode()
    assert "Это сообщение уже отправляли" in page
    assert "Болат" in page
    other = browser.get(f"/orders/{order.code}/message/?template=ordered").content.decode()
    assert "уже отправляли" not in other


def test_a_link_to_whatsapp_stands_only_for_a_phone_that_is_known_whole(cast: Cast) -> None:
    hidden, browser = masked(cast), cast.bolat.browser()
    page = browser.get(f"/orders/{hidden.code}/message/").content.decode()
    assert "wa.me" not in page
    assert "Kaspi скрыл номер, поэтому ссылки на WhatsApp нет" in page
    typed(cast, hidden, "+7 701 000 00 01")
    page = browser.get(f"/orders/{hidden.code}/message/").content.decode()
    assert "https://wa.me/77010000001?text=" in page
    assert 'target="_blank" rel="noreferrer"' in page


def test_a_courier_is_told_no_phone_of_a_past_day_and_writes_nobody(cast: Cast) -> None:
    order = cast.place(Stage.COMPLETED, customer=DINARA)
    courier = Actor("member", 1, "Ерлан", cast.alma.id, cast.bolat.actor.rights, None, orders_of=1)
    with cast.alma.scope(), time_machine.travel("2030-01-01", tick=False), pytest.raises(Refused) as refused:
        contacting.note_order(order, "заметка", by=courier, now=timezone.now())
    assert refused.value.status == 403


def test_words_about_a_buyer_are_for_who_sees_him(cast: Cast) -> None:
    crew = gather(cast, Stage.PICKUP)
    order = crew.orders[HERE]
    with cast.alma.scope():
        contacting.note_order(order, "Забирает сестра", by=cast.aigerim.actor, now=database_now())
    pages = [crew.browser(role).get(f"/orders/{order.code}/").content.decode() for role in (Role.OWNER, Role.ANALYST)]
    assert [("Заметка" in page, "Забирает сестра" in page) for page in pages] == [(True, True), (True, False)]
    assert "/buyers/" not in pages[1]
    history = f"/api/v1/orders/{order.code}/history"
    assert "Забирает сестра" in cast.alma.program().get(history).content.decode()


def test_at_night_the_dialog_says_to_wait(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP, customer=DINARA)
    with cast.alma.scope():
        for hour, quiet in ((17, True), (7, False)):
            now = datetime(2026, 11, 2, hour, tzinfo=UTC)
            dialog = message_dialog(order, "/orders/1/", "ready", by=cast.aigerim.actor, now=now)
            assert ("Сейчас тихие часы" in [notice.title for notice in dialog.notices]) is quiet
