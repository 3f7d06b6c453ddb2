"""Orders are of one buyer when a chain of signs holds them together: against a slow walk over a graph, in any order."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.kaspi.simulator import ids
from orders.buyers.joining import Joining, Sign, parted_from, settled, signs_of, signs_of_phone

PHONES = tuple(Sign("phone", f"+7701000000{number}") for number in range(5))
IDS = tuple(Sign("kaspi", f"id{number}") for number in range(5))
BORNE = st.tuples(st.sampled_from((None, *IDS)), st.sampled_from((None, *PHONES)))
ARRIVALS = st.lists(st.tuples(st.integers(1, 9), BORNE), max_size=25)
Arrivals = Sequence[tuple[int, tuple[Sign | None, Sign | None]]]


def gathered(arrivals: Arrivals, joining: Joining | None = None) -> Joining:
    joining = joining or Joining()
    for order, signs in arrivals:
        joining.take(order, filter(None, signs))
    return joining


def buyers(joining: Joining) -> set[frozenset[int]]:
    orders, _ = settled(joining)
    return {frozenset(order for order, card in orders.items() if card == one) for one in orders.values()}


def components(arrivals: Arrivals) -> set[frozenset[int]]:
    """The slow reference: two orders that ever bore the same sign are joined, until nothing changes."""
    groups = [({order}, {sign for sign in signs if sign}) for order, signs in arrivals]
    changed = True
    while changed:
        changed = False
        for one in groups:
            for other in groups:
                if one is not other and (one[0] & other[0] or one[1] & other[1]):
                    one[0].update(other[0])
                    one[1].update(other[1])
                    groups = [group for group in groups if group is not other]
                    changed = True
                    break
            if changed:
                break
    return {frozenset(orders) for orders, _ in groups}


@given(ARRIVALS)
def test_buyers_are_the_connected_components_whatever_comes_when(arrivals: Arrivals) -> None:
    expected = components(arrivals)
    assert buyers(gathered(arrivals)) == expected
    assert buyers(gathered(arrivals[::-1])) == expected


@given(ARRIVALS, st.integers(0, 25))
def test_batches_and_repetitions_change_nothing(arrivals: Arrivals, cut: int) -> None:
    first = gathered(arrivals[:cut])
    again = gathered([*arrivals[:cut], *arrivals[cut:]], first)
    assert buyers(again) == components(arrivals)


@given(ARRIVALS, st.sets(st.frozensets(st.integers(1, 6), min_size=2, max_size=2), max_size=3))
def test_what_was_parted_stays_parted(arrivals: Arrivals, pairs: set[frozenset[int]]) -> None:
    """Cards 1 to 6 stand already, each with the order of its number."""
    joining = Joining(of_order={one: one for one in range(1, 7)}, apart=parted_from(map(sorted, pairs)))  # type: ignore[arg-type]
    gathered(arrivals, joining)
    assert [pair for pair in pairs if len({joining.find(card) for card in pair}) == 1] == []


def test_the_oldest_card_stays() -> None:
    joining = Joining(of_sign={PHONES[0]: 7, IDS[0]: 5})
    joining.take(1, (IDS[0], PHONES[0]))
    joining.take(2, (IDS[1], PHONES[0]))
    assert settled(joining)[0] == {1: 5, 2: 5}


@pytest.mark.parametrize("phone", ["", "+70000000000", "0000000000", "+7(000)-000-00-00"])
def test_a_masked_phone_is_no_sign(phone: str) -> None:
    assert signs_of("", phone) == ()


@pytest.mark.parametrize("masked", ["0000000000", "70000000000", "+0(000)-000-00-00"])
def test_kaspis_id_of_a_masked_phone_is_no_sign(masked: str) -> None:
    assert signs_of(ids.encode(masked), "") == ()
    assert signs_of(ids.encode(masked).rstrip("="), "") == ()


def test_an_opaque_id_is_a_sign_as_it_stands() -> None:
    assert signs_of("не base64", "+77015554021") == (Sign("kaspi", "не base64"), Sign("phone", "+77015554021"))


def test_a_phone_of_the_shop_itself_is_no_sign_nor_is_the_id_made_from_it() -> None:
    ours = signs_of_phone("+77015554021")
    assert signs_of(ids.encode("7015554021"), "+77015554021", ours=ours) == ()
    assert len(signs_of(ids.encode("7015554022"), "+77015554022", ours=ours)) == 2
