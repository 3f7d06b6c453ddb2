"""«Смена» as it is pressed."""

from uuid import uuid4

from staff.models import MemberPoint, Shift
from tests.cast import Cast

PP1 = {"do": "begin", "point": "alma-tech/PP1"}


def held(cast: Cast) -> list[str]:
    with cast.alma.scope():
        shifts = Shift.objects.filter(ended_at=None).order_by("id")
        return list(shifts.values_list("member__name", flat=True))


def test_a_point_is_taken_and_left_and_the_way_leads_back(cast: Cast) -> None:
    client = cast.bolat.browser()
    answer = client.post("/shift/", PP1 | {"next": "/orders/pickup/?shop=alma-tech"})
    assert answer["Location"] == "/orders/pickup/?shop=alma-tech" and held(cast) == ["Болат"]
    page = client.get("/shift/").content.decode()
    assert "на смене: Болат" in page and "Закончить смену" in page
    assert client.post("/shift/", {"do": "end", "next": "https://evil.example/"})["Location"] == "/"
    assert held(cast) == []


def test_the_dialog_offers_his_points_alone(cast: Cast) -> None:
    dialog = cast.bolat.browser().get("/shift/", headers={"HX-Request": "true"}).content.decode()
    assert dialog.lstrip().startswith("<dialog") and "Склад Абая 52" in dialog
    assert "Розыбакиева 247" not in dialog
    assert "Розыбакиева 247" in cast.aigerim.browser().get("/shift/").content.decode()


def test_it_is_handed_over_to_a_colleague(cast: Cast) -> None:
    client, daniyar = cast.bolat.browser(), cast.daniyar.member
    client.post("/shift/", PP1)
    assert "Данияр" not in client.get("/shift/").content.decode()
    with cast.alma.scope():
        MemberPoint.objects.create(member_id=daniyar.pk, point_id=cast.alma.point("alma-tech", "PP1").pk)
    assert "Данияр" in client.get("/shift/").content.decode()
    assert client.post("/shift/", {"do": "hand_over", "member": str(daniyar.public_id)}).status_code == 302
    assert held(cast) == ["Данияр"]


def test_what_is_not_on_the_form_is_refused(cast: Cast) -> None:
    client = cast.bolat.browser()
    client.post("/shift/", PP1)
    foreign = str(cast.chingiz.member.public_id)
    tries = {
        400: ({"do": "begin", "point": "alma-tech/PP2"}, {"do": "begin"}, {"do": "dance"}, {}),
        404: ({"do": "hand_over", "member": who} for who in (foreign, str(uuid4()), "", "\x00")),
    }
    for status, forms in tries.items():
        for form in forms:
            assert client.post("/shift/", form).status_code == status, form
    assert held(cast) == ["Болат"]
