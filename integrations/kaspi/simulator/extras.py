"""What is asked for besides orders and goods: the waybill file (kaspi-api §2.9), imports, barcodes."""

from collections.abc import Callable

from . import importing
from .api import Call
from .http import Response
from .titles import invented
from .waybill import draw


def waybill(call: Call) -> Response:
    order = call.world.by_code(call.parts[1]) if len(call.parts) == 2 else None
    if order is None or order.merchant != call.merchant.uid or order.waybill_number is None:
        raise invented("not_found", status=404, what="Waybill")
    name = f'attachment; filename="waybill-{order.code}.pdf"'
    return Response(200, draw(call.world, order), "application/pdf", {"Content-Disposition": name})


ROUTES: dict[tuple[str, str], Callable[[Call], Response]] = {
    ("GET", "waybill"): waybill,
    ("GET", "products"): importing.answer,
    ("POST", "nct"): importing.barcodes,
}
