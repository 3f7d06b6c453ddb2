"""The import family and barcodes (kaspi-api §4, §7)."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from integrations.kaspi.simulator import product_rules

from .conftest import Simulator

KETTLE = "Electric kettles*Obsie harakteristiki.electric kettles*"
ITEM: dict[str, Any] = {
    "sku": "A1",
    "title": "Чайник",
    "brand": "Saya",
    "category": "Master - Electric kettles",
    "attributes": [{"code": f"{KETTLE}brand", "value": "Saya"}, {"code": f"{KETTLE}model", "value": "KTL-17"}],
    "images": [{"url": "https://example.kz/1.jpg"}],
}


def ask(simulator: Simulator, method: str, path: str, **rest: Any) -> Any:
    response = simulator.send(method, f"/shop/api/products/{path}", headers=simulator.headers, **rest)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_good_and_a_bad_product_stand_in_the_result_of_their_import(simulator: Simulator) -> None:
    started = ask(simulator, "POST", "import", json=[ITEM, {"sku": "B2", "colour": "red"}])
    assert started["status"] == "UPLOADED"
    assert ask(simulator, "GET", "import", params={"i": started["code"]})["status"] == "UPLOADED"
    simulator.advance(minutes=0.1)
    assert ask(simulator, "GET", "import", params={"i": started["code"]})["status"] == "PROCESSING"
    simulator.advance(minutes=1)
    assert ask(simulator, "GET", "import", params={"i": started["code"]}) == {
        "code": started["code"],
        "status": "FINISHED",
    }
    result = ask(simulator, "GET", "import/result", params={"i": started["code"]})
    assert (result["errors"], result["total"], result["result"]["A1"]) == (1, 2, {"state": "FINISHED"})
    assert "colour is unknown" in result["result"]["B2"]["errors"]


@pytest.mark.parametrize(
    "change",
    [
        {"sku": "A" * 65},
        {"title": ""},
        {"brand": 7},
        {"category": "Электрочайники"},
        {"category": "Master - Anvils"},
        {"description": "о" * 1025},
        {"weight": 2},
        {"familyId": ""},
        {"colour": "red"},
        {"attributes": []},
        {"attributes": ITEM["attributes"][:1]},
        {"attributes": [*ITEM["attributes"], {"code": "no group", "value": "x"}]},
        {"attributes": [*ITEM["attributes"], {"code": f"{KETTLE}taste", "value": "x"}]},
        {"attributes": [*ITEM["attributes"], {"code": f"{KETTLE}color", "value": "ультрафиолет"}]},
        {"attributes": [*ITEM["attributes"], {"code": f"{KETTLE}color", "value": ["белый"]}]},
        {"attributes": [*ITEM["attributes"], {"code": f"{KETTLE}weight", "value": "2"}]},
        {"attributes": [*ITEM["attributes"], {"code": f"{KETTLE}new", "value": 1}]},
        {"images": []},
        {"images": [{"url": "ftp://example.kz/1.jpg"}]},
    ],
)
def test_each_rule_of_a_card_is_judged(change: dict[str, Any]) -> None:
    assert product_rules.faults(ITEM) == []
    assert len(product_rules.faults(ITEM | change)) == 1


def test_an_upload_is_a_write_and_the_same_cards_again_are_another_one(simulator: Simulator) -> None:
    codes = {ask(simulator, "POST", "import", json=[ITEM])["code"] for _ in range(2)}
    assert len(codes) == 2
    writes = simulator.control("GET", "log?status=products")["writes"]
    assert [(write["code"], write["applied"]) for write in writes] == [(None, True), (None, True)]


@pytest.mark.parametrize("body", [b"{}", b"[]", b"[1]", b"<xml/>"])
def test_what_is_no_list_of_cards_is_refused(simulator: Simulator, body: bytes) -> None:
    headers = {**simulator.headers, "Content-Type": "text/plain"}
    assert simulator.send("POST", "/shop/api/products/import", headers=headers, content=body).status_code == 400


def test_categories_have_attributes_and_these_have_values(simulator: Simulator) -> None:
    category = ask(simulator, "GET", "classification/categories")[0]
    found = ask(simulator, "GET", "classification/attributes", params={"c": category["code"]})
    assert set(found[0]) == {"code", "type", "multiValued", "mandatory"}
    query = {"c": category["code"], "a": found[0]["code"]}
    assert set(ask(simulator, "GET", "classification/attribute/values", params=query)[0]) == {"code", "name"}


def test_the_schema_of_an_import_is_given(simulator: Simulator) -> None:
    schema = ask(simulator, "GET", "import/schema")
    jsonschema.Draft4Validator.check_schema(schema)
    assert jsonschema.Draft4Validator(schema).is_valid([ITEM])
    assert not jsonschema.Draft4Validator(schema).is_valid([ITEM | {"colour": "red"}])


def test_an_import_of_another_shop_is_unknown(simulator: Simulator) -> None:
    answer = simulator.send("GET", "/shop/api/products/import?i=1", headers=simulator.headers)
    assert answer.status_code == 404


def test_barcodes_are_answered_one_by_one(simulator: Simulator) -> None:
    code = simulator.make(entries=[{"sku": "SAY-KTL-17"}])
    sold = simulator.control("GET", f"orders/{code}")["entries"][0]["product_code"]
    asked = [(sold, "4600000000000"), (sold, "46"), ("", "4600000000000"), ("1", "4600000000000")]
    body = {"items": [{"masterSku": sku, "barcode": barcode} for sku, barcode in asked]}
    answer = simulator.send("POST", "/shop/api/v2/nct", json=body, headers=simulator.headers).json()
    assert answer["merchantUid"] == "30000001"
    statuses = [item["status"] for item in answer["items"]]
    assert statuses == ["OK", "INCORRECT_BARCODE", "EMPTY_MASTER_SKU", "MASTER_SKU_NOT_FOUND"]
