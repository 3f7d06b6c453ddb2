"""Role × deed: what the table of rights says is what a press gets, by page and by API."""

import pytest

from integrations.models import ActionKind, KaspiAction
from orders import actions
from orders.lifecycle import Stage, may
from orders.policies import RIGHTS
from staff.access import rule
from staff.clock import database_now
from staff.errors import Refused
from staff.models import CompanyRole, Reach, Role
from staff.permissions import ROLES, Permission
from tests.api.asking import get, post, program_with
from tests.cast import Cast
from tests.rights.crew import HERE, Crew, gather

FORMS = {
    ActionKind.CANCEL: {"reason": "buyer_refused", "comment": "", "outcome": "refused"},
    ActionKind.CANCEL_ENTRY: {"entry": 0, "quantity": 0, "reason": "buyer_refused"},
    ActionKind.WEIGH: {"entry": 0, "grams": 1},
    ActionKind.IMEI: {"entry": 0, "device": "490154203237518"},
    ActionKind.ASSEMBLE: {"places": 1},
    ActionKind.COMPLETE: {"code": "1234"},
}
# Where every deed can be done by who may.
STAGES = {
    Stage.NEW: (ActionKind.ACCEPT, ActionKind.CANCEL, ActionKind.CANCEL_ENTRY),
    Stage.DELIVERY: (ActionKind.SEND_CODE, ActionKind.COMPLETE),
    Stage.PICKUP: (ActionKind.SEND_CODE, ActionKind.WEIGH, ActionKind.IMEI),
    Stage.KD_PACKING: (ActionKind.ASSEMBLE,),
    Stage.KD_PREORDER: (ActionKind.ARRIVED,),
    Stage.KD_RETURNING: (ActionKind.RETURNED,),
}
FAULT = {"reason": "out_of_stock", "comment": ""}


def test_every_deed_has_a_stage_here() -> None:
    assert {kind for kinds in STAGES.values() for kind in kinds} == set(ActionKind) & set(RIGHTS)
    assert all(may(kind, stage) for stage, kinds in STAGES.items() for kind in kinds)


@pytest.mark.parametrize("stage", STAGES)
def test_a_press_gets_what_the_rights_of_the_role_say(cast: Cast, stage: Stage) -> None:
    """Refused first, so that an order that was acted on does not stand in the way."""
    crew = gather(cast, stage)
    order, kinds = crew.orders[HERE], STAGES[stage]
    readers = [who for who in Role if who is not Role.COURIER or stage is Stage.DELIVERY]
    for kind in kinds:
        for who in readers:
            rights = ROLES[who].rights
            if RIGHTS[kind] in rights and Permission.ORDERS_VIEW in rights:
                continue
            address = f"/orders/{order.code}/{kind.replace('_', '-')}/"
            assert crew.browser(who).post(address, FORMS.get(kind, {})).status_code == 403, (who, kind)
    with cast.alma.scope():
        assert (
            not KaspiAction.objects.exclude(kind=ActionKind.ACCEPT).filter(subject_id=order.pk, state="queued").exists()
        )
    address = f"/orders/{order.code}/{kinds[0].replace('_', '-')}/"
    assert crew.browser(Role.ORDER_MANAGER).post(address, FORMS.get(kinds[0], {})).status_code == 302


def without_fault(cast: Cast) -> None:
    """The company takes the cancel that counts from its managers."""
    rights = [right.value for right in ROLES[Role.ORDER_MANAGER].rights - {Permission.ORDERS_CANCEL_AT_FAULT}]
    with cast.alma.scope():
        CompanyRole.objects.create(code=Role.ORDER_MANAGER, rights=rights, reach=Reach.POINTS)


def test_a_cancel_that_counts_takes_a_right_of_its_own(cast: Cast) -> None:
    order = cast.place()
    without_fault(cast)
    browser, address = cast.bolat.browser(), f"/orders/{order.code}/cancel/"
    assert browser.post(address, FAULT).status_code == 403
    assert browser.post(address, FORMS[ActionKind.CANCEL]).status_code == 302


def test_the_dialog_shows_it_barred_and_says_why(cast: Cast) -> None:
    order = cast.place()
    without_fault(cast)
    page = cast.bolat.browser().get(f"/orders/{order.code}/").context["page"]
    assert [reason.value for reason in page.cancel.reasons if reason.barred] == ["no_region_delivery", "out_of_stock"]
    text = cast.bolat.browser().get(f"/orders/{order.code}/cancel/").content.decode()
    assert text.count("required disabled") == 2 and "у кого есть право" in text
    assert not any(
        reason.barred for reason in cast.aigerim.browser().get(f"/orders/{order.code}/").context["page"].cancel.reasons
    )


def test_a_rule_of_ours_cancels_at_fault_and_a_program_by_its_scope(cast: Cast) -> None:
    first, second = cast.place(), cast.place()
    with cast.alma.scope():
        by = rule("auto-cancel", cast.alma.id)
        assert actions.cancel(first, by=by, now=database_now(), reason="out_of_stock").kind == ActionKind.CANCEL
    reader = program_with(cast.alma, "orders:read")
    assert post(reader, f"orders/{second.code}/cancel", FAULT).status == 403
    writer = program_with(cast.alma, "orders:read", "orders:write")
    assert post(writer, f"orders/{second.code}/cancel", FAULT).status == 202


def test_the_cancel_at_fault_is_refused_below_the_page_too(cast: Cast) -> None:
    order = cast.place()
    without_fault(cast)
    with cast.alma.scope(), pytest.raises(Refused) as refused:
        actions.cancel(order, by=cast.bolat.actor, now=database_now(), reason="MERCHANT_OUT_OF_STOCK")
    assert refused.value.status == 403


@pytest.mark.parametrize("who", [Role.OWNER, Role.ORDER_MANAGER, Role.COURIER, Role.ANALYST])
def test_the_card_offers_what_the_api_would(crew: Crew, who: Role) -> None:
    """The same order and the same rights: buttons on the page, `actions` in the API."""
    from orders.api import order_json
    from orders.models import Order
    from staff.places import visible

    order = crew.orders[HERE]
    page = crew.browser(who).get(f"/orders/{order.code}/").context["page"]
    buttons = {action.kind for action in page.actions} | ({"send_code"} if page.issue else set())
    with crew.cast.alma.scope():
        actor = crew.actor(who)
        rows = list(Order.objects.filter(pk=order.pk).values(*order_json.COLUMNS))
        (told,) = order_json.told(rows, by=actor, places=visible(actor))
    # Another planned date is told to nobody but us.
    assert {order_json.SPELLED[kind] for kind in buttons - {"reschedule"}} == set(told["actions"])
    by_line = {button.kind for item in page.items for button in item.actions}
    assert {order_json.SPELLED[kind] for kind in by_line} == {
        name for line in told["entries"] for name in line["actions"]
    }


def test_a_key_of_a_shop_does_there_what_its_scopes_say(crew: Crew) -> None:
    program, order = crew.cast.alma.program(crew.secret), crew.orders[HERE]
    assert "complete" in get(program, f"orders/{order.code}").body["actions"]
    answer = post(program, f"orders/{order.code}/complete", {"code": "1234"})
    assert answer.status == 202
    assert get(program, f"actions/{answer.body['id']}").status == 200
