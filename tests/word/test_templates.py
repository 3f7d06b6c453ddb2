"""A template's life on the pages: uploaded, looked at on an order, switched on, printed, replaced, removed."""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document

from orders.documents.word import confined, keeping, printing
from orders.documents.word.filling import months_after
from orders.documents.word.starter import starter
from orders.lifecycle import Stage
from orders.models import Order, OrderEvent, PaperNumber, WordTemplate, WordVersion
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.exports.making import make_due
from staff.models import AuditEntry, Disclosure, Door, ExportFile
from tests.cast import Cast, Company
from tests.word.papers import paper

URL = "/documents/templates/"


def upload(browser: Client, file: bytes, to: str = URL, **form: Any) -> Any:
    given = {"name": "Гарантийный талон", "months": "12", "shop": "", **form}
    return browser.post(to, {**given, "file": SimpleUploadedFile("a.docx", file)})


def in_service(company: Company, shop: str = "", *, file: bytes = b"", name: str = "Гарантийный талон") -> WordTemplate:
    """A template that orders are given, looked at by its owner."""
    with company.scope():
        owner = company.shop(shop) if shop else None
        now = database_now()
        template: WordTemplate = WordTemplate.objects.create(
            name=name, shop=owner, months=12, in_service=1, created_at=now
        )
        version = {"digest": "0" * 64, "uploaded_at": now, "previewed_at": now, "actor_label": "Айгерим"}
        WordVersion.objects.create(template=template, number=1, file=file or starter(), **version)
        return template


def printed(browser: Client, order: Order, template: WordTemplate, **form: str) -> Any:
    return browser.post(f"/orders/{order.code}/paper/", {"template": str(template.public_id), **form})


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(answer.content)).paragraphs)


def test_a_template_is_uploaded_looked_at_and_switched_on(cast: Cast) -> None:
    order, browser = cast.place(customer={"firstName": "Tom &", "lastName": "<b>"}), cast.aigerim.browser()
    page = upload(browser, starter()).headers["Location"]
    refused = browser.post(f"{page}on/", {"version": "1"})
    assert (refused.status_code, "Сначала посмотрите" in refused.content.decode()) == (409, True)
    seen = text_of(browser.post(f"{page}preview/", {"version": "1", "order": order.code}))
    assert "Tom & <b>" in seen
    assert "№ —" in seen
    assert browser.post(f"{page}on/", {"version": "1"}).headers["Location"] == page
    assert "Гарантийный талон" in browser.get(f"/orders/{order.code}/").content.decode()


def test_what_may_not_stand_in_a_template_comes_back_beside_the_file(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    answer = upload(browser, paper("{{ order.shop.api_token }}"))
    assert answer.status_code == 422
    assert "«order.shop.api_token», такого нет" in answer.content.decode()
    assert 'value="Гарантийный талон"' in answer.content.decode()
    assert upload(browser, b"\0" * 5_000_001).status_code == 413
    assert upload(browser, starter(), months="1000").status_code == 422
    with cast.alma.scope():
        assert not WordTemplate.objects.exists()


def test_a_paper_has_one_number_however_often_it_is_printed(cast: Cast) -> None:
    template, other = in_service(cast.alma), in_service(cast.alma, file=paper("№ {{ card.number }}"), name="Чек")
    first, second, browser = cast.place(), cast.place(), cast.bolat.browser()
    said = [text_of(printed(browser, order, template)) for order in (first, first, second)]
    assert [re.findall(r"№ (\d{5})", text) for text in said] == [["00001"], ["00001"], ["00002"]]
    assert "№ 00003" in text_of(printed(browser, first, other))


def test_a_print_is_told_in_the_history_and_to_the_disclosures(cast: Cast) -> None:
    order, template = cast.place(), in_service(cast.alma)
    answer = printed(cast.bolat.browser(), order, template)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    with cast.alma.scope():
        event = OrderEvent.objects.get(order_id=order.pk, kind="printed")
        told = Disclosure.objects.get(door=Door.PRINT)
    assert (event.details, event.actor_label) == ({"paper": "Гарантийный талон", "number": 1}, "Болат")
    assert (told.subjects, told.actor_label) == ([order.code], "Болат")
    assert "Напечатано: Гарантийный талон" in cast.bolat.browser().get(f"/orders/{order.code}/").content.decode()


def test_an_order_is_given_the_templates_of_its_shop(cast: Cast) -> None:
    own, foreign = in_service(cast.alma, "alma-tech"), in_service(cast.alma, "alma-dom", name="Для дома")
    order, browser = cast.place(), cast.aigerim.browser()
    page = browser.get(f"/orders/{order.code}/").content.decode()
    assert str(own.public_id) in page
    assert str(foreign.public_id) not in page
    assert printed(browser, order, foreign).status_code == 404
    assert printed(cast.chingiz.browser(), order, own).status_code == 404
    assert printed(cast.daniyar.browser(), order, own).status_code == 404


def test_a_newer_version_waits_and_an_older_one_comes_back(cast: Cast) -> None:
    template, browser = in_service(cast.alma, file=paper("старый")), cast.aigerim.browser()
    page, order = f"{URL}{template.public_id}/", cast.place()
    assert upload(browser, paper("новый"), f"{page}versions/").status_code == 302
    assert "старый" in text_of(printed(browser, order, template))
    text_of(browser.post(f"{page}preview/", {"version": "2"}))
    browser.post(f"{page}on/", {"version": "2"})
    assert "новый" in text_of(printed(browser, order, template))
    browser.post(f"{page}on/", {"version": "1"})
    assert "старый" in text_of(printed(browser, order, template))


def test_what_is_off_or_removed_is_given_no_more_and_its_numbers_stay(cast: Cast) -> None:
    template, order, browser = in_service(cast.alma), cast.place(), cast.aigerim.browser()
    page = f"{URL}{template.public_id}/"
    printed(browser, order, template)
    browser.post(f"{page}off/")
    assert printed(browser, order, template).status_code == 404
    assert browser.post(f"{page}remove/").status_code == 302
    assert browser.get(page).status_code == 404
    with cast.alma.scope():
        assert (PaperNumber.objects.count(), WordVersion.objects.count()) == (1, 0)
        deeds = list(AuditEntry.objects.filter(subject_kind="template").order_by("pk").values_list("action", flat=True))
    assert deeds == ["template.switched_off", "template.removed"]


def test_the_oldest_version_that_is_not_in_service_makes_room(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "check", lambda file: None)
    monkeypatch.setattr(keeping, "MOST_VERSIONS", 3)
    template = in_service(cast.alma)
    with cast.alma.scope():
        for _ in range(4):
            keeping.renew(template, b"x", by=cast.aigerim.actor, now=database_now())
        kept = [version.number for version in keeping.versions_of(template)]
    assert kept == [5, 4, 1]


def test_a_manager_of_one_point_prints_and_may_not_change_templates(cast: Cast) -> None:
    template, browser = in_service(cast.alma), cast.bolat.browser()
    assert browser.get(URL).status_code == 403
    assert browser.post(f"{URL}{template.public_id}/off/").status_code == 403
    with cast.alma.scope(), pytest.raises(Refused, match="forbidden"):
        keeping.switch_off(template, by=cast.bolat.actor, now=database_now())


def test_the_renderer_is_told_of_no_other_order(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    order, other = cast.place(), cast.place()
    asked: list[dict[str, Any]] = []

    def run(task: dict[str, Any]) -> dict[str, str]:
        asked.append(task)
        return {"file": ""}

    monkeypatch.setattr(confined, "run", run)
    with cast.alma.scope():
        template = in_service(cast.alma)
        printing.paper(
            Order.objects.select_related("shop", "point").get(pk=order.pk),
            template.public_id,
            by=cast.bolat.actor,
            now=database_now(),
        )
    told = str(asked[0]["context"])
    assert order.code in told
    assert not any(word in told for word in (other.code, order.kaspi_id, str(order.public_id), "object at 0x"))


def test_warranty_counts_from_the_day_of_issue(cast: Cast) -> None:
    template = in_service(cast.alma, file=paper("{{ warranty.since }} {{ warranty.until }} {{ order.issued }}"))
    order = cast.place(Stage.COMPLETED)
    since, until, issued = text_of(printed(cast.aigerim.browser(), order, template)).split()
    assert since == issued
    assert until == since[:6] + str(int(since[6:]) + 1)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 12, date(2027, 11, 30)),
        (date(2026, 12, 15), 0, date(2026, 12, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_one(start: date, months: int, end: date) -> None:
    assert months_after(start, months) == end


# A stand-in: LibreOffice is large, and its part here is to be started rightly and to answer with a file.
STAND_IN = """#!/bin/sh
case "$*" in *"-env:UserInstallation=file://"*"--headless"*|*"--headless"*"-env:UserInstallation=file://"*) ;; *) exit 1;; esac
env > "$(dirname "$0")/environment"
while [ "$1" != --outdir ]; do shift; done
printf '%%PDF-1.7 %s' "$(head -c 2 "$4")" > "$2/paper.pdf"
"""


@pytest.fixture
def converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "soffice"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("SECRET_KEY", "canary-7f3a9e")
    return tmp_path


def test_a_worker_makes_the_pdf_where_a_converter_is(cast: Cast, converter: Path) -> None:
    order, template, browser = cast.place(), in_service(cast.alma), cast.bolat.browser()
    assert 'value="pdf"' in browser.get(f"/orders/{order.code}/").content.decode()
    assert printed(browser, order, template, form="pdf").headers["Location"] == "/files/"
    make_due()
    with cast.alma.scope():
        file = ExportFile.objects.get()
        assert OrderEvent.objects.filter(order_id=order.pk, kind="printed").count() == 1
    answer = browser.get(f"/files/{file.public_id}/")
    assert (answer.headers["Content-Type"], answer.content) == ("application/pdf", b"%PDF-1.7 PK")
    assert "canary" not in (converter / "environment").read_text()
    assert "1\u00a0документ, до" in browser.get("/files/").content.decode()


def test_without_a_converter_the_page_says_so_and_gives_word(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    order, template, browser = cast.place(), in_service(cast.alma), cast.aigerim.browser()
    assert "документы дают только в Word" in browser.get(URL).content.decode()
    assert 'value="pdf"' not in browser.get(f"/orders/{order.code}/").content.decode()
    assert printed(browser, order, template, form="pdf").status_code == 409


def test_a_foreign_template_is_none(cast: Cast) -> None:
    template = in_service(cast.alma)
    with cast.bereke.scope(), pytest.raises(NotVisible):
        keeping.find(template.public_id, by=cast.chingiz.actor)
