"""Roles × points × deeds, through every page (issue of people, rights and safety)."""

import pytest

from orders import filters
from staff import access
from staff.models import Role
from tests.cast import Cast
from tests.walls import by_role, matrix
from tests.walls.by_role import Player, Team
from tests.walls.house import House, build


@pytest.fixture
def house(cast: Cast) -> House:
    built = build(cast)
    matrix.look_over(built)
    return built


@pytest.fixture
def team(house: House) -> Team:
    return by_role.gather(house)


def player(team: Team, role: Role) -> Player:
    return next(one for one in team.players if one.role is role)


def test_every_role_gets_what_is_its_own_and_nothing_else(house: House, team: Team) -> None:
    """One house for all of them: building it costs more than asking."""
    wrong = [sentence for one in team.players for judge in by_role.JUDGES for sentence in judge(house, team, one)]
    assert wrong == []


def test_methods_that_an_address_does_not_know_change_nothing(house: House, team: Team) -> None:
    assert list(by_role.wrong_methods(house, team, player(team, Role.OWNER))) == []


def test_without_the_filter_of_reach_the_matrix_is_red(
    house: House, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "visible_to", lambda actor, orders: orders)
    monkeypatch.setattr("orders.actions.visible_to", lambda actor, orders: orders)
    found = list(by_role.orders_one_by_one(house, team, player(team, Role.COURIER)))
    assert any("is answered 200" in sentence for sentence in found)


def test_without_the_check_of_rights_the_matrix_is_red(
    house: House, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "require", lambda actor, right: None)
    found = list(by_role.lacking_the_right(house, team, player(team, Role.CATALOG_MANAGER)))
    assert any("is answered 2" in sentence for sentence in found)
