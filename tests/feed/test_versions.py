"""A file is handed out whole, and never a third shorter without a person's word (reliability.md §2, promise 13a)."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.feed import opening, publishing
from catalog.feed.packing import Pack
from catalog.feed.publishing import judged
from catalog.models import Feed, FeedVersion, HeldFor, Offer, VersionState
from staff.clock import database_now
from staff.errors import Refused
from tests.cast import Cast
from tests.feed.files import Listing, listing

pytestmark = pytest.mark.django_db
TEN = [f"A-{number}" for number in range(10)]


@pytest.fixture
def alma(cast: Cast) -> Listing:
    """Ten offers in stock, handed out."""
    made = listing(cast)
    made.fill(TEN)
    made.make()
    return made


def take_off(alma: Listing, count: int) -> None:
    with alma.company.scope():
        Offer.objects.filter(sku__in=TEN[:count]).update(on_sale=False)


def available(alma: Listing) -> int:
    version = alma.version()
    return version.available if version else -1


def confirm(alma: Listing, seen: int) -> None:
    with alma.company.scope():
        opening.confirm(alma.shop, seen, by=alma.cast.aigerim.actor, now=database_now())


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_third_is_more_than_three_tenths(left: int, baseline: int) -> None:
    expected = HeldFor.EMPTY if left == 0 else None
    if left and baseline and Fraction(baseline - left, baseline) > Fraction(3, 10):
        expected = HeldFor.SHORTER
    assert judged(left, baseline=baseline) == expected


def test_three_of_ten_may_go_by_themselves(alma: Listing) -> None:
    take_off(alma, 3)
    alma.make()
    assert available(alma) == 7


def test_four_of_ten_are_held_back_and_the_last_good_file_stays(alma: Listing) -> None:
    before = alma.fetch().getvalue()
    take_off(alma, 4)
    alma.make()
    held = alma.version(VersionState.HELD)
    assert (held and (held.held_for, held.available, held.baseline)) == (HeldFor.SHORTER, 6, 10)
    assert alma.fetch().getvalue() == before
    assert "держим прежний файл: пропало 40\u00a0% предложений" in alma.page().lower()


def test_a_fall_in_small_steps_is_a_fall(alma: Listing) -> None:
    for count in (2, 3, 4):
        take_off(alma, count)
        alma.make()
    assert available(alma) == 7


def test_yesterdays_number_no_longer_counts(alma: Listing) -> None:
    take_off(alma, 3)
    alma.make()
    with alma.company.scope():
        FeedVersion.objects.update(replaced_at=database_now() - timedelta(days=1, minutes=1))
    take_off(alma, 5)
    alma.make()
    assert available(alma) == 5


def test_who_guards_prices_lets_it_go_and_is_named(alma: Listing) -> None:
    take_off(alma, 8)
    alma.make()
    confirm(alma, 2)
    version = alma.version()
    assert version is not None
    assert (version.available, version.confirmed_by) == (2, "Айгерим")
    assert alma.version(VersionState.HELD) is None


def test_after_a_confirmed_fall_the_new_number_is_the_measure(alma: Listing) -> None:
    take_off(alma, 8)
    alma.make()
    confirm(alma, 2)
    take_off(alma, 9)
    alma.make()
    assert available(alma) == 2


def test_a_file_that_fell_further_than_was_seen_is_not_confirmed(alma: Listing) -> None:
    take_off(alma, 5)
    alma.make()
    take_off(alma, 8)
    alma.make()
    with pytest.raises(Refused, match="stale_version"):
        confirm(alma, 5)
    assert available(alma) == 10


def test_what_is_mended_needs_no_word(alma: Listing) -> None:
    take_off(alma, 8)
    alma.make()
    with alma.company.scope():
        Offer.objects.update(on_sale=True)
    alma.make()
    assert (available(alma), alma.version(VersionState.HELD)) == (10, None)


def test_a_first_file_with_nothing_in_stock_is_not_handed_out(cast: Cast) -> None:
    """Kaspi would take all goods off sale that were put on by hand."""
    fresh = listing(cast)
    fresh.add("A-1", pieces=0)
    fresh.make()
    assert (fresh.fetch().status_code, fresh.fetch().headers["Retry-After"]) == (503, "60")


def test_the_same_goods_make_no_new_version(alma: Listing) -> None:
    before = alma.feed.checked_at
    alma.make()
    with alma.company.scope():
        assert FeedVersion.objects.count() == 1
    assert alma.feed.checked_at > before  # type: ignore[operator]


def test_a_file_that_cannot_be_made_leaves_the_last_good_one(alma: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    before = alma.fetch().getvalue()
    take_off(alma, 1)
    monkeypatch.setattr(Pack, "add", _broken)
    alma.make()
    assert (alma.feed.problem, alma.feed.lease_until) == ("failed", None)
    monkeypatch.undo()
    assert alma.fetch().getvalue() == before
    alma.make()
    assert (alma.feed.problem, available(alma)) == ("", 9)


def _broken(*_: Any) -> None:
    raise RuntimeError("no room left on the device")


def test_a_file_that_is_not_whole_is_not_handed_out(alma: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    take_off(alma, 1)
    monkeypatch.setattr("catalog.feed.packing.TAIL", "</offers>")
    alma.make()
    assert (alma.feed.problem, available(alma)) == ("not_whole", 10)


def test_a_lease_that_another_worker_took_puts_nothing_down(alma: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    take_off(alma, 1)

    def overtaken(pack: Pack, text: str, *, fresh: str) -> None:
        Feed.objects.update(lease_until=database_now() + timedelta(hours=1))

    monkeypatch.setattr(Pack, "add", overtaken)
    monkeypatch.setattr(Pack, "finish", lambda pack, *, offers: (b"late", 4, "late"))
    alma.make()
    assert available(alma) == 10


def test_old_files_lose_their_content_and_then_are_forgotten(alma: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "KEPT_WHOLE", 1)
    for count in (1, 2, 3):
        take_off(alma, count)
        alma.make()
    with alma.company.scope():
        assert FeedVersion.objects.filter(content=None).count() == 2
        FeedVersion.objects.update(made_at=database_now() - timedelta(days=8))
        publishing.forget(alma.feed, now=database_now())
        assert [one.available for one in FeedVersion.objects.all()] == [7]
