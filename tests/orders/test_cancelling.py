"""Reasons of a cancel: what is offered, what is sent, whose fault it is."""

import pytest

from orders.cancelling import (
    BY_CODE,
    BY_REASON,
    CHOICES,
    FAULTS,
    ApiReason,
    CabinetReason,
    Fault,
    Handing,
    UnknownReason,
    choice_of,
    fault_of,
    handing_of,
)


def test_each_reason_of_the_cabinet_is_offered_once() -> None:
    assert [choice.reason for choice in CHOICES] == list(CabinetReason)


@pytest.mark.parametrize(
    ("reason", "sent", "counts"),
    [
        (CabinetReason.BUYER_UNREACHABLE, "BUYER_NOT_REACHABLE", False),
        (CabinetReason.BUYER_REFUSED, "BUYER_CANCELLATION_BY_MERCHANT", False),
        (CabinetReason.NO_REGION_DELIVERY, "MERCHANT_OUT_OF_STOCK", True),
        (CabinetReason.OUT_OF_STOCK, "MERCHANT_OUT_OF_STOCK", True),
    ],
)
def test_each_reason_says_what_is_sent_and_whether_it_counts(reason: CabinetReason, sent: str, counts: bool) -> None:
    choice = BY_REASON[reason]
    assert (choice.api_reason, choice.counts) == (sent, counts)


def test_a_reason_counts_exactly_when_kaspi_will_read_it_as_the_sellers_fault() -> None:
    promised = {choice.reason: choice.counts for choice in CHOICES}
    read_back = {choice.reason: fault_of(choice.api_reason) is Fault.SELLER for choice in CHOICES}
    assert promised == read_back


def test_the_reason_that_the_api_lacks_says_what_kaspi_gets_instead() -> None:
    assert "Kaspi получит «Нет в наличии»" in BY_REASON[CabinetReason.NO_REGION_DELIVERY].note


def test_an_unreachable_buyer_of_kaspi_delivery_is_warned_of_and_not_refused() -> None:
    choice = choice_of("buyer_unreachable")
    assert choice.warning(Handing.KASPI_DELIVERY)
    assert choice.warning(Handing.PICKUP) is choice.warning(Handing.OWN_DELIVERY) is None


@pytest.mark.parametrize("reason", list(ApiReason))
def test_the_raw_reasons_of_kaspi_are_taken_and_sent_as_they_are(reason: ApiReason) -> None:
    assert choice_of(reason.value).api_reason is reason


def test_an_unknown_reason_is_refused_with_the_list_of_those_there_are() -> None:
    with pytest.raises(UnknownReason) as refused:
        choice_of("bored")
    assert all(code in str(refused.value) for code in BY_CODE)


@pytest.mark.parametrize(
    ("is_kaspi_delivery", "mode", "handing"),
    [
        (False, "DELIVERY_PICKUP", Handing.PICKUP),
        (False, "DELIVERY_LOCAL", Handing.OWN_DELIVERY),
        (False, "DELIVERY_REGIONAL_PICKUP", Handing.PICKUP),
        (True, "DELIVERY_PICKUP", Handing.KASPI_DELIVERY),
        (True, "DELIVERY_REGIONAL_TODOOR", Handing.KASPI_DELIVERY),
    ],
)
def test_who_brings_the_goods_is_read_from_two_fields(is_kaspi_delivery: bool, mode: str, handing: Handing) -> None:
    assert handing_of(is_kaspi_delivery=is_kaspi_delivery, delivery_mode=mode) is handing


def test_every_reason_that_kaspi_is_known_to_give_has_a_fault() -> None:
    assert len(FAULTS) == 12
    assert Fault.UNKNOWN not in FAULTS.values()


def test_only_two_reasons_are_the_sellers_fault() -> None:
    sellers = {reason for reason, fault in FAULTS.items() if fault is Fault.SELLER}
    assert sellers == {"MERCHANT_OUT_OF_STOCK", "TIMEOUT_MERCHANT_DELIVERY"}


@pytest.mark.parametrize("expired", [True, False])
def test_a_reason_never_seen_before_is_not_guessed(expired: bool) -> None:
    assert fault_of("MOON_IN_THE_WRONG_HOUSE", expired=expired) is Fault.UNKNOWN


@pytest.mark.parametrize(
    ("told", "sent", "expired", "fault"),
    [
        (None, None, False, Fault.UNKNOWN),
        ("", None, True, Fault.SELLER),
        (None, ApiReason.BUYER_NOT_REACHABLE, False, Fault.BUYER),
        (None, ApiReason.BUYER_NOT_REACHABLE, True, Fault.BUYER),
        ("BUYER_CANCELLATION_HIMSELF", ApiReason.MERCHANT_OUT_OF_STOCK, True, Fault.BUYER),
        ("MERCHANT_OUT_OF_STOCK", ApiReason.BUYER_CANCELLATION_BY_MERCHANT, False, Fault.SELLER),
    ],
)
def test_kaspis_word_comes_before_ours_and_ours_before_the_clock(
    told: str | None, sent: ApiReason | None, expired: bool, fault: Fault
) -> None:
    assert fault_of(told, sent_reason=sent, expired=expired) is fault
