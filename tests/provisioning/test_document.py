"""What `provision` refuses, and how it says so."""

from typing import Any

import pytest

from kaspi_office import blueprint
from kaspi_office.blueprint import WrongDocument
from tests.cast import document

SHOP = ("companies", 0, "shops", 0)
POINT = (*SHOP, "points", 0)
MEMBER = ("companies", 0, "members", 1)
KEY = ("companies", 0, "api_keys", 0)


def with_value(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = document()
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (
            (*SHOP, "points", 1, "schedule"),
            {"mon": ["18:00", "09:00"]},
            r"companies\[0\].shops\[0\].points\[1\].schedule: ",
        ),
        ((*POINT, "schedule"), None, r"points\[0\].schedule: not a working calendar"),
        ((*POINT, "exceptions"), {"2026-02-31": None}, r"points\[0\].exceptions: not a working calendar"),
        ((*POINT, "zone"), "Asia/Atlantis", r"points\[0\].zone: not a working calendar"),
        ((*POINT, "code"), "PP/1", r"points\[0\].code: 'PP/1' does not have the form"),
        ((*SHOP, "expiry_policy"), "never", r"shops\[0\].expiry_policy: 'never' is none of mirror, push, off"),
        ((*SHOP, "slug"), "", r"shops\[0\].slug: a non-empty string is required"),
        ((*SHOP, "name"), 7, r"shops\[0\].name: a string is expected, not a number"),
        ((*SHOP, "nam"), "x", r"shops\[0\]: unknown key 'nam'"),
        ((*SHOP, "points"), {}, r"shops\[0\].points: a list is expected, not an object"),
        (("companies", 0, "shops", 1, "slug"), "alma-tech", r"shops\[1\].slug: 'alma-tech' stands here twice"),
        ((*MEMBER, "role"), "boss", r"members\[1\].role: 'boss' is none of owner, admin, order_manager"),
        ((*MEMBER, "email"), "m1", r"members\[1\].email: 'm1' is not an e-mail address"),
        ((*MEMBER, "email"), "OWNER@alma.example", r"members\[1\].email: 'owner@alma.example' stands here twice"),
        ((*MEMBER, "points"), "PP1", r"members\[1\].points: a list of strings is expected"),
        ((*KEY, "scopes"), ["orders:read", "orders:burn"], r"scopes\[1\]: 'orders:burn' is none of orders:read"),
        (("companies",), None, r"companies: a list is expected, not null"),
    ],
)
def test_the_trouble_is_named_with_its_path(path: tuple[Any, ...], value: Any, sentence: str) -> None:
    with pytest.raises(WrongDocument, match=sentence):
        blueprint.read(with_value(path, value))


@pytest.mark.parametrize("document", [[], "alma", None, {}, {"company": []}])
def test_something_else_than_a_document_is_refused(document: object) -> None:
    with pytest.raises(WrongDocument):
        blueprint.read(document)


def test_what_an_answer_adds_may_be_given_back() -> None:
    assert blueprint.read(with_value((*KEY, "id"), "018f")) == blueprint.read(document())


def test_a_plan_does_not_show_its_secrets() -> None:
    plan = blueprint.read(document())[0]
    shown = repr(plan)
    assert plan.shops[0].token is not None
    assert plan.shops[0].token not in shown
    assert str(plan.members[0].password) not in shown
