"""The audit as a person and a program see it."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from orders.models import Order
from quality.audit.reading import proof_of
from quality.formulas import Metric
from quality.models import KaspiNumber
from quality.reading import today_of
from quality.thresholds import V2_2026
from staff.clock import database_now
from tests.api.asking import everything, get
from tests.cast import Cast
from tests.quality.test_audit import NO_STOCK

ASKED = {"shop": "alma-tech", "metric": "cancelled"}


def digest(cast: Cast) -> str:
    with cast.alma.scope():
        today = today_of(database_now())
        return proof_of(cast.alma.shop("alma-tech"), Metric.CANCELLED, today, profile=V2_2026).digest


def relabel(cast: Cast) -> Order:
    with cast.alma.scope():
        order: Order = Order.objects.filter(cancelled_at__isnull=False, fault="buyer").order_by("id")[0]
        Order.objects.filter(pk=order.pk).update(fault="seller", cancellation_reason=NO_STOCK)
        return order


def test_the_page_shows_both_knowledges_and_why_they_differ(settled: Cast) -> None:
    before = digest(settled)
    relabel(settled)
    page = settled.aigerim.browser().get("/quality/audit/", ASKED).content.decode()
    assert before in page
    assert digest(settled) in page
    assert "Kaspi сменил причину: была «покупатель отказался», стала «нет в наличии»" in page


def test_the_downloaded_text_has_the_digest_that_the_page_shows(settled: Cast) -> None:
    answer: Any = settled.aigerim.browser().get("/quality/audit/proof.txt", ASKED)
    text = b"".join(answer.streaming_content)
    assert sha256(text).hexdigest() == digest(settled)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_without_a_shop_one_is_chosen_among_those_seen_whole(settled: Cast) -> None:
    page = settled.aigerim.browser().get("/quality/audit/").content.decode()
    assert "shop=alma-tech" in page
    assert "shop=alma-dom" in page


@pytest.mark.parametrize("path", ["", "proof.txt"])
def test_who_sees_a_point_only_sees_no_proof_of_the_shop(settled: Cast, path: str) -> None:
    assert settled.bolat.browser().get(f"/quality/audit/{path}", ASKED).status_code == 403
    assert settled.chingiz.browser().get(f"/quality/audit/{path}", ASKED).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"metric": "beauty"},
        {"on": "2026-13-01"},
        {"on": "2999-01-01"},
        {"known": "yesterday"},
        {"known": "2999-01-01T00:00"},
        {"known": "0001-01-01T00:00"},
        {"side": "left"},
        {"start": "-1"},
        {"start": "9999999999"},
    ],
    ids=str,
)
def test_what_the_address_cannot_mean_is_refused(settled: Cast, wrong: dict[str, str]) -> None:
    assert settled.aigerim.browser().get("/quality/audit/", {**ASKED, **wrong}).status_code == 400


def test_kaspi_s_number_is_told_on_the_page_and_held_against_ours(settled: Cast) -> None:
    browser, today = settled.aigerim.browser(), today_of(database_now()).isoformat()
    said = {"metric": "cancelled", "on": today, "numerator": "1", "denominator": "15"}
    answer = browser.post("/quality/audit/kaspi/?shop=alma-tech", said)
    assert answer.status_code == 302
    page = browser.get(answer["Location"]).content.decode()
    assert "расходится" in page
    assert "У нас над чертой на 1\u00a0заказ больше." in page
    assert "объясняет разницу" in page


def test_a_number_that_is_none_comes_back_with_what_was_typed(settled: Cast) -> None:
    said = {"metric": "cancelled", "on": today_of(database_now()).isoformat(), "value": "много"}
    answer = settled.aigerim.browser().post("/quality/audit/kaspi/?shop=alma-tech", said)
    assert answer.status_code == 422
    assert 'value="много"' in answer.content.decode()
    with settled.alma.scope():
        assert not KaspiNumber.objects.exists()


def test_programs_get_the_same_proof_and_all_its_orders(settled: Cast) -> None:
    order = relabel(settled)
    told = get(settled.alma.program(), "quality/cancelled/audit", shop="alma-tech").body
    assert told["now"]["digest"] == digest(settled)
    assert [one["code"] for one in told["differences"]] == [order.code]
    rows = everything(settled.alma.program(), "quality/cancelled/audit", shop="alma-tech", side="denominator", limit=4)
    assert [row["code"] for row in rows] == sorted({row["code"] for row in rows})
    assert len(rows) == told["now"]["denominator"]


def test_programs_ask_for_any_moment_that_has_been(settled: Cast) -> None:
    program, earlier = settled.alma.program(), (database_now() - timedelta(minutes=1)).isoformat()
    before = digest(settled)
    relabel(settled)
    told = get(program, "quality/cancelled/audit", shop="alma-tech", known=earlier).body
    assert told["then"]["digest"] == before
    for wrong in ({"known": "soon"}, {"side": "left"}, {"by": "never"}, {"on": "2999-01-01"}):
        assert get(program, "quality/cancelled/audit", shop="alma-tech", **wrong).status == 400
