"""Proofs of decisions on pages: asked for where Kaspi may check, kept with the order, taken along as one file."""

import hashlib
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from integrations.models import KaspiAction
from orders.lifecycle import Stage
from orders.models import Evidence, Order, OrderEvent
from staff.models import CompanyRole, Disclosure, Reach, Role
from staff.permissions import ROLES, Permission
from tests.api.asking import post
from tests.cast import Cast

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def cancel(cast: Cast, order: Order, **fields: Any) -> int:
    said = {"reason": "buyer_unreachable", "comment": ""} | fields
    return int(cast.bolat.browser().post(f"/orders/{order.code}/cancel/", said).status_code)


def kept(cast: Cast, order: Order) -> list[tuple[str, str]]:
    with cast.alma.scope():
        return list(Evidence.objects.filter(order_id=order.pk).order_by("id").values_list("kind", "outcome"))


def sent(cast: Cast, order: Order) -> int:
    with cast.alma.scope():
        return KaspiAction.objects.filter(subject_id=order.pk).count()


def test_a_reason_that_kaspi_checks_takes_a_proof_kept_with_the_press(cast: Cast) -> None:
    order = cast.place()
    assert (cancel(cast, order), sent(cast, order), kept(cast, order)) == (400, 0, [])
    assert (cancel(cast, order, outcome="no_answer"), sent(cast, order)) == (302, 1)
    assert cancel(cast, order, outcome="no_answer") == 302
    assert (kept(cast, order), sent(cast, order)) == ([("call", "no_answer")], 1), "pressed twice, kept once"


def test_a_refused_form_says_what_to_do_and_keeps_what_was_typed(cast: Cast) -> None:
    order = cast.place()
    form = {"reason": "buyer_refused", "comment": "Передумал"}
    answer = cast.bolat.browser().post(f"/orders/{order.code}/cancel/", form, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Укажите звонок" in answer.content.decode() and 'value="Передумал"' in answer.content.decode()


@pytest.mark.parametrize("fields", [{"reason": "out_of_stock"}, {"proof_file": PNG}, {"proof_text": "Написал в чате"}])
def test_a_fault_of_the_shop_asks_for_nothing_and_a_file_or_a_note_will_do(cast: Cast, fields: dict[str, Any]) -> None:
    order = cast.place()
    if "proof_file" in fields:
        fields = {"proof_file": SimpleUploadedFile("chat.png", PNG)}
    assert cancel(cast, order, **fields) == 302


def test_a_call_that_was_noted_before_is_proof_enough(cast: Cast) -> None:
    order = cast.place()
    add(cast, order, outcome="no_answer")
    assert cancel(cast, order) == 302


def test_to_programs_proofs_are_optional_and_kept_all_the_same(cast: Cast) -> None:
    order, other = cast.place(), cast.place()
    proof = {"kind": "call", "outcome": "refused", "text": "Нашёл дешевле", "happened_at": "2026-01-02T09:00:00Z"}
    body = {"reason": "buyer_refused", "evidence": [proof]}
    assert post(cast.alma.program(), f"orders/{order.code}/cancel", body).status == 202
    assert kept(cast, order) == [("call", "refused")]
    assert post(cast.alma.program(), f"orders/{other.code}/cancel", {"reason": "buyer_refused"}).status == 202
    bad = post(cast.alma.program(), f"orders/{cast.place().code}/cancel", body | {"evidence": [{"kind": "picture"}]})
    assert bad.status == 400


def add(cast: Cast, order: Order, **fields: Any) -> int:
    said = {"purpose": "cancel"} | fields
    return int(cast.bolat.browser().post(f"/orders/{order.code}/evidence/", said).status_code)


@pytest.mark.parametrize(
    "file", [b"GIF89a", b"MZ" + PNG, b"", b"\x89PNG\r\n\x1a\n" + b"0" * 5_000_000], ids=["gif", "exe", "empty", "large"]
)
def test_a_file_that_is_no_picture_or_too_large_is_refused_in_words(cast: Cast, file: bytes) -> None:
    order = cast.place()
    assert add(cast, order, proof_file=SimpleUploadedFile("a.png", file)) == 400
    assert kept(cast, order) == []


def test_a_file_is_given_as_an_attachment_under_a_name_of_ours_and_told(cast: Cast) -> None:
    order = cast.place()
    assert add(cast, order, proof_file=SimpleUploadedFile("../../x.html", PNG)) == 302
    with cast.alma.scope():
        proof = Evidence.objects.get()
    answer = cast.bolat.browser().get(f"/orders/{order.code}/evidence/{proof.public_id}/")
    assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"]) == (PNG, "image/png", "nosniff")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{order.code}-picture-')
    with cast.alma.scope():
        assert Disclosure.objects.filter(door="export", subjects=[order.code]).exists()
    assert cast.daniyar.browser().get(f"/orders/{order.code}/evidence/{proof.public_id}/").status_code == 404


def test_the_pack_holds_facts_history_and_proofs_with_true_digests(cast: Cast) -> None:
    order = cast.place()
    add(cast, order, proof_file=SimpleUploadedFile("a.png", PNG), outcome="no_answer", proof_text="=1+1")
    answer = cast.bolat.browser().get(f"/orders/{order.code}/evidence/pack/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    names = set(archive.namelist())
    assert {f"{order.code}/order.txt", f"{order.code}/history.csv", f"{order.code}/02-picture.png"} <= names
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert "'=1+1" in archive.read(f"{order.code}/evidence.csv").decode("utf-8-sig")
    assert order.code in archive.read(f"{order.code}/order.txt").decode("utf-8-sig")


def cancelled(cast: Cast, reason: str) -> Order:
    order = cast.place()
    cast.kaspi.call("30000001", lambda client: client.cancel(order.kaspi_id, order.code, reason=reason, comment=""))
    return cast.observe(cast.alma, "alma-tech", order.code)


def test_a_cancel_that_nothing_proves_is_watched_until_something_does(cast: Cast) -> None:
    order, fault = cancelled(cast, "BUYER_NOT_REACHABLE"), cancelled(cast, "MERCHANT_OUT_OF_STOCK")
    browser = cast.bolat.browser()
    page = browser.get("/orders/watch/").context["page"]
    assert [one.url for one in page.unproven] == [f"/orders/{order.code}/"]
    assert "нечем подтвердить" in browser.get(f"/orders/{order.code}/").content.decode()
    assert "нечем подтвердить" not in browser.get(f"/orders/{fault.code}/").content.decode()
    add(cast, order, outcome="no_answer")
    assert not browser.get("/orders/watch/").context["page"].unproven


def test_a_reason_that_kaspi_rewrites_is_an_event_and_a_notice(cast: Cast) -> None:
    order = cancelled(cast, "BUYER_NOT_REACHABLE")
    cast.kaspi.control("PATCH", f"orders/{order.code}", {"cancellationReason": "MERCHANT_OUT_OF_STOCK"})
    told = cast.observe(cast.alma, "alma-tech", order.code)
    with cast.alma.scope():
        assert OrderEvent.objects.filter(order_id=order.pk, kind="changed").exists()
    browser = cast.bolat.browser()
    assert told.fault == "seller"
    assert "Kaspi сменил причину отмены" in browser.get(f"/orders/{order.code}/").content.decode()
    assert [one.url for one in browser.get("/orders/watch/").context["page"].rewritten] == [f"/orders/{order.code}/"]


def test_who_does_not_see_buyers_is_shown_no_proofs(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    add(cast, order, proof_text="Соседка забрала ключи")
    rights = [right.value for right in ROLES[Role.ORDER_MANAGER].rights - {Permission.BUYERS_SEE}]
    with cast.alma.scope():
        CompanyRole.objects.create(code=Role.ORDER_MANAGER, rights=rights, reach=Reach.POINTS)
    browser = cast.bolat.browser()
    assert browser.get(f"/orders/{order.code}/").context["page"].evidence is None
    assert "Соседка" not in browser.get(f"/orders/{order.code}/").content.decode()
    assert browser.get(f"/orders/{order.code}/evidence/pack/").status_code == 403
