"""The waybill file (kaspi-api §2.9)."""

import re

from integrations.kaspi.simulator import waybill
from integrations.kaspi.simulator.tokens import token_for

from .conftest import SHOP, Simulator


def packed(simulator: Simulator, places: int) -> str:
    code = simulator.make(kind="postomat")
    simulator.write(code, "ACCEPTED_BY_MERCHANT")
    simulator.write(code, "ASSEMBLE", numberOfSpace=str(places))
    simulator.advance(minutes=1)
    return code


def test_the_waybill_has_a_page_for_each_place_and_its_own_cyrillic_font(simulator: Simulator) -> None:
    url = simulator.attributes(packed(simulator, 3))["kaspiDelivery"]["waybill"]
    response = simulator.send("GET", url, headers={"X-Auth-Token": token_for(SHOP)})
    assert (response.status_code, response.headers["content-type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", response.content)) == 3
    assert b"GolosText" in response.content


def test_the_waybill_needs_the_token(simulator: Simulator) -> None:
    code = packed(simulator, 1)
    assert simulator.send("GET", f"/shop/api/waybill/{code}").status_code == 401


def test_there_is_no_waybill_before_packing(simulator: Simulator) -> None:
    code = simulator.make(kind="postomat")
    assert simulator.send("GET", f"/shop/api/waybill/{code}", headers=simulator.headers).status_code == 404


def test_every_letter_of_a_kazakh_or_russian_name_is_in_the_font() -> None:
    letters = "".join(map(chr, range(0x410, 0x450))) + "ЁёӘәҒғҚқҢңӨөҰұҮүҺһІі№₸×³"
    assert waybill.printable(letters) == letters
    assert waybill.printable("55″ 漢") == '55" ?'
