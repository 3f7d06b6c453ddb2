"""The page «Журнал»: filters, keyset, words, by right."""

from datetime import timedelta

import pytest

from staff import audit
from staff.clock import database_now
from staff.formats import ALMATY
from staff.journal import page as journal
from staff.journal.sealing import seal_due
from staff.models import AuditEntry, AuditSeal, CompanyRole, Member, Reach
from staff.permissions import Permission
from staff.shops import set_expiry_policy
from tests.cast import Cast

pytestmark = pytest.mark.django_db

URL = "/staff/journal/"


def text(cast: Cast, query: str = "", *, person: str = "aigerim") -> str:
    answer = getattr(cast, person).browser().get(f"{URL}?{query}")
    assert answer.status_code == 200
    # The menus of the filter say every deed.
    return str(answer.content.decode().partition('id="journal"')[2])


def write(cast: Cast, action: str, subject: str, *, person: str = "aigerim", days_ago: int = 0) -> None:
    with cast.alma.scope():
        now = database_now() - timedelta(days=days_ago)
        audit.record(getattr(cast, person).actor, action, subject=("order", subject), now=now)


def test_a_change_is_shown_with_both_sides(cast: Cast) -> None:
    with cast.alma.scope():
        set_expiry_policy(cast.alma.shop("alma-tech"), "push", by=cast.aigerim.actor, now=database_now())
    said = text(cast)
    assert "Изменил правило непринятых заказов" in said
    assert "Отметить и ждать отмены от Kaspi → Отменить и отправить отмену в Kaspi" in said
    assert "магазин Алма Техника" in said


def test_an_order_leads_to_its_history(cast: Cast) -> None:
    write(cast, "order.accept", "284917420")
    assert '<a class="link" href="/orders/284917420/">' in text(cast)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("action=order.accept", {"100000001", "100000003"}),
        ("subject=100000002", {"100000002"}),
        ("subject=100+000+002", {"100000002"}),
        ("door=member", {"100000001", "100000002", "100000003"}),
        ("door=api_key", set()),
        ("action=order.accept&subject=100000002", set()),
    ],
)
def test_filters_narrow(cast: Cast, query: str, shown: set[str]) -> None:
    write(cast, "order.accept", "100000001")
    write(cast, "order.cancel", "100000002", person="bolat")
    write(cast, "order.accept", "100000003", person="bolat")
    said = text(cast, query)
    assert {code for code in ("100000001", "100000002", "100000003") if f"/orders/{code}/" in said} == shown


def test_a_person_is_chosen_by_his_public_id(cast: Cast) -> None:
    write(cast, "order.accept", "100000001")
    write(cast, "order.accept", "100000002", person="bolat")
    said = text(cast, f"who={cast.bolat.member.public_id}")
    assert "100000002" in said
    assert "100000001" not in said


def test_somebody_of_another_company_did_nothing_here(cast: Cast) -> None:
    write(cast, "order.accept", "100000001")
    assert "Таких записей нет" in text(cast, f"who={cast.chingiz.member.public_id}")


def test_days_are_those_of_almaty_the_last_one_included(cast: Cast) -> None:
    write(cast, "order.accept", "100000001", days_ago=2)
    write(cast, "order.accept", "100000002", days_ago=1)
    write(cast, "order.accept", "100000003")
    yesterday = (database_now() - timedelta(days=1)).astimezone(ALMATY).date()
    said = text(cast, f"since={yesterday}&until={yesterday}")
    assert "100000002" in said
    assert "100000001" not in said
    assert "100000003" not in said


@pytest.mark.parametrize(
    "query", ["who=x", "since=31.02.2026", "until=10000-01-01", "door=window", f"subject={'9' * 90}", "after=x"]
)
def test_a_wrong_filter_is_refused(cast: Cast, query: str) -> None:
    assert cast.aigerim.browser().get(f"{URL}?{query}").status_code == 400


def test_pages_follow_without_gaps_and_repeats(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "ROWS", 3)
    for number in range(8):
        write(cast, "order.accept", f"20000000{number}")
    seen: list[str] = []
    with cast.alma.scope():
        asked = {"action": "order.accept"}
        while True:
            page = journal.journal_page(cast.aigerim.actor, asked, now=database_now())
            seen += [line.over for line in page.lines]
            if not page.next_url:
                break
            asked["after"] = page.next_url.partition("after=")[2].replace("%3D", "=")
    assert seen == [f"заказ 20000000{number}" for number in reversed(range(8))]


def test_a_fragment_is_the_entries_alone(cast: Cast) -> None:
    answer = cast.aigerim.browser().get(URL, headers={"HX-Request": "true", "HX-Target": "journal"})
    assert answer.content.decode().lstrip().startswith("<section")


def test_the_head_of_the_chain_is_told(cast: Cast) -> None:
    write(cast, "order.accept", "100000001")
    seal_due()
    with cast.alma.scope():
        last = AuditSeal.objects.latest("seq")
    assert f"{last.seq}:{last.mac}" in text(cast)


def test_without_the_right_there_is_no_journal(cast: Cast) -> None:
    assert cast.bolat.browser().get(URL).status_code == 403
    assert 'id="audit"' in cast.aigerim.browser().get("/staff/").content.decode()


def test_seeing_people_is_not_seeing_the_journal(cast: Cast) -> None:
    _limit(cast, Permission.STAFF_VIEW, reach=Reach.COMPANY)
    answer = cast.bolat.browser().get("/staff/")
    assert answer.status_code == 200
    assert 'id="audit"' not in answer.content.decode()


def test_who_sees_some_points_sees_what_he_did_himself(cast: Cast) -> None:
    write(cast, "order.accept", "100000001")
    write(cast, "order.accept", "100000002", person="bolat")
    _limit(cast, Permission.AUDIT_VIEW, reach=Reach.POINTS)
    said = text(cast, person="bolat")
    assert "100000002" in said
    assert "100000001" not in said


def test_the_page_asks_little(cast: Cast, django_assert_max_num_queries: object) -> None:
    for number in range(60):
        write(cast, "order.accept", f"1000000{number:02d}")
    actor = cast.aigerim.actor
    with cast.alma.scope(), django_assert_max_num_queries(6):  # type: ignore[operator]
        assert len(journal.journal_page(actor, {}, now=database_now()).lines) == 50


def test_the_journal_as_a_file_says_the_same(cast: Cast) -> None:
    from tests.exports.sheets import made, rows_of

    write(cast, "order.accept", "284917420")
    seal_due()
    rows = rows_of(made(cast.aigerim, "journal", subject="284917420"))
    assert rows[1][3:5] == ("Принял", "заказ 284917420")
    with cast.alma.scope():
        last = AuditSeal.objects.latest("seq")
        assert AuditEntry.objects.filter(action="export.asked").count() == 1
    assert f"{last.seq}:{last.mac}" in str(rows[-1][0])


def _limit(cast: Cast, *rights: Permission, reach: Reach) -> None:
    with cast.alma.scope():
        CompanyRole.objects.create(code="limited", rights=[right.value for right in rights], reach=reach)
        Member.objects.filter(pk=cast.bolat.member.pk).update(role="limited")
