"""Bad input gets a 4xx in the form of our errors, and nothing is stored (reliability.md §4, rows 1–13)."""

import json
from typing import Any

import pytest

from staff.models import AuditEntry
from tests.api.asking import ROOT, get, post
from tests.cast import Cast

DEEP = b'{"comment": ' + b"[" * 40 + b"]" * 40 + b', "reason": "out_of_stock"}'
VERY_DEEP = b'{"comment": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"shelf": "attic"}, "bad_value", "shelf"),
        ({"stage": "tired"}, "bad_value", "stage"),
        ({"updated_since": "yesterday"}, "bad_value", "updated_since"),
        ({"created_from": "2026-02-31"}, "bad_value", "created_from"),
        ({"created_to": "10000-01-01"}, "bad_value", "created_to"),
        ({"created_from": "0000-00-00"}, "bad_value", "created_from"),
        ({"created_from": "2026-01-01T00:00:00+25:00"}, "bad_value", "created_from"),
        ({"q": "а" * 101}, "bad_value", "q"),
        ({"q": "a\x00b"}, "bad_value", "q"),
        ({"shop": "a\x00b"}, "bad_value", "shop"),
        ({"shop": "a" * 10_000}, "bad_value", "shop"),
        ({"colour": "red"}, "unknown_parameter", "colour"),
        ({"company_id": "1"}, "unknown_parameter", "company_id"),
        ({"include": "points"}, "unknown_parameter", "include"),
        ({"sort": "id"}, "unknown_parameter", "sort"),
        ({"shelf": ["new", "archive"]}, "bad_value", "shelf"),
    ],
)
def test_a_wrong_parameter_is_told_by_its_name(cast: Cast, query: dict[str, Any], code: str, field: str) -> None:
    assert get(cast.alma.program(), "orders", **query).fault == (400, code, field)


@pytest.mark.parametrize(
    "moment", ["2026-01-01", "2026-01-01T10:00", "2026-01-01T10:00:00Z", "0001-01-01", "9999-12-31"]
)
def test_a_moment_may_be_written_in_many_ways(cast: Cast, moment: str) -> None:
    program = cast.alma.program()
    for name in ("created_from", "created_to", "updated_since"):
        assert get(program, "orders", **{name: moment}).status == 200


@pytest.mark.parametrize("name", ["shop", "point"])
def test_a_foreign_shop_or_point_is_answered_like_an_unknown_one(cast: Cast, name: str) -> None:
    with cast.bereke.scope():
        cast.bereke.point("bereke-tools", "PP1")
    program = cast.alma.program()
    foreign = get(program, "orders", **{name: "bereke-tools"})
    unknown = get(program, "orders", **{name: "nowhere"})
    assert (foreign.status, foreign.error) == (404, unknown.error)


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE orders_order; --", "{{7*7}}", "=1+1", "😀", "\u202eabc", "%", "_", "\\"]
)
def test_strange_words_are_searched_literally(cast: Cast, text: str) -> None:
    cast.place()
    told = get(cast.alma.program(), "orders", q=text)
    assert (told.status, told.body["results"]) == (200, [])


@pytest.mark.parametrize("ref", ["%00", "a%00b", "x" * 101, "%0A"])
def test_an_id_that_cannot_be_one_is_told_so(cast: Cast, ref: str) -> None:
    for path in (f"orders/{ref}", f"orders/{ref}/history", f"actions/{ref}"):
        assert get(cast.alma.program(), path).fault == (400, "bad_value", "id")


def test_an_action_is_asked_for_by_a_uuid(cast: Cast) -> None:
    assert get(cast.alma.program(), "actions/17").fault == (400, "bad_value", "id")


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b"{", 400, "malformed_json", None),
        (b"[]", 400, "malformed_json", None),
        (b"null", 400, "malformed_json", None),
        (b'"x"', 400, "malformed_json", None),
        (b"\xff\xfe", 400, "malformed_json", None),
        (b"\xef\xbb\xbf{}", 400, "malformed_json", None),
        (b'{"reason": "a", "reason": "b"}', 400, "malformed_json", "reason"),
        (b'{"comment": NaN}', 400, "malformed_json", None),
        (b'{"comment": -Infinity}', 400, "malformed_json", None),
        (b'{"comment": 1e999}', 400, "malformed_json", "comment"),
        (b'{"comment": "a\\u0000b"}', 400, "malformed_json", "comment"),
        (b'{"comment": "\\ud800"}', 400, "malformed_json", "comment"),
        (b'{"\\ud800": 1}', 400, "malformed_json", None),
        (b'{"comment": 9223372036854775808}', 400, "malformed_json", "comment"),
        (b'{"comment": ' + b"9" * 5000 + b"}", 400, "malformed_json", "comment"),
        (DEEP, 400, "malformed_json", "comment"),
        (VERY_DEEP, 400, "malformed_json", None),
        (b'{"comment": "' + b"a" * 1_000_000 + b'"}', 413, "too_large", None),
    ],
    ids=range(18),
)
def test_a_body_that_is_not_strict_json_is_refused(
    cast: Cast, body: bytes, status: int, code: str, field: str | None
) -> None:
    told = post(cast.alma.program(), f"orders/{cast.place().code}/cancel", body)
    assert told.fault == (status, code, field)
    with cast.alma.scope():
        assert not AuditEntry.objects.filter(action="order.cancel").exists()


def test_ten_thousand_fields_are_refused_by_the_first_unknown_one(cast: Cast) -> None:
    body = {f"f{number}": number for number in range(10_000)}
    assert post(cast.alma.program(), f"orders/{cast.place().code}/cancel", body).fault == (400, "unknown_field", "f0")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_of_another_type_is_refused(cast: Cast, kind: str) -> None:
    path = f"{ROOT}orders/{cast.place().code}/cancel"
    response = cast.alma.program().post(path, b'{"reason": "out_of_stock"}', content_type=kind)
    assert (response.status_code, response.json()["error"]["code"]) == (415, "unsupported_media_type")


def test_an_answer_in_another_type_is_not_to_be_had(cast: Cast) -> None:
    response = cast.alma.program().get(f"{ROOT}orders", headers={"Accept": "application/xml"})
    assert (response.status_code, response.json()["error"]["code"]) == (406, "not_acceptable")


def test_an_unknown_address_is_told_in_the_same_form(cast: Cast) -> None:
    for path in ("nothing", "orders/", "quality/beauty/orders?shop=alma-tech"):
        response = cast.alma.program().get(f"{ROOT}{path}")
        assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


def test_every_error_carries_the_id_of_its_request(cast: Cast) -> None:
    told = get(cast.alma.program(), "orders", shelf="attic")
    assert told.body["error"]["request_id"] == told.headers["X-Request-Id"] != ""
    assert set(told.body["error"]) == {"code", "message", "field", "request_id"}


def test_a_fault_of_ours_tells_no_more_than_that(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    program = cast.alma.program()
    program.raise_request_exception = False
    monkeypatch.setattr("orders.filters.select", lambda *_, **__: 1 / 0)
    told = get(program, "orders")
    assert (told.status, told.body["error"]["code"]) == (500, "server_error")
    assert "division" not in json.dumps(told.body)
