"""The product import of kaspi-api §7: each call as it is sent, each answer field by field, and against the simulator."""

import json
from typing import Any

import httpx
import pytest

from integrations.kaspi import products
from integrations.kaspi.errors import NoInformation, Rejected, UnknownOutcome
from integrations.kaspi.products import Attribute, Category, ItemResult, Kind, UploadState, Value
from tests.cast import document
from tests.integrations.kaspi_client.conversation import BASE, TOKEN, answering, talk
from tests.kaspi import Kaspi

ITEM = {"sku": "A1", "title": "Чайник"}


def ok(body: Any, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=body)


def test_each_call_goes_as_the_guide_says() -> None:
    seen: list[httpx.Request] = []

    def kaspi(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return ok({"code": "u1", "status": "UPLOADED"} if "import" in request.url.path else [])

    talk(kaspi, lambda shop: products.attributes(shop, "Master - A & B"))
    talk(kaspi, lambda shop: products.values(shop, "Master - A", "A*b.c*d/e, %"))
    talk(kaspi, lambda shop: products.upload(shop, [ITEM]))
    asked, valued, sent = seen
    assert str(asked.url) == f"{BASE}/products/classification/attributes?c=Master%20-%20A%20%26%20B"
    assert valued.url.params["a"] == "A*b.c*d/e, %"
    assert (sent.method, sent.url.path, json.loads(sent.content)) == ("POST", "/shop/api/products/import", [ITEM])
    told = {name: sent.headers[name] for name in ("accept", "content-type", "x-auth-token", "x-merchant-uid")}
    assert list(told.values()) == ["application/json", "text/plain", TOKEN, "30000001"]


def test_dictionaries_are_read_field_by_field() -> None:
    found = ok([{"code": "Master - Blenders", "title": "Блендеры"}, {"code": "Master - Mops"}])
    assert talk(answering(found), products.categories) == (
        Category("Master - Blenders", "Блендеры"),
        Category("Master - Mops", "Master - Mops"),
    )
    told = {"code": "A*b.a*type", "type": "enum", "multiValued": False, "mandatory": True}
    asked = talk(answering(ok([told])), lambda shop: products.attributes(shop, "A"))
    assert asked == (Attribute("A*b.a*type", Kind.ENUM, multiple=False, mandatory=True),)
    values = talk(answering(ok([{"code": "мягкая", "name": "Мягкая"}])), lambda shop: products.values(shop, "A", "a"))
    assert values == (Value("мягкая", "Мягкая"),)


def test_a_result_is_read_whatever_an_error_looks_like() -> None:
    told = {
        "errors": 2,
        "warnings": 1,
        "skipped": 0,
        "total": 3,
        "result": {
            "A": {"state": "FINISHED"},
            "B": {"state": "ERROR", "errors": [{"field": "brand", "message": ["нет такого"]}], "code": 7},
            "C": {"state": "SKIPPED"},
        },
    }
    found = talk(answering(ok(told)), lambda shop: products.result(shop, "u1"))
    assert (found.errors, found.warnings, found.skipped, found.total) == (2, 1, 0, 3)
    assert found.items == (
        ItemResult("A", "FINISHED"),
        ItemResult("B", "ERROR", ("brand", "нет такого")),
        ItemResult("C", "SKIPPED"),
    )
    assert [one.taken for one in found.items] == [True, False, False]


@pytest.mark.parametrize(
    "told", [{}, {"code": "u1"}, {"code": "", "status": "x"}, [], {"code": 1, "status": "x"}, "UPLOADED"]
)
def test_an_answer_that_says_nothing_leaves_the_outcome_unknown(told: Any) -> None:
    with pytest.raises(UnknownOutcome):
        talk(answering(ok(told)), lambda shop: products.upload(shop, [ITEM]))


def test_a_refusal_is_not_an_unknown_outcome_and_a_count_of_errors_is_no_refusal() -> None:
    refused = ok({"errors": [{"title": "no"}]}, status=400)
    with pytest.raises(Rejected):
        talk(answering(refused), lambda shop: products.upload(shop, [ITEM]))
    with pytest.raises(NoInformation):
        talk(answering(ok({"result": []})), lambda shop: products.result(shop, "u1"))


@pytest.mark.parametrize("count", [0, 10_001])
def test_an_upload_holds_one_to_ten_thousand_cards(count: int) -> None:
    with pytest.raises(ValueError, match="10000"):
        talk(answering(ok({})), lambda shop: products.upload(shop, [ITEM] * count))


def test_the_simulator_and_the_client_understand_each_other() -> None:
    kaspi = Kaspi()
    shop = document()["companies"][0]["shops"][0]
    kaspi.open_shop(shop["merchant_uid"], points=["PP1"])

    def call(work: Any) -> Any:
        return kaspi.call(shop["merchant_uid"], work)

    category = call(products.categories)[0]
    asked = call(lambda client: products.attributes(client, category.code))
    assert {one.kind for one in asked} == set(Kind)
    assert call(lambda client: products.values(client, category.code, asked[0].code))
    assert call(products.schema)["maxItems"] == products.MOST_ITEMS
    started = call(lambda client: products.upload(client, [ITEM]))
    assert call(lambda client: products.status(client, started.code)) == UploadState(started.code, "UPLOADED")
    kaspi.control("POST", "advance", {"seconds": 60})
    assert call(lambda client: products.status(client, started.code)).finished
    [item] = call(lambda client: products.result(client, started.code)).items
    assert (item.sku, item.taken, "brand is required" in item.words) == ("A1", False, True)
