"""Who may not see buyers is shown no name whole, no phone, no street, through any door; and cannot find them out."""

import json

import pytest

from orders.api import order_json
from orders.lifecycle import Stage
from orders.models import Order, Waybill
from staff.clock import database_now
from staff.models import Role
from staff.places import visible
from tests.cast import Cast
from tests.rights.crew import BUYER, HERE, Crew, gather


@pytest.fixture
def packed(cast: Cast) -> Crew:
    """Parcels for Kaspi with their waybills."""
    crew = gather(cast, Stage.KD_HANDOVER)
    with cast.alma.scope():
        for order in crew.orders.values():
            Order.objects.filter(pk=order.pk).update(waybill_url="https://kaspi.kz/w.pdf", waybill_number="W-1")
            Waybill.objects.update_or_create(
                order_id=order.pk,
                defaults={"url": "https://kaspi.kz/w.pdf", "pdf": b"%PDF-1", "try_at": database_now()},
            )
    return crew


def personal(order: Order) -> tuple[str, ...]:
    digits = order.phone
    spaced = f"{digits[-10:-7]} {digits[-7:-4]} {digits[-4:-2]} {digits[-2:]}"
    # Where a parcel goes to a machine of Kaspi's, its address is the town alone, and that anybody may know.
    street = (order.address,) if order.address not in ("", order.town) else ()
    return BUYER["lastName"], digits[-10:], spaced, *street


def doors(order: Order) -> tuple[str, ...]:
    slug = order.shelf.replace("_", "-")
    shelf = f"/orders/{slug}/?shop=alma-tech"
    card = f"/orders/{order.code}/"
    return shelf, card, f"{card}row/", f"/orders/search/?q={order.code}"


@pytest.mark.parametrize("stage", [Stage.DELIVERY, Stage.PICKUP, Stage.SIGNING, Stage.KD_HANDOVER, Stage.CANCELLED])
def test_an_analyst_is_told_no_buyer(cast: Cast, stage: Stage) -> None:
    crew = gather(cast, stage)
    order = crew.orders[HERE]
    assert order.phone and (order.address or stage is not Stage.DELIVERY)
    browser = crew.browser(Role.ANALYST)
    for address in doors(order):
        page = browser.get(address).content.decode()
        assert order.code[-3:] in page, address
        assert not [word for word in personal(order) if word in page], address


def test_a_drawer_and_a_dialog_tell_no_buyer_either(crew: Crew) -> None:
    order = crew.orders[HERE]
    with crew.cast.alma.scope():
        from staff.models import CompanyRole, Reach

        rights = ["orders.view", "orders.hand_out", "orders.cancel"]
        CompanyRole.objects.create(code=Role.ANALYST, rights=rights, reach=Reach.COMPANY)
    browser = crew.browser(Role.ANALYST)
    for address, target in (("", "drawer-slot"), ("complete/", "dialog-slot"), ("cancel/", "dialog-slot")):
        headers = {"HX-Request": "true", "HX-Target": target}
        answer = browser.get(f"/orders/{order.code}/{address}", headers=headers)
        assert answer.status_code == 200
        assert not [word for word in personal(order) if word in answer.content.decode()]


def test_the_end_of_a_phone_and_the_first_name_are_enough_to_tell_orders_apart(crew: Crew) -> None:
    page = crew.browser(Role.ANALYST).get(f"/orders/{crew.orders[HERE].code}/").content.decode()
    assert "Гүлнар С." in page
    assert "••• 00 42" in page


def test_buyers_cannot_be_found_by_who_may_not_see_them(crew: Crew) -> None:
    browser, owner = crew.browser(Role.ANALYST), crew.browser(Role.OWNER)
    for word in (BUYER["cellPhone"][-7:], BUYER["lastName"]):
        assert owner.get("/orders/search/", {"q": word}).context["page"].hits
        assert not browser.get("/orders/search/", {"q": word}).context["page"].hits


def test_a_waybill_names_the_buyer_so_it_is_not_printed(packed: Crew) -> None:
    order = packed.orders[HERE]
    assert packed.browser(Role.ORDER_MANAGER).get(f"/orders/{order.code}/waybill/").status_code == 200
    analyst = packed.browser(Role.ANALYST)
    assert analyst.get(f"/orders/{order.code}/waybill/").status_code == 403
    for address in doors(order):
        assert "/waybill/" not in analyst.get(address).content.decode()


def test_the_api_tells_the_same_by_the_same_right(packed: Crew) -> None:
    alma = packed.cast.alma
    with alma.scope():
        rows = list(Order.objects.filter(pk=packed.orders[HERE].pk).values(*order_json.COLUMNS))
        actor = packed.actor(Role.ANALYST)
        (told,) = order_json.told(rows, by=actor, places=visible(actor))
    assert not [word for word in personal(packed.orders[HERE]) if word in json.dumps(told, ensure_ascii=False)]
    assert (told["buyer"]["last_name"], told["buyer"]["phone_state"]) == ("С.", "hidden")
    assert told["delivery"]["waybill"] is None
