"""The pages of the export: brought by its owner, read by a worker, looked at, written. And what the order's card says."""

import html
from datetime import timedelta
from io import BytesIO

from django.test import Client
from openpyxl import Workbook

from integrations.kaspi.simulator.export import workbook
from orders.buyers import forgetting
from orders.cabinet.reading import read_due
from orders.lifecycle import Stage
from orders.models import CabinetFacts, CabinetImport, CabinetLine, Order
from staff.clock import database_now
from staff.formats import ALMATY
from staff.models import Disclosure
from tests.cast import Cast

HEADER = ("№ заказа", "Дата поступления заказа", "Статус", "Оценка покупателя", "Отзыв покупателя", "Принял")
REVIEW = "Пришло помятым"


def sheet(*rows: tuple[str, ...]) -> BytesIO:
    book, file = Workbook(), BytesIO()
    for row in (HEADER, *rows):
        book.worksheets[0].append(row)
    book.save(file)
    file.name = "orders.xlsx"
    file.seek(0)
    return file


def told(order: Order, mark: str = "2", review: str = REVIEW) -> tuple[str, ...]:
    return (order.code, f"{order.approved_at.astimezone(ALMATY):%d.%m.%Y}", "Выдан", mark, review, "Болат К.")


def bring(browser: Client, *rows: tuple[str, ...], address: str = "/orders/import/?shop=alma-tech") -> str:
    """Upload and have it read; the address of the report."""
    answer = browser.post(address, {"file": sheet(*rows)})
    assert answer.status_code == 302, answer.content.decode()[:500]
    read_due()
    return answer.headers["Location"]


def text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode()).replace("\u00a0", " ")


def test_an_export_is_looked_at_and_then_written(cast: Cast) -> None:
    order, browser = cast.place(Stage.COMPLETED), cast.aigerim.browser()
    report = bring(browser, told(order), ("999999999", "01.11.2026", "Выдан", "5", "", ""), ("x", "", "", "", "", ""))
    page = text(browser, report)
    assert "Записать 1 заказ" in page
    assert REVIEW in page
    assert "999999999" in text(browser, f"{report}?kind=unknown").replace(" ", "").replace("</span><span>", "").replace(
        "</span><b>", ""
    )
    assert "не номер заказа" in text(browser, f"{report}?kind=unread")
    answer = browser.post(f"{report}apply/", follow=True)
    assert "Записано, изменили 1 заказ" in html.unescape(answer.content.decode()).replace("\u00a0", " ")
    with cast.alma.scope():
        order.refresh_from_db()
    assert order.mark == 2


def test_the_form_on_the_quality_page_leads_to_the_same_report(cast: Cast) -> None:
    order, browser = cast.place(Stage.COMPLETED), cast.aigerim.browser()
    report = bring(browser, told(order), address="/quality/import/?shop=alma-tech")
    assert "Записать 1 заказ" in text(browser, report)


def test_while_it_is_read_the_page_asks_for_itself(cast: Cast) -> None:
    order, browser = cast.place(Stage.COMPLETED), cast.aigerim.browser()
    report = browser.post("/orders/import/?shop=alma-tech", {"file": sheet(told(order))}).headers["Location"]
    assert "every 1s" in text(browser, report)
    assert "в очереди" in text(browser, "/orders/import/")
    read_due()
    part = browser.get(report, headers={"HX-Request": "true", "HX-Target": "import"}).content.decode()
    assert part.lstrip().startswith('<div id="import"')
    assert "every 1s" not in part


def test_the_same_file_again_says_that_there_is_nothing_to_write(cast: Cast) -> None:
    order, browser = cast.place(Stage.COMPLETED), cast.aigerim.browser()
    browser.post(f"{bring(browser, told(order))}apply/")
    page = text(browser, bring(browser, told(order)))
    assert "ничего нового" in page
    assert "apply/" not in page
    assert "изменили 1 заказ" in text(browser, "/orders/import/")


def test_a_file_that_nobody_can_read_is_refused_at_once_or_in_the_report(cast: Cast) -> None:
    browser, address = cast.aigerim.browser(), "/orders/import/?shop=alma-tech"
    page = BytesIO(b"<html><table></table></html>")
    page.name = "orders.xls"
    refused = browser.post(address, {"file": page})
    assert (refused.status_code, "Это страница HTML" in refused.content.decode()) == (422, True)
    assert browser.post(address).status_code == 422
    damaged = BytesIO(sheet().getvalue()[:900])
    damaged.name = "../../orders\r\n.xlsx"
    report = browser.post(address, {"file": damaged}).headers["Location"]
    read_due()
    assert "файл повреждён" in text(browser, report)
    with cast.alma.scope():
        kept = CabinetImport.objects.get()
    assert (kept.content, "/" in kept.name, kept.state) == (None, False, "failed")


def test_a_number_of_another_company_is_unknown(cast: Cast) -> None:
    foreign, browser = cast.place(Stage.COMPLETED, shop="bereke-tools"), cast.aigerim.browser()
    browser.post(f"{bring(browser, told(foreign))}apply/")
    with cast.bereke.scope():
        foreign.refresh_from_db()
        assert (foreign.mark, CabinetFacts.objects.count()) == (None, 0)


def test_a_manager_may_neither_bring_nor_look(cast: Cast) -> None:
    order = cast.place(Stage.COMPLETED)
    report = bring(cast.aigerim.browser(), told(order))
    for address in ("/orders/import/", report):
        assert cast.bolat.browser().get(address).status_code == 403
    answer = cast.bolat.browser().post("/quality/import/?shop=alma-tech", {"file": sheet()})
    assert answer.status_code == 403


def test_the_card_tells_what_the_cabinet_told(cast: Cast) -> None:
    order, browser = cast.place(Stage.COMPLETED), cast.aigerim.browser()
    browser.post(f"{bring(browser, told(order))}apply/")
    page = text(cast.bolat.browser(), f"/orders/{order.code}/")
    assert "Болат К." in page
    assert REVIEW in page
    assert "Из выгрузки кабинета" in page


def test_who_is_shown_reviews_is_written_down(cast: Cast) -> None:
    order, browser = cast.place(Stage.COMPLETED), cast.aigerim.browser()
    report = bring(browser, told(order))
    browser.get(report)
    with cast.alma.scope():
        assert order.code in Disclosure.objects.filter(actor_label="Айгерим").latest("id").subjects


def test_a_review_is_forgotten_with_its_buyer(cast: Cast) -> None:
    order, browser = cast.place(Stage.COMPLETED), cast.aigerim.browser()
    browser.post(f"{bring(browser, told(order))}apply/")
    with cast.alma.scope():
        order.refresh_from_db()
        forgetting.ask_to_forget(order.phone, by=cast.aigerim.actor, now=database_now() + timedelta(days=1))
        facts, line = CabinetFacts.objects.get(), CabinetLine.objects.get()
    assert (facts.review, facts.accepted_by, line.told) == ("", "Болат К.", {})
    assert REVIEW not in text(browser, f"/orders/{order.code}/")
    page = text(browser, bring(browser, told(order)))
    assert REVIEW not in page


def test_the_simulator_of_the_cabinet_is_read_to_the_end(cast: Cast) -> None:
    order = cast.place(Stage.COMPLETED)
    world = cast.kaspi.world
    file = BytesIO(workbook(world, world.merchant(cast.alma.shop("alma-tech").merchant_uid)))
    file.name = "export.xlsx"
    browser = cast.aigerim.browser()
    report = browser.post("/orders/import/?shop=alma-tech", {"file": file}).headers["Location"]
    read_due()
    with cast.alma.scope():
        batch = CabinetImport.objects.get()
    assert (batch.unread, batch.against, batch.missing, batch.unknown) == (0, 0, [], 0)
    assert order.code in text(browser, report).replace("</span><span>", "").replace("</span><b>", "")
