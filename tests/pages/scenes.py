"""Which template is shown with which sample; after `--` stands the id of the dialog to open."""

from __future__ import annotations

from typing import Any

from staff.people.qr import draw
from tests.pages import (
    samples,
    samples_buyers,
    samples_desk,
    samples_documents,
    samples_orders,
    samples_pages,
    samples_past,
    samples_radar,
    samples_returns,
    samples_word,
    samples_writes,
)

BASE = {"frame": samples.FRAME, "csrf_token": "x" * 64}


def scene(template: str, **context: Any) -> tuple[str, dict[str, Any]]:
    return template, BASE | context


SCENES: dict[str, tuple[str, dict[str, Any]]] = {
    "shelves": scene("orders/shelf.html", page=samples.new_shelf()),
    "shelf-states": scene("orders/shelf.html", page=samples.states_shelf()),
    "shelf-bulk": scene("orders/shelf.html", page=samples.new_shelf(), result=samples.BULK),
    "bulk": scene("orders/bulk.html", result=samples.BULK),
    "shelf-kaspi--bulk-assemble": scene("orders/shelf.html", page=samples.kaspi_shelf()),
    "shelf-kaspi": scene("orders/shelf.html", page=samples.kaspi_shelf()),
    "shelf-pickup": scene("orders/shelf.html", page=samples_desk.pickup_shelf()),
    "cell": scene("orders/_cell_dialog.html", **samples_desk.CELL),
    "route": scene("route/route.html", page=samples_desk.ROUTE),
    "order-lesson": scene("orders/order.html", page=samples_desk.lesson_order()),
    "order-lesson--complete": scene("orders/order.html", page=samples_desk.lesson_order()),
    "shelf-empty": scene("orders/shelf.html", page=samples.empty_shelf()),
    "shelves--more": scene("orders/shelf.html", page=samples.new_shelf()),
    "shelves--search": scene("orders/shelf.html", page=samples.new_shelf()),
    "shelves--keys": scene("orders/shelf.html", page=samples.new_shelf()),
    "order": scene("orders/order.html", page=samples_orders.new_order()),
    "order--cancel": scene("orders/order.html", page=samples_orders.new_order()),
    "order-delivery": scene("orders/order.html", page=samples_orders.pickup_order()),
    "order-delivery--complete": scene("orders/order.html", page=samples_orders.pickup_order()),
    "order-delivery--assemble": scene("orders/order.html", page=samples_orders.pickup_order()),
    "order-desk": scene("orders/order.html", page=samples_writes.desk_order()),
    "order-desk--cancel": scene("orders/order.html", page=samples_writes.desk_order()),
    "order-desk--complete": scene("orders/order.html", page=samples_writes.desk_order()),
    "order-cut": scene("orders/order.html", page=samples_writes.desk_order(line=samples_writes.LINE)),
    "order-cut--line": scene("orders/order.html", page=samples_writes.desk_order(line=samples_writes.LINE)),
    "order-imei--line": scene("orders/order.html", page=samples_writes.desk_order(line=samples_writes.IMEI)),
    "order-weigh--line": scene("orders/order.html", page=samples_writes.desk_order(line=samples_writes.WEIGH)),
    "order-move": scene("orders/order.html", page=samples_writes.desk_order(reschedule=samples_writes.RESCHEDULE)),
    "order-move--reschedule": scene(
        "orders/order.html", page=samples_writes.desk_order(reschedule=samples_writes.RESCHEDULE)
    ),
    "order-proof": scene("orders/order.html", page=samples_writes.desk_order(evidence_dialog=samples_writes.ADD)),
    "order-proof--evidence": scene(
        "orders/order.html", page=samples_writes.desk_order(evidence_dialog=samples_writes.ADD)
    ),
    "watch": scene("orders/watch.html", page=samples_writes.WATCH, frame=samples_pages.frame("quality")),
    "order-pending": scene("orders/order.html", page=samples_orders.pending_order()),
    "buyers": scene("buyers/buyers.html", page=samples_buyers.BUYERS, frame=samples_pages.frame("buyers")),
    "buyer": scene("buyers/buyer.html", page=samples_buyers.BUYER, frame=samples_pages.frame("buyers")),
    "buyer-texts": scene("buyers/texts.html", page=samples_buyers.TEXTS, frame=samples_pages.frame("buyers")),
    "message": scene("buyers/dialog.html", dialog=samples_buyers.MESSAGE, partial="buyers/_message_dialog.html"),
    "call": scene("buyers/dialog.html", dialog=samples_buyers.CALL, partial="buyers/_call_dialog.html"),
    "buyer-phone": scene("buyers/dialog.html", dialog=samples_buyers.PHONE, partial="buyers/_phone_dialog.html"),
    "order-past": scene("orders/past/past.html", page=samples_past.PAST),
    "cabinet-imports": scene(
        "orders/cabinet/imports.html", page=samples_past.IMPORTS, frame=samples_pages.frame("quality")
    ),
    "cabinet-import": scene(
        "orders/cabinet/import.html", page=samples_past.REPORT, frame=samples_pages.frame("quality")
    ),
    "quality": scene("quality/quality.html", page=samples_pages.QUALITY, frame=samples_pages.frame("quality")),
    "radar": scene("radar/radar.html", page=samples_radar.RADAR, frame=samples_pages.frame("radar")),
    "notices": scene("radar/notices.html", page=samples_radar.NOTICES, frame=samples_pages.frame("notices")),
    "home": scene("home.html", page=samples_pages.HOME, frame=samples_pages.frame("home")),
    "home-first": scene("home.html", page=samples_pages.FIRST_RUN, frame=samples_pages.frame("home")),
    "documents": scene(
        "documents/documents.html", page=samples_documents.DOCUMENTS, frame=samples_pages.frame("documents")
    ),
    "catalog": scene("catalog/catalog.html", page=samples_pages.CATALOG, frame=samples_pages.frame("catalog")),
    "staff": scene("staff/staff.html", page=samples_pages.STAFF, frame=samples_pages.frame("staff")),
    "word-templates": scene("documents/templates.html", page=samples_word.TEMPLATES),
    "word-template": scene("documents/template.html", page=samples_word.TEMPLATE),
    "integrations": scene(
        "integrations/integrations.html", page=samples_pages.INTEGRATIONS, frame=samples_pages.frame("integrations")
    ),
    "login": scene("auth/login.html", problem="", login="", next=""),
    "login-wrong": scene("auth/login.html", problem="Почта или пароль не подходят", login="m1@alma.example", next=""),
    "login-code": scene("auth/code.html", problem="", key='{"publicKey": {}}', browser="Chrome", address="10.0.0.1"),
    "login-reset": scene("auth/reset.html", problem="", login=""),
    "login-reset-new": scene("auth/reset_new.html", problems=("Слишком короткий",)),
    "confirm": scene("auth/confirm.html", problem="", next="/staff/", second_step=True, key='{"publicKey": {}}'),
    "account-codes": scene("auth/recovery_codes.html", codes=("12345678", "87654321"), file="12345678\n87654321"),
    "account-app": scene("auth/code_app.html", problem="", secret="A" * 32, qr=draw("otpauth://totp/x")),
    "account-passkey": scene("auth/passkey.html", problem="", possible=True, host="localhost", options="{}"),
    "account-password": scene("auth/password.html", problems=(), told=True),
    "returns": scene("orders/returns/returns.html", page=samples_returns.returns()),
    "returns-empty": scene("orders/returns/returns.html", page=samples_returns.no_returns()),
    "return": scene("orders/returns/case.html", page=samples_returns.case()),
    "return-claim": scene("orders/returns/claim.html", page=samples_returns.claim()),
    "return-form": scene("orders/returns/form.html", form=samples_returns.form()),
    "error-404": scene("errors/404.html"),
    "error-500": scene("errors/500.html", request_id="E-7F31-11:42"),
}
