"""The demo companies are those of the simulator, and may be loaded again."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count, Q
from django.utils import timezone
from pytest_django import Settings

from catalog.models import Movement, Offer, StockItem
from integrations.kaspi.simulator.scenarios import begin
from integrations.kaspi.simulator.world import World
from kaspi_office import demo
from kaspi_office.provisioning import find_company
from staff.models import Shift, User
from staff.scoping import company_scope


@pytest.fixture
def data_dir(db: None, settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def shops() -> list[dict[str, Any]]:
    return [shop for company in demo.document()["companies"] for shop in company["shops"]]


def test_shops_points_hours_and_tokens_are_the_simulator_s() -> None:
    world = begin(World(), "rush")
    ours = {
        shop["merchant_uid"]: (
            shop["name"],
            [(point["code"], point["name"], point["city"]) for point in shop["points"]],
        )
        for shop in shops()
    }
    theirs = {
        uid: (merchant.name, [(point.code, point.name, point.city) for point in merchant.points.values()])
        for uid, merchant in world.merchants.items()
    }
    assert ours == theirs
    assert {shop["token"]: [shop["merchant_uid"]] for shop in shops()} == world.tokens
    hours = {day: [list(span) for span in spans] for day, spans in world.merchants["30000001"].schedule.items()}
    assert {day: [span] for day, span in demo.HOURS.items()} == hours


def test_both_policies_are_shown() -> None:
    assert {"mirror", "push"} <= {shop["expiry_policy"] for shop in shops()}


def test_loading_twice_is_loading_once(data_dir: Path) -> None:
    for _ in range(2):
        demo.load(now=timezone.now())
    company_id = find_company("alma")
    assert company_id is not None
    with company_scope(company_id):
        assert (StockItem.objects.count(), Offer.objects.count()) == (90, 60)
        assert Movement.objects.count() == StockItem.objects.filter(on_hand__gt=0).count()
        assert StockItem.objects.filter(on_hand=0).exists()
        assert StockItem.objects.filter(on_hand=1).exists()


def test_the_days_of_the_numbers_had_somebody_at_each_point(data_dir: Path) -> None:
    for _ in range(2):
        demo.load(now=timezone.now())
    company_id = find_company("alma")
    assert company_id is not None
    with company_scope(company_id):
        held = Shift.objects.values("point_id").annotate(days=Count("pk"), open=Count("pk", filter=Q(ended_at=None)))
        assert [(one["days"], one["open"]) for one in held] == [(demo.SHIFT_DAYS, 0)] * 2


def test_the_command_tells_who_can_sign_in_and_to_nobody_else(data_dir: Path) -> None:
    call_command("load_demo")
    file = data_dir / "demo.json"
    for login in json.loads(file.read_text())["logins"]:
        assert User.objects.get(email=login["email"]).check_password(login["password"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_demo_companies_are_not_made_against_the_real_kaspi(data_dir: Path, settings: Settings) -> None:
    settings.KASPI_BASE_URL = "https://kaspi.kz/shop/api"
    call_command("load_demo")
    assert (find_company("alma"), (data_dir / "demo.json").exists()) == (None, False)
