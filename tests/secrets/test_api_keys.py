"""Keys of programs: made and ended by people, never beyond their own rights, and not to be guessed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db.models import F
from django.test import Client

from staff import api_keys, keys
from staff.api_keys import Wanted
from staff.clock import database_now
from staff.errors import Refused
from staff.models import ApiKey, AuditEntry
from staff.permissions import Permission
from staff.places import visible
from tests.cast import Cast, gather

READ = Wanted("1С", ("orders:read",))


def make(cast: Cast, wanted: Wanted = READ) -> tuple[ApiKey, str]:
    with cast.alma.scope():
        return api_keys.make(wanted, by=cast.aigerim.actor, now=database_now())


def status(cast: Cast, secret: str) -> int:
    return int(cast.alma.program(secret).get("/api/v1/orders").status_code)


def test_a_key_opens_what_was_asked_for_and_only_its_digest_is_kept(cast: Cast) -> None:
    key, secret = make(cast)
    assert status(cast, secret) == 200
    assert cast.alma.program(secret).get("/api/v1/quality?shop=alma-tech").status_code == 403
    assert key.digest == keys.digest_of(secret)
    with cast.alma.scope():
        entry = AuditEntry.objects.get(action="api_key.made")
        assert key.made_by_id == cast.aigerim.member.pk
    assert secret not in str(entry.after) and entry.after["scopes"] == ["orders:read"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Wanted("", ("orders:read",)), "bad_name"),
        (Wanted("x" * 101, ("orders:read",)), "bad_name"),
        (Wanted("1С", ()), "bad_scopes"),
        (Wanted("1С", ("everything",)), "bad_scopes"),
        (Wanted("1С", ("orders:read",), lives="9999"), "bad_value"),
    ],
)
def test_what_is_no_key_is_refused_with_its_field(cast: Cast, wanted: Wanted, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        make(cast, wanted)
    assert (refusal.value.code, refusal.value.status) == (code, 400) and refusal.value.field


def test_nobody_makes_a_key_beyond_his_rights(cast: Cast) -> None:
    lesser = replace(cast.aigerim.actor, rights=frozenset({Permission.SHOPS_MANAGE, Permission.CATALOG_VIEW}))
    with cast.alma.scope(), pytest.raises(Refused, match="beyond_rights"):
        api_keys.make(READ, by=lesser, now=database_now())
    local = replace(cast.aigerim.actor, points=frozenset({1}))
    with cast.alma.scope(), pytest.raises(Refused, match="beyond_places"):
        api_keys.make(READ, by=local, now=database_now())
    with cast.alma.scope(), pytest.raises(Refused, match="forbidden"):
        api_keys.make(READ, by=cast.bolat.actor, now=database_now())


def test_a_key_of_one_shop_does_not_see_another(cast: Cast) -> None:
    with cast.alma.scope():
        shop = visible(cast.aigerim.actor).shop("alma-tech")
    _, secret = make(cast, Wanted("1С", ("orders:read",), [shop]))
    told = cast.alma.program(secret).get("/api/v1/shops").json()
    assert [one["slug"] for one in told["results"]] == ["alma-tech"]


@pytest.mark.django_db(transaction=True)
def test_a_key_is_changed_over_in_a_day_and_there_are_never_three() -> None:
    cast = gather()
    cache.clear()
    old, before = make(cast)
    with cast.alma.scope():
        now = database_now()
        new, after = api_keys.replace(old, by=cast.aigerim.actor, now=now)
        with pytest.raises(Refused, match="two_keys"):
            api_keys.replace(new, by=cast.aigerim.actor, now=now)
        old.refresh_from_db()
    assert (status(cast, before), status(cast, after)) == (200, 200)
    assert (new.name, old.expires_at) == ("1С", now + timedelta(hours=24))
    with cast.alma.scope():
        ApiKey.objects.filter(pk=old.pk).update(expires_at=F("expires_at") - timedelta(hours=25))
    assert (status(cast, before), status(cast, after)) == (401, 200)


def test_a_revoked_key_is_dead_on_its_next_request(cast: Cast) -> None:
    key, secret = make(cast)
    assert status(cast, secret) == 200
    with cast.alma.scope():
        api_keys.revoke(key, by=cast.aigerim.actor, now=database_now())
    answer = cast.alma.program(secret).get("/api/v1/orders")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.django_db(transaction=True)
def test_wrong_keys_are_counted_by_address_and_a_known_key_goes_on() -> None:
    cast = gather()
    cache.clear()
    _, secret = make(cast)
    assert status(cast, secret) == 200
    wrong = [status(cast, keys.make()[0]) for _ in range(12)]
    assert wrong == [401] * 10 + [429] * 2
    assert status(cast, secret) == 200
    _, another = make(cast, Wanted("BI", ("orders:read",)))
    answer = cast.alma.program(another).get("/api/v1/orders")
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many_requests")
    elsewhere = Client(REMOTE_ADDR="10.9.8.7", headers={"authorization": f"Bearer {another}"})
    assert elsewhere.get("/api/v1/orders").status_code == 200
