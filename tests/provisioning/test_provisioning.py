"""`provision`: made once, brought up to date again, nothing by halves."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from integrations import accounts
from integrations.models import KaspiAccount, PollSlot
from kaspi_office.blueprint import WrongDocument
from kaspi_office.provisioning import find_company, provision
from staff import keys
from staff.models import ApiKey, AuditEntry, Member, MemberPoint, PointOfSale, Shop, User
from tests.cast import PASSWORD, Cast, document


def nodes(answer: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for company in answer["companies"]:
        points = [point for shop in company["shops"] for point in shop["points"]]
        found += [company, *company["shops"], *points, *company["members"], *company["api_keys"]]
    return found


def test_every_node_of_the_answer_has_an_id(cast: Cast) -> None:
    assert all(node["id"] for node in nodes(provision(document())))


def test_a_second_run_makes_nothing_and_tells_the_same_ids(cast: Cast) -> None:
    first, second = provision(document()), provision(document())
    assert first == second
    with cast.alma.scope():
        counts = [model.objects.count() for model in (Shop, PointOfSale, Member, MemberPoint, ApiKey, KaspiAccount)]
        assert counts == [2, 3, 3, 2, 1, 2]
        assert AuditEntry.objects.filter(action="company.provisioned").count() == 1


def test_a_secret_is_answered_once_and_opens(db: None) -> None:
    first, second = provision(document()), provision(document())
    key = first["companies"][0]["api_keys"][0]
    assert "secret" not in second["companies"][0]["api_keys"][0]
    found = keys.find(key["secret"])
    assert found is not None
    assert found.company_id == find_company("alma")


def test_neither_token_nor_password_is_answered(cast: Cast) -> None:
    told = json.dumps(provision(document()))
    assert PASSWORD not in told
    assert document()["companies"][0]["shops"][0]["token"] not in told


def test_scopes_of_a_known_key_are_brought_up_to_date(cast: Cast) -> None:
    wanted = document()
    wanted["companies"][0]["api_keys"][0]["scopes"] = ["orders:read"]
    assert provision(wanted)["companies"][0]["api_keys"][0]["scopes"] == ["orders:read"]


def test_names_hours_roles_and_points_follow_the_document(cast: Cast) -> None:
    wanted = document()
    alma = wanted["companies"][0]
    alma["shops"][0]["points"][0]["schedule"] = {"mon": ["10:00", "11:00"]}
    alma["members"][1] |= {"role": "analyst", "points": ["alma-tech/PP2", "alma-dom/PP1"]}
    provision(wanted)
    assert cast.alma.point("alma-tech", "PP1").schedule == {"mon": ["10:00", "11:00"]}
    assert cast.bolat.member.role == "analyst"
    places = {cast.alma.point("alma-tech", "PP2").pk, cast.alma.point("alma-dom", "PP1").pk}
    with cast.alma.scope():
        given = MemberPoint.objects.filter(member_id=cast.bolat.member.pk)
        assert set(given.values_list("point_id", flat=True)) == places


def test_a_point_that_nobody_has_is_an_error_and_nothing_is_half_made(cast: Cast) -> None:
    wanted = document()
    wanted["companies"][0]["name"] = "Другое имя"
    wanted["companies"][1]["members"][0]["points"] = ["bereke-tools/PP9"]
    with pytest.raises(WrongDocument, match=r"companies\[1\].members\[0\].points\[0\]: there is no point"):
        provision(wanted)
    assert provision({"companies": [{"slug": "alma", "name": "ТОО Алма"}]})["companies"][0]["name"] == "ТОО Алма"
    with cast.alma.scope():
        assert not AuditEntry.objects.filter(details__changed__contains=["alma: name"]).exists()


def test_somebody_of_another_company_keeps_his_name_and_password(cast: Cast) -> None:
    wanted = document()
    stranger = {"email": "owner@alma.example", "password": "taken over", "name": "Подмена", "role": "admin"}
    wanted["companies"][1]["members"].append(stranger)
    provision(wanted)
    user = User.objects.get(email="owner@alma.example")
    assert (user.name, user.check_password(PASSWORD)) == ("Айгерим", True)
    with cast.bereke.scope():
        assert Member.objects.get(user_id=user.pk).role == "admin"


def test_a_password_of_the_company_s_own_member_is_changed(cast: Cast) -> None:
    wanted = document()
    wanted["companies"][0]["members"][1]["password"] = "quite another one"
    provision(wanted)
    assert cast.bolat.user.check_password("quite another one")


def test_a_new_person_without_a_password_is_an_error(cast: Cast) -> None:
    wanted = document()
    wanted["companies"][0]["members"].append({"email": "new@alma.example", "name": "Новый", "role": "analyst"})
    with pytest.raises(WrongDocument, match=r"members\[3\].password: a new person needs one"):
        provision(wanted)


def test_the_same_token_again_does_not_begin_the_exchange_anew(cast: Cast) -> None:
    with cast.alma.scope():
        PollSlot.objects.update(due_at=None)
    provision(document())
    with cast.alma.scope():
        assert not PollSlot.objects.filter(due_at__isnull=False).exists()


def test_a_new_token_is_taken_and_read_at_once(cast: Cast) -> None:
    wanted = document()
    wanted["companies"][0]["shops"][0]["token"] = "B" * 43 + "="
    provision(wanted)
    with cast.alma.scope():
        account = KaspiAccount.objects.get(shop__slug="alma-tech")
        assert (accounts.token_of(account), account.token_tail) == ("B" * 43 + "=", "BBB=")


def test_a_number_of_another_shop_of_the_company_is_refused(cast: Cast) -> None:
    wanted = document()
    wanted["companies"][0]["shops"] = [{"slug": "alma-new", "name": "Новый", "merchant_uid": "30000001"}]
    wanted["companies"][0]["members"] = []
    with pytest.raises(WrongDocument, match=r"shops\[0\].merchant_uid: '30000001' is the shop 'alma-tech' already"):
        provision(wanted)


def test_the_command_prints_json_and_nothing_else(cast: Cast, tmp_path: Any) -> None:
    file = tmp_path / "companies.json"
    file.write_text(json.dumps(document()), encoding="utf-8")
    printed = io.StringIO()
    call_command("provision", "--json", str(file), stdout=printed)
    assert json.loads(printed.getvalue()) == provision(document())


@pytest.mark.parametrize("text", ["", "{", '{"companies": [{"slug": "x"}]}', "[" * 100_000])
def test_the_command_says_what_is_wrong_and_prints_nothing(db: None, tmp_path: Any, text: str) -> None:
    file, printed = tmp_path / "companies.json", io.StringIO()
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=r"is not JSON|companies\[0\].name"):
        call_command("provision", "--json", str(file), stdout=printed)
    assert printed.getvalue() == ""
