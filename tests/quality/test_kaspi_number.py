"""Kaspi's own number: what may be typed, who may, and what is kept."""

from decimal import Decimal
from typing import Any

import pytest

from quality.audit.kaspi import Said, newest, tell
from quality.formulas import Metric
from quality.models import KaspiNumber
from quality.reading import today_of
from staff.access import Actor
from staff.clock import database_now
from staff.errors import Refused
from staff.models import AuditEntry
from tests.cast import Cast


def told(cast: Cast, metric: Metric, said: Said, *, by: Actor | None = None, days: int = 0) -> KaspiNumber:
    shop, now = cast.alma.shop("alma-tech"), database_now()
    today = today_of(now)
    with cast.alma.scope():
        day = today.fromordinal(today.toordinal() + days)
        return tell(shop, metric, day, said, by=by or cast.aigerim.actor, now=now, today=today)


@pytest.mark.parametrize(
    ("metric", "said", "value"),
    [
        (Metric.CANCELLED, Said("2,94"), "0.029400"),
        (Metric.CANCELLED, Said(" 2.94 % "), "0.029400"),
        (Metric.CANCELLED, Said("2,94\u00a0%"), "0.029400"),
        (Metric.CANCELLED, Said("0"), "0.000000"),
        (Metric.CANCELLED, Said("100"), "1.000000"),
        (Metric.RATING, Said("4,71"), "4.710000"),
        (Metric.RATING, Said("5"), "5.000000"),
        (Metric.LATE_HANDOVER, Said(numerator="27", denominator="1236"), "0.021845"),
        (Metric.LATE_HANDOVER, Said("2,18", "27", "1236"), "0.021800"),
    ],
)
def test_a_number_is_kept_as_the_cabinet_shows_it(cast: Cast, metric: Metric, said: Said, value: str) -> None:
    assert told(cast, metric, said).value == Decimal(value)


@pytest.mark.parametrize(
    ("metric", "said", "field"),
    [
        (Metric.CANCELLED, Said(""), "value"),
        (Metric.CANCELLED, Said("много"), "value"),
        (Metric.CANCELLED, Said("-1"), "value"),
        (Metric.CANCELLED, Said("100,5"), "value"),
        (Metric.CANCELLED, Said("1e2"), "value"),
        (Metric.CANCELLED, Said("٣"), "value"),
        (Metric.RATING, Said("5,1"), "value"),
        (Metric.RATING, Said("0"), "value"),
        (Metric.RATING, Said("4,7", "3", "4"), "numerator"),
        (Metric.CANCELLED, Said(numerator="5"), "numerator"),
        (Metric.CANCELLED, Said(numerator="6", denominator="5"), "numerator"),
        (Metric.CANCELLED, Said(numerator="0", denominator="0"), "numerator"),
        (Metric.CANCELLED, Said("5", "27", "1236"), "value"),
    ],
)
def test_what_is_no_number_of_the_kind_is_refused_in_words(cast: Cast, metric: Metric, said: Said, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        told(cast, metric, said)
    assert (refusal.value.status, refusal.value.field) == (400, field)
    assert refusal.value.sentence
    with cast.alma.scope():
        assert not KaspiNumber.objects.exists()


@pytest.mark.parametrize("days", [1, -10_000])
def test_of_no_day_yet_and_of_one_before_all_shops_nothing_is_kept(cast: Cast, days: int) -> None:
    with pytest.raises(Refused, match="bad_value"):
        told(cast, Metric.CANCELLED, Said("2,94"), days=days)


def test_who_sees_a_point_only_tells_no_number_of_the_shop(cast: Cast) -> None:
    with pytest.raises(Refused, match="forbidden"):
        told(cast, Metric.CANCELLED, Said("2,94"), by=cast.bolat.actor)


def test_the_number_told_last_holds_and_the_former_stays(cast: Cast) -> None:
    for value in ("2,94", "2,96"):
        told(cast, Metric.CANCELLED, Said(value, note="утро"))
    with cast.alma.scope():
        found: Any = newest(cast.alma.shop("alma-tech"), Metric.CANCELLED, today_of(database_now()))
        assert (found.value, KaspiNumber.objects.count()) == (Decimal("0.0296"), 2)
        entry = AuditEntry.objects.filter(action="quality.kaspi_number").order_by("-id")[0]
        assert entry.details["value"] == "0.029600"
