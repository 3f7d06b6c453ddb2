"""The journal and a file, as the owner meets them: from a press on the shelf to the sheet on his disk."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.office import Office
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

AIGERIM = "owner@alma.example"


def test_a_shelf_becomes_a_file_and_the_journal_says_so(office: Office, sit: Sit, watch: Watch) -> None:
    code = office.new_order()
    office.wait_until_known(1)
    page = sit(AIGERIM)
    page.goto("/orders/new/")
    page.get_by_role("button", name="Выгрузить").click()
    expect(page).to_have_url(re.compile("/files/$"))
    expect(page.get_by_role("link", name="Скачать")).to_be_visible()
    watch.look(page, "files")
    with page.expect_download() as waited:
        page.get_by_role("link", name="Скачать").click()
    sheet = load_workbook(io.BytesIO(waited.value.path().read_bytes())).worksheets[0]
    assert sheet["A2"].value == code
    assert waited.value.suggested_filename.startswith("orders-2")
    page.goto("/staff/journal/")
    lines = page.locator("#journal")
    expect(lines).to_contain_text("Скачал выгрузку")
    expect(lines).to_contain_text("впервые")
    watch.look(page, "journal")


def test_a_filter_narrows_without_a_reload_and_can_be_linked_to(office: Office, sit: Sit) -> None:
    code = office.new_order()
    office.wait_until_known(1)
    page = sit(AIGERIM)
    page.goto("/orders/new/")
    page.get_by_role("button", name="Принять").first.click()
    expect(page.locator("tbody")).to_contain_text("принимаем", ignore_case=True)
    page.goto("/staff/journal/")
    lines = page.locator("#journal")
    expect(lines).to_contain_text("Завёл компанию")
    page.get_by_label("Номер заказа").fill(code)
    page.get_by_label("Номер заказа").press("Enter")
    expect(lines).not_to_contain_text("Завёл компанию")
    expect(lines).to_contain_text("Принял")
    expect(page).to_have_url(re.compile(f"subject={code}"))
    page.reload()
    expect(lines).to_contain_text(f"заказ {code}")


def test_without_script_the_journal_and_files_work(office: Office, sit: Sit) -> None:
    page = sit(AIGERIM, java_script_enabled=False)
    page.goto("/staff/journal/")
    page.get_by_label("Действие").select_option(label="Завёл компанию")
    page.get_by_role("button", name="Показать").click()
    expect(page.locator("#journal tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Выгрузить").click()
    expect(page).to_have_url(re.compile("/files/$"))
    expect(page.get_by_role("cell", name="Журнал")).to_be_visible()
