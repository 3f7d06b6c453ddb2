"""The proof of a number that the night kept, found again later."""

from orders.models import Order
from quality import buckets
from quality.audit.reading import digest_of
from quality.formulas import Metric
from quality.history.duties import snap_due
from quality.profiles.assigned import profile_of
from tests.cast import Cast
from tests.quality.conftest import import_finished
from tests.quality.history_world import kept_today, shop_id, today


def test_a_kept_number_is_found_again_by_its_digest_after_a_late_correction(settled: Cast) -> None:
    import_finished(settled)
    buckets.recount_due()
    snap_due()
    kept = kept_today(settled, Metric.CANCELLED)
    assert kept.numerator > 0
    with settled.alma.scope():
        Order.objects.filter(fault="seller").update(fault="buyer", cancellation_reason="BUYER_CANCELLATION_HIMSELF")
        shop, profile = shop_id(settled), profile_of(shop_id(settled), today())
        assert digest_of(shop, Metric.CANCELLED, kept.day, profile, kept.known_at) == kept.digest
        assert digest_of(shop, Metric.CANCELLED, kept.day, profile, None) != kept.digest
