"""The description of the API is valid, complete and true."""

import copy
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from kaspi_office import api_docs, api_urls
from orders.lifecycle import Stage
from tests.api.asking import get, post, with_entries
from tests.cast import Cast


@pytest.fixture
def described(client: Any) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return told


def operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, verb, told) for path, verbs in described["paths"].items() for verb, told in verbs.items()]


def check(told: object, schema: dict[str, Any], described: dict[str, Any]) -> None:
    """Raise when an answer is not of its described form. Fields that nobody described are faults, too."""
    strict = copy.deepcopy(described)
    for shape in strict["components"]["schemas"].values():
        if "properties" in shape:
            shape["additionalProperties"] = False
    jsonschema.Draft202012Validator({**schema, "components": strict["components"]}).validate(told)


def answer_form(operation: dict[str, Any], status: int) -> dict[str, Any]:
    form: dict[str, Any] = operation["responses"][str(status)]["content"]["application/json"]["schema"]
    return form


@pytest.mark.django_db
def test_the_description_is_valid_openapi_3_1_and_made_without_warnings(described: dict[str, Any]) -> None:
    GENERATOR_STATS.reset()
    api_docs.schema_in.cache_clear()
    made = api_docs.schema()
    validate_schema(made)  # type: ignore[no-untyped-call]
    assert not GENERATOR_STATS
    assert described["openapi"] == "3.1.0"


@pytest.mark.django_db
def test_every_address_is_described(described: dict[str, Any]) -> None:
    served = {str(pattern.pattern).replace("<str:", "{").replace(">", "}") for pattern in api_urls.urlpatterns}
    assert {path.removeprefix("/api/v1/") for path in described["paths"]} == served - {"openapi.json"}


@pytest.mark.django_db
def test_every_operation_tells_its_errors_its_key_and_its_words(described: dict[str, Any]) -> None:
    for path, verb, told in operations(described):
        assert told["security"] == [{"key": []}], path
        assert {"400", "401", "403", "404"} <= set(told["responses"]), path
        assert told["summary"], path
        assert all(parameter.get("description") or "enum" in parameter["schema"] for parameter in told["parameters"])
        writes = {"409", "413", "415", "422"} & set(told["responses"])
        assert bool(writes) == (verb in ("post", "patch")), path


@pytest.mark.django_db
def test_every_write_takes_an_idempotency_key(described: dict[str, Any]) -> None:
    for path, verb, told in operations(described):
        named = "Idempotency-Key" in [parameter["name"] for parameter in told["parameters"]]
        assert named == (verb in ("post", "patch")), path


@pytest.mark.parametrize("stage", [Stage.NEW, Stage.KD_HANDOVER, Stage.CANCELLED])
def test_every_get_answers_in_the_form_that_is_described(cast: Cast, described: dict[str, Any], stage: Stage) -> None:
    order, program = with_entries(cast, cast.place(stage)), cast.alma.program()
    action = post(program, f"orders/{cast.place().code}/accept").body
    filled = {"orders/{id}": f"orders/{order.code}", "actions/{id}": f"actions/{action['id']}"}
    filled |= {"{metric}": "cancelled", "{sku}": order.first_sku}
    for path, verb, told in operations(described):
        if verb == "get":
            address = path.removeprefix("/api/v1/")
            for hole, value in filled.items():
                address = address.replace(hole, value)
            needed = {
                one["name"]: "alma-tech" for one in told["parameters"] if one.get("required") and one["in"] == "query"
            }
            answer = get(program, address, **needed)
            assert answer.status == 200, address
            check(answer.body, answer_form(told, 200), described)


def test_actions_and_errors_have_the_form_that_is_described(cast: Cast, described: dict[str, Any]) -> None:
    told = described["paths"]["/api/v1/orders/{id}/accept"]["post"]
    order, program = cast.place(), cast.alma.program()
    check(post(program, f"orders/{order.code}/accept").body, answer_form(told, 202), described)
    check(post(program, "orders/none/accept").body, answer_form(told, 404), described)


@pytest.mark.django_db
def test_the_page_for_people_shows_every_operation(client: Any, described: dict[str, Any]) -> None:
    page = client.get("/api/docs/").content.decode()
    for path, _, told in operations(described):
        assert path in page
        assert f'id="{told["operationId"]}"' in page


@pytest.mark.django_db
def test_the_page_for_people_keeps_the_content_policy(client: Any) -> None:
    response = client.get("/api/docs/")
    page = response.content.decode()
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert "<style" not in page
    assert " style=" not in page
    assert all("src=" in tag for tag in page.split("<script")[1:])
