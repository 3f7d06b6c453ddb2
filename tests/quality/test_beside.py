"""What the night keeps beside a number: what was foreseen."""

from datetime import timedelta

import pytest

from quality.formulas import Metric
from quality.history.duties import snap_due
from tests.cast import Cast
from tests.quality.history_world import kept_today, put, today

pytestmark = pytest.mark.usefixtures("imported")


def test_a_likely_breach_is_kept_with_the_number(cast: Cast) -> None:
    for day in range(1, 60):
        put(cast.alma, Metric.CANCELLED, today() - timedelta(days=day), 2, 40)
    snap_due()
    kept = kept_today(cast, Metric.CANCELLED)
    assert kept.breach_on is not None and kept.breach_on > kept.day
