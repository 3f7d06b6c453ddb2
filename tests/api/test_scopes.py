"""Which scope opens which call, and who does not come in at all."""

import pytest
from django.test import Client

from kaspi_office import api_urls
from staff.api import DeclaredRight
from staff.endpoints import Endpoint
from staff.models import ApiKey
from staff.permissions import SCOPES
from tests.api.asking import ROOT, get, post, program_with
from tests.cast import Cast

OPENS: dict[str, set[str]] = {
    "orders": {"orders:read", "orders:write"},
    "quality": {"quality:read"},
    "quality/cancelled/orders": {"quality:read"},
    "shops": set(SCOPES),
    "points": set(SCOPES),
}


@pytest.mark.parametrize("path", OPENS)
def test_a_call_is_open_to_its_scopes_and_to_no_other(cast: Cast, path: str) -> None:
    query = {"shop": "alma-tech"} if path.startswith("quality/") else {}
    statuses = {scope: get(program_with(cast.alma, scope), path, **query).status for scope in SCOPES}
    assert statuses == {scope: 200 if scope in OPENS[path] else 403 for scope in SCOPES}


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer x", "Basic eDp5", "Bearer kz_live_" + "a" * 57, "Bearer a, Bearer b"],
)
def test_without_a_live_key_nobody_comes_in(cast: Cast, authorization: str | None) -> None:
    program = Client(headers={"Authorization": authorization} if authorization is not None else {})
    told = get(program, "orders")
    assert told.fault == (401, "unauthorized", None)
    assert told.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_key_is_refused_at_once(cast: Cast) -> None:
    program = cast.alma.program()
    with cast.alma.scope():
        key = ApiKey.objects.get(name="all")
        ApiKey.objects.update(revoked_at=key.created_at)
    assert get(program, "orders").status == 401


def test_a_key_in_the_address_is_not_looked_at(cast: Cast) -> None:
    assert get(Client(), "orders", key=cast.alma.key_secret, authorization=cast.alma.key_secret).status == 401


def test_a_session_does_not_open_the_api(cast: Cast) -> None:
    assert get(cast.aigerim.browser(), "orders").status == 401


def test_an_address_of_the_api_is_never_cached(cast: Cast) -> None:
    assert get(cast.alma.program(), "orders").headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("verb", ["put", "patch", "delete", "options"])
def test_a_method_that_is_not_there_is_told_so(cast: Cast, verb: str) -> None:
    program = cast.alma.program()
    response = getattr(program, verb)(f"{ROOT}orders", headers={"X-HTTP-Method-Override": "GET"})
    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")


def test_reading_an_action_of_an_order_never_does_it(cast: Cast) -> None:
    assert get(cast.alma.program(), f"orders/{cast.place().code}/accept").status == 405


def test_an_endpoint_without_a_mark_does_not_start() -> None:
    class Unmarked(Endpoint):
        tag, summary = "x", "x"

    with pytest.raises(Exception, match="does not say which rights it needs"):
        Unmarked.as_view()


def test_every_address_of_the_api_is_guarded_by_its_mark() -> None:
    views = [pattern.callback for pattern in api_urls.urlpatterns if hasattr(pattern.callback, "cls")]
    assert len(views) == len(api_urls.urlpatterns) - 1
    assert all(view.cls.permission_classes == [DeclaredRight] for view in views)
    assert all(view.access == view.cls.access for view in views)


def test_a_post_is_forbidden_before_its_body_is_looked_at(cast: Cast) -> None:
    reader = program_with(cast.alma, "orders:read")
    assert post(reader, f"orders/{cast.place().code}/cancel", b"{").status == 403
