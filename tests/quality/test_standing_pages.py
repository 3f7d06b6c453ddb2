"""Where a shop stands, from its rows to its pages: facts of the plan, what the owner tells, who sees what."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.lifecycle import Stage
from orders.models import Order
from quality import buckets, reading
from quality.formulas import Metric
from quality.metrics import official_window
from quality.models import Ruling, Sanction
from quality.standing.facts import numerator, parts_of
from quality.standing.ladder_panel import ladder_panel
from quality.standing.panels import blocked_notice, excellent_panel, friday_panel
from quality.standing.plan_page import plan_page
from quality.standing.rating_panels import calendar_panel, recovery_panel
from quality.standing.reading import Standing, low_marks, marks_left_out, revenue_a_day, standing_of
from quality.standing.series import DayValue
from quality.standing.words import provisional_text
from quality.thresholds import DEFAULT, Status
from staff.clock import database_now
from staff.models import AuditEntry
from staff.permissions import Permission
from tests.cast import Cast

URL = "/quality/ladder/?shop=alma-tech"
TELL, RECALL, PLAN = (
    "/quality/ladder/tell/?shop=alma-tech",
    "/quality/ladder/recall/?shop=alma-tech",
    "/quality/plan/?shop=alma-tech",
)


@pytest.fixture
def trouble(trouble_once: Cast, db: None) -> Cast:
    """Four of four cancelled at the shop's fault, late hand-overs, a return for quality, marks; all some days ago."""
    return trouble_once


@pytest.fixture(scope="module")
def trouble_once(lasting: Cast) -> Cast:
    cast, now = lasting, database_now()
    with cast.alma.scope():
        for number in range(4):
            _set(cast.place(Stage.CANCELLED), now, cancelled_at=3, fault="seller", cancellation_reason=_REASONS[number])
        for late in (0.01, 3, 40):
            _set(cast.place(Stage.KD_TRANSIT), now, handed_at=4, courier_planned_at=4 + late / 24)
        for number, mark in enumerate((1, 5, 5, 2)):
            changed = {"returned_at": 2, "return_for_quality": True} if number == 3 else {}
            stage = Stage.RETURNED if number == 3 else Stage.COMPLETED
            order = _set(cast.place(stage), now, completed_at=6, **changed)
            Order.objects.filter(pk=order.pk).update(mark=mark, mark_on=reading.today_of(now) - timedelta(days=5))
    buckets.recount_due()
    return cast


_REASONS = ("MERCHANT_OUT_OF_STOCK", "MERCHANT_OUT_OF_STOCK", "TIMEOUT_MERCHANT_DELIVERY", "")


def _set(order: Order, now: datetime, **changed: Any) -> Order:
    """Numbers are days ago."""
    values = {name: now - timedelta(days=one) if name.endswith("_at") else one for name, one in changed.items()}
    Order.objects.filter(pk=order.pk).update(approved_at=now - timedelta(days=9), **values)
    return order


def standing(cast: Cast) -> Standing:
    found = standing_of(cast.alma.shop("alma-tech"), now=database_now(), by=cast.aigerim.actor)
    assert found is not None
    return found


@pytest.mark.parametrize("metric", Metric)
def test_the_facts_of_a_plan_are_the_orders_of_the_number(trouble: Cast, metric: Metric) -> None:
    shop, now = trouble.alma.shop("alma-tech"), database_now()
    with trouble.alma.scope():
        _rule(trouble, metric, now)
        days = [reading.today_of(now) - timedelta(days=n) for n in range(12)]
        buckets.mark_changed(shop.pk, days)
        buckets.recount(trouble.alma.id, shop.pk)
        official = reading.numbers([shop.pk], now=now)[metric].official
        orders = numerator(metric, shop.pk, official.window)
        counted = sum(order.mark or 0 for order in orders) if metric is Metric.RATING else orders.count()
        assert counted == official.numerator > 0


def _rule(cast: Cast, metric: Metric, now: datetime) -> None:
    """One order is said to count, and another is said not to, whatever we would judge."""
    for number, order in enumerate(Order.objects.filter(shop__slug="alma-tech").order_by("id")):
        if number % 2:
            said = {"metric": metric, "counts": number % 4 == 1, "note": "проверено", "made_at": now}
            Ruling.objects.create(order_id=order.pk, shop_id=order.shop_id, actor_label="Айгерим", **said)


def test_the_parts_of_a_number_add_up_and_the_greatest_comes_first(trouble: Cast) -> None:
    shop, today = trouble.alma.shop("alma-tech"), reading.today_of(database_now())
    with trouble.alma.scope():
        found = parts_of(Metric.CANCELLED, shop.pk, official_window(today, 30))
        late = parts_of(Metric.LATE_HANDOVER, shop.pk, official_window(today, 30))
    assert (found.reasons[0].code, found.reasons[0].count) == ("MERCHANT_OUT_OF_STOCK", 2)
    assert found.count == sum(one.count for one in found.reasons) == sum(one.count for one in found.points) == 4
    assert [one.name for one in found.points] == ["Склад Абая 52"]
    assert {one.code: one.count for one in late.reasons} == {"late_hour": 1, "late_hours": 1, "late_day": 1}


def test_the_standing_of_a_shop_is_two_questions(trouble: Cast) -> None:
    shop, now, by = trouble.alma.shop("alma-tech"), database_now(), trouble.aigerim.actor
    with (
        trouble.alma.scope(),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        standing_of(shop, now=now, by=by, profile=DEFAULT)
    assert len(asked) == 2


def test_the_plan_names_goods_reasons_points_and_what_to_do(trouble: Cast) -> None:
    with trouble.alma.scope():
        page = plan_page(standing(trouble), title="План", back_url="/")
    cancels = next(section for section in page.sections if section.title == "Доля отмен")
    assert [part.title for part in cancels.parts] == ["Причины", "Товары", "Точки"]
    assert ("Нет в наличии", "2") in cancels.parts[0].lines
    assert len(cancels.fixes) == len(set(cancels.fixes)) == 3
    assert "4\u00a0отмены на 11\u00a0заказов" in cancels.facts[0]
    for words in (*cancels.facts, *cancels.fixes, *(name for part in cancels.parts for name, _ in part.lines)):
        assert words.replace("\u00a0", " ").replace("\u2009", " ") in page.text


def test_a_part_of_a_shop_has_no_standing(trouble: Cast) -> None:
    with trouble.alma.scope():
        assert standing_of(trouble.alma.shop("alma-tech"), now=database_now(), by=trouble.bolat.actor) is None
    for url in (PLAN, URL):
        answer = trouble.bolat.browser().get(url)
        assert answer.status_code == 200
        assert "Kaspi судит магазин целиком" in answer.content.decode()


def test_what_the_owner_tells_stands_on_the_ladder_and_in_the_journal(trouble: Cast) -> None:
    browser, today = trouble.aigerim.browser(), reading.today_of(database_now())
    form = {"step": "2", "began_on": today.isoformat(), "metric": "cancelled", "note": "Письмо Kaspi"}
    assert browser.post(TELL, form).status_code == 302
    page = browser.get(URL).content.decode()
    assert "Магазин заблокирован до" in page
    assert "этап 2 из 3" in page
    with trouble.alma.scope():
        assert AuditEntry.objects.get(action="quality.sanction_told").details["step"] == 2
        assert standing(trouble).ladder.following == 2


def test_what_was_told_by_mistake_is_taken_back_once(trouble: Cast) -> None:
    browser, today = trouble.aigerim.browser(), reading.today_of(database_now())
    browser.post(TELL, {"step": "1", "began_on": today.isoformat()})
    assert browser.post(RECALL, {"began_on": today.isoformat()}).status_code == 302
    assert browser.post(RECALL, {"began_on": today.isoformat()}).status_code == 422
    with trouble.alma.scope():
        assert Sanction.objects.get().withdrawn_at is not None
        assert AuditEntry.objects.filter(action="quality.sanction_withdrawn").count() == 1
        assert standing(trouble).told == ()


def test_money_is_shown_to_who_may_see_it(trouble: Cast) -> None:
    owner = trouble.aigerim.actor
    blind = replace(owner, rights=owner.rights - {Permission.REVENUE_VIEW})
    with trouble.alma.scope():
        found = standing(trouble)
        assert [bool(stage.money) for stage in ladder_panel(found, by=owner).stages] == [True, True, True]
        assert not any(stage.money for stage in ladder_panel(found, by=blind).stages)


def test_revenue_a_day_is_of_the_orders_that_were_not_cancelled(trouble: Cast) -> None:
    with trouble.alma.scope():
        kept = Order.objects.filter(shop__slug="alma-tech").exclude(stage__in=(Stage.CANCELLED, Stage.EXPIRED))
        money = sum(order.total_price for order in kept)
        assert revenue_a_day(standing(trouble)) == pytest.approx(money / 30)


def test_the_notice_says_what_is_crossed_and_leads_on(trouble: Cast) -> None:
    with trouble.alma.scope():
        notice = blocked_notice(standing(trouble), by=trouble.aigerim.actor)
    assert notice is not None
    assert notice.title == "Граница пройдена"
    assert "Доля отмен" in notice.text and "граница 3" in notice.text
    assert [action.label for action in notice.actions] == [
        "Заказы за этим числом",
        "План действий",
        "Сообщить о блокировке",
    ]


def test_the_panels_say_how_many_hold(trouble: Cast) -> None:
    with trouble.alma.scope():
        found = standing(trouble)
        excellent, friday = excellent_panel(found), friday_panel(found)
    assert (excellent.chip.text, len(excellent.checks), excellent.days.count(True)) == ("0 из 5", 5, 0)
    assert friday.chip.text == "Не допущен"
    assert "доля отмен" in friday.notice


def test_marks_of_returned_orders_are_left_out_and_told(trouble: Cast) -> None:
    with trouble.alma.scope():
        found = standing(trouble)
        left, panel = marks_left_out(found), recovery_panel(found)
    assert left is not None
    assert (left.count, left.value) == (1, (1 + 5 + 5 + 2) / 4)
    assert panel is not None
    assert "3,25" in panel.left_out


def test_what_people_say_of_a_mark_moves_it(trouble: Cast) -> None:
    with trouble.alma.scope():
        day = reading.today_of(database_now()) - timedelta(days=5)
        assert low_marks(standing(trouble), [day]) == {day: {1: 1}}
        for mark, counts in ((1, False), (2, True)):
            order = Order.objects.get(mark=mark)
            said = {"metric": Metric.RATING, "counts": counts, "note": "проверено", "made_at": database_now()}
            Ruling.objects.create(order_id=order.pk, shop_id=order.shop_id, actor_label="Айгерим", **said)
        assert low_marks(standing(trouble), [day]) == {day: {2: 1}}
        assert marks_left_out(standing(trouble)) is None


def test_the_calendar_tells_when_one_more_is_affordable(trouble: Cast) -> None:
    with trouble.alma.scope():
        found = standing(trouble)
    rule = found.profile.rules[Metric.CANCELLED]
    panel = calendar_panel(Metric.CANCELLED, found.days, rule, today=found.today)
    assert panel is not None
    # Four are used: a fifth is below 3 % among 167 orders.
    assert "167" in panel.lead
    assert len(panel.days) == len(panel.columns) == 30
    assert [day.leaving for day in panel.days].count("") == 29
    assert calendar_panel(Metric.CANCELLED, {}, rule, today=found.today) is None


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator", "said"),
    [
        (Metric.CANCELLED, 1, 8, "Предварительно 12,50 %, на самом деле может быть от 2,2 % до 47,1 %"),
        (Metric.RATING, 9, 2, "Предварительно 4,50, на самом деле может быть от 2,1 до 5,0"),
        (Metric.CANCELLED, 0, 0, ""),
    ],
)
def test_a_number_of_few_is_provisional_and_says_how_far_off(
    metric: Metric, numerator: int, denominator: int, said: str
) -> None:
    value = DayValue(date(2026, 11, 30), numerator, denominator, denominator, Status.NOT_ENOUGH_DATA)
    assert provisional_text(metric, value).replace("\u00a0", " ") == said
    assert provisional_text(metric, value._replace(status=Status.OK)) == ""
