"""What Kaspi, couriers and buyers do by themselves as the virtual clock runs (kaspi-api §2.5, §5)."""

import pytest

from integrations.kaspi.simulator.clock import DAY, HOUR, MINUTE

from .conftest import WEDNESDAY_11, Simulator

CANCELLED = ("ARCHIVE", "CANCELLED")


def test_an_order_nobody_accepts_is_cancelled_two_minutes_after_three_working_hours(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup")
    simulator.advance(hours=3, minutes=1)
    assert simulator.where(code) == ("NEW", "APPROVED_BY_BANK")
    simulator.advance(minutes=1)
    assert simulator.where(code) == CANCELLED
    assert simulator.attributes(code)["cancellationReason"] == "MERCHANT_OUT_OF_STOCK"


def test_the_night_does_not_count(simulator: Simulator) -> None:
    simulator.advance(hours=6)  # 17:00: one working hour is left today
    code = simulator.make(kind="pickup")
    simulator.advance(hours=17.9)  # 10:54 of the next day
    assert simulator.where(code)[0] == "NEW"
    simulator.advance(hours=0.2)
    assert simulator.where(code) == CANCELLED


def test_a_shop_with_other_hours_has_other_deadlines(simulator: Simulator) -> None:
    always = {day: ["00:00", "24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    simulator.control("POST", "merchants", {"uid": "30000001", "schedule": always})
    simulator.advance(hours=6)
    code = simulator.make(kind="pickup")
    simulator.advance(hours=3, minutes=3)
    assert simulator.where(code) == CANCELLED


def test_express_has_sixty_minutes_by_the_clock_on_the_wall(simulator: Simulator) -> None:
    simulator.advance(hours=7)  # closed
    code = simulator.make(kind="express")
    simulator.advance(minutes=61)
    assert simulator.where(code)[0] == "NEW"
    simulator.advance(minutes=1)
    assert simulator.where(code) == CANCELLED


def test_an_accepted_order_does_not_expire(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup")
    simulator.write(code, "ACCEPTED_BY_MERCHANT")
    simulator.advance(hours=4)
    assert simulator.where(code) == ("PICKUP", "ACCEPTED_BY_MERCHANT")


def test_an_order_born_late_still_gets_its_grace(simulator: Simulator) -> None:
    code = simulator.make(kind="pickup", approved_minutes_ago=6000)
    assert simulator.where(code)[0] == "NEW"
    simulator.advance(minutes=2)
    assert simulator.where(code) == CANCELLED


@pytest.mark.parametrize(
    ("kind", "days", "reason"),
    [
        ("pickup", 3.4, "TIMEOUT_BUYER_PICKUP"),  # closing time of Saturday, the third working day
        ("own_delivery", 1.7, "TIMEOUT_MERCHANT_DELIVERY"),
        ("signature", 3.4, "TIMEOUT_BUYER_SIGNATURE"),
        ("pre_order", 7.7, "MERCHANT_OUT_OF_STOCK"),
    ],
)
def test_what_is_not_done_in_time_is_cancelled_by_kaspi(
    simulator: Simulator, kind: str, days: float, reason: str
) -> None:
    code = simulator.make(kind=kind)
    simulator.write(code, "ACCEPTED_BY_MERCHANT")
    simulator.advance(days=days - 0.3)
    assert simulator.where(code)[0] != "ARCHIVE"
    simulator.advance(days=0.3)
    assert simulator.where(code) == CANCELLED
    assert simulator.attributes(code)["cancellationReason"] == reason


def test_the_courier_collects_a_packed_order_at_the_planned_hour(simulator: Simulator) -> None:
    code = simulator.make(kind="kaspi_delivery")
    simulator.write(code, "ACCEPTED_BY_MERCHANT")
    planned = simulator.attributes(code)["kaspiDelivery"]["courierTransmissionPlanningDate"]
    assert planned == WEDNESDAY_11 + 9 * HOUR
    simulator.write(code, "ASSEMBLE", numberOfSpace="1")
    simulator.advance(hours=9)
    delivery = simulator.attributes(code)
    assert delivery["kaspiDelivery"]["courierTransmissionDate"] == planned
    assert delivery["deliveryCostForSeller"] > 0


def test_the_courier_of_a_late_packing_comes_half_an_hour_after_it(simulator: Simulator) -> None:
    code = simulator.make(kind="kaspi_delivery")
    simulator.write(code, "ACCEPTED_BY_MERCHANT")
    simulator.advance(hours=10)
    simulator.write(code, "ASSEMBLE", numberOfSpace="1")
    simulator.advance(minutes=30)
    shown = simulator.attributes(code)["kaspiDelivery"]
    assert shown["courierTransmissionDate"] == shown["courierTransmissionPlanningDate"] + 90 * MINUTE


def test_a_delivered_parcel_is_completed_by_kaspi(simulator: Simulator) -> None:
    code = simulator.make(kind="postomat")
    simulator.write(code, "ACCEPTED_BY_MERCHANT")
    simulator.write(code, "ASSEMBLE", numberOfSpace="1")
    simulator.advance(days=3)
    assert simulator.where(code) == ("ARCHIVE", "COMPLETED")
    assert simulator.attributes(code)["completionDate"] == WEDNESDAY_11 + 9 * HOUR + 2 * DAY


def test_a_refused_parcel_comes_back_and_is_closed_by_the_drop_point(simulator: Simulator) -> None:
    code = simulator.make(kind="postomat")
    for write in ("ACCEPTED_BY_MERCHANT", "ASSEMBLE"):
        simulator.write(code, write)
    for deed in ("courier_collects", "refused"):
        simulator.control("POST", f"orders/{code}", {"do": deed})
    assert simulator.where(code) == ("KASPI_DELIVERY", "CANCELLING")
    simulator.advance(days=2)
    assert simulator.attributes(code)["kaspiDelivery"]["returnedToWarehouse"] is True
    simulator.advance(days=28)
    assert simulator.where(code) == CANCELLED


def test_a_buyer_who_cancels_on_the_way_turns_the_parcel_back(simulator: Simulator) -> None:
    code = simulator.make(kind="postomat")
    for write in ("ACCEPTED_BY_MERCHANT", "ASSEMBLE"):
        simulator.write(code, write)
    simulator.control("POST", f"orders/{code}", {"do": "courier_collects"})
    simulator.control("POST", f"orders/{code}", {"do": "buyer_cancels"})
    assert simulator.where(code) == ("KASPI_DELIVERY", "CANCELLING")


def test_the_goods_of_a_pre_order_open_the_normal_path(simulator: Simulator) -> None:
    code = simulator.make(kind="pre_order")
    simulator.write(code, "ACCEPTED_BY_MERCHANT")
    assert simulator.attributes(code)["kaspiDelivery"]["courierTransmissionPlanningDate"] is None
    simulator.write(code, "ARRIVED")
    shown = simulator.attributes(code)
    assert (shown["preOrder"], shown["kaspiDelivery"]["courierTransmissionPlanningDate"]) == (
        False,
        WEDNESDAY_11 + 9 * HOUR,
    )


def test_signed_papers_move_an_order_to_its_shelf(simulator: Simulator) -> None:
    code = simulator.make(kind="signature")
    simulator.write(code, "ACCEPTED_BY_MERCHANT")
    simulator.control("POST", f"orders/{code}", {"do": "signed"})
    assert simulator.where(code) == ("PICKUP", "ACCEPTED_BY_MERCHANT")


def test_the_clock_is_shown_and_only_goes_forward(simulator: Simulator) -> None:
    assert simulator.control("POST", "advance", {"seconds": 60})["now"] == "2026-09-16T06:01:00.000Z"
    simulator.control("POST", "advance", {"seconds": -1}, expect=400)
