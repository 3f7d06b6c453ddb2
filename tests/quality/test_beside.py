"""What the night keeps beside a number: its proof, found again later, and what was foreseen."""

from datetime import timedelta

import pytest

from orders.models import Order
from quality import buckets
from quality.audit.reading import digest_of
from quality.formulas import Metric
from quality.history.duties import snap_due
from quality.models import QualitySnapshot
from quality.profiles.assigned import profile_of
from tests.cast import Cast
from tests.quality.history_world import put, shop_id, today

pytestmark = pytest.mark.usefixtures("imported")


def test_a_kept_number_is_found_again_by_its_digest_after_a_late_correction(settled: Cast) -> None:
    buckets.recount_due()
    snap_due()
    kept = _kept(settled, Metric.CANCELLED)
    assert kept.numerator > 0
    with settled.alma.scope():
        Order.objects.filter(fault="seller").update(fault="buyer", cancellation_reason="BUYER_CANCELLATION_HIMSELF")
        shop, profile = shop_id(settled), profile_of(shop_id(settled), today())
        assert digest_of(shop, Metric.CANCELLED, kept.day, profile, kept.known_at) == kept.digest
        assert digest_of(shop, Metric.CANCELLED, kept.day, profile, None) != kept.digest


def test_a_likely_breach_is_kept_with_the_number(cast: Cast) -> None:
    for day in range(1, 60):
        put(cast.alma, Metric.CANCELLED, today() - timedelta(days=day), 2, 40)
    snap_due()
    kept = _kept(cast, Metric.CANCELLED)
    assert kept.breach_on is not None and kept.breach_on > kept.day


def _kept(cast: Cast, metric: Metric) -> QualitySnapshot:
    with cast.alma.scope():
        found = QualitySnapshot.objects.filter(shop_id=shop_id(cast), metric=metric, profile="v2-2026")
        return found.get(day=today())
