"""The caller's address behind proxies of our own, whatever he says himself (reliability.md §4, row 13)."""

import pytest
from django.test import Client
from pytest_django import Settings

from kaspi_office.callers import caller_of

FORGED = "10.9.8.7, 203.0.113.5"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "caller"),
    [
        ("203.0.113.5", 1, "203.0.113.5"),
        (FORGED, 1, "203.0.113.5"),
        ("203.0.113.5, 192.0.2.1", 2, "203.0.113.5"),
        ("203.0.113.5", 2, ""),
        ("", 1, ""),
        ("not an address", 1, ""),
        ("2001:db8::1", 1, "2001:db8::1"),
    ],
)
def test_the_outermost_proxy_is_believed_and_nobody_before_it(forwarded: str, proxies: int, caller: str) -> None:
    assert caller_of(forwarded, proxies=proxies) == caller


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.5")])
@pytest.mark.django_db
def test_the_header_counts_only_behind_a_proxy(settings: Settings, proxies: int, seen: str) -> None:
    settings.PROXIES = proxies
    answer = Client().get("/healthz", headers={"X-Forwarded-For": FORGED})
    assert answer.wsgi_request.META["REMOTE_ADDR"] == seen
