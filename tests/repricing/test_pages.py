"""The pages: a rule is written, looked at on the past, switched on; what it did is explained; who may what."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import CompetitorFile, PriceRule, RepricingState, WaitingPrice
from catalog.repricing.files import read_due
from staff.clock import database_now
from staff.formats import ALMATY
from tests.cast import Cast
from tests.repricing.market import SKU, Market

FORM: dict[str, Any] = {
    "scope": "shop",
    "strategy": "first",
    "step": "500",
    "step_kind": "tenge",
    "place": "1",
    "lag_minutes": "0",
    "floor": "80 000",
    "ceiling": "120000",
    "most_changes": "6",
    "most_move": "50",
    "rise_back": "yes",
    "only_in_stock": "yes",
    "min_interval_minutes": "0",
    "stale_minutes": "180",
}
HOME = "/catalog/repricing/?shop=alma-tech"


def plain(html: bytes) -> str:
    return re.sub(r"[\s\u00a0\u2009]+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


def test_a_rule_is_written_tried_on_the_past_and_then_switched_on(market: Market, cast: Cast) -> None:
    owner = cast.aigerim.browser()
    market.see(98_000, hours_ago=2)
    answer = owner.post("/catalog/repricing/rule/?shop=alma-tech", FORM)
    tried = plain(owner.get(answer.headers["Location"]).content)
    assert "ниже первого на 500 ₸" in tried
    assert "по правилу 97 500 ₸" in tried
    with market.scope():
        key = PriceRule.objects.get(switched_on=False).public_id
    assert market.run() == 0
    owner.post("/catalog/repricing/rule/switch/?shop=alma-tech", {"rule": key, "on": "yes"})
    market.run()
    shown = plain(owner.get(HOME).content)
    assert "100 000 ₸ → 97 500 ₸" in shown
    assert "дешевле всех из других 98 000 ₸, наше место 2 из 2" in shown
    assert "на Kaspi к" in shown


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("step", "0"),
        ("most_move", "100"),
        ("floor", "дорого"),
        ("ceiling", "79 999"),
        ("strategy", "win"),
        ("place", ""),
    ],
)
def test_a_wrong_field_is_said_beside_it_and_nothing_is_kept(
    market: Market, cast: Cast, field: str, value: str
) -> None:
    answer = cast.aigerim.browser().post("/catalog/repricing/rule/?shop=alma-tech", FORM | {field: value})
    assert answer.status_code == 422
    assert f'id="rule-{field}-wrong"' in answer.content.decode()
    with market.scope():
        assert not PriceRule.objects.exists()


def test_the_stop_of_the_company_is_one_press_and_is_shown(market: Market, cast: Cast) -> None:
    owner = cast.aigerim.browser()
    market.rule()
    owner.post("/catalog/repricing/stop/?shop=alma-tech", {"whole": "company", "stop": "yes"})
    market.see(90_000)
    assert market.run() == 0
    assert "Автоцены компании остановлены Айгерим" in plain(owner.get(HOME).content)
    with market.scope():
        assert RepricingState.objects.get(shop=None).stopped_by == "Айгерим"


def test_a_waiting_price_is_let_on_the_page(market: Market, cast: Cast) -> None:
    owner = cast.aigerim.browser()
    with market.scope():
        type(market.offer).objects.filter(pk=market.offer_id).update(most_step="0.05")
    market.rule()
    market.see(90_000)
    market.run()
    assert "шаг больше, чем разрешено товару за раз" in plain(owner.get(HOME).content)
    with market.scope():
        key = WaitingPrice.objects.get().public_id
    owner.post("/catalog/repricing/waiting/?shop=alma-tech", {"price": key, "answer": "confirm"})
    assert market.offer.price == 89_999


def test_who_manages_one_point_reads_and_changes_nothing(market: Market, cast: Cast) -> None:
    manager = cast.bolat.browser()
    assert '<form method="post" action="/catalog/repricing' not in manager.get(HOME).content.decode()
    assert manager.post("/catalog/repricing/rule/?shop=alma-tech", FORM).status_code == 403
    assert manager.post("/catalog/repricing/stop/?shop=alma-tech", {"stop": "yes"}).status_code == 403


def test_a_file_is_read_by_the_worker_and_its_bad_rows_are_told(market: Market, cast: Cast) -> None:
    seen = f"{database_now().astimezone(ALMATY):%d.%m.%Y %H:%M}"
    text = f"Артикул;Продавец;Цена;Когда видели\n{SKU};Чужой;91 000;{seen}\n{SKU};Другой;дорого;{seen}\nНЕТ;Чужой;5;{seen}\n"
    owner = cast.aigerim.browser()
    market.rule()
    owner.post("/catalog/repricing/prices/?shop=alma-tech", {"file": SimpleUploadedFile("p.csv", text.encode())})
    assert read_due() == 1
    shown = plain(owner.get(HOME).content)
    assert "новых цен 1, нет такого товара 1, не прочитано 1" in shown
    assert "строка 3, Цена: не цена вида 16990" in shown
    market.run()
    assert market.offer.price == 90_999
    with market.scope():
        assert CompetitorFile.objects.get().content is None


def test_a_link_that_did_not_open_is_reported(market: Market, cast: Cast) -> None:
    owner, url = cast.aigerim.browser(), "https://kaspi.kz/shop/p/nomad-101/"
    wrong = owner.post("/catalog/repricing/link/?shop=alma-tech", {"sku": SKU, "url": "https://evil.example/"})
    assert wrong.status_code == 422
    owner.post("/catalog/repricing/link/?shop=alma-tech", {"sku": SKU, "url": url})
    assert "ещё не смотрели" in plain(owner.get(HOME).content)
    program = cast.alma.program()
    row = {"sku": SKU, "seen_at": "2099-01-01T00:00:00Z", "broken": True}
    body = {"shop": "alma-tech", "prices": [row]}
    assert program.post("/api/v1/competitor-prices", body, content_type="application/json").json()["late"] == 1
    row["seen_at"] = database_now().isoformat()
    program.post("/api/v1/competitor-prices", body, content_type="application/json")
    assert "всего 1, не открываются 1" in plain(owner.get(HOME).content)
