"""Roles as a company changes them: by whom, to what, and never unseen."""

from staff.clock import database_now
from staff.models import AuditEntry, CompanyRole, Reach, Role
from staff.people import roles, wording
from staff.permissions import ROLES, Permission
from tests.cast import Cast, Person
from tests.people.team import PP1, change, hired, invite, refusal

P = Permission
VIEW = ["orders.view"]


def seen(person: Person, code: str) -> str:
    with person.company.scope():
        return roles.find(code).seen


def set_rights(
    by: Person, code: str, rights: list[str], reach: str = "points", *, saw: str | None = None, name: str = ""
) -> None:
    with by.company.scope():
        said = seen(by, code) if saw is None else saw
        roles.change_role(code, rights=rights, reach=reach, seen=said, name=name, by=by.actor, now=database_now())


def add(by: Person, name: str, rights: list[str] = VIEW, reach: str = "points") -> str:
    with by.company.scope():
        return roles.add_role(name, rights=rights, reach=reach, by=by.actor, now=database_now())


def drop(by: Person, code: str) -> None:
    with by.company.scope():
        roles.remove_role(code, by=by.actor, now=database_now())


def test_every_right_stands_in_the_matrix_once() -> None:
    assert list(wording.WORDS) == sorted(wording.WORDS, key=list(wording.WORDS).index)
    assert set(wording.WORDS) == set(Permission)
    assert sum(len(words) for _, words in wording.GROUPS) == len(Permission)


def test_the_roles_that_come_with_us_need_nothing_that_they_lack() -> None:
    for bundle in ROLES.values():
        assert all(wording.NEEDS.get(right, right) in bundle.rights for right in bundle.rights)


def test_a_changed_role_holds_for_everybody_who_has_it(cast: Cast) -> None:
    set_rights(cast.aigerim, "order_manager", [*VIEW, "staff.view"], "company")
    assert cast.bolat.actor.rights == {P.ORDERS_VIEW, P.STAFF_VIEW}
    assert cast.bolat.actor.points is None
    assert cast.bolat.browser().get("/staff/").status_code == 200
    assert cast.bolat.browser().get("/quality/").status_code == 403


def test_a_change_of_rights_is_in_the_journal(cast: Cast) -> None:
    set_rights(cast.aigerim, "courier", VIEW, "own")
    with cast.alma.scope():
        entry = AuditEntry.objects.order_by("-id")[0]
    assert (entry.action, entry.subject_id) == ("role.changed", "courier")
    assert entry.before["rights"] == ["buyers.see", "orders.hand_out", "orders.view"]
    assert entry.after == {"rights": VIEW}


def test_a_role_that_was_changed_meanwhile_is_not_written_over(cast: Cast) -> None:
    saw = seen(cast.aigerim, "courier")
    set_rights(cast.aigerim, "courier", VIEW, "own", saw=saw)
    assert refusal(lambda: set_rights(cast.aigerim, "courier", [], "own", saw=saw)) == "changed"


def test_a_role_becomes_again_what_it_was(cast: Cast) -> None:
    before = cast.bolat.actor
    set_rights(cast.aigerim, "order_manager", VIEW)
    with cast.alma.scope():
        roles.reset_role("order_manager", by=cast.aigerim.actor, now=database_now())
        assert not CompanyRole.objects.exists()
    assert cast.bolat.actor == before


def test_the_owners_rights_do_not_change(cast: Cast) -> None:
    assert refusal(lambda: set_rights(cast.aigerim, "owner", VIEW)) == "owner_role"


def test_an_admin_does_not_touch_roles(cast: Cast) -> None:
    admin = hired(cast, "admin")
    assert refusal(lambda: set_rights(admin, "courier", VIEW)) == "forbidden"
    assert refusal(lambda: add(admin, "Кассир")) == "forbidden"


def deputy(cast: Cast, *rights: str) -> Person:
    code = add(cast.aigerim, "Заместитель", ["company.manage", "staff.view", "staff.manage", *rights], "company")
    return hired(cast, code)


def test_who_was_given_the_matrix_gives_only_what_he_has(cast: Cast) -> None:
    second = deputy(cast, *VIEW)
    assert refusal(lambda: add(second, "Кассир", ["revenue.view"])) == "beyond_rights"
    assert refusal(lambda: set_rights(second, "order_manager", VIEW)) == "beyond_rights"
    assert refusal(lambda: set_rights(second, second.member.role, VIEW, "company")) == "own_role"
    assert add(second, "Стажёр") == "stazher"


def test_an_own_role_works_like_any(cast: Cast) -> None:
    code = add(cast.aigerim, "Старший смены", [*VIEW, "orders.accept"])
    assert code == "starshii-smeny"
    change(cast.bolat, cast.aigerim, code, PP1)
    assert cast.bolat.actor.rights == {P.ORDERS_VIEW, P.ORDERS_ACCEPT}
    page = cast.bolat.browser().get("/orders/new/")
    assert (page.status_code, "Старший смены" in page.content.decode()) == (200, True)


def test_codes_are_short_and_differ(cast: Cast) -> None:
    codes = {add(cast.aigerim, name) for name in ("Қоймашы", "Старший смены ночной", "Старший смены ночной 2", "…")}
    assert codes == {"qoimashy", "starshii-smeny-no", "starshii-smeny-no-2", "role"}


def test_a_role_that_somebody_has_or_is_invited_to_stays(cast: Cast) -> None:
    code = add(cast.aigerim, "Кассир")
    invite(cast.aigerim, code, PP1)
    assert refusal(lambda: drop(cast.aigerim, code)) == "role_held"
    other = add(cast.aigerim, "Стажёр")
    change(cast.bolat, cast.aigerim, other, PP1)
    assert refusal(lambda: drop(cast.aigerim, other)) == "role_held"
    change(cast.bolat, cast.aigerim, "order_manager", PP1)
    drop(cast.aigerim, other)
    assert refusal(lambda: drop(cast.aigerim, "courier")) == "built_in"


def test_names_and_rights_are_checked(cast: Cast) -> None:
    add(cast.aigerim, "Кассир")
    assert refusal(lambda: add(cast.aigerim, " кассир ")) == "name_taken"
    assert refusal(lambda: add(cast.aigerim, "Курьер")) == "name_taken"
    assert refusal(lambda: add(cast.aigerim, "")) == "bad_name"
    assert refusal(lambda: add(cast.aigerim, "Стажёр", ["fly"])) == "bad_value"
    assert refusal(lambda: add(cast.aigerim, "Стажёр", VIEW, "moon")) == "bad_value"
    assert refusal(lambda: add(cast.aigerim, "Стажёр", ["orders.accept"])) == "needs_other"


def test_twenty_own_roles_are_enough(cast: Cast) -> None:
    for number in range(roles.MOST_OWN):
        add(cast.aigerim, f"Роль {number}")
    assert refusal(lambda: add(cast.aigerim, "Ещё одна")) == "too_many"


def test_another_company_has_its_own_roles(cast: Cast) -> None:
    code = add(cast.aigerim, "Кассир")
    with cast.bereke.scope():
        assert code not in {role.code for role in roles.all_roles()}
    assert cast.chingiz.browser().get(f"/staff/roles/{code}/").status_code == 404


def test_an_own_role_says_what_it_may(cast: Cast) -> None:
    with cast.alma.scope():
        code = add(cast.aigerim, "Кассир", [*VIEW, "orders.hand_out"])
        assert roles.find(code).explanation == "Видеть полки, выдавать. Только свои точки"
        assert roles.find("courier").explanation == str(wording.EXPLAINED[Role.COURIER])
        assert roles.find("courier").bundle.reach is Reach.OWN
