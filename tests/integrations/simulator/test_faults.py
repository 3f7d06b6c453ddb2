"""Faults on demand: what the caller sees, what is applied, what the log says (reliability §3, rows 16–27)."""

import asyncio
import json
import zlib
from collections.abc import Iterator

import httpx
import pytest

from integrations.kaspi.simulator.app import build_app
from integrations.kaspi.simulator.faults import KINDS

from .conftest import Simulator

ACCEPT = "ACCEPTED_BY_MERCHANT"


def fault(simulator: Simulator, kind: str, **rest: object) -> None:
    simulator.control("POST", "faults", {"kind": kind} | rest)


@pytest.mark.parametrize(
    ("kind", "status"), [("401", 401), ("403", 403), ("429", 429), ("500", 500), ("502html", 502), ("503", 503)]
)
def test_a_refusal_comes_once_and_then_the_answer_is_right_again(simulator: Simulator, kind: str, status: int) -> None:
    fault(simulator, kind)
    assert [simulator.listed().status_code for _ in range(2)] == [status, 200]


@pytest.mark.parametrize("value", [7, "-1", "Wed, 21 Oct 2099 07:28:00 GMT", "1000000000"])
def test_any_retry_after_is_sent_as_it_was_given(simulator: Simulator, value: object) -> None:
    fault(simulator, "429", retry_after=value)
    assert simulator.listed().headers["retry-after"] == str(value)


@pytest.mark.parametrize("kind", ["500", "502html", "html200"])
def test_html_pages_are_html(simulator: Simulator, kind: str) -> None:
    fault(simulator, kind)
    response = simulator.listed()
    assert response.headers["content-type"].startswith("text/html")
    assert response.text.startswith("<!doctype html>")


def test_a_redirect_leads_to_another_host(simulator: Simulator) -> None:
    fault(simulator, "redirect", location="http://evil.example/orders")
    response = simulator.listed()
    assert (response.status_code, response.headers["location"]) == (302, "http://evil.example/orders")


def test_a_truncated_body_is_no_json(simulator: Simulator) -> None:
    simulator.make()
    fault(simulator, "truncated")
    with pytest.raises(json.JSONDecodeError):
        simulator.listed().json()


@pytest.mark.parametrize(("kind", "data"), [("wrong_type", "заказы"), ("data_null", None)])
def test_data_of_another_type(simulator: Simulator, kind: str, data: object) -> None:
    simulator.make()
    fault(simulator, kind)
    assert simulator.listed().json()["data"] == data


@pytest.mark.parametrize(("kind", "raw"), [("nan", b":NaN"), ("nul", b"\\u0000"), ("surrogate", b"\\ud83d")])
def test_what_json_must_not_hold_is_in_the_body(simulator: Simulator, kind: str, raw: bytes) -> None:
    simulator.make()
    fault(simulator, kind)
    assert raw in simulator.listed().content


@pytest.mark.parametrize("kind", ["unknown_enum", "missing_field", "bad_order", "nan", "nul", "surrogate"])
def test_one_bad_order_leaves_its_neighbours_whole(simulator: Simulator, kind: str) -> None:
    simulator.control("POST", "orders", {"count": 3})
    whole = simulator.listed().json()["data"]
    fault(simulator, kind)
    bad = json.loads(simulator.listed().content)["data"]
    assert bad[1:] == whole[1:]
    assert bad[0]["id"] == whole[0]["id"]
    assert bad[0]["attributes"] != whole[0]["attributes"]


def test_a_gzip_bomb_is_small_outside_and_huge_inside(simulator: Simulator) -> None:
    fault(simulator, "gzip_bomb")

    async def raw() -> bytes:
        async with (
            httpx.AsyncClient(
                transport=httpx.ASGITransport(build_app(simulator.world)), base_url="http://kaspi.test"
            ) as client,
            client.stream("GET", "/shop/api/v2/cities", headers=simulator.headers) as response,
        ):
            assert response.headers["content-encoding"] == "gzip"
            return b"".join([block async for block in response.aiter_raw()])

    body = asyncio.run(raw())
    unpack = zlib.decompressobj(31)
    assert len(unpack.decompress(body, 50 << 20)) == 50 << 20
    assert len(body) < 2 << 20


def test_a_huge_body_has_fifty_megabytes(simulator: Simulator) -> None:
    fault(simulator, "huge")
    response = simulator.listed()
    assert len(response.content) == int(response.headers["content-length"]) > 50 << 20


def test_a_hang_ends_without_an_answer(simulator: Simulator) -> None:
    fault(simulator, "hang", seconds=0.05)
    with pytest.raises(httpx.ReadError):
        simulator.listed()


@pytest.mark.parametrize("kind", ["reset", "lost_request", "slow_headers"])
def test_a_dropped_connection_is_a_transport_error_in_process(simulator: Simulator, kind: str) -> None:
    fault(simulator, kind, seconds=0)
    with pytest.raises(httpx.TransportError):
        simulator.listed()


def test_a_slow_body_is_whole_in_the_end(simulator: Simulator) -> None:
    simulator.make()
    whole = simulator.listed().content
    fault(simulator, "slow_body", seconds=0)
    assert simulator.listed().content == whole


# Writes whose answer or effect goes astray


def test_a_lost_answer_hides_a_write_that_was_applied(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup")
    fault(simulator, "lost_answer", method="POST")
    with pytest.raises(httpx.TransportError):
        simulator.write(code, ACCEPT)
    assert simulator.where(code) == ("PICKUP", ACCEPT)
    assert [(w["applied"], w["answer"], w["fault"]) for w in simulator.log()] == [(True, None, "lost_answer")]


@pytest.mark.parametrize("kind", ["lost_request", "reset"])
def test_a_lost_request_leaves_the_order_as_it_was(simulator: Simulator, kind: str) -> None:
    code = simulator.make(kind="pickup")
    fault(simulator, kind)
    with pytest.raises(httpx.TransportError):
        simulator.write(code, ACCEPT)
    assert simulator.where(code)[0] == "NEW"
    assert [(w["applied"], w["answer"], w["fault"]) for w in simulator.log()] == [(False, None, kind)]


@pytest.mark.parametrize("kind", ["401", "429", "500", "html200"])
def test_a_refused_write_is_logged_but_not_applied(simulator: Simulator, kind: str) -> None:
    code = simulator.make(kind="pickup")
    fault(simulator, kind)
    answer = simulator.write(code, ACCEPT)
    assert simulator.where(code)[0] == "NEW"
    assert [(w["code"], w["applied"], w["answer"]) for w in simulator.log()] == [(code, False, answer.status_code)]


def test_a_late_write_is_applied_after_its_seconds(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup")
    fault(simulator, "late_apply", seconds=60)
    assert simulator.write(code, ACCEPT).status_code == 200
    assert (simulator.where(code)[0], simulator.log()[0]["applied"]) == ("NEW", False)
    simulator.advance(minutes=1)
    assert (simulator.where(code)[0], simulator.log()[0]["applied"]) == ("PICKUP", True)


def test_a_late_write_that_was_overtaken_is_applied_once(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup")
    fault(simulator, "late_apply", seconds=60)
    simulator.write(code, ACCEPT)
    assert simulator.write(code, ACCEPT).status_code == 200
    simulator.advance(minutes=2)
    assert [w["applied"] for w in simulator.log()] == [False, True]


def test_a_body_spoiled_after_a_write_does_not_undo_it(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup")
    fault(simulator, "truncated")
    simulator.write(code, ACCEPT)
    assert simulator.where(code)[0] == "PICKUP"


# Lists that lie


@pytest.fixture
def seven(simulator: Simulator) -> Iterator[list[str]]:
    """Seven orders in the order of the list, three to a page."""
    simulator.control("POST", "orders", {"count": 7})
    yield simulator.codes()


def pages(simulator: Simulator, count: int) -> list[list[str]]:
    return [simulator.codes(number=number, size=3) for number in range(count)]


def test_a_page_shift_loses_an_order_between_two_pages(simulator: Simulator, seven: list[str]) -> None:
    fault(simulator, "page_shift", times="until_cleared")
    assert pages(simulator, 3) == [seven[:3], seven[4:7], []]


def test_a_duplicate_page_repeats_the_one_before(simulator: Simulator, seven: list[str]) -> None:
    fault(simulator, "duplicate_page", times="until_cleared")
    assert pages(simulator, 3) == [seven[:3], seven[:3], seven[3:6]]


def test_endless_pages_never_end(simulator: Simulator, seven: list[str]) -> None:
    fault(simulator, "endless_pages", times="until_cleared")
    assert pages(simulator, 6)[2:] == [seven[6:]] * 4
    meta = simulator.listed(number=40, size=3).json()["meta"]
    assert meta["pageCount"] > 41


def test_a_total_that_lies_and_a_last_page_that_is_empty(simulator: Simulator, seven: list[str]) -> None:
    fault(simulator, "total_lies")
    assert simulator.listed().json()["meta"]["totalCount"] == 44
    fault(simulator, "empty_last_page", times=3)
    assert pages(simulator, 3) == [seven[:3], seven[3:6], []]


# Which requests a fault meets


def test_a_fault_meets_only_what_it_is_made_for(simulator: Simulator) -> None:
    fault(simulator, "500", path=r"state%5D=NEW", method="get", merchant="30000001", times="until_cleared")
    assert simulator.listed(state="NEW").status_code == 500
    assert simulator.listed(state="PICKUP").status_code == 200
    assert simulator.get("cities").status_code == 200


def test_a_fault_of_another_merchant_does_not_meet_this_one(simulator: Simulator) -> None:
    fault(simulator, "500", merchant="30000009")
    assert simulator.listed().status_code == 200


def test_faults_are_shown_counted_and_cleared(simulator: Simulator) -> None:
    fault(simulator, "500", times=3)
    simulator.listed()
    shown = simulator.control("GET", "faults")["faults"]
    assert [(one["kind"], one["times"], one["played"]) for one in shown] == [("500", 2, 1)]
    assert simulator.control("DELETE", "faults") == {"cleared": 1}
    assert simulator.listed().status_code == 200


def test_a_probability_is_kept_in_the_long_run(simulator: Simulator) -> None:
    fault(simulator, "500", times="until_cleared", probability=0.1)
    fault(simulator, "429", times="until_cleared", probability=0.1)
    seen = [simulator.get("cities/NzUwMDAwMDAw").status_code for _ in range(300)]
    assert 12 < seen.count(500) < 55
    assert 12 < seen.count(429) < 55


def test_the_control_door_has_no_faults(simulator: Simulator) -> None:
    fault(simulator, "500", times="until_cleared")
    assert simulator.control("GET", "state")["faults"] == 1


@pytest.mark.parametrize(
    "body",
    [{}, {"kind": "earthquake"}, {"kind": "500", "times": 0}, {"kind": "500", "path": "("},
     {"kind": "500", "probability": 2}, {"kind": "500", "colour": "red"},
     {"kind": "hang", "seconds": "long"}, {"faults": ["500"]}],
)  # fmt: skip
def test_a_fault_that_makes_no_sense_is_refused_with_a_sentence(simulator: Simulator, body: dict[str, object]) -> None:
    assert simulator.control("POST", "faults", body, expect=400)["error"]


def test_every_kind_says_what_it_does() -> None:
    assert all(KINDS.values())
