"""Claims on the courier service, from the form to the money, with proofs."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from orders.lifecycle import Stage
from orders.models import Claim, Evidence, Order
from staff.clock import database_now
from staff.formats import ALMATY
from tests.cast import Cast

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def order(cast: Cast) -> Order:
    """A parcel on its way, of three weeks ago by the clock of the shop."""
    found = cast.place(Stage.KD_TRANSIT)
    with cast.alma.scope():
        Order.objects.update(approved_at=database_now() - timedelta(days=21))
    return found


def ago(**much: float) -> str:
    return f"{(database_now() - timedelta(**much)).astimezone(ALMATY):%Y-%m-%dT%H:%M}"


def begin(client: Client, order: Order, **changed: str) -> Any:
    form = {"kind": "lost", "amount": "12 000", "since": ago(days=8), "far": "no", **changed}
    return client.post(f"/orders/{order.code}/claim/", form)


def step(client: Client, cast: Cast, name: str, **form: str) -> Claim:
    with cast.alma.scope():
        claim: Claim = Claim.objects.get()
    client.post(f"/returns/claims/{claim.public_id}/", {"step": name, "seen": claim.state, **form})
    with cast.alma.scope():
        claim.refresh_from_db()
        return claim


def test_a_claim_goes_from_the_form_to_the_money(cast: Cast, order: Order) -> None:
    desk = cast.bolat.browser()
    assert begin(desk, order).status_code == begin(desk, order).status_code == 302
    assert step(desk, cast, "file", number="К-77").state == "filed"
    assert step(desk, cast, "ask").due_kind == "claim_data"
    assert step(desk, cast, "supply").state == "filed"
    assert step(desk, cast, "refuse").due_kind == "claim_appeal"
    assert step(desk, cast, "appeal").state == "appealed"
    paid = step(desk, cast, "pay", share="30")
    assert (paid.state, paid.share, paid.due_at) == ("paid", 30, None)
    page = desk.get(f"/returns/claims/{paid.public_id}/").content.decode()
    assert "30 %, 3\u2009600\u00a0₸" in page and "Просим пересмотреть претензию: потерян" in page


WRONG = (
    ({"amount": "0"}, "целые тенге"),
    ({"amount": "12,5"}, "целые тенге"),
    ({"amount": "NaN"}, "целые тенге"),
    ({"since": ""}, "двигался последний раз"),
    ({"since": "2001-01-01T10:00"}, "после заказа"),
    ({"kind": "stolen"}, "Потерян или повреждён"),
)


def test_what_is_wrong_in_the_form_is_said(cast: Cast, order: Order) -> None:
    desk = cast.bolat.browser()
    for changed, says in WRONG:
        answer = begin(desk, order, **changed)
        assert answer.status_code == 422 and says in answer.content.decode(), changed


def test_goods_count_as_lost_only_after_a_week(cast: Cast, order: Order) -> None:
    desk = cast.bolat.browser()
    begin(desk, order, since=ago(days=6))
    assert step(desk, cast, "file").state == "draft"


def test_how_much_was_paid_is_one_of_three(cast: Cast, order: Order) -> None:
    desk = cast.bolat.browser()
    begin(desk, order, kind="damaged", since=ago(hours=2))
    step(desk, cast, "file")
    assert step(desk, cast, "pay", share="50").state == "filed"


def test_a_picture_is_kept_and_listed_with_its_claim(cast: Cast, order: Order) -> None:
    desk = cast.bolat.browser()
    begin(desk, order)
    with cast.alma.scope():
        ref = Claim.objects.get().public_id
    upload = SimpleUploadedFile("box.png", PNG)
    answer = desk.post(f"/returns/claims/{ref}/proof/", {"kind": "picture", "file": upload}, follow=True)
    with cast.alma.scope():
        kept = Evidence.objects.get()
    assert kept.purpose == "claim" and f"/orders/{order.code}/evidence/{kept.public_id}/" in answer.content.decode()


def test_a_file_that_is_none_of_the_kinds_is_refused(cast: Cast, order: Order) -> None:
    desk = cast.bolat.browser()
    begin(desk, order)
    with cast.alma.scope():
        ref = Claim.objects.get().public_id
    form = {"kind": "picture", "file": SimpleUploadedFile("box.png", b"<svg/>")}
    answer = desk.post(f"/returns/claims/{ref}/proof/", form)
    assert answer.status_code == 422 and "PNG и JPEG" in answer.content.decode()
