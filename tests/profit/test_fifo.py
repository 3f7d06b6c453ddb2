"""The cost of what is sold first, against a shelf on which every piece lies with its own price tag."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from catalog.costs.fifo import Layer, Spent, left_of, next_cost, spend

LAYERS = st.lists(st.builds(Layer, st.integers(1, 9), st.integers(0, 500).map(Decimal)), max_size=6)
SHIPPED = st.lists(st.integers(0, 7), max_size=8)


def piece_by_piece(layers: list[Layer], shipped: list[int]) -> list[Spent]:
    """Every piece is taken off the shelf by hand, the oldest first."""
    shelf = [layer.unit_cost for layer in layers for _ in range(layer.pieces)]
    found = []
    for pieces in shipped:
        taken, shelf = shelf[:pieces], shelf[pieces:]
        found.append(Spent(sum(taken, Decimal(0)), pieces - len(taken)))
    return found


@given(layers=LAYERS, shipped=SHIPPED)
def test_what_leaves_costs_what_its_pieces_cost_one_by_one(layers: list[Layer], shipped: list[int]) -> None:
    assert list(spend(layers, shipped)) == piece_by_piece(layers, shipped)


@given(layers=LAYERS, gone=st.integers(0, 60))
def test_what_is_left_and_what_the_next_piece_costs_agree_with_the_shelf(layers: list[Layer], gone: int) -> None:
    shelf = [(place, layer.unit_cost) for place, layer in enumerate(layers) for _ in range(layer.pieces)]
    left = shelf[gone:]
    assert left_of(layers, gone) == [sum(1 for place, _ in left if place == one) for one in range(len(layers))]
    assert next_cost(layers, gone) == (left[0][1] if left else shelf[-1][1] if shelf else None)
