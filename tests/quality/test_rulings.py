"""A person's word against ours: who may give it, what it does to the number, and who wins when two speak at once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from orders.lifecycle import Stage
from orders.models import ChangedDay, Order
from quality import buckets, reading
from quality.attribution import rulings
from quality.attribution.judging import judgements
from quality.formulas import Metric
from quality.metrics import day_of
from quality.models import Ruling
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import ALMATY
from staff.models import AuditEntry
from tests.cast import Cast, Person

CANCELLED = Metric.CANCELLED


@pytest.fixture
def alma(cast: Cast) -> Iterator[Cast]:
    with cast.alma.scope():
        yield cast


@pytest.fixture
def order(alma: Cast) -> Order:
    """Cancelled by the shop's fault three days ago, and counted."""
    order = alma.place(Stage.CANCELLED)
    days = {"approved_at": database_now() - timedelta(days=4), "cancelled_at": database_now() - timedelta(days=3)}
    Order.objects.filter(pk=order.pk).update(fault="seller", cancellation_reason="MERCHANT_OUT_OF_STOCK", **days)
    order.refresh_from_db()
    buckets.recount(alma.alma.id, order.shop_id)
    return order


def rule(
    cast: Cast, order: Order, *, counts: bool = False, note: str = "Покупатель подтвердил", by: Person | None = None
) -> Ruling:
    return rulings.rule(order, CANCELLED, counts, note, by=(by or cast.aigerim).actor, now=database_now())


def withdraw(cast: Cast, order: Order) -> Ruling:
    return rulings.withdraw(order, CANCELLED, by=cast.aigerim.actor, now=database_now())


def numerator(order: Order) -> int:
    buckets.recount(order.company_id, order.shop_id)
    return reading.numbers([order.shop_id], now=database_now())[CANCELLED].official.numerator


def test_the_number_follows_the_word_and_its_withdrawal(alma: Cast, order: Order) -> None:
    before = numerator(order)
    rule(alma, order)
    ruled = numerator(order)
    withdraw(alma, order)
    assert (before, ruled, numerator(order)) == (1, 0, 1)


def test_every_day_of_the_order_is_counted_again(alma: Cast, order: Order) -> None:
    assert not ChangedDay.objects.filter(shop_id=order.shop_id).exists()
    rule(alma, order)
    marked = set(ChangedDay.objects.filter(shop_id=order.shop_id).values_list("day", flat=True))
    assert order.cancelled_at is not None
    assert marked >= {day_of(moment, ALMATY) for moment in (order.approved_at, order.cancelled_at, order.created_at)}


def test_the_judgement_shows_it_as_a_person_s_word(alma: Cast, order: Order) -> None:
    assert judgements(CANCELLED, [order])[order.pk].overridden is None
    rule(alma, order)
    judged = judgements(CANCELLED, [order])[order.pk]
    assert (judged.overridden, judged.counts, judged.fault) == (False, False, "seller")
    assert judgements(Metric.RATING, [order])[order.pk].overridden is None


def test_it_is_in_the_journal_with_its_reason(alma: Cast, order: Order) -> None:
    rule(alma, order)
    withdraw(alma, order)
    made, withdrawn = AuditEntry.objects.filter(action__startswith="ruling.").order_by("id")
    assert (made.action, made.subject_id, made.actor_label) == ("ruling.made", order.code, "Айгерим")
    assert made.details == {"metric": "cancelled", "counts": False, "comment": "Покупатель подтвердил"}
    assert withdrawn.action == "ruling.withdrawn"


@pytest.mark.parametrize("note", ["", "  да  ", "нет\x00нет", "я" * 501])
def test_a_word_without_a_reason_is_refused(alma: Cast, order: Order, note: str) -> None:
    with pytest.raises(Refused) as refusal:
        rule(alma, order, note=note)
    assert (refusal.value.status, refusal.value.field) == (400, "note")
    assert not Ruling.objects.exists()


def test_who_sees_a_part_of_the_shop_rules_nothing(alma: Cast, order: Order) -> None:
    with pytest.raises(Refused) as refusal:
        rule(alma, order, by=alma.bolat)
    assert refusal.value.status == 403
    assert not Ruling.objects.exists() and not AuditEntry.objects.filter(action="ruling.made").exists()


def test_no_word_brings_an_order_into_a_number_it_has_no_event_for(alma: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        rule(alma, alma.place(Stage.NEW), counts=True)
    assert refusal.value.code == "not_in_number"


def test_the_second_of_two_is_told(alma: Cast, order: Order) -> None:
    rule(alma, order)
    with pytest.raises(Refused) as refusal:
        rule(alma, order, counts=True)
    assert (refusal.value.code, refusal.value.status) == ("already_ruled", 409)
    assert [one.counts for one in Ruling.objects.all()] == [False]
    withdraw(alma, order)
    with pytest.raises(Refused) as refusal:
        withdraw(alma, order)
    assert refusal.value.code == "no_ruling"


def test_the_database_holds_one_word_even_past_our_look(
    alma: Cast, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule(alma, order)
    # As a rival would see it who looked before the first one wrote.
    monkeypatch.setattr(rulings, "held", lambda order, metric: None)
    with pytest.raises(Refused) as refusal:
        rule(alma, order)
    assert refusal.value.code == "already_ruled" and isinstance(refusal.value.__cause__, IntegrityError)
    with pytest.raises(IntegrityError), transaction.atomic():
        first = Ruling.objects.get()
        first.pk = None
        first.save(force_insert=True)
    assert Ruling.objects.count() == 1
