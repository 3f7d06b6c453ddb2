import pytest

from integrations.kaspi import breaker as breakers
from integrations.kaspi.breaker import Breaker
from integrations.kaspi.errors import CircuitOpen


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def shut(clock: Clock) -> Breaker:
    breaker = Breaker(clock=clock)
    for _ in range(5):
        breaker.admit()
        breaker.failed()
    return breaker


def rest_of(breaker: Breaker) -> float:
    with pytest.raises(CircuitOpen) as caught:
        breaker.admit()
    assert caught.value.retry_after is not None
    return caught.value.retry_after


def test_five_failures_in_a_row_shut_for_half_a_minute() -> None:
    assert rest_of(shut(Clock())) == 30


def test_a_success_between_failures_starts_the_count_again() -> None:
    breaker = Breaker(clock=Clock())
    for _ in range(4):
        breaker.failed()
    breaker.succeeded()
    breaker.failed()
    breaker.admit()
    assert not breaker.is_open


def test_after_the_rest_one_probe_goes_and_the_others_wait() -> None:
    clock = Clock()
    breaker = shut(clock)
    clock.now = 30
    breaker.admit()
    assert rest_of(breaker) > 0


def test_a_good_probe_opens_the_road() -> None:
    clock = Clock()
    breaker = shut(clock)
    clock.now = 30
    breaker.admit()
    breaker.succeeded()
    breaker.admit()
    assert not breaker.is_open


def test_failed_probes_double_the_rest_up_to_five_minutes() -> None:
    clock = Clock()
    breaker = shut(clock)
    rests = []
    for _ in range(5):
        clock.now += rest_of(breaker)
        breaker.admit()
        breaker.failed()
        rests.append(rest_of(breaker))
    assert rests == pytest.approx([60, 120, 240, 300, 300])


def test_a_probe_that_never_reports_makes_room_for_another() -> None:
    clock = Clock()
    breaker = shut(clock)
    clock.now = 30
    breaker.admit()
    clock.now += breakers.PROBE_SECONDS
    breaker.admit()
    assert rest_of(breaker) == breakers.PROBE_SECONDS


def test_late_failures_of_calls_from_before_do_not_lengthen_the_rest() -> None:
    breaker = shut(Clock())
    for _ in range(10):
        breaker.failed()
    assert rest_of(breaker) == 30


def test_reset_lets_the_next_call_go_at_once() -> None:
    breaker = shut(Clock())
    breaker.reset()
    breaker.admit()
    assert not breaker.is_open


def test_one_shop_has_one_breaker() -> None:
    assert breakers.for_shop("shop-1") is breakers.for_shop("shop-1")
    assert breakers.for_shop("shop-1") is not breakers.for_shop("shop-2")
