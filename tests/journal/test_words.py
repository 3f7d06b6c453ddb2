"""Every deed that some verb writes down has its words."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.models import ActionKind
from orders.models import EventKind
from orders.returns.claim_states import ClaimStep
from orders.returns.reasons import ReturnReason
from orders.returns.states import Deed
from quality.attribution.disputes import CLOSING
from staff.formats import NBSP, THIN
from staff.journal import words
from staff.permissions import Permission

ROOT = Path(__file__).resolve().parents[2]
APPS = ("staff", "integrations", "catalog", "orders", "quality", "kaspi_office")
ELSEWHERE = {"staff/audit.py", "staff/journal/words.py"}
# What an f-string stands for, by the file that uses it.
OPEN = {
    "orders/actions.py": {f"order.{kind}" for kind in ActionKind.values},
    "orders/returns/cases.py": {f"return.{deed}" for deed in Deed.values},
    "orders/returns/claims.py": {f"claim.{step}" for step in ClaimStep.values},
    "quality/attribution/disputes.py": {f"dispute.{state}" for state in CLOSING},
    "orders/expiry.py": {f"order.{EventKind.EXPIRED.value}", f"order.{EventKind.OVERDUE.value}"},
}


KINDS = {name.partition(".")[0] for name in words.DEEDS} | words.SUBJECTS.keys()


def written() -> Iterator[tuple[str, str]]:
    """(file, action) of whatever is recorded: said in the call itself, or handed to it by the module around."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name, text = str(path.relative_to(ROOT)), path.read_text()
            if "migrations" in name or "simulator" in name or name in ELSEWHERE:
                continue
            tree = ast.parse(text)
            calls = [call for call in ast.walk(tree) if isinstance(call, ast.Call) and _records(call)]
            yield from ((name, action) for call in calls for action in _actions(name, call))
            if calls or "journal.tell" in text:
                yield from ((name, deed) for deed in _deeds(tree))


def _records(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr in {"record", "record_all"}
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "audit"
    )


def _actions(name: str, call: ast.Call) -> Iterator[str]:
    """The action of a call, if it stands there or is a constant of the module; what is handed on is among `_deeds`."""
    action = call.args[1]
    if isinstance(action, ast.JoinedStr):
        yield from OPEN.get(name, {"?"})
    elif isinstance(action, ast.Constant):
        yield str(action.value)
    elif isinstance(action, ast.Name):
        found = getattr(importlib.import_module(name.removesuffix(".py").replace("/", ".")), action.id, None)
        if isinstance(found, str):
            yield found


def _deeds(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _like_a_deed(node.value):
            yield node.value


def _like_a_deed(text: str) -> bool:
    kind, _, verb = text.partition(".")
    return kind in KINDS and verb.isidentifier() and text not in set(Permission)


def test_the_reasons_of_returns_are_those_of_the_desk() -> None:
    assert {code: str(told) for code, told in words.RETURN_REASONS.items()} == {
        one.value: str(one.label) for one in ReturnReason
    }


def test_every_deed_has_its_words() -> None:
    silent = [(name, action) for name, action in written() if action not in words.DEEDS]
    assert silent == []


def test_the_search_for_deeds_finds_them() -> None:
    found = {action for _, action in written()}
    assert {"order.accept", "order.expired", "shop.token_connected", "export.asked"} <= found
    assert {"member.invited", "signin.passkey_added"} <= found, "those handed on by a module"


def test_a_verb_without_words_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = {code: label for code, label in words.DEEDS.items() if code != "export.asked"}
    monkeypatch.setattr(words, "DEEDS", fewer)
    with pytest.raises(AssertionError, match=r"export\.asked"):
        test_every_deed_has_its_words()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"price": 22490}, {"price": 22990}, f"Цена: 22{THIN}490 → 22{THIN}990"),
        ({"expiry_policy": "off"}, {"expiry_policy": "push"}, "Непринятый заказ: Только отметить просрочку → "),
        ({"role": "courier"}, {"role": "warehouse"}, "Роль: Курьер → warehouse"),
        ({}, {"points": ["Абая 52", "Розыбакиева 247"]}, "Точки: нет → Абая 52, Розыбакиева 247"),
        ({"rights": ["orders.view"]}, {"rights": ["audit.view"]}, "Права: + Журнал, − Видеть полки"),
        ({"is_active": True}, {"is_active": False}, "Работает: да → нет"),
        ({"unheard": "a"}, {}, "unheard: a → нет"),
    ],
)
def test_a_change_is_said_with_both_sides(before: dict[str, object], after: dict[str, object], said: str) -> None:
    [line] = words.changes(before, after)
    assert line.startswith(said)


def test_details_and_hints_are_said_in_words() -> None:
    details = {"kind": "orders", "rows": 1236, "persons": 900, "hint": ["night", "address"]}
    assert list(words.told(details)) == [f"1{THIN}236{NBSP}строк", f"900{NBSP}покупателей"]
    assert words.hint(details) == f"Выгрузка: 900{NBSP}покупателей, ночью, с нового адреса"
    assert words.hint({"rows": 1}) == ""
