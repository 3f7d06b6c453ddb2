"""The pages of personal data: who may open them, what they say, and what a press on them does."""

from typing import Any

import pytest
from django.test import Client

from orders.buyers.forgetting import forget_due
from orders.lifecycle import Stage
from orders.models import Order
from staff.models import AuditEntry, CompanyRole, Disclosure, ExportFile, Reach
from staff.permissions import Permission
from staff.privacy.retention import kept_days
from tests.cast import Cast, Person
from tests.privacy.test_forgetting import BUYER, PHONE, again, keep, old_order


@pytest.fixture
def owner(cast: Cast) -> Client:
    return cast.aigerim.browser()


def days(cast: Cast) -> int | None:
    with cast.alma.scope():
        return kept_days()


def text(answer: Any) -> str:
    assert answer.status_code in (200, 422), answer.status_code
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u2009", " ").split())


@pytest.mark.parametrize("path", ["/privacy/", "/privacy/breach/"])
def test_only_who_answers_for_it_opens_these_pages(cast: Cast, path: str) -> None:
    assert cast.aigerim.browser().get(path).status_code == 200
    assert cast.bolat.browser().get(path).status_code == 403


@pytest.mark.parametrize("path", ["retention", "forget", "breach/export"])
def test_what_an_owner_decides_asks_for_a_recent_proof(cast: Cast, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staff.access.is_fresh", lambda request: False)
    answer = cast.aigerim.browser().post(f"/privacy/{path}/", {"days": "90", "phone": PHONE, "sure": "yes"})
    assert (answer.status_code, "confirm" in answer["Location"]) == (302, True)
    assert (days(cast), files_of(cast)) == (None, 0)


def files_of(cast: Cast) -> int:
    with cast.alma.scope():
        return int(ExportFile.objects.count())


def test_the_numbers_are_those_of_the_company(cast: Cast, owner: Client) -> None:
    cast.place(Stage.PICKUP)
    old_order(cast, days=40)
    old_order(cast, days=20)
    keep(cast, 30)
    forget_due()
    page = owner.get("/privacy/").context["page"]
    assert [fact.text for fact in page.figures][:3] == ["2", "1", "1"]
    assert page.retention.now.replace("\u00a0", " ") == "30 дней после конца заказа"


def test_who_sees_buyers_follows_the_companys_own_roles(cast: Cast, owner: Client) -> None:
    with cast.alma.scope():
        own = {"code": "call", "name": "Колл-центр", "rights": [Permission.BUYERS_SEE], "reach": Reach.COMPANY}
        CompanyRole.objects.create(**own)
    buyers = owner.get("/privacy/").context["page"].sections[0].lines[0]
    assert "Колл-центр" in buyers.who and "Владелец" in buyers.who
    assert "Аналитик" not in buyers.who


def test_the_days_are_shown_before_they_are_set(cast: Cast, owner: Client) -> None:
    old_order(cast, days=100)
    asked = owner.post("/privacy/retention/", {"days": "90"})
    assert "Забудем покупателей: 1 заказ" in text(asked)
    assert days(cast) is None
    assert owner.post("/privacy/retention/", {"days": "90", "sure": "yes"}).status_code == 302
    assert days(cast) == 90


def test_wrong_days_come_back_with_a_word(cast: Cast, owner: Client) -> None:
    answer = owner.post("/privacy/retention/", {"days": "5", "sure": "yes"})
    assert (answer.status_code, "от 30 до 1825" in text(answer)) == (422, True)
    assert days(cast) is None


def test_no_days_keep_buyers_for_ever(cast: Cast, owner: Client) -> None:
    keep(cast, 90)
    owner.post("/privacy/retention/", {"days": "", "sure": "yes"})
    assert days(cast) is None


def test_one_buyer_is_found_then_forgotten(cast: Cast, owner: Client) -> None:
    order = old_order(cast, days=2)
    found = owner.post("/privacy/forget/", {"phone": "8 (701) 555-40-21"})
    assert "Закончено: 1 заказ" in text(found)
    assert again(cast, order).forgotten_at is None
    done = owner.post("/privacy/forget/", {"phone": "8 (701) 555-40-21", "sure": "yes"})
    assert (done.status_code, done["Location"]) == (302, "/privacy/")
    assert again(cast, order).forgotten_at is not None


def test_a_phone_that_is_none_comes_back_with_a_word_and_stands_in_no_journal(cast: Cast, owner: Client) -> None:
    assert owner.post("/privacy/forget/", {"phone": "12345"}).status_code == 422
    owner.post("/privacy/forget/", {"phone": PHONE, "sure": "yes"})
    with cast.alma.scope():
        assert PHONE not in str(list(AuditEntry.objects.values()))


def test_back_from_a_proof_one_stands_on_the_page(owner: Client) -> None:
    for path in ("retention", "forget"):
        assert owner.get(f"/privacy/{path}/")["Location"] == "/privacy/"


# --- the report -------------------------------------------------------------------------------------------------------


@pytest.fixture
def seen(cast: Cast) -> list[Order]:
    """Болат has opened two orders of one buyer, Айгерим one of them."""
    orders = [cast.place(Stage.PICKUP, customer=BUYER) for _ in range(2)]
    for person, which in ((cast.bolat, orders), (cast.aigerim, orders[:1])):
        look(person, which)
    return orders


def look(person: Person, orders: list[Order]) -> None:
    browser = person.browser()
    for order in orders:
        assert browser.get(f"/orders/{order.code}/").status_code == 200


def test_the_report_says_who_saw_how_many_orders_of_how_many_buyers(owner: Client, seen: list[Order]) -> None:
    page = owner.get("/privacy/breach/").context["page"]
    assert [fact.text for fact in page.figures][:2] == ["1", "2"]
    assert [(one.who, one.door, one.orders) for one in page.totals] == [
        ("Болат", "страница", "2"),
        ("Айгерим", "страница", "1"),
    ]
    assert {code for line in page.lines for code, _ in line.codes} == {order.code for order in seen}


@pytest.mark.parametrize("name", ["who", "order", "address", "since"])
def test_the_report_is_narrowed(cast: Cast, owner: Client, seen: list[Order], name: str) -> None:
    asked, lines = {
        "who": (str(cast.bolat.member.public_id), 2),
        "order": (seen[0].code, 2),
        "address": ("203.0.113.1", 0),
        "since": ("2100-01-01", 0),
    }[name]
    query = {name: asked} | ({"until": "2100-01-02"} if name == "since" else {})
    assert len(owner.get("/privacy/breach/", query).context["page"].lines) == lines


@pytest.mark.parametrize(
    "query",
    [
        "since=x",
        "since=2026-02-30",
        "until=0001-01-01",
        "since=2026-01-02&until=2026-01-01",
        "since=2026-01-01&until=2026-06-01",
        "who=1",
        "after=x",
    ],
)
def test_what_cannot_be_a_filter_is_refused(owner: Client, query: str) -> None:
    assert owner.get(f"/privacy/breach/?{query}").status_code == 400


def test_another_companys_person_narrows_to_a_refusal(cast: Cast, owner: Client) -> None:
    assert owner.get(f"/privacy/breach/?who={cast.chingiz.member.public_id}").status_code == 400


def test_what_others_were_shown_is_not_in_this_companys_report(cast: Cast, seen: list[Order]) -> None:
    assert cast.chingiz.browser().get("/privacy/breach/").context["page"].totals == ()


def test_pages_of_the_report_follow_one_another(
    owner: Client, seen: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.privacy.breach_page.ROWS", 2)
    first = owner.get("/privacy/breach/").context["page"]
    second = owner.get(first.next_url).context["page"]
    assert (len(first.lines), len(second.lines), second.next_url) == (2, 1, "")


def test_the_report_goes_out_as_a_file_with_a_row_for_each_order(cast: Cast, owner: Client, seen: list[Order]) -> None:
    from orders.privacy.breach_page import BREACH

    answer = owner.post("/privacy/breach/export/", {"who": str(cast.bolat.member.public_id)})
    assert (answer.status_code, answer["Location"]) == (302, "/files/")
    with cast.alma.scope():
        file = ExportFile.objects.get()
        rows = list(BREACH.rows(cast.aigerim.actor, file.wanted["filter"]))
        assert Disclosure.objects.count() == 3
    assert [(row.values[1], row.values[4]) for row in rows] == [("Болат", order.code) for order in reversed(seen)]
    assert not any(row.person for row in rows), "numbers of orders are nobody's data"


def test_of_too_many_showings_only_their_number_is_told(
    owner: Client, seen: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("staff.privacy.breach.MOST_TOLD_APART", 2)
    page = owner.get("/privacy/breach/").context["page"]
    assert (page.figures[0].label, page.figures[0].text) == ("Показов, возьмите меньше дней", "3")
    assert [one.orders for one in page.totals] == ["≤ 2", "≤ 1"]
