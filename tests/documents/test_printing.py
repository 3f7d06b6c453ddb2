"""Printing from the shelf and the card: what is written down, who may, what comes out (issue 4, «Documents»)."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from orders.lifecycle import Stage
from orders.models import Order, OrderEvent, PrintedPaper, Waybill
from staff.clock import database_now
from staff.exports.making import make_due
from staff.models import AuditEntry, Disclosure, ExportFile, ExportState
from tests.cast import Cast
from tests.documents.reading import codes_of, kaspi_pdf, number_of, sizes_of, text_of

pytestmark = pytest.mark.django_db


def with_waybill(cast: Cast, number: int, *, pdf: bytes | None = None, **spec: Any) -> Order:
    """A packed order whose waybill is kept."""
    order = cast.place(Stage.KD_HANDOVER, **spec)
    with cast.alma.scope():
        kept = kaspi_pdf(number) if pdf is None else pdf
        Waybill.objects.update_or_create(
            order_id=order.pk, defaults={"url": "https://kaspi.kz/w", "pdf": kept, "try_at": database_now()}
        )
    return order


def press(browser: Client, what: str, *orders: Order, **form: Any) -> Any:
    picked = [order.code for order in orders]
    return browser.post("/documents/print/", {"print": what, "pick": picked, **form})


def printed(browser: Client, what: str, *orders: Order) -> bytes:
    """The PDF that a press leads to."""
    answer = press(browser, what, *orders)
    assert answer.status_code == 302, answer.content.decode()
    paper = browser.get(answer.headers["Location"])
    assert paper.headers["Content-Type"] == "application/pdf"
    return bytes(paper.content)


def journal(cast: Cast) -> list[PrintedPaper]:
    with cast.alma.scope():
        return list(PrintedPaper.objects.order_by("id"))


def test_waybills_of_picked_orders_come_as_one_paper(cast: Cast) -> None:
    orders = [with_waybill(cast, number) for number in range(3)]
    pdf = printed(cast.bolat.browser(), "waybill:a4x4", *orders)
    assert [sorted(page) for page in codes_of(pdf)] == [[number_of(0), number_of(1), number_of(2)]]


def test_a_print_leaves_its_line_an_event_an_entry_and_a_disclosure(cast: Cast) -> None:
    order = with_waybill(cast, 1)
    printed(cast.bolat.browser(), "waybill:a6", order)
    [line] = journal(cast)
    assert (line.order_id, line.paper, line.layout, line.actor_label) == (order.pk, "waybill", "a6", "Болат")
    with cast.alma.scope():
        event = OrderEvent.objects.get(kind="printed")
        assert event.details == {"paper": "waybill:a6", "batch": str(line.batch)}
        assert AuditEntry.objects.get(action="papers.printed").details == {"paper": "waybill:a6", "orders": 1}
        assert Disclosure.objects.get(door="print").subjects == [order.code]


def test_a_missing_waybill_is_named_and_does_not_stop_the_others(cast: Cast) -> None:
    ready, late = with_waybill(cast, 1), cast.place(Stage.KD_HANDOVER)
    pdf = printed(cast.bolat.browser(), "waybill:a6", ready, late)
    assert f"№ {late.code}" in text_of(pdf)
    assert codes_of(pdf)[-1] == [number_of(1)]
    assert {line.order_id: line.missing for line in journal(cast)} == {ready.pk: False, late.pk: True}


def test_without_any_waybill_it_says_so_and_writes_nothing(cast: Cast) -> None:
    answer = press(cast.bolat.browser(), "waybill:a6", cast.place(Stage.KD_HANDOVER))
    assert answer.status_code == 409
    assert "Накладных ещё нет" in answer.content.decode()
    assert journal(cast) == []


def test_a_damaged_waybill_is_named(cast: Cast) -> None:
    good, bad = with_waybill(cast, 1), with_waybill(cast, 2, pdf=b"%PDF-1.7 nothing more")
    pdf = printed(cast.bolat.browser(), "waybill:a4x4", good, bad)
    assert "не читается" in text_of(pdf)
    assert f"№ {bad.code}" in text_of(pdf)
    assert codes_of(pdf)[1] == [number_of(1)]


def test_who_may_not_see_buyers_prints_labels_and_lists_only(cast: Cast) -> None:
    from kaspi_office.provisioning import provision
    from tests.cast import Person, document

    wanted = document()
    wanted["companies"][0]["members"].append(
        {"email": "a@alma.example", "password": "long enough here", "name": "Анна", "role": "analyst"}
    )
    provision(wanted)
    order, anna = with_waybill(cast, 1), Person(cast.alma, "a@alma.example", "Анна").browser()
    assert press(anna, "waybill:a6", order).status_code == 403
    assert press(anna, "slip:a4", order).status_code == 403
    assert order.code in codes_of(printed(anna, "pick_list:a4", order))[0]
    with cast.alma.scope():
        assert not Disclosure.objects.filter(door="print").exists()


def test_of_many_orders_a_worker_makes_the_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orders.documents.printing.AT_ONCE", 1)
    orders, browser = [with_waybill(cast, number) for number in range(2)], cast.bolat.browser()
    assert press(browser, "waybill:a4x4", *orders).headers["Location"] == "/files/"
    make_due()
    with cast.alma.scope():
        file = ExportFile.objects.get()
        assert (file.state, file.rows, file.persons) == (ExportState.DONE, 1, 2), file.problem
        assert Disclosure.objects.get(door="print").subjects == sorted(order.code for order in orders)
    answer = browser.get(f"/files/{file.public_id}/")
    assert answer.headers["Content-Disposition"].endswith('.pdf"')
    assert len(codes_of(answer.content)[0]) == 2
    assert "1\u00a0страница" in browser.get("/files/").content.decode()


def test_only_who_printed_it_fetches_it_and_only_for_an_hour(cast: Cast) -> None:
    order = cast.place()
    url = press(cast.bolat.browser(), "label:order", order).headers["Location"]
    assert cast.aigerim.browser().get(url).status_code == 404
    assert cast.chingiz.browser().get(url).status_code == 404
    with cast.alma.scope():
        PrintedPaper.objects.update(at=database_now() - printing_hour())
    assert cast.bolat.browser().get(url).status_code == 404


def printing_hour() -> Any:
    from orders.documents.printing import FRESH

    return FRESH * 2


def test_a_batch_is_printed_again_with_one_press_under_ones_own_name(cast: Cast) -> None:
    orders = [cast.place(), cast.place()]
    printed(cast.bolat.browser(), "label:order", *orders)
    batch = journal(cast)[0].batch
    answer = cast.aigerim.browser().post(f"/documents/{batch}/again/")
    pdf = cast.aigerim.browser().get(answer.headers["Location"]).content
    assert sorted(code for page in codes_of(pdf) for code in page) == sorted(order.code for order in orders)
    assert [line.actor_label for line in journal(cast)] == ["Болат", "Болат", "Айгерим", "Айгерим"]


def test_an_order_of_another_point_or_company_is_not_printed(cast: Cast) -> None:
    order = cast.place(point="PP1")
    for stranger in (cast.daniyar, cast.chingiz):
        assert press(stranger.browser(), "label:order", order).status_code == 400
    assert cast.daniyar.browser().post(f"/documents/{UUID(int=7)}/again/").status_code == 404
    assert journal(cast) == []


def test_the_whole_shelf_is_printed_under_its_filter(cast: Cast) -> None:
    here, _ = cast.place(point="PP1"), cast.place(point="PP2")
    form = {"print": "label:order", "all": "1", "shelf": "new", "shop": "alma-tech", "point": "PP1"}
    browser = cast.aigerim.browser()
    url = browser.post("/documents/print/", form).headers["Location"]
    assert codes_of(browser.get(url).content) == [[here.code]]


@pytest.mark.parametrize(
    ("form", "field"), [({"print": "poem:a4"}, "печатать"), ({"print": "label:order"}, "Отметьте")]
)
def test_a_wrong_press_is_told_what_to_do(cast: Cast, form: dict[str, str], field: str) -> None:
    answer = cast.bolat.browser().post("/documents/print/", form | {"pick": ["\x00", "x" * 900]})
    assert answer.status_code == 400
    assert field in answer.content.decode()


def test_opening_one_waybill_is_a_line_of_the_journal_too(cast: Cast) -> None:
    order, browser = with_waybill(cast, 1), cast.bolat.browser()
    for _ in range(2):
        assert browser.get(f"/orders/{order.code}/waybill/").content == kaspi_pdf(1)
    assert [(line.paper, line.layout) for line in journal(cast)] == [("waybill", "as_is")]


def test_the_card_offers_papers_and_tells_what_was_printed(cast: Cast) -> None:
    order, browser = cast.place(), cast.bolat.browser()
    card = browser.get(f"/orders/{order.code}/").content.decode()
    assert 'value="slip:a6_gift"' in card
    answer = browser.post("/documents/print/", {"print": "slip:a6_gift", "pick": str(order.public_id)})
    pdf = browser.get(answer.headers["Location"]).content
    assert sizes_of(pdf) == [(105, 148)]
    assert "Напечатано: вкладыш в посылку, a6 без цен" in browser.get(f"/orders/{order.code}/").content.decode()
