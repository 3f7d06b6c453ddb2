"""Which template is shown with which sample; after `--` stands the id of the dialog to open."""

from __future__ import annotations

from typing import Any

from staff.people.qr import draw
from tests.pages import samples, samples_orders, samples_pages, samples_past

BASE = {"frame": samples.FRAME, "csrf_token": "x" * 64}


def scene(template: str, **context: Any) -> tuple[str, dict[str, Any]]:
    return template, BASE | context


SCENES: dict[str, tuple[str, dict[str, Any]]] = {
    "shelves": scene("orders/shelf.html", page=samples.new_shelf()),
    "shelf-states": scene("orders/shelf.html", page=samples.states_shelf()),
    "shelf-kaspi": scene("orders/shelf.html", page=samples.kaspi_shelf()),
    "shelf-empty": scene("orders/shelf.html", page=samples.empty_shelf()),
    "shelves--more": scene("orders/shelf.html", page=samples.new_shelf()),
    "shelves--search": scene("orders/shelf.html", page=samples.new_shelf()),
    "shelves--keys": scene("orders/shelf.html", page=samples.new_shelf()),
    "order": scene("orders/order.html", page=samples_orders.new_order()),
    "order--cancel": scene("orders/order.html", page=samples_orders.new_order()),
    "order-delivery": scene("orders/order.html", page=samples_orders.pickup_order()),
    "order-delivery--complete": scene("orders/order.html", page=samples_orders.pickup_order()),
    "order-delivery--assemble": scene("orders/order.html", page=samples_orders.pickup_order()),
    "order-pending": scene("orders/order.html", page=samples_orders.pending_order()),
    "order-past": scene("orders/past/past.html", page=samples_past.PAST),
    "cabinet-imports": scene(
        "orders/cabinet/imports.html", page=samples_past.IMPORTS, frame=samples_pages.frame("cabinet")
    ),
    "cabinet-import": scene(
        "orders/cabinet/import.html", page=samples_past.REPORT, frame=samples_pages.frame("cabinet")
    ),
    "quality": scene("quality/quality.html", page=samples_pages.QUALITY, frame=samples_pages.frame("quality")),
    "home": scene("home.html", page=samples_pages.HOME, frame=samples_pages.frame("home")),
    "home-first": scene("home.html", page=samples_pages.FIRST_RUN, frame=samples_pages.frame("home")),
    "catalog": scene("catalog/catalog.html", page=samples_pages.CATALOG, frame=samples_pages.frame("catalog")),
    "staff": scene("staff/staff.html", page=samples_pages.STAFF, frame=samples_pages.frame("staff")),
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
    "error-404": scene("errors/404.html"),
    "error-500": scene("errors/500.html", request_id="E-7F31-11:42"),
}
