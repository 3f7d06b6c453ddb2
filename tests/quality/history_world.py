"""Days of a shop's past for the tests of numbers over time: buckets put where a test wants them."""

from datetime import date, timedelta
from typing import Any

from orders.lifecycle import Stage
from orders.models import ChangedDay, Order
from quality import buckets
from quality.formulas import FORMULA, Metric
from quality.models import QualityDay, QualitySnapshot
from quality.reading import today_of
from staff.clock import database_now
from tests.cast import Cast, Company

SHOP = "alma-tech"


def today() -> date:
    return today_of(database_now())


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def shop_id(cast: Cast) -> int:
    return int(cast.alma.shop(SHOP).pk)


def put(company: Company, metric: Metric, day: date, numerator: int, denominator: int, *, shop: str = SHOP) -> None:
    """A bucket that no order stands behind."""
    with company.scope():
        QualityDay.objects.create(
            shop_id=company.shop(shop).pk,
            day=day,
            metric=metric.value,
            numerator=numerator,
            denominator=denominator,
            formula=FORMULA.version,
        )


def cancelled_days_ago(cast: Cast, days: int, **values: Any) -> Order:
    """An order that the shop cancelled so many days ago, with its buckets counted."""
    order = cast.place(Stage.CANCELLED)
    moment = database_now() - timedelta(days=days)
    with cast.alma.scope():
        told = {"approved_at": moment, "cancelled_at": moment, "fault": "seller", **values}
        Order.objects.filter(pk=order.pk).update(**told)
    buckets.recount_due()
    return order


def nothing_to_recount(cast: Cast) -> bool:
    with cast.alma.scope():
        return not ChangedDay.objects.exists()


def kept_today(cast: Cast, metric: Metric) -> QualitySnapshot:
    """The number that the night kept today, by the profile that holds."""
    with cast.alma.scope():
        found = QualitySnapshot.objects.filter(shop_id=shop_id(cast), metric=metric, profile="v2-2026")
        return found.get(day=today())
