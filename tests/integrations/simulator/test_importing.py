"""The import family and barcodes (kaspi-api §4, §7)."""

from typing import Any

from .conftest import Simulator

ITEM = {
    "sku": "A1",
    "title": "Чайник",
    "brand": "Saya",
    "category": "Master - Electric kettles",
    "attributes": [{"code": "Electric kettles*Obsie harakteristiki.brand", "value": "Saya"}],
    "images": [{"url": "https://example.kz/1.jpg"}],
}


def ask(simulator: Simulator, method: str, path: str, **rest: Any) -> Any:
    response = simulator.send(method, f"/shop/api/products/{path}", headers=simulator.headers, **rest)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_good_and_a_bad_product_stand_in_the_result_of_their_import(simulator: Simulator) -> None:
    started = ask(simulator, "POST", "import", json=[ITEM, {"sku": "B2", "colour": "red"}])
    assert started["status"] == "UPLOADED"
    assert ask(simulator, "GET", "import", params={"i": started["code"]})["status"] == "PROCESSING"
    simulator.advance(minutes=1)
    assert ask(simulator, "GET", "import", params={"i": started["code"]}) == {
        "code": started["code"],
        "status": "FINISHED",
    }
    result = ask(simulator, "GET", "import/result", params={"i": started["code"]})
    assert (result["errors"], result["total"], result["result"]["A1"]) == (1, 2, {"state": "FINISHED"})
    assert "colour is unknown" in result["result"]["B2"]["errors"]


def test_categories_have_attributes_and_these_have_values(simulator: Simulator) -> None:
    category = ask(simulator, "GET", "classification/categories")[0]
    found = ask(simulator, "GET", "classification/attributes", params={"c": category["code"]})
    assert set(found[0]) == {"code", "type", "multiValued", "mandatory"}
    query = {"c": category["code"], "a": found[0]["code"]}
    assert set(ask(simulator, "GET", "classification/attribute/values", params=query)[0]) == {"code", "name"}


def test_the_schema_of_an_import_is_given(simulator: Simulator) -> None:
    assert ask(simulator, "GET", "import/schema")["items"]["additionalProperties"] is False


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
