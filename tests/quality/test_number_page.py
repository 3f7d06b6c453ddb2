"""The page of an order in a number, its forms, the list of disputes, and the judgement in the API: as a person uses them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from orders.lifecycle import Stage
from orders.models import Order
from quality import buckets, reading
from quality.models import Dispute, Ruling
from staff.clock import database_now
from tests.cast import Cast


@pytest.fixture
def order(cast: Cast) -> Order:
    """Cancelled three days ago: out of stock, with time to accept left."""
    order = cast.place(Stage.CANCELLED)
    now = database_now()
    told: dict[str, Any] = {"fault": "seller", "cancellation_reason": "MERCHANT_OUT_OF_STOCK", "accept_by": now}
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(cancelled_at=now - timedelta(days=3), **told)
    return order


def url(order: Order, verb: str = "", metric: str = "cancelled") -> str:
    return f"/quality/orders/{order.code}/{verb and verb + '/'}?metric={metric}"


def page(client: Client, order: Order, metric: str = "cancelled") -> str:
    return client.get(url(order, metric=metric)).content.decode()


def test_the_page_tells_the_rule_the_version_and_why(cast: Cast, order: Order) -> None:
    told = page(cast.aigerim.browser(), order)
    assert "out_of_stock · fault-1" in told
    assert "Kaspi назвал причину «Нет в наличии»." in told
    assert "Заказ ещё не приняли, но время на это было." in told
    assert "вина магазина" in told


def test_a_ruling_is_made_shown_and_withdrawn(cast: Cast, order: Order) -> None:
    client = cast.aigerim.browser()
    answer = client.post(url(order, "rule"), {"counts": "no", "note": "Покупатель подтвердил"})
    assert answer.status_code == 302 and answer["Location"] == url(order)
    told = page(client, order)
    assert "Решил человек, не Kaspi" in told and "Покупатель подтвердил" in told
    client.post(url(order, "withdraw"))
    assert "Решение снято" in page(client, order) and "Решил человек, не Kaspi" not in page(client, order)


def test_a_dispute_is_opened_and_won(cast: Cast, order: Order) -> None:
    client = cast.aigerim.browser()
    due = reading.today_of(database_now()) + timedelta(days=2)
    client.post(url(order, "dispute"), {"note": "Отказался сам", "due_on": due.isoformat()})
    listed = client.get("/quality/disputes/?shop=alma-tech").content.decode()
    assert "Отказался сам" in listed and "chip--warn" in listed
    client.post(url(order, "close"), {"state": "won", "outcome": "Согласились"})
    with cast.alma.scope():
        assert (Dispute.objects.get().state, Ruling.objects.get().counts) == ("won", False)
    assert "Согласились" in client.get("/quality/disputes/?state=won").content.decode()
    assert "Открытых споров нет" in client.get("/quality/disputes/").content.decode()


@pytest.mark.parametrize(
    ("verb", "form", "sentence"),
    [
        ("rule", {"counts": "no", "note": ""}, "Напишите, почему"),
        ("rule", {"note": "Без выбора"}, "Выберите: считать заказ или нет"),
        ("dispute", {"note": "Отказался", "due_on": "завтра"}, "Дату пишут так"),
        ("dispute", {"note": "Отказался", "due_on": "2020-01-01"}, "до 90 дней вперёд"),
        ("close", {"state": "won", "outcome": "Да, согласились"}, "Спор уже закрыт"),
        ("withdraw", {}, "Решение уже снято"),
    ],
)
def test_what_is_wrong_is_told_on_the_page(
    cast: Cast, order: Order, verb: str, form: dict[str, str], sentence: str
) -> None:
    answer = cast.aigerim.browser().post(url(order, verb), form)
    assert answer.status_code == 422
    told = answer.content.decode()
    assert sentence in told
    assert form.get("note", "") in told


def test_a_manager_reads_and_finds_no_form(cast: Cast, order: Order) -> None:
    client = cast.bolat.browser()
    told = page(client, order)
    assert "Почему так" in told and "/rule/" not in told and "/dispute/" not in told
    assert client.post(url(order, "rule"), {"counts": "no", "note": "Сам решу"}).status_code == 403
    assert cast.daniyar.browser().get(url(order)).status_code == 404


def test_an_order_that_stands_behind_no_such_number_says_so(cast: Cast, order: Order) -> None:
    told = page(cast.aigerim.browser(), order, "late_handover")
    assert "За этим показателем заказ не стоит." in told and "/rule/" not in told
    assert cast.aigerim.browser().get(url(order, metric="luck")).status_code == 400


def test_a_reason_that_kaspi_changed_afterwards_is_told(cast: Cast, order: Order) -> None:
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(cancellation_reason="BUYER_NOT_REACHABLE", fault="buyer")
    told = page(cast.aigerim.browser(), order)
    assert "причина: Нет в наличии → Не дозвонились до покупателя" in told
    assert "вывод: вина магазина → вина покупателя" in told


@pytest.mark.parametrize("query", ["state=odd", "start=x", "start=99999999", "start=²"])
def test_a_list_that_there_is_not_is_refused(cast: Cast, query: str) -> None:
    assert cast.aigerim.browser().get(f"/quality/disputes/?{query}").status_code == 400


def test_a_program_reads_the_judgement_with_the_orders_behind(cast: Cast, order: Order) -> None:
    buckets.recount_due()
    cast.aigerim.browser().post(url(order, "rule"), {"counts": "no", "note": "Покупатель подтвердил"})
    answer = cast.alma.program().get("/api/v1/quality/cancelled/orders?shop=alma-tech").json()
    (told,) = answer["results"]
    assert (told["counts"], told["excluded"]) == (False, "ruled_out")
    judged = told["judgement"]
    assert (judged["version"], judged["fault"], judged["rule"]) == ("fault-1", "seller", "out_of_stock")
    assert judged["overridden"] is False and judged["because"].startswith("Kaspi назвал причину")
