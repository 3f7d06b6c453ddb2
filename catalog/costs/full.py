"""The full cost of an offer: the price at which nothing is earned and nothing lost. Floors of prices are made of it.

    price − commission − Kaspi Pay − tax on turnover − VAT to pay − delivery − cost = 0

Commission, Kaspi Pay and tax grow with the price; the mean delivery and the cost do not, so the price is one division.
A payer of VAT pays it on the price and takes back what is inside the commission, the delivery and the cost. ₸ with VAT.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal

from catalog.costs import fifo, known, receipts
from catalog.costs.tariffs import Rates, Reach, Tariffs
from catalog.models import Offer

Teller = Callable[[Sequence[int], date], Mapping[int, Decimal]]
"""The mean delivery of one piece by offer, over the weeks before a day, where orders tell of it."""


def _silent(offer_ids: Sequence[int], on: date) -> Mapping[int, Decimal]:
    return {}


_teller: Teller = _silent


def provide(teller: Teller) -> None:
    """Name who tells the mean delivery: orders stand above."""
    global _teller
    _teller = teller


def full_cost(offer_ids: Iterable[int], on: date) -> dict[int, Decimal | None]:
    """For each offer the lowest whole price that loses nothing on this day; None while its cost is not known.

    The cost is that of the next piece to be sold. Delivery is the mean of the offer's late orders, else the tariff's for
    a light parcel of the present price across the country, the dearer of the usual two.
    """
    ids = list(offer_ids)
    offers = {one.pk: one for one in Offer.objects.filter(pk__in=ids)}
    skus = {one.stock_sku or one.sku for one in offers.values()}
    layers, gone, tariffs = receipts.layers_of(skus), receipts.gone_of(skus), known.tariffs()
    delivered = _teller(list(offers), on)
    found: dict[int, Decimal | None] = dict.fromkeys(ids)
    for offer in offers.values():
        sku = offer.stock_sku or offer.sku
        cost = fifo.next_cost(layers.get(sku, []), gone.get(sku, 0))
        if cost is not None:
            delivery = delivered.get(offer.pk)
            rates = tariffs.rates(offer.commission_group, on)
            found[offer.pk] = break_even(cost, _usual(tariffs, offer, on) if delivery is None else delivery, rates)
    return found


def break_even(cost: Decimal, delivery: Decimal, rates: Rates) -> Decimal | None:
    """The lowest whole price at which the formula above is not below zero; None where fees eat the whole price."""
    fees = rates.commission_with_vat + (rates.kaspi_pay or 0) + rates.tax
    vat = rates.vat_inside if rates.vat_payer else Decimal(0)
    kept = 1 - fees - vat * (1 - rates.commission_with_vat)
    if kept <= 0:
        return None
    return ((cost + delivery) * (1 - vat) / kept).to_integral_value(ROUND_CEILING)


def _usual(tariffs: Tariffs, offer: Offer, on: date) -> Decimal:
    if offer.price is None:
        return Decimal(0)
    return tariffs.delivery(worth=offer.price, grams=0, reach=Reach.COUNTRY, day=on) or Decimal(0)
