"""A shop's account with Kaspi: what connecting begins, and what workers' notes make of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from integrations import accounts
from integrations.models import AccountState, KaspiAccount, PollSlot, SlotKind
from staff.clock import database_now
from staff.errors import Refused
from staff.models import AuditEntry, Shop
from staff.sealing import CannotOpen
from tests.cast import Cast

TOKEN = "C" * 43 + "="


@pytest.fixture
def shop(cast: Cast) -> Iterator[Shop]:
    """«Алма Техника», connected, in the scope of its company."""
    with cast.alma.scope():
        yield cast.alma.shop("alma-tech")


def account() -> KaspiAccount:
    found: KaspiAccount = KaspiAccount.objects.get(shop__slug="alma-tech")
    return found


def rest() -> float:
    """Seconds that the account rests, from the trouble on; 0 when it does not."""
    now = account()
    if now.quiet_until is None or now.last_problem_at is None:
        return 0.0
    return max(0.0, (now.quiet_until - now.last_problem_at).total_seconds())


def wake() -> None:
    KaspiAccount.objects.update(quiet_until=timezone.now() - timedelta(seconds=1))


def test_connecting_makes_everything_due_but_what_is_asked_for(cast: Cast, shop: Shop) -> None:
    due = dict(PollSlot.objects.filter(shop_id=shop.pk).values_list("kind", "due_at"))
    assert set(due) == set(SlotKind)
    assert {kind for kind, moment in due.items() if moment is None} == {SlotKind.LOOKUP, SlotKind.ENTRIES}
    assert max(moment for moment in due.values() if moment) < timezone.now() + timedelta(seconds=4)


def test_a_shop_that_is_imported_is_not_imported_again(cast: Cast, shop: Shop) -> None:
    KaspiAccount.objects.update(import_finished_at=timezone.now())
    PollSlot.objects.update(due_at=None)
    accounts.connect(shop, TOKEN, by=cast.aigerim.actor, now=timezone.now())
    assert PollSlot.objects.get(shop_id=shop.pk, kind=SlotKind.IMPORT).due_at is None
    assert PollSlot.objects.get(shop_id=shop.pk, kind=SlotKind.NEW).due_at is not None


def test_connecting_forgets_an_earlier_refusal(cast: Cast, shop: Shop) -> None:
    for _ in range(3):
        accounts.note_refused(shop.pk)
    accounts.connect(shop, TOKEN, by=cast.aigerim.actor, now=timezone.now())
    assert (account().state, account().refused_in_row, account().last_problem) == (AccountState.OK, 0, "")


def test_the_token_is_sealed_and_not_in_the_audit(cast: Cast, shop: Shop) -> None:
    accounts.connect(shop, TOKEN, by=cast.aigerim.actor, now=timezone.now())
    row = AuditEntry.objects.filter(action="shop.token_connected").order_by("-id")[0]
    assert TOKEN.encode() not in bytes(account().token_cipher)
    assert TOKEN not in str(row.details)
    assert (accounts.token_of(account()), row.actor_label) == (TOKEN, "Айгерим")


def test_a_sealed_token_does_not_open_in_another_shop(cast: Cast, shop: Shop) -> None:
    other = KaspiAccount.objects.get(shop__slug="alma-dom")
    other.token_cipher = account().token_cipher
    with pytest.raises(CannotOpen):
        accounts.token_of(other)


@pytest.mark.parametrize("token", ["", "   ", "ключ", "a b", "x" * 201, "a\x00b"])
def test_what_cannot_be_a_token_is_refused(cast: Cast, shop: Shop, token: str) -> None:
    with pytest.raises(Refused) as refusal:
        accounts.connect(shop, token, by=cast.aigerim.actor, now=timezone.now())
    assert (refusal.value.status, refusal.value.field) == (400, "token")


def test_a_manager_cannot_connect_a_shop(cast: Cast, shop: Shop) -> None:
    with pytest.raises(Refused) as refusal:
        accounts.connect(shop, TOKEN, by=cast.bolat.actor, now=timezone.now())
    assert refusal.value.status == 403


def test_the_third_refusal_in_a_row_pauses_the_exchange(cast: Cast, shop: Shop) -> None:
    assert [accounts.note_refused(shop.pk) for _ in range(3)] == [False, False, True]
    probe = PollSlot.objects.get(shop_id=shop.pk, kind=SlotKind.NEW)
    assert account().state == AccountState.REFUSED
    assert account().last_problem.startswith("Kaspi не принимает токен")
    assert probe.due_at is not None
    assert probe.due_at > timezone.now() + timedelta(minutes=4)


def test_a_success_between_refusals_begins_the_count_anew(cast: Cast, shop: Shop) -> None:
    accounts.note_refused(shop.pk)
    accounts.note_refused(shop.pk)
    accounts.note_success(shop.pk)
    assert accounts.note_refused(shop.pk) is False


def test_a_successful_probe_resumes_the_exchange(cast: Cast, shop: Shop) -> None:
    for _ in range(3):
        accounts.note_refused(shop.pk)
    accounts.note_success(shop.pk)
    assert account().state == AccountState.OK


def test_rests_double_from_thirty_seconds_to_five_minutes(cast: Cast, shop: Shop) -> None:
    rests = []
    for _ in range(11):
        accounts.note_failure(shop.pk, "Kaspi временно не отвечает")
        rests.append(round(rest()))
        wake()
    assert rests == [0, 0, 0, 0, 30, 60, 120, 240, 300, 300, 300]


def test_a_failure_during_the_rest_is_no_news(cast: Cast, shop: Shop) -> None:
    for _ in range(8):
        accounts.note_failure(shop.pk, "Kaspi временно не отвечает")
    assert (account().failures_in_row, round(rest())) == (5, 30)


@pytest.mark.parametrize(("asked", "kept"), [(7.0, 7), (0.0, 1), (-5.0, 1), (1e9, 300)])
def test_a_pause_that_kaspi_asks_for_is_kept_within_bounds(cast: Cast, shop: Shop, asked: float, kept: int) -> None:
    accounts.note_limited(shop.pk, "Kaspi просит обращаться реже", retry_after=asked)
    assert round(rest()) == kept


def test_a_success_of_an_older_call_does_not_end_the_pause(cast: Cast, shop: Shop) -> None:
    accounts.note_limited(shop.pk, "Kaspi просит обращаться реже", retry_after=60)
    accounts.note_success(shop.pk)
    assert round(rest()) == 60


def test_one_shop_s_trouble_is_not_its_neighbour_s(cast: Cast, shop: Shop) -> None:
    for _ in range(3):
        accounts.note_refused(shop.pk)
    neighbour = KaspiAccount.objects.get(shop__slug="alma-dom")
    assert (neighbour.state, neighbour.refused_in_row) == (AccountState.OK, 0)


def test_resuming_asks_at_once_and_is_audited(cast: Cast, shop: Shop) -> None:
    for _ in range(3):
        accounts.note_refused(shop.pk)
    assert accounts.resume(shop, by=cast.aigerim.actor, now=timezone.now()) is True
    probe = PollSlot.objects.get(shop_id=shop.pk, kind=SlotKind.NEW)
    assert account().state == AccountState.OK
    assert probe.due_at is not None
    assert probe.due_at <= database_now()
    assert AuditEntry.objects.filter(action="shop.exchange_resumed").exists()


@pytest.mark.django_db(transaction=True)
def test_notes_made_at_once_are_all_counted(cast: Cast) -> None:
    shop_id = cast.alma.shop("alma-tech").pk

    def note(_: int) -> None:
        try:
            with cast.alma.scope():
                accounts.note_failure(shop_id, "Kaspi временно не отвечает")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=4) as threads:
        list(threads.map(note, range(4)))
    with cast.alma.scope():
        assert account().failures_in_row == 4
