"""Profit per line against the accountant's own arithmetic, and all sums against each other."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.costs import known
from catalog.costs.tariffs import Reach, TariffKind
from catalog.models import Reservation
from orders.models import Expense, ExpenseKind, Order, OrderEntry, PayOperation
from orders.profit import expenses, sums
from orders.profit.expenses import Told
from orders.profit.lines import PARTS, Window
from orders.profit.sums import By, Line, Parts
from orders.returns.claim_states import ClaimKind
from orders.returns.claims import open_claim
from staff.clock import database_now
from tests.profit.conftest import Sold
from tests.profit.test_costs import receive

ALIVE = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def lines(sold: Sold, order: Order) -> tuple[Line, ...]:
    return sums.lines_of(order.pk, shop_id=order.shop_id, day=sold.day, tariffs=known.tariffs())


def window(sold: Sold) -> Window:
    return Window([sold.issued.shop_id], sold.day, sold.day)


def whole(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)


def divided(amount: Decimal, prices: list[Decimal]) -> Iterator[Decimal]:
    """What each line bears of an order's sum: rounded so far, less what the lines before bore."""
    weights = prices if sum(prices) else [Decimal(1)] * len(prices)
    so_far, borne = Decimal(0), Decimal(0)
    for weight in weights:
        so_far += weight
        upto = whole(amount * so_far / sum(weights))
        yield upto - borne
        borne = upto


def accountant(sold: Sold, order: Order, prices: list[Decimal], told: Decimal) -> list[dict[str, Decimal]]:
    """Commission, Kaspi Pay, delivery and tax of each line, one by one from the tariffs."""
    tariffs, back = known.tariffs(), order.stage == "returned"
    rates = tariffs.rates("", sold.day)
    worth, taken = sum(prices, Decimal(0)), told
    if order.is_kaspi_delivery and not told:
        taken = tariffs.delivery(worth=worth, grams=0, reach=Reach.CITY, day=sold.day) or Decimal(0)
    return [
        {
            "revenue": Decimal(0) if back else whole(price),
            "commission": Decimal(0) if back else whole(price * rates.commission_with_vat),
            "pay": Decimal(0) if back else whole(price * (rates.kaspi_pay or 0)),
            "delivery": delivery,
            "tax": Decimal(0) if back else whole(price * rates.tax),
        }
        for price, delivery in zip(prices, divided(taken, prices), strict=True)
    ]


PRICE = st.integers(0, 20_000_000).map(lambda n: Decimal(n) / 100)


@ALIVE
@given(prices=st.tuples(PRICE, PRICE, PRICE, PRICE), told=st.tuples(PRICE, PRICE, PRICE), ads=st.integers(1, 10**7))
def test_parts_add_up_to_lines_lines_to_orders_and_orders_to_the_whole(
    sold: Sold, prices: tuple[Decimal, ...], told: tuple[Decimal, ...], ads: int
) -> None:
    of_orders = [prices[:1], prices[1:3], prices[3:]]
    with sold.cast.alma.scope(), transaction.atomic():
        Order.objects.filter(pk=sold.several.pk).update(is_kaspi_delivery=True)
        sold.several.is_kaspi_delivery = True
        for order, lot, delivery in zip(sold.orders, of_orders, told, strict=True):
            Order.objects.filter(pk=order.pk).update(delivery_cost_for_seller=delivery if delivery > 90_000 else 0)
            for number, price in enumerate(lot):
                OrderEntry.objects.filter(order_id=order.pk, number=number).update(total_price=price)
        _spend(sold, Decimal(ads))
        found = [lines(sold, order) for order in sold.orders]
        for order, lot, delivery, seen in zip(sold.orders, of_orders, told, found, strict=True):
            expected = accountant(sold, order, list(lot), delivery if delivery > 90_000 else Decimal(0))
            assert [{name: getattr(line.parts, name) for name in expected[0]} for line in seen] == expected
        every = [line for seen in found for line in seen]
        for by in (By.SKU, By.DAY):
            _adds_up(sums.table(window(sold), by, known.tariffs()), every, Decimal(ads))
        transaction.set_rollback(True)


def _spend(sold: Sold, amount: Decimal) -> None:
    said = {"kind": ExpenseKind.ADS, "first": sold.day, "last": sold.day, "at": sold.now, "by": "Айгерим"}
    Expense.objects.create(shop_id=sold.issued.shop_id, amount=amount, **said)


def _adds_up(table: sums.Table, every: list[Line], ads: Decimal) -> None:
    assert table.total is not None
    for name in PARTS:
        summed = sum(getattr(line.parts, name) for line in every)
        assert getattr(table.total.parts, name) == summed == sum(getattr(row.parts, name) for row in table.rows)
        assert summed == summed.to_integral_value()
    assert table.total.parts.profit == sum(line.parts.profit for line in every)
    assert table.unspread + table.total.parts.ads == ads
    assert table.losing == sum(row.parts.profit < 0 for row in table.rows)


def test_a_return_gets_its_commission_back_and_keeps_the_delivery(sold: Sold) -> None:
    with sold.cast.alma.scope():
        Order.objects.filter(pk=sold.back.pk).update(delivery_cost_for_seller=1_507)
        [line] = lines(sold, sold.back)
    assert (line.back, line.delivery_by) == (True, "fact")
    assert line.parts == Parts(*map(Decimal, (0, 0, 0, 0, 1_507, 0, 0, 0, 0)))


def test_the_oldest_pieces_are_spent_first_and_unknown_ones_are_told(sold: Sold) -> None:
    with sold.cast.alma.scope():
        receive(sold.cast, "SAY-KTL-17", 3, 2_000)
        [one], [other, phone] = lines(sold, sold.issued), lines(sold, sold.several)
        total = sums.table(window(sold), By.SKU, known.tariffs()).total
    assert [(line.parts.cost, line.costed) for line in (one, other, phone)] == [
        (4_000, True),
        (2_000, False),
        (0, False),
    ]
    assert total is not None
    assert total.uncosted == other.parts.revenue + phone.parts.revenue


def test_what_kaspi_pay_told_of_an_order_stands_before_the_tariff(sold: Sold) -> None:
    fees = {"amount": 141_900, "commission": -17_001, "kaspi_pay": -1_348, "delivery": -1_507}
    with sold.cast.alma.scope():
        PayOperation.objects.create(
            shop_id=sold.several.shop_id, code=sold.several.code, at=sold.now, told_at=sold.now, **fees
        )
        seen = lines(sold, sold.several)
    assert [sum(getattr(line.parts, name) for line in seen) for name in ("commission", "pay", "delivery")] == [
        17_001, 1_348, 1_507,
    ]  # fmt: skip
    assert {(line.fees_told, line.delivery_by) for line in seen} == {(True, "fact")}


def test_a_payer_of_vat_pays_it_on_what_is_left_after_the_vat_of_his_costs(sold: Sold) -> None:
    now, by = database_now(), sold.cast.aigerim.actor
    with sold.cast.alma.scope():
        known.put(TariffKind.VAT_PAYER, "", since=sold.day, value=Decimal(1), note="", by=by, now=now)
        receive(sold.cast, "SAY-KTL-17", 9, 2_000)
        [line] = lines(sold, sold.issued)
    parts = line.parts
    left = parts.revenue - parts.commission - parts.delivery - parts.cost
    assert parts.vat == whole(left * Decimal("0.16") / Decimal("1.16")) > 0


def test_a_group_of_the_company_s_own_has_its_own_commission(sold: Sold) -> None:
    from catalog.models import Offer

    now, by = database_now(), sold.cast.aigerim.actor
    with sold.cast.alma.scope():
        known.put(TariffKind.COMMISSION, "Кухня", since=sold.day, value=Decimal("0.05"), note="", by=by, now=now)
        Offer.objects.filter(sku="SAY-KTL-17").update(commission_group="Кухня")
        kettle, phone = lines(sold, sold.several)
    assert kettle.parts.commission == whole(kettle.parts.revenue * Decimal("0.05") * Decimal("1.16"))
    assert phone.parts.commission == whole(phone.parts.revenue * Decimal("0.109") * Decimal("1.16"))


def test_an_expense_of_a_sku_burdens_its_lines_alone_and_its_days_evenly(sold: Sold) -> None:
    from datetime import timedelta

    now, by, shop = database_now(), sold.cast.aigerim.actor, sold.cast.alma.shop("alma-tech")
    told = Told(ExpenseKind.ADS, sold.day - timedelta(days=1), sold.day + timedelta(days=2), Decimal(4_000), "TLP-X5")
    with sold.cast.alma.scope():
        row = expenses.tell(shop, told, by=by, now=now)
        kettle, phone = lines(sold, sold.several)
        assert (kettle.parts.ads, phone.parts.ads) == (0, 1_000)
        wide = Window([shop.pk], sold.day - timedelta(days=3), sold.day + timedelta(days=3))
        assert sums.table(wide, By.DAY, known.tariffs()).unspread == 3_000
        expenses.take_back(row.pk, by=by, now=now)
        assert lines(sold, sold.several)[1].parts.ads == 0


def test_a_lost_parcel_counts_with_what_kaspi_paid_for_it_and_a_cancel_with_nothing(sold: Sold) -> None:
    from orders.lifecycle import Stage
    from orders.models import Claim

    cast = sold.cast
    lost, cancelled = cast.place(Stage.KD_TRANSIT), cast.place(Stage.CANCELLED)
    now, since, by = database_now(), lost.approved_at, cast.aigerim.actor
    with cast.alma.scope():
        claim = open_claim(lost, ClaimKind.LOST, amount=Decimal(10_000), since=since, far=False, by=by, now=now)
        Claim.objects.filter(pk=claim.pk).update(state="paid", share=30, answered_at=now)
        seen = lines(sold, lost)
        assert (sum(line.parts.compensation for line in seen), sum(line.parts.profit for line in seen)) == (
            3_000,
            3_000,
        )
        assert all(line.lost for line in seen)
        assert lines(sold, cancelled) == ()


@pytest.mark.parametrize("written_off", [0, 1])
def test_goods_that_came_back_cost_only_what_was_written_off_of_them(sold: Sold, written_off: int) -> None:
    from catalog import coming_back
    from catalog.coming_back import Verdict

    with sold.cast.alma.scope():
        receive(sold.cast, "TLP-X5", 9, 90_000)
        assert lines(sold, sold.back)[0].parts.cost == 0
        held = Reservation.objects.get(order_id=sold.back.pk)
        verdict = Verdict(entry_number=0, sku="TLP-X5", most=1, restocked=1 - written_off, written_off=written_off)
        coming_back.take_back(order_id=sold.back.pk, point_id=held.point_id, verdicts=[verdict], now=database_now())
        assert lines(sold, sold.back)[0].parts.cost == 90_000 * written_off
