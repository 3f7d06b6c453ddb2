"""How orders are called. Goods stand below orders and know their inner ids only; who stands above says the rest."""

from collections.abc import Callable, Iterable, Mapping

from staff.access import Actor

CodesOf = Callable[[Actor, Iterable[int]], Mapping[int, str]]
"""Codes of those of the orders (by inner id) that the actor may see."""

_said: list[CodesOf] = []


def name_orders_by(codes_of: CodesOf) -> None:
    """Said once, when the product starts."""
    _said[:] = [codes_of]


def codes_of(by: Actor, order_ids: Iterable[int]) -> Mapping[int, str]:
    """Codes of those orders that the actor may see; nothing where nobody has said how orders are called."""
    return _said[0](by, order_ids) if _said else {}
