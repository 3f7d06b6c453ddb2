"""What `manage.py up` says when the product is ready."""

import sys

from kaspi_office.local import places
from kaspi_office.local.places import Places
from kaspi_office.local.supervisor import say


def show(address: str, at: Places, *, simulated: bool) -> None:
    say(text(address, at, simulated=simulated), to=sys.stdout)


def text(address: str, at: Places, *, simulated: bool) -> str:
    """The address, who can sign in, and what to press first."""
    demo = places.read_json(at.demo) or {}
    logins = [f"    {row['email']:<28} {row['password']:<24} {row['who']}" for row in demo.get("logins", [])]
    lines = [
        "",
        f"Kaspi Office is ready: {address}",
        *(["", "  Sign in as (e-mail, password, who it is):", *logins] if logins else _without_demo()),
        "",
        "  Press first: «Заказы» → «Новые» → «Принять» on the order that burns first.",
        *(["  Kaspi is played by the simulator: new orders arrive by themselves."] if simulated else []),
        f"  Logs: {at.logs}    Stop: Ctrl-C",
        "",
    ]
    return "\n".join(lines)


def _without_demo() -> list[str]:
    return ["", "  No demo companies are loaded. Make your own: python3 manage.py provision --json FILE"]
