"""(m) Numbers over time: the night's recompute of all shops, one event in a young and in an old shop, the quality page."""

from functools import partial
from statistics import median

from django.db import connections

from kaspi_office.bench import past
from kaspi_office.bench.asking import owner_of
from kaspi_office.bench.figures import Figure, Scale, at_most, told
from kaspi_office.bench.past import ONE_YEAR, PAGE, THREE_YEARS, Shop
from kaspi_office.bench.timing import MS, WARM_UP, clocked, interleaved
from kaspi_office.bench.world import home_of, slug_of
from orders.models import Order
from quality import buckets
from quality.formulas import Metric
from quality.history import alerts, nightly
from quality.models import QualityAlert, QualityDay
from quality.reading import today_of
from staff.clock import database_now
from staff.scoping import company_scope

PLANTED = 3


def measure(scale: Scale) -> list[Figure]:
    shops: list[Shop] = []
    loading = clocked(lambda: shops.extend(past.build(scale)))
    counting = clocked(partial(_count, shops))
    return [
        told(f"{sum(shop.orders for shop in shops)} orders of {len(shops)} shops written", loading, "s"),
        told("  their buckets counted for the first time", counting, "s"),
        *_night(shops),
        *_one_event(scale),
        *_page(scale),
    ]


def _count(shops: list[Shop]) -> None:
    days = nightly.days_of_window(today_of(database_now()))
    for shop in shops:
        with company_scope(shop.company_id):
            buckets.rebuild(shop.company_id, shop.shop_id, days)


def _night(shops: list[Shop]) -> list[Figure]:
    """With some wrong buckets in it, so that it is known to look."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) quality_qualityday")
    for shop in shops[:PLANTED]:
        with company_scope(shop.company_id):
            row = QualityDay.objects.filter(shop_id=shop.shop_id).order_by("-day")[9]
            QualityDay.objects.filter(pk=row.pk).update(numerator=row.numerator + 1)
    seconds = clocked(nightly.recompute)
    for shop in shops[:PLANTED]:
        with company_scope(shop.company_id):
            assert QualityAlert.objects.filter(kind="disagreement").count() == 1, "what was planted is found"
    name = f"full recompute of {len(shops)} shops, {past.SPAN} days, {sum(shop.orders for shop in shops)} orders"
    return [at_most(name, seconds, 60, no=14, unit="s")]


def _one_event(scale: Scale) -> list[Figure]:
    homes = {rank: home_of(rank) for rank in (ONE_YEAR, THREE_YEARS)}
    taken: dict[int, list[float]] = {rank: [] for rank in homes}
    for number in range(WARM_UP + scale.times(60)):
        for rank, home in homes.items():
            place = (home.company_id, home.shop_id)
            _happen(*place, number)
            seconds = clocked(partial(_recount, *place))
            taken[rank] += [seconds] if number >= WARM_UP else []
    young, old = median(taken[ONE_YEAR]), median(taken[THREE_YEARS])
    return [
        at_most(
            "recount after one event and the look for warnings, shop of three years", old * MS, 50, no=7, unit="ms"
        ),
        at_most("  from a shop of one year to one of three, as many orders a day", old / young, 1.2, no=7),
    ]


def _recount(company_id: int, shop_id: int) -> None:
    """What the duty does after an event."""
    assert buckets.recount(company_id, shop_id), "something has changed"
    alerts.look_at(company_id, shop_id)


def _happen(company_id: int, shop_id: int, number: int) -> None:
    """An order of the last weeks comes back for its quality."""
    with company_scope(company_id):
        ended = Order.objects.filter(shop_id=shop_id, stage="completed", returned_at=None)
        order = ended.order_by("-completed_at")[100 + number]
        Order.objects.filter(pk=order.pk).update(returned_at=database_now(), return_for_quality=True)


def _page(scale: Scale) -> list[Figure]:
    asker, slug = owner_of(PAGE), slug_of(PAGE)
    pages = {metric.value: f"/quality/?shop={slug}&metric={metric.value}" for metric in Metric}
    pages["history"] = f"/quality/history/?shop={slug}"
    found = interleaved({name: partial(asker.ask, path) for name, path in pages.items()}, rounds=scale.times(15))
    orders = 30 * (3_000 // (10 if scale.quick else 1))
    return [
        at_most(
            f"quality page «{metric.value}» of {orders} orders in 30 days",
            found[metric.value] * MS,
            150,
            no=15,
            unit="ms",
        )
        for metric in Metric
    ] + [told("  the page of kept numbers", found["history"] * MS, "ms")]
