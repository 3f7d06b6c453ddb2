"""The cast itself: every stage that a test can ask for is reached."""

import pytest

from orders.lifecycle import Stage
from tests.cast import WALKS, Cast


@pytest.mark.parametrize("stage", WALKS)
def test_an_order_walks_to_its_stage(cast: Cast, stage: Stage) -> None:
    order = cast.place(stage)
    assert order.stage == stage


def test_an_order_of_bereke_is_not_seen_from_alma(cast: Cast) -> None:
    order = cast.place(shop="bereke-tools")
    with cast.alma.scope():
        assert not type(order).objects.filter(pk=order.pk).exists()
