"""The page of waves, as a manager of one point opens it."""

import re

from django.test import Client

from orders.lifecycle import Stage
from orders.models import DropPoint
from tests.cast import Cast


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/waves/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_parcels_stand_in_their_wave_the_packed_ones_picked(cast: Cast) -> None:
    packed, unpacked = cast.place(Stage.KD_HANDOVER), cast.place(Stage.KD_PACKING)
    other = cast.place(Stage.KD_HANDOVER, point="PP2")
    shown = page(cast.bolat.browser())
    assert re.findall(r'name="pick" value="(\d+)" checked', shown) == [packed.code]
    assert f"/orders/{unpacked.code}/" in shown
    assert other.code not in shown


def test_the_press_moves_them_below_and_another_brings_them_back(cast: Cast) -> None:
    order, client = cast.place(Stage.KD_HANDOVER), cast.bolat.browser()
    client.post("/waves/hand-over/", {"pick": [order.code]})
    shown = page(client)
    assert "Передавать нечего" in shown
    found = re.search(r'action="(/waves/[0-9a-f-]+/take-back/)"', shown)
    assert found is not None
    client.post(found[1])
    assert f'value="{order.code}" checked' in page(client)


def test_a_point_says_where_it_brings_its_parcels(cast: Cast) -> None:
    cast.place(Stage.KD_PACKING)
    client, form = (
        cast.bolat.browser(),
        {"shop": "alma-tech", "point": "PP1", "name": "Пункт на Толе би", "address": ""},
    )
    assert client.post("/waves/drop-point/", form | {"road_minutes": "сто"}).status_code == 422
    assert client.post("/waves/drop-point/", form | {"road_minutes": "45"}).status_code == 302
    assert "Пункт на Толе би" in page(client)
    with cast.alma.scope():
        assert DropPoint.objects.get().road_minutes == 45


def test_empty_shelves_are_news(cast: Cast) -> None:
    assert "Всё передано" in page(cast.aigerim.browser())
