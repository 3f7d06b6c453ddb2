"""Tokens and merchants (kaspi-api §1.1)."""

import base64

import pytest

from integrations.kaspi.simulator import ids, tokens

from .conftest import SHOP, Simulator

GUEST = base64.b64encode(b"g" * 32).decode()


def status(simulator: Simulator, token: str, uid: str | None = None) -> int:
    headers = simulator.headers | {"X-Auth-Token": token} | ({"X-Merchant-Uid": uid} if uid else {})
    return simulator.get("orders", headers=headers, **{"filter[orders][code]": "1"}).status_code


def test_a_token_is_the_same_in_every_run_and_well_formed() -> None:
    assert tokens.token_for("30000001") == tokens.token_for("30000001") != tokens.token_for("30000002")
    assert tokens.well_formed(tokens.token_for("30000001"))


@pytest.mark.parametrize("token", ["", "secret", "A" * 44, "=" * 44, GUEST[:-1], GUEST + "=", "é" * 43 + "="])
def test_a_malformed_token_is_unauthorized(simulator: Simulator, token: str) -> None:
    assert not tokens.well_formed(token)
    if token.isascii():
        assert status(simulator, token) == 401


def test_an_unknown_token_opens_an_empty_shop_of_its_own(simulator: Simulator) -> None:
    simulator.make()
    headers = simulator.headers | {"X-Auth-Token": GUEST, "X-Merchant-Uid": "30000077"}
    assert simulator.get("orders", headers=headers, **{"filter[orders][code]": "1"}).json()["data"] == []
    assert "30000077" in simulator.control("GET", "state")["merchants"]


def test_an_unknown_token_gets_a_shop_that_was_made_without_one(simulator: Simulator) -> None:
    code = simulator.make(merchant="30000055")
    headers = simulator.headers | {"X-Auth-Token": GUEST, "X-Merchant-Uid": "30000055"}
    assert simulator.get(f"orders/{ids.encode(code)}", headers=headers).status_code == 200


def test_a_shop_that_has_a_token_is_not_given_to_a_stranger(simulator: Simulator) -> None:
    assert status(simulator, GUEST, SHOP) == 401


def test_a_revoked_token_is_unauthorized_until_it_is_given_back(simulator: Simulator) -> None:
    token = tokens.token_for(SHOP)
    simulator.control("POST", "merchants", {"uid": SHOP, "revoked": True})
    assert status(simulator, token) == 401
    simulator.control("POST", "merchants", {"uid": SHOP, "revoked": False})
    assert status(simulator, token) == 200


def test_the_uid_chooses_among_the_shops_of_a_token(simulator: Simulator) -> None:
    token = tokens.token_for(SHOP)
    simulator.control("POST", "merchants", {"uid": "30000002", "token": token})
    first, second = simulator.make(merchant=SHOP), simulator.make(merchant="30000002")
    assert simulator.codes() == [first]
    simulator.headers["X-Merchant-Uid"] = "30000002"
    assert simulator.codes() == [second]


def test_a_shop_of_somebody_else_is_forbidden(simulator: Simulator) -> None:
    assert status(simulator, tokens.token_for(SHOP), "30000002") == 403


@pytest.mark.parametrize(
    "path", ["orders/{order}", "orders/{order}/entries", "orders/{order}/user", "orderentries/{entry}"]
)
def test_nothing_of_another_shop_is_shown(simulator: Simulator, path: str) -> None:
    code = simulator.make(merchant="30000009")
    named = {"order": ids.encode(code), "entry": ids.encode(f"{code}##0")}
    assert simulator.get(path.format(**named)).status_code == 404


def test_a_write_without_a_token_is_refused_and_logged(simulator: Simulator) -> None:
    code = simulator.make()
    assert simulator.write(code, "ACCEPTED_BY_MERCHANT", headers={"X-Auth-Token": "no"}).status_code == 401
    assert [(write["code"], write["applied"], write["answer"]) for write in simulator.log()] == [(code, False, 401)]
