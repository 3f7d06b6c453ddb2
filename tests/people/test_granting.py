"""Nobody gives what he does not have: the pure rules, over all pairs of roles and over powers made by chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.errors import Refused
from staff.models import Reach, Role
from staff.people.granting import Power, excess, require_within
from staff.permissions import ROLES, Permission

EVERYWHERE = None
PP1, PP2 = frozenset({1}), frozenset({2})

# Who may give which role at places of his own. An admin does not see the revenue, so he makes no analyst.
GIVES = {
    Role.OWNER: set(Role),
    Role.ADMIN: {Role.ADMIN, Role.ORDER_MANAGER, Role.CATALOG_MANAGER, Role.COURIER},
}


def power(role: Role, points: frozenset[int] | None) -> Power:
    bundle = ROLES[role]
    return Power(bundle.rights, bundle.reach, points, owner=role is Role.OWNER)


powers = st.builds(
    Power,
    rights=st.frozensets(st.sampled_from(Permission), max_size=4),
    reach=st.sampled_from(Reach),
    points=st.none() | st.frozensets(st.integers(1, 3)),
    shops=st.frozensets(st.integers(1, 2)),
    owner=st.booleans(),
)


@pytest.mark.parametrize("giver", GIVES)
@pytest.mark.parametrize("role", Role)
def test_each_role_is_given_by_those_who_have_all_of_it(giver: Role, role: Role) -> None:
    given = power(role, EVERYWHERE if ROLES[role].reach is Reach.COMPANY else PP1)
    assert (excess(given, power(giver, EVERYWHERE)) is None) == (role in GIVES[giver])


@given(powers)
def test_everybody_may_give_what_he_has(one: Power) -> None:
    assert excess(one, one) is None


@given(powers, powers, powers)
def test_what_is_given_further_is_never_more(first: Power, second: Power, third: Power) -> None:
    """First to second, second to third: the third has nothing that the first lacked."""
    if excess(second, first) is None and excess(third, second) is None:
        assert excess(third, first) is None


@given(powers, powers)
def test_nothing_beyond_ones_own_gets_through(given_away: Power, giver: Power) -> None:
    if excess(given_away, giver) is None:
        assert given_away.rights <= giver.rights
        assert giver.owner or not given_away.owner
        assert giver.points is None or (given_away.points is not None and given_away.points <= giver.points)


@pytest.mark.parametrize(
    ("given_away", "code"),
    [
        (power(Role.OWNER, EVERYWHERE), "owner_only"),
        (power(Role.ANALYST, EVERYWHERE), "beyond_rights"),
        (Power(frozenset(), Reach.COMPANY, PP1), "beyond_reach"),
        (Power(frozenset(), Reach.POINTS, PP2), "beyond_places"),
        (Power(frozenset(), Reach.POINTS, PP1, shops=frozenset({7})), "beyond_places"),
    ],
)
def test_a_refusal_says_what_is_too_much(given_away: Power, code: str) -> None:
    deputy = Power(ROLES[Role.ADMIN].rights, Reach.POINTS, PP1)
    with pytest.raises(Refused) as refused:
        require_within(given_away, deputy)
    assert (refused.value.code, refused.value.status) == (code, 403)
