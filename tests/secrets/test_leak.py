"""«Ключ утёк»: everything that opens the company is shut at once."""

from datetime import timedelta

import pytest

from integrations import leak
from integrations.models import AccountState, KaspiAccount
from staff.clock import database_now
from staff.errors import Refused
from staff.models import AuditEntry, Company, CounterDesk, Invitation
from tests.cast import Cast


def furnish(cast: Cast) -> None:
    now = database_now()
    with cast.alma.scope():
        member, point = cast.aigerim.member.pk, cast.alma.point("alma-tech", "PP1").pk
        CounterDesk.objects.create(point_id=point, name="Касса", digest="1", opened_by_id=member, created_at=now)
        link = {"role": "courier", "created_at": now, "expires_at": now + timedelta(days=3)}
        Invitation.objects.create(digest="2", name="Гость", invited_by_id=member, **link)


def test_it_shuts_all_doors_but_this_one_and_writes_one_row(cast: Cast) -> None:
    furnish(cast)
    here, other, program = cast.aigerim.browser(), cast.bolat.browser(), cast.alma.program()
    before = [browser.get("/orders/new/").status_code for browser in (here, other)]
    assert before == [200, 200] and program.get("/api/v1/orders").status_code == 200
    answer = here.post("/integrations/leak/", {"name": " тоо  алма ", "tokens": "1"})
    assert answer.status_code == 200 and "Настройки" in answer.content.decode()
    assert here.get("/integrations/").status_code == 200
    assert other.get("/orders/new/").status_code == 302
    with cast.alma.scope():
        entry = AuditEntry.objects.get(action="company.leak_shut")
        states = set(KaspiAccount.objects.values_list("state", flat=True))
        assert not CounterDesk.objects.filter(ended_at=None).exists()
        assert not Invitation.objects.filter(revoked_at=None).exists()
    assert states == {AccountState.FORGOTTEN}
    assert entry.details["keys"] == 1 and entry.details["desks"] == 1 and entry.details["tokens"] >= 1
    assert program.get("/api/v1/orders").status_code == 401


def test_tokens_stay_unless_ticked_and_another_company_is_left_alone(cast: Cast) -> None:
    chingiz = cast.chingiz.browser()
    assert chingiz.get("/orders/new/").status_code == 200
    cast.aigerim.browser().post("/integrations/leak/", {"name": "ТОО Алма"})
    assert chingiz.get("/orders/new/").status_code == 200
    with cast.alma.scope():
        assert not KaspiAccount.objects.filter(state=AccountState.FORGOTTEN).exists()


def test_the_name_is_to_be_typed(cast: Cast) -> None:
    answer = cast.aigerim.browser().post("/integrations/leak/", {"name": "ТОО"})
    assert answer.status_code == 400
    assert cast.alma.program().get("/api/v1/orders").status_code == 200


def test_it_is_the_owners_alone(cast: Cast) -> None:
    assert cast.bolat.browser().get("/integrations/leak/").status_code == 403
    with cast.alma.scope(), pytest.raises(Refused, match="forbidden"):
        company = Company.objects.get(slug="alma")
        leak.shut(company, company.name, here=None, forget_tokens=True, by=cast.bolat.actor, now=database_now())
