"""The marks of the demo come once, when every shop is imported, and whatever is being started again meanwhile."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from integrations.models import KaspiAccount
from kaspi_office import demo, demo_marks
from kaspi_office.local import places
from kaspi_office.provisioning import find_company
from staff.models import AuditEntry
from staff.scoping import company_scope
from tests.kaspi_server import KaspiServer


@pytest.fixture
def loaded(db: None, kaspi_server: KaspiServer) -> KaspiServer:
    """The demo companies in the office, their merchants without orders at Kaspi, and nothing imported yet."""
    demo.load(now=timezone.now())
    for company in demo.document()["companies"]:
        for shop in company["shops"]:
            kaspi_server.control("merchants", {"uid": shop["merchant_uid"], "name": shop["name"]})
    return kaspi_server


def companies() -> Iterator[Any]:
    for slug in demo.LOGINS:
        company_id = find_company(slug)
        assert company_id is not None
        with company_scope(company_id):
            yield company_id


def finish_imports() -> None:
    for _ in companies():
        KaspiAccount.objects.update(import_finished_at=timezone.now())


def brought() -> list[tuple[str, str]]:
    """The shops whose exports were brought, and by whom."""
    return [
        (entry.subject_id, entry.actor_label)
        for _ in companies()
        for entry in AuditEntry.objects.filter(action="quality.export_imported").order_by("id")
    ]


ALL = [("alma-tech", "Айгерим"), ("alma-dom", "Айгерим"), ("bereke-tools", "Чингиз"), ("bereke-sad", "Чингиз")]


def test_nothing_is_brought_before_the_last_shop_is_imported(loaded: KaspiServer) -> None:
    finish_imports()
    for _ in companies():
        KaspiAccount.objects.filter(shop__slug="bereke-sad").update(import_finished_at=None)
    assert demo_marks.load(seconds=0) is False
    assert brought() == []


def test_every_owner_brings_the_exports_of_his_shops(loaded: KaspiServer) -> None:
    finish_imports()
    assert demo_marks.load(seconds=0) is True
    assert brought() == ALL


def test_what_was_brought_before_an_interruption_is_not_brought_again(loaded: KaspiServer) -> None:
    finish_imports()
    demo_marks.load(seconds=0)
    assert demo_marks.load(seconds=0) is True
    assert brought() == ALL


def test_a_simulator_that_is_being_started_again_is_waited_for(loaded: KaspiServer, settings: Settings) -> None:
    finish_imports()
    settings.KASPI_BASE_URL = f"http://127.0.0.1:{places.free_port()}/shop/api"
    assert demo_marks.load(seconds=0) is False
    settings.KASPI_BASE_URL = loaded.base_url
    assert demo_marks.load(seconds=0) is True


def test_the_command_remembers_that_it_is_done(loaded: KaspiServer, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "demo.json").write_text('{"logins": []}')
    finish_imports()
    call_command("load_demo_marks")
    assert json.loads((tmp_path / "demo.json").read_text()) == {"logins": [], "marks": True}


def test_the_real_kaspi_is_not_asked(db: None, settings: Settings, tmp_path: Path, capsys: Any) -> None:
    settings.DATA_DIR, settings.KASPI_BASE_URL = tmp_path, "https://kaspi.kz/shop/api"
    call_command("load_demo_marks")
    assert "real Kaspi" in capsys.readouterr().err
    assert not (tmp_path / "demo.json").exists()
