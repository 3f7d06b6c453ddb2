"""Profit per line of an order, in one statement: each line's parts add up to it, lines to their order, orders to the whole.

Every part is whole ₸, rounded half up; what belongs to an order is divided over its lines by their prices so that
nothing is lost (the parts up to a line, rounded, less the parts up to the one before). An order counts on the day of
Almaty on which it was issued; one whose parcel was lost, on the day of the answer to the claim. Cancels cost nothing.
`PARTS` says how each part is signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from catalog.costs.spent import spent
from catalog.costs.tariffs import Tariffs
from staff.formats import ALMATY
from staff.scoping import current_company

# Part of a line → whether it is earned (1) or paid (−1).
PARTS: Final[Mapping[str, int]] = {
    "revenue": 1,
    "compensation": 1,
    "commission": -1,
    "pay": -1,
    "delivery": -1,
    "tax": -1,
    "vat": -1,
    "cost": -1,
    "ads": -1,
}


@dataclass(frozen=True, slots=True)
class Window:
    """Whole shops over days of Almaty, both inclusive."""

    shop_ids: Sequence[int]
    first: date
    last: date


def _shared(amount: str) -> str:
    """A line's part of what the order paid or got."""
    return f"CASE WHEN {amount} = 0 THEN 0 ELSE round({amount} * high / whole) - round({amount} * low / whole) END"


_ORDERS: Final = """
sold AS (
  SELECT one.id, one.code, one.shop_id, one.point_id, one.stage = 'returned' AS back, FALSE AS lost,
    (one.completed_at AT TIME ZONE 'Asia/Almaty')::date AS day, one.is_kaspi_delivery, one.delivery_cost_for_seller AS told,
    CASE WHEN one.express THEN 'express' WHEN one.delivery_mode LIKE 'DELIVERY_REGIONAL%%' THEN 'country' ELSE 'city' END
      AS reach
  FROM orders_order one
  WHERE one.company_id = %(company)s AND one.shop_id = ANY(%(shops)s)
    AND one.completed_at >= %(since)s AND one.completed_at < %(until)s
  UNION ALL
  SELECT one.id, one.code, one.shop_id, one.point_id, FALSE, TRUE,
    (claim.answered_at AT TIME ZONE 'Asia/Almaty')::date, FALSE, 0, 'city'
  FROM orders_claim claim JOIN orders_order one ON one.company_id = claim.company_id AND one.id = claim.order_id
  WHERE claim.company_id = %(company)s AND claim.shop_id = ANY(%(shops)s) AND claim.kind = 'lost' AND claim.state = 'paid'
    AND one.completed_at IS NULL AND claim.answered_at >= %(since)s AND claim.answered_at < %(until)s
), got AS (
  SELECT id, sum(amount) AS amount FROM (
    SELECT sold.id, claim.amount * claim.share / 100 AS amount FROM sold JOIN orders_claim claim
      ON claim.company_id = %(company)s AND claim.order_id = sold.id AND claim.state = 'paid'
    UNION ALL
    SELECT sold.id, facts.compensation FROM sold JOIN orders_cabinetfacts facts
      ON facts.company_id = %(company)s AND facts.order_id = sold.id AND facts.compensation <> 0
  ) each GROUP BY id
), paid AS (
  SELECT sold.id, -sum(one.commission) AS commission, -sum(one.kaspi_pay) AS pay, -sum(one.delivery) AS delivery
  FROM sold JOIN orders_payoperation one
    ON one.company_id = %(company)s AND one.shop_id = sold.shop_id AND one.code = sold.code
  GROUP BY sold.id
), rate AS (
  SELECT * FROM unnest(%(rate_first)s::date[], %(rate_last)s::date[], %(rate_grp)s::text[], %(rate_commission)s::numeric[],
    %(rate_pay)s::numeric[], %(rate_vat)s::numeric[], %(rate_tax)s::numeric[], %(rate_payer)s::bool[],
    %(rate_fees_back)s::bool[], %(rate_kept)s::bool[])
    AS rate (first, last, grp, commission, pay, vat, tax, payer, fees_back, kept)
), band AS (
  SELECT * FROM unnest(%(band_first)s::date[], %(band_last)s::date[], %(band_reach)s::text[], %(band_worth)s::numeric[],
    %(band_worth_to)s::numeric[], %(band_grams)s::numeric[], %(band_grams_to)s::numeric[], %(band_amount)s::numeric[])
    AS band (first, last, reach, worth, worth_to, grams, grams_to, amount)
)
"""
_LINES: Final = f"""
line AS (
  SELECT sold.*, entry.number, entry.sku, entry.name, entry.category, entry.quantity, entry.total_price AS price,
    offer.commission_group AS grp, sum(entry.weight_grams) OVER whole_order AS grams,
    sum(entry.total_price) OVER whole_order AS goods, count(*) OVER whole_order AS entries,
    sum(entry.total_price) OVER so_far AS price_high, row_number() OVER so_far AS place
  FROM sold JOIN orders_orderentry entry ON entry.company_id = %(company)s AND entry.order_id = sold.id
  LEFT JOIN catalog_offer offer ON offer.company_id = %(company)s AND offer.shop_id = sold.shop_id AND offer.sku = entry.sku
  WINDOW whole_order AS (PARTITION BY sold.id), so_far AS (PARTITION BY sold.id ORDER BY entry.number)
), placed AS (
  SELECT line.*, rate.commission AS rate_commission, rate.pay AS rate_pay, rate.vat AS rate_vat, rate.tax AS rate_tax,
    rate.payer, rate.fees_back, rate.kept, paid.id IS NOT NULL AS fees_told, paid.commission AS paid_commission,
    paid.pay AS paid_pay, coalesce(got.amount, 0) AS got,
    CASE WHEN goods > 0 THEN price_high - price ELSE place - 1 END AS low,
    CASE WHEN goods > 0 THEN price_high ELSE place END AS high, CASE WHEN goods > 0 THEN goods ELSE entries END AS whole,
    CASE WHEN back OR lost THEN 0 ELSE round(price) END AS revenue,
    -- What is told of the order stands before what a sheet tells: Kaspi shows both alike.
    CASE WHEN told > 0 THEN 'fact' WHEN paid.delivery <> 0 THEN 'fact' WHEN NOT is_kaspi_delivery THEN 'fact'
      WHEN band.amount IS NULL THEN 'unknown' ELSE 'estimate' END AS delivery_by,
    CASE WHEN back AND NOT coalesce(rate.kept, TRUE) THEN 0 WHEN told > 0 THEN told WHEN paid.delivery <> 0 THEN paid.delivery
      WHEN is_kaspi_delivery THEN coalesce(round(band.amount * (1 + rate.vat)), 0) ELSE 0 END AS order_delivery
  FROM line
  LEFT JOIN rate ON rate.grp = CASE WHEN line.grp = ANY(%(groups)s) THEN line.grp ELSE '' END
    AND line.day BETWEEN rate.first AND rate.last
  LEFT JOIN band ON line.told = 0 AND line.is_kaspi_delivery AND band.reach = line.reach
    AND line.day BETWEEN band.first AND band.last
    AND line.goods >= band.worth AND line.goods < band.worth_to AND coalesce(line.grams, 0) >= band.grams
    AND coalesce(line.grams, 0) < band.grams_to
  LEFT JOIN paid ON paid.id = line.id
  LEFT JOIN got ON got.id = line.id
  OFFSET 0 -- each part is worked out once, not wherever it is named
), paying AS (
  SELECT placed.*, {_shared("order_delivery")} AS delivery, {_shared("got")} AS compensation,
    CASE WHEN lost THEN 0 WHEN fees_told THEN {_shared("paid_commission")}
      WHEN back AND fees_back THEN 0 ELSE coalesce(round(price * rate_commission * (1 + rate_vat)), 0) END AS commission,
    CASE WHEN lost THEN 0 WHEN fees_told THEN {_shared("paid_pay")}
      WHEN back AND fees_back THEN 0 ELSE coalesce(round(price * rate_pay), 0) END AS pay,
    CASE WHEN back OR lost THEN 0 ELSE coalesce(round(price * rate_tax), 0) END AS tax,
    -- What came back is ours again until somebody looked at it and wrote it off.
    CASE WHEN back AND spent.judged IS NOT TRUE THEN 0 ELSE coalesce(round(spent.cost), 0) END AS cost,
    CASE WHEN back AND spent.judged IS NOT TRUE THEN TRUE ELSE coalesce(spent.uncosted = 0, FALSE) END AS costed
  FROM placed LEFT JOIN spent ON spent.order_id = placed.id AND spent.entry_number = placed.number
  OFFSET 0
), paid_by_day AS (
  SELECT shop_id, sku, day, sum(part) AS amount FROM (
    SELECT one.shop_id, one.sku, one.amount / (one.last - one.first + 1) AS part,
      generate_series(greatest(one.first, %(first)s), least(one.last, %(last)s), interval '1 day')::date AS day
    FROM orders_expense one
    WHERE one.company_id = %(company)s AND one.shop_id = ANY(%(shops)s) AND one.last >= %(first)s AND one.first <= %(last)s
      AND one.reverses_id IS NULL AND NOT EXISTS (
        SELECT FROM orders_expense back WHERE back.company_id = one.company_id AND back.reverses_id = one.id)
  ) each GROUP BY shop_id, sku, day
), turnover AS (
  -- Asked apart, so that the lines themselves stream by and need not be kept for a second look.
  SELECT shop_id, CASE WHEN grouping(sku) = 1 THEN '' ELSE sku END AS sku, day, sum(round(total_price)) AS amount
  FROM sold JOIN orders_orderentry entry ON entry.company_id = %(company)s AND entry.order_id = sold.id
  WHERE NOT back AND NOT lost AND day IN (SELECT day FROM paid_by_day)
  GROUP BY GROUPING SETS ((shop_id, day), (shop_id, sku, day))
  HAVING (grouping(sku) = 1 OR sku <> '') AND sum(round(total_price)) > 0
), share AS (
  SELECT shop_id, sku, day, paid_by_day.amount / turnover.amount AS share
  FROM paid_by_day JOIN turnover USING (shop_id, sku, day)
), profit AS (
  SELECT paying.*, round(revenue * (coalesce(common.share, 0) + coalesce(own.share, 0))) AS ads,
    CASE WHEN payer THEN round((revenue - commission - delivery - cost) * rate_vat / (1 + rate_vat)) ELSE 0 END AS vat
  FROM paying
  LEFT JOIN share common ON common.shop_id = paying.shop_id AND common.sku = '' AND common.day = paying.day
  LEFT JOIN share own ON own.shop_id = paying.shop_id AND own.sku = paying.sku AND own.sku <> '' AND own.day = paying.day
  OFFSET 0
)
"""

SIGNED: Final = " ".join(f"{'+' if sign > 0 else '-'} {name}" for name, sign in PARTS.items())
STATEMENT: Final = f"WITH {_ORDERS.strip()}, {spent('gone.order_id IN (SELECT id FROM sold)')}, {_LINES.strip()}"


def asked(window: Window, tariffs: Tariffs) -> dict[str, Any]:
    """The values that STATEMENT names: the days, and what held in them."""
    since = datetime.combine(window.first, time.min, ALMATY)
    until = datetime.combine(window.last + timedelta(days=1), time.min, ALMATY)
    return {
        "company": current_company(),
        "items": None,
        "shops": list(window.shop_ids),
        "first": window.first,
        "last": window.last,
        "since": since,
        "until": until,
        "groups": tariffs.groups(),
        **_rates(window, tariffs),
        **_bands(window, tariffs),
    }


def _rates(window: Window, tariffs: Tariffs) -> dict[str, list[Any]]:
    names = ("first", "last", "grp", "commission", "pay", "vat", "tax", "payer", "fees_back", "kept")
    rows = []
    for first, last in tariffs.stretches(window.first, window.last):
        for group in tariffs.groups():
            held = tariffs.rates(group, first)
            fees = (held.commission, held.kaspi_pay, held.vat, held.tax)
            rows.append((first, last, group, *fees, held.vat_payer, held.fees_back, held.delivery_kept))
    return _columns("rate", names, rows)


def _bands(window: Window, tariffs: Tariffs) -> dict[str, list[Any]]:
    names = ("first", "last", "reach", "worth", "worth_to", "grams", "grams_to", "amount")
    rows = [
        (
            first,
            last,
            str(band.reach),
            band.worth_from,
            _end(band.worth_to),
            band.grams_from,
            _end(band.grams_to),
            value,
        )
        for first, last in tariffs.stretches(window.first, window.last)
        for band, value in tariffs.bands(first).items()
    ]
    return _columns("band", names, rows)


def _end(bound: int | None) -> int:
    """Past anything that is sold or carried."""
    return 10**15 if bound is None else bound


def _columns(table: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {f"{table}_{name}": [row[place] for row in rows] for place, name in enumerate(names)}
