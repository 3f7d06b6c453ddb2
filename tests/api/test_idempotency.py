"""The same key twice: one effect, one answer."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from integrations.models import KaspiAction
from orders import actions
from staff import idempotency
from staff.models import AuditEntry, IdempotentRequest
from tests.api.asking import Answer, get, post, program_with
from tests.cast import Cast, Company

RIVALS = 50


def actions_of(company: Company) -> int:
    with company.scope():
        return int(KaspiAction.objects.count())


def test_a_repeat_gets_the_first_answer_to_the_byte(cast: Cast) -> None:
    order, program = cast.place(), cast.alma.program()
    first, again = (post(program, f"orders/{order.code}/accept", {}, key="k-1") for _ in range(2))
    assert (again.status, again.body) == (202, first.body)
    assert list(again.body) == list(first.body)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_repeat_gets_the_first_answer_when_the_world_has_moved_on(cast: Cast) -> None:
    order, program = cast.place(), cast.alma.program()
    first = post(program, f"orders/{order.code}/cancel", {"reason": "out_of_stock"}, key="k-1")
    with cast.alma.scope():
        KaspiAction.objects.update(state="done", settled_at=order.created_at)
    again = post(program, f"orders/{order.code}/cancel", {"reason": "out_of_stock"}, key="k-1")
    assert (again.status, again.body["state"]) == (first.status, "queued")


def test_a_refusal_is_repeated_too(cast: Cast) -> None:
    order, program = cast.place(), cast.alma.program()
    first = post(program, f"orders/{order.code}/returned", {}, key="k-1")
    post(program, f"orders/{order.code}/accept")
    again = post(program, f"orders/{order.code}/returned", {}, key="k-1")
    assert (first.status, first.body["error"]["code"]) == (409, "not_allowed")
    assert (again.status, again.body) == (first.status, first.body)


def test_the_key_with_another_body_is_refused(cast: Cast) -> None:
    order, program = cast.place(), cast.alma.program()
    post(program, f"orders/{order.code}/cancel", {"reason": "out_of_stock"}, key="k-1")
    other = post(program, f"orders/{order.code}/cancel", {"reason": "buyer_refused"}, key="k-1")
    assert other.fault == (422, "idempotency_key_reused", "Idempotency-Key")


def test_the_key_at_another_address_is_refused(cast: Cast) -> None:
    one, two = cast.place(), cast.place()
    program = cast.alma.program()
    post(program, f"orders/{one.code}/accept", {}, key="k-1")
    assert post(program, f"orders/{two.code}/accept", {}, key="k-1").status == 422
    assert actions_of(cast.alma) == 1


def test_the_same_words_in_another_order_are_the_same_request(cast: Cast) -> None:
    order, program = cast.place(), cast.alma.program()
    first = post(program, f"orders/{order.code}/cancel", b'{"reason":"out_of_stock","comment":"x"}', key="k")
    again = post(program, f"orders/{order.code}/cancel", b'{ "comment": "x", "reason": "out_of_stock" }', key="k")
    assert (again.status, again.body) == (202, first.body)


def test_two_owners_of_keys_may_use_the_same_word(cast: Cast) -> None:
    one, two = cast.place(), cast.place()
    first = post(cast.alma.program(), f"orders/{one.code}/accept", {}, key="k-1")
    second = post(program_with(cast.alma, "orders:write"), f"orders/{two.code}/accept", {}, key="k-1")
    assert (first.status, second.status) == (202, 202)
    assert first.body["order"] != second.body["order"]


@pytest.mark.parametrize("key", ["", "k" * 256, "ключ\u0007"])
def test_a_key_that_cannot_be_one_is_refused(cast: Cast, key: str) -> None:
    told = post(cast.alma.program(), f"orders/{cast.place().code}/accept", {}, key=key)
    assert told.fault == (400, "bad_idempotency_key", "Idempotency-Key")
    assert actions_of(cast.alma) == 0


def test_after_a_day_the_key_is_new(cast: Cast) -> None:
    one, two = cast.place(), cast.place()
    program = cast.alma.program()
    post(program, f"orders/{one.code}/accept", {}, key="k-1")
    with cast.alma.scope():
        kept = IdempotentRequest.objects.get()
        IdempotentRequest.objects.update(created_at=kept.created_at - idempotency.LIFE - timedelta(minutes=1))
    assert post(program, f"orders/{two.code}/accept", {}, key="k-1").status == 202
    assert actions_of(cast.alma) == 2


def test_a_fault_of_ours_is_not_kept_and_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    order, program = cast.place(), cast.alma.program()
    program.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(actions, "_tell", _fail)
        assert post(program, f"orders/{order.code}/accept", {}, key="k-1").status == 500
    assert actions_of(cast.alma) == 0
    assert post(program, f"orders/{order.code}/accept", {}, key="k-1").status == 202


def _fail(*_: object, **__: object) -> None:
    raise ZeroDivisionError


def test_no_word_of_the_buyers_code_is_kept(cast: Cast) -> None:
    order = cast.place()
    post(cast.alma.program(), f"orders/{order.code}/complete", {"code": "0417"}, key="k-1")
    with cast.alma.scope():
        kept = IdempotentRequest.objects.get()
    assert "0417" not in str(kept.body) + kept.digest


def together(count: int, ask: Callable[[], Answer]) -> Iterator[Answer]:
    """Ask in so many threads at the same moment."""
    gate = threading.Barrier(count)

    def one(_: int) -> Answer:
        gate.wait()
        try:
            return ask()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        yield from pool.map(one, range(count))


@pytest.mark.django_db(transaction=True)
def test_fifty_repeats_at_once_have_one_effect_and_one_answer(cast: Cast) -> None:
    order = cast.place()
    answers = list(together(RIVALS, lambda: post(cast.alma.program(), f"orders/{order.code}/accept", {}, key="k-1")))
    done = [answer for answer in answers if answer.status == 202]
    waiting = {answer.fault[:2] for answer in answers if answer.status != 202}
    assert {answer.body["id"] for answer in done} == {done[0].body["id"]}
    assert waiting <= {(409, "request_in_progress")}
    with cast.alma.scope():
        counts = KaspiAction.objects.count(), AuditEntry.objects.filter(action="order.accept").count()
        assert (*counts, IdempotentRequest.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_repeat_while_the_first_still_runs_is_told_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    order, started, finish = cast.place(), threading.Event(), threading.Event()
    honest = actions.find

    def slow(*args: object, **kwargs: object) -> object:
        started.set()
        assert finish.wait(30)
        return honest(*args, **kwargs)  # type: ignore[arg-type]

    def ask() -> Answer:
        return post(cast.alma.program(), f"orders/{order.code}/accept", {}, key="k-1")

    monkeypatch.setattr(actions, "find", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: next(together(1, ask)))
        assert started.wait(30)
        rival = ask()
        finish.set()
    assert rival.fault == (409, "request_in_progress", None)
    assert first.result().status == 202


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_rivals_would_work_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shows that the test above can fail: each rival then does the work, and the loser breaks on the row."""
    order = cast.place()
    worked: list[int] = []
    honest = actions.find

    def counted(*args: object, **kwargs: object) -> object:
        worked.append(1)
        return honest(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "find", counted)
    monkeypatch.setattr(idempotency, "_take", lambda by, key: None)

    def ask() -> Answer:
        program = cast.alma.program()
        program.raise_request_exception = False
        return post(program, f"orders/{order.code}/accept", {}, key="k-1")

    list(together(8, ask))
    assert len(worked) > 1
    assert get(cast.alma.program(), f"orders/{order.code}").status == 200
