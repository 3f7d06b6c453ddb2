"""Who is let go is out with the next request (reliability.md §2, 19)."""

import pytest
from django.test import Client
from django.utils import timezone

from staff.models import ApiKey, Member, MemberPoint
from tests.cast import Cast


def status(client: Client, path: str) -> int:
    return int(client.get(path).status_code)


def test_a_member_who_is_let_go_is_out(cast: Cast) -> None:
    browser = cast.bolat.browser()
    assert status(browser, "/orders/new/") == 200
    with cast.alma.scope():
        Member.objects.filter(pk=cast.bolat.member.pk).update(is_active=False)
    assert status(browser, "/orders/new/") == 302


def test_a_person_who_is_switched_off_is_out(cast: Cast) -> None:
    browser = cast.bolat.browser()
    user = cast.bolat.user
    user.is_active = False
    user.save()
    assert status(browser, "/orders/new/") == 302


def test_a_changed_password_ends_the_sessions(cast: Cast) -> None:
    browser = cast.bolat.browser()
    user = cast.bolat.user
    user.set_password("quite another one")
    user.save()
    assert status(browser, "/orders/new/") == 302


def test_a_point_taken_away_hides_its_orders(cast: Cast) -> None:
    order, browser = cast.place(), cast.bolat.browser()
    assert status(browser, f"/orders/{order.code}/") == 200
    with cast.alma.scope():
        MemberPoint.objects.filter(member_id=cast.bolat.member.pk).delete()
    assert status(browser, f"/orders/{order.code}/") == 404


def test_a_lower_role_loses_its_rights(cast: Cast) -> None:
    browser = cast.aigerim.browser()
    assert status(browser, "/integrations/") == 200
    with cast.alma.scope():
        Member.objects.filter(pk=cast.aigerim.member.pk).update(role="analyst")
    assert status(browser, "/integrations/") == 403


def test_a_revoked_key_opens_nothing(cast: Cast) -> None:
    program = cast.alma.program()
    assert status(program, "/api/v1/orders") == 200
    with cast.alma.scope():
        ApiKey.objects.update(revoked_at=timezone.now())
    assert status(program, "/api/v1/orders") == 401


@pytest.mark.parametrize("change", [lambda key: key[:-1] + "x", lambda key: key.swapcase(), lambda key: key + "a"])
def test_a_key_that_is_not_quite_right_opens_nothing(cast: Cast, change: object) -> None:
    assert callable(change)
    assert status(cast.alma.program(change(cast.alma.key_secret)), "/api/v1/orders") == 401
