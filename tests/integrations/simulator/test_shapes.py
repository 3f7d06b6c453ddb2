"""Answers have the shape of the samples of kaspi-api §2.8, §3 and §4, field by field."""

import json
from pathlib import Path
from typing import Any

import pytest

from integrations.kaspi.simulator import ids

from .conftest import Simulator

SAMPLES = Path(__file__).with_name("samples")
PACKED = {
    "kind": "kaspi_delivery",
    "state": "KASPI_DELIVERY",
    "status": "ACCEPTED_BY_MERCHANT",
    "paymentMode": "PREPAID",
    "creditTerm": None,
    "assembled": True,
    "waybillNumber": "12345678",
    "entries": [{"sku": "SAY-KTL-17", "quantity": 2}],
}


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def differences(ours: Any, theirs: Any, path: str = "$") -> list[str]:
    """Where keys or types differ. A null on either side says nothing about the type of the other."""
    if ours is None or theirs is None:
        return []
    if type(ours) is not type(theirs):
        return [f"{path}: {type(ours).__name__} instead of {type(theirs).__name__}"]
    if isinstance(theirs, dict):
        odd = [f"{path}.{name}" for name in ours.keys() ^ theirs.keys()]
        return odd + [
            found
            for name in ours.keys() & theirs.keys()
            for found in differences(ours[name], theirs[name], f"{path}.{name}")
        ]
    if isinstance(theirs, list) and theirs:
        return (
            [found for item in ours for found in differences(item, theirs[0], f"{path}[]")] or []
            if ours
            else [f"{path}: empty"]
        )
    return []


def test_a_page_of_orders_has_the_shape_of_the_sample(simulator: Simulator) -> None:
    simulator.make(**PACKED)
    assert differences(simulator.listed().json(), sample("orders")) == []


def test_one_order_has_the_shape_of_an_order_in_a_list(simulator: Simulator) -> None:
    code = simulator.make(**PACKED)
    answer = simulator.get(f"orders/{ids.encode(code)}").json()
    assert differences(answer["data"], sample("orders")["data"][0]) == []
    assert answer["included"] == []


def test_entries_have_the_shape_of_the_sample_and_no_meta(simulator: Simulator) -> None:
    code = simulator.make(**PACKED)
    assert differences(simulator.get(f"orders/{ids.encode(code)}/entries").json(), sample("entries")) == []


ENTRY = "orderentries/{entry}"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("orderentries/{entry}/product", "masterproduct"),
        ("masterproducts/{product}", "masterproduct"),
        ("masterproducts/{product}/merchantProduct", "merchantproduct"),
        ("merchantproducts/{own}", "merchantproduct"),
        ("orderentries/{entry}/deliveryPointOfService", "pointofservice"),
        ("pointofservices/{point}", "pointofservice"),
        ("pointofservices/{point}/city", "city"),
        ("cities/NzUwMDAwMDAw", "city"),
    ],
)
def test_a_single_resource_has_the_shape_of_its_sample(simulator: Simulator, path: str, name: str) -> None:
    code = simulator.make(**PACKED)
    entry = simulator.get(f"orders/{ids.encode(code)}/entries").json()["data"][0]
    named = {
        "entry": entry["id"],
        "product": entry["relationships"]["product"]["data"]["id"],
        "point": entry["relationships"]["deliveryPointOfService"]["data"]["id"],
        "own": ids.encode("30000001##SAY-KTL-17"),
    }
    assert differences(simulator.get(path.format(**named)).json(), sample(name)) == []


def test_one_entry_has_the_shape_of_an_entry_in_a_list(simulator: Simulator) -> None:
    code = simulator.make(**PACKED)
    answer = simulator.get(f"orderentries/{ids.encode(code + '##0')}").json()
    assert differences(answer["data"], sample("entries")["data"][0]) == []


def test_the_echo_of_an_accept_has_the_shape_of_the_sample(simulator: Simulator) -> None:
    echo = simulator.write(simulator.make(), "ACCEPTED_BY_MERCHANT").json()
    assert differences(echo, sample("accept_echo")) == []
    assert echo["data"]["relationships"]["user"]["data"] is None


def test_the_samples_differ_when_a_field_is_missing_or_of_another_type() -> None:
    theirs = sample("orders")
    ours = sample("orders")
    del ours["data"][0]["attributes"]["code"]
    ours["data"][0]["attributes"]["totalPrice"] = 1
    assert differences(ours, theirs) == [
        "$.data[].attributes.code",
        "$.data[].attributes.totalPrice: int instead of float",
    ]


def test_included_holds_the_customer_and_the_entries_that_were_asked_for(simulator: Simulator) -> None:
    code = simulator.make(**PACKED)
    included = simulator.listed(include="user,entries").json()["included"]
    assert [item["type"] for item in included] == ["customers", "orderentries"]
    assert set(included[0]["attributes"]) == {"firstName", "lastName", "cellPhone"}
    assert included[1]["id"] == ids.encode(f"{code}##0")


def test_ids_are_base64_of_the_inner_keys_without_padding(simulator: Simulator) -> None:
    assert ids.encode("896884610") == "ODk2ODg0NjEw"
    assert ids.encode("896884610##0") == "ODk2ODg0NjEwIyMw"
    assert ids.decode("NzUwMDAwMDAw") == "750000000"
    assert ids.decode("!") is None


def test_links_carry_the_host_the_caller_used(simulator: Simulator) -> None:
    code = simulator.make()
    links = simulator.get(f"orders/{ids.encode(code)}").json()["data"]["links"]
    assert links["self"] == f"http://kaspi.test/shop/api/v2/orders/{ids.encode(code)}"


def test_the_phone_of_an_archived_order_is_masked(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup", customer={"cellPhone": "7015551208"})
    assert simulator.attributes(code)["customer"]["cellPhone"] == "7015551208"
    simulator.control("POST", f"orders/{code}", {"do": "buyer_cancels"})
    assert simulator.attributes(code)["customer"]["cellPhone"] == "+0(000)-000-00-00"


def test_all_phones_are_masked_and_the_offer_hidden_by_their_switches(simulator: Simulator) -> None:
    code = simulator.make(**PACKED)
    simulator.attributes(code)
    simulator.control("POST", "settings", {"mask_all_phones": True, "hide_offer": True})
    assert simulator.attributes(code)["customer"]["cellPhone"] == "+0(000)-000-00-00"
    entry = simulator.get(f"orders/{ids.encode(code)}/entries").json()["data"][0]
    assert "offer" not in entry["attributes"]


def test_every_town_of_the_list_is_served(simulator: Simulator) -> None:
    answer = simulator.get("cities").json()
    assert len(answer["data"]) == answer["meta"]["totalCount"] == 270
    assert {"code": "511010000", "name": "Шымкент", "active": True} in [town["attributes"] for town in answer["data"]]
