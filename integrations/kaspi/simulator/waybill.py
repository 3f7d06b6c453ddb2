"""The waybill as a PDF."""

from .world import Order, World


def draw(world: World, order: Order) -> bytes:
    return b"%PDF-1.4\n%%EOF\n"
