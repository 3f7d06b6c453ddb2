"""What is logged carries no secret, however it came into the line."""

import io
import logging

import pytest

from kaspi_office.log import HideSecrets, formatter, hide

TOKEN = "Q" * 43 + "="
LINK = "v3Jm-_" + "x" * 37
SECRETS = [
    (f"X-Auth-Token: {TOKEN}", TOKEN),
    ("headers {'X-Auth-Token': 'short-one', 'Accept': 'json'}", "short-one"),
    ("[(b'x-auth-token', b'short-one')]", "short-one"),
    ("Authorization: Bearer abc.def", "abc.def"),
    ("'HTTP_AUTHORIZATION': 'Basic dXNlcg=='", "dXNlcg"),
    ("Cookie: office_session=abcdef; csrftoken=ghijkl", "ghijkl"),
    ("Set-Cookie: __Host-office_session=abcdef; Path=/", "abcdef"),
    (f"token of the shop {TOKEN} refused", TOKEN),
    ("key kz_live_0123456789_abcdef used", "kz_live_0123456789_abcdef"),
    (f"GET /invite/{LINK}/ 200", LINK),
    ("GET /login/reset/4-ctz1k2-0123456789abcdef0123456789abcdef/ 302", "0123456789abcdef"),
    ("otpauth://totp/Office:a@b?secret=JBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXP"),
    ("password=very-long-one&next=/", "very-long-one"),
    ("{'password': 'very long one'}", "very long one"),
    ("security_code=6174", "6174"),
    ("call +7 (705) 555-61-74 back", "555-61-74"),
    ("phone 87055556174", "7055556174"),
    ("customer 7055556174", "7055556174"),
]


@pytest.mark.parametrize(("line", "secret"), SECRETS)
def test_a_secret_does_not_get_into_a_line(line: str, secret: str) -> None:
    assert secret in line and secret not in hide(line)


@pytest.mark.parametrize(
    "line",
    [
        "order 284917420 of shop 30000001 accepted in 0.125 s",
        "request 0123456789abcdef0123456789abcdef GET /orders/new/ 200",
        "digest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "duty check tokens failed at 2026-11-22T16:45:16.945737Z",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert hide(line) == line


def test_arguments_and_tracebacks_are_cut_as_well() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(HideSecrets())
    handler.setFormatter(formatter())
    log = logging.Logger("test")
    log.addHandler(handler)
    log.warning("token %s", TOKEN)
    try:
        raise ValueError(f"bad {TOKEN}")
    except ValueError:
        log.exception("broke off")
    assert stream.getvalue().count("[hidden]") >= 2 and "QQQQ" not in stream.getvalue()
