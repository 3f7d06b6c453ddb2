"""A number split by points, people, goods, categories, hours and reasons: every split adds up to the number."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from integrations.models import ActionKind, ActionState, KaspiAction
from orders.expiry import expire_due
from orders.lifecycle import Stage
from orders.models import Order, OrderEntry
from quality import buckets
from quality import reading as numbers
from quality.attribution import reading
from quality.attribution.behind import BehindFilter, narrow, parse
from quality.attribution.fault import Cause
from quality.attribution.judging import answerers, judgements
from quality.attribution.page_models import BreakdownPanel, SplitTable
from quality.attribution.panel import breakdown_panel, parse_split
from quality.attribution.reading import Dimension, Number, Units
from quality.attribution.rules import summed
from quality.attribution.tables import Made, measured_of
from quality.formulas import FORMULAS, Metric
from quality.metrics import Window
from quality.models import QualityDay, Ruling
from quality.thresholds import DEFAULT, Profile, WindowEnd
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.models import PointOfSale, Shift
from staff.places import visible
from tests.cast import Cast, Person

DAY = timedelta(days=1)
SHARES = (Metric.CANCELLED, Metric.LATE_HANDOVER, Metric.QUALITY_RETURNS)
KETTLE = [{"sku": "KETTLE", "name": "Чайник", "quantity": 1, "price": 900}]
BOTH = [*KETTLE, {"sku": "LAMP", "name": "Лампа", "quantity": 1, "price": 500}]


@pytest.fixture
def alma(made: Cast, db: None) -> Iterator[Cast]:
    """Two cancels and a late hand-over at PP1, one cancel at PP2, three days ago; Болат held PP1 then."""
    with made.alma.scope():
        yield made


@pytest.fixture(scope="module")
def made(lasting: Cast) -> Cast:
    cast, now = lasting, database_now()
    with cast.alma.scope():
        cancels = [cast.place(Stage.CANCELLED, point=point, entries=KETTLE) for point in ("PP1", "PP1", "PP2")]
        late = cast.place(Stage.KD_TRANSIT, entries=BOTH)
        back = cast.place(Stage.RETURNED, entries=BOTH)
        at = now - 3 * DAY
        mine: dict[str, Any] = {"fault": "seller", "cancellation_reason": "MERCHANT_OUT_OF_STOCK"}
        for order in cancels:
            change(order, cancelled_at=at, accept_by=at - timedelta(minutes=1), accepted_at=None, **mine)
        change(cancels[1], accept_by=at + timedelta(hours=1))
        change(late, courier_planned_at=at, handed_at=at + timedelta(hours=2))
        change(back, returned_at=at, return_for_quality=True, mark=2, mark_on=at.date())
        hold(cast, cast.bolat, at)
    return cast


def change(order: Order, **values: Any) -> None:
    Order.objects.filter(pk=order.pk).update(**values)


def hold(cast: Cast, person: Person, at: datetime) -> None:
    point, hours = cast.alma.point("alma-tech", "PP1"), timedelta(hours=4)
    Shift.objects.create(member_id=person.member.pk, point_id=point.pk, began_at=at - hours, ended_at=at + hours)


def asked(cast: Cast, metric: Metric, person: Person | None = None) -> dict[str, Any]:
    return {"number": number_of(cast, metric), "seen_by": (person or cast.aigerim).actor}


def number_of(cast: Cast, metric: Metric, profile: Profile = DEFAULT, days: int | None = None) -> Number:
    shop = cast.alma.shop("alma-tech")
    return Number(metric=metric, shop_ids=[shop.pk], profile=profile, now=database_now(), days=days)


def split(cast: Cast, metric: Metric, dimension: Dimension, person: Person | None = None) -> Mapping[Any, Fraction]:
    found = reading.units(**asked(cast, metric, person)).found
    places = visible((person or cast.aigerim).actor)
    return summed(parts for _, parts in reading.parts(found, dimension, places=places))


@pytest.mark.parametrize("metric", SHARES)
def test_every_split_adds_up_to_the_number(alma: Cast, metric: Metric) -> None:
    buckets.recount_due()
    with alma.alma.scope():
        shop = alma.alma.shop("alma-tech")
        official = numbers.numbers([shop.pk], now=database_now())[metric].official
        totals = {one: sum(split(alma, metric, one).values()) for one in Dimension}
        assert official.numerator > 0
        assert totals == dict.fromkeys(Dimension, official.numerator)


def test_people_answer_by_their_shift_and_stock_by_itself(alma: Cast) -> None:
    named = {
        key.why.value: (key.member_id, part) for key, part in split(alma, Metric.CANCELLED, Dimension.MEMBER).items()
    }
    assert named == {
        "on_shift": (alma.bolat.member.pk, 1),
        "stock": (None, 1),
        "nobody_on_shift": (None, 1),
    }
    hold(alma, alma.aigerim, database_now() - 3 * DAY)
    shared = split(alma, Metric.LATE_HANDOVER, Dimension.MEMBER)
    assert {key.member_id: part for key, part in shared.items()} == {
        alma.bolat.member.pk: Fraction(1, 2),
        alma.aigerim.member.pk: Fraction(1, 2),
    }


def test_out_of_hours_no_person_answers(alma: Cast) -> None:
    PointOfSale.objects.filter(pk=alma.alma.point("alma-tech", "PP1").pk).update(schedule={"mon": ["09:00", "09:01"]})
    assert {key.why.value for key in split(alma, Metric.LATE_HANDOVER, Dimension.MEMBER)} == {"closed"}


def test_an_order_of_two_goods_is_half_of_each(alma: Cast) -> None:
    assert split(alma, Metric.LATE_HANDOVER, Dimension.SKU) == {"KETTLE": Fraction(1, 2), "LAMP": Fraction(1, 2)}
    lines = OrderEntry.objects.filter(sku="LAMP")
    lines.update(category="Свет")
    by_category = split(alma, Metric.QUALITY_RETURNS, Dimension.CATEGORY)
    assert by_category["Свет"] == Fraction(1, 2)


def test_a_person_s_word_moves_the_split_as_it_moves_the_number(alma: Cast) -> None:
    window = asked(alma, Metric.CANCELLED)
    order = reading.counting(**window).first()
    assert order is not None
    said = {"metric": Metric.CANCELLED, "note": "спор", "made_at": database_now(), "actor_label": "Айгерим"}
    ruling = Ruling.objects.create(order_id=order.pk, shop_id=order.shop_id, counts=False, **said)
    assert order.pk not in {unit.order_id for unit in reading.units(**window).found}
    Ruling.objects.filter(pk=ruling.pk).update(counts=True)
    change(order, fault="buyer")
    assert order.pk in {unit.order_id for unit in reading.units(**window).found}


@pytest.mark.parametrize("metric", reading.BY_INDEX_ALONE)
@pytest.mark.parametrize("most", [1, 2, 3, 9])
def test_the_newest_of_a_large_number_are_found_by_the_index_whatever_people_said(
    alma: Cast, metric: Metric, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "most_of", lambda metric: most)
    now, told = database_now(), {"note": "спор", "made_at": database_now(), "actor_label": "Айгерим"}
    for days in range(2, 8):
        order, at = alma.place(Stage.COMPLETED), now - days * DAY
        late = {"courier_planned_at": at - DAY, "handed_at": at}
        change(order, **late, mark=1, mark_on=at, returned_at=now if days % 3 == 1 else None)
        if days % 2:
            Ruling.objects.create(order_id=order.pk, shop_id=order.shop_id, metric=metric, counts=days % 4 == 3, **told)
    every = [order.pk for order in reading.counting(**asked(alma, metric))]
    found = reading.units(**asked(alma, metric))
    assert [unit.order_id for unit in found.found] == every[:most]
    assert found.cut is (len(every) > most) and len(every) > 3


def test_a_manager_sees_his_points_and_the_people_of_them(alma: Cast) -> None:
    told = split(alma, Metric.CANCELLED, Dimension.MEMBER, alma.daniyar)
    assert {key.why.value for key in told} == {"nobody_on_shift"}
    buckets.recount_due()
    page = render(panel(alma, alma.daniyar))
    assert "Розыбакиева 247" in page and "Склад Абая 52" not in page and "Болат" not in page


def panel(cast: Cast, person: Person, metric: Metric = Metric.CANCELLED, **params: str) -> BreakdownPanel:
    actor, asked = person.actor, parse_split(params)
    number = number_of(cast, metric, days=asked.days)
    made = breakdown_panel(
        number,
        places=visible(actor),
        actor=actor,
        by_point=numbers.counted(number.shop_ids, now=number.now, by="point_id", seen_by=actor, profile=DEFAULT),
        by=asked.by,
        url=lambda **changed: "/quality/?" + urlencode(changed),
    )
    assert made is not None
    return made


def render(made: BreakdownPanel) -> str:
    return render_to_string("quality/_breakdown.html", {"panel": made})


def cells(table: SplitTable) -> list[list[str]]:
    return [[cell.text for _, cell in row] for row in table.rows]


def test_the_panel_tells_points_and_people_side_by_side(alma: Cast) -> None:
    buckets.recount_due()
    with alma.alma.scope():
        points, people = panel(alma, alma.aigerim).tables
        assert {row[0]: row[1] for row in cells(points)} == {"Склад Абая 52": "2", "Розыбакиева 247": "1"}
        assert ["Болат", "1"] in [row[:2] for row in cells(people)]
        assert ["Запас точки", "1"] in [row[:2] for row in cells(people)]


@pytest.mark.parametrize(
    ("metric", "by", "said"),
    [
        (Metric.CANCELLED, "reason", [["не принят в срок", "2"], ["нет в наличии", "1"]]),
        (Metric.CANCELLED, "sku", [["Чайник", "3"]]),
        (Metric.LATE_HANDOVER, "sku", [["Лампа", "0,5"], ["Чайник", "0,5"]]),
        (Metric.RATING, "sku", []),
    ],
)
def test_a_tab_splits_the_number_by_something_else(alma: Cast, metric: Metric, by: str, said: list[Any]) -> None:
    (table,) = panel(alma, alma.aigerim, metric, by=by).tables
    assert sorted(row[:2] for row in cells(table)) == sorted(said)


def test_a_week_is_the_last_seven_days_of_the_window(alma: Cast) -> None:
    window = Window(*[numbers.today_of(database_now()) - n * DAY for n in (30, 1)])
    assert reading.window_of(window, 7) == Window(window.last - 6 * DAY, window.last)
    assert reading.window_of(window, None) == window
    change(reading.counting(**asked(alma, Metric.CANCELLED))[0], cancelled_at=database_now() - 20 * DAY)
    told = [cells(panel(alma, alma.aigerim, by="sku", days=days).tables[0]) for days in ("", "7")]
    assert [[row[1] for row in rows] for rows in told] == [["3"], ["2"]]


def test_a_line_leads_to_its_orders_and_to_no_others(alma: Cast) -> None:
    shop = alma.alma.shop("alma-tech")
    lines = {
        "point": ("PP1", 2),
        "member": (str(alma.bolat.member.public_id), 1),
        "cause": ("out_of_stock", 1),
        "sku": ("KETTLE", 3),
    }
    for name, (value, count) in lines.items():
        found = parse({name: value}, places=visible(alma.aigerim.actor), shop=shop)
        assert behind(alma, found).count() == count, name


def test_a_line_of_the_last_days_leads_to_the_orders_of_these_days(alma: Cast) -> None:
    shop, old = alma.alma.shop("alma-tech"), reading.counting(**asked(alma, Metric.CANCELLED))[0]
    change(old, cancelled_at=database_now() - 20 * DAY)
    for name, value in {"sku": "KETTLE", "point": "PP1", "cause": "not_accepted"}.items():
        found = parse({name: value}, places=visible(alma.aigerim.actor), shop=shop)
        every, week = (set(behind(alma, found, days).values_list("pk", flat=True)) for days in (None, 7))
        assert old.pk not in week and week == every - {old.pk} and week
    page = alma.aigerim.browser().get("/quality/?shop=alma-tech&metric=cancelled&days=7&sku=KETTLE").content.decode()
    assert "Артикул, 7\u00a0дней" in page and f'href="/orders/{old.code}/"' not in page


OTHERS = [(formula, WindowEnd.YESTERDAY, 30) for formula in FORMULAS] + [
    ("event-days-1", WindowEnd.TODAY, 3),
    ("event-days-1", WindowEnd.NOW, 3),
    ("event-days-1", WindowEnd.YESTERDAY, 3),
]


@pytest.mark.parametrize("metric", SHARES)
@pytest.mark.parametrize(("formula", "end", "days"), OTHERS)
def test_the_breakdown_counts_as_the_profile_of_the_number_does(
    alma: Cast, metric: Metric, formula: str, end: WindowEnd, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {one: replace(rule, window_end=end, window_days=days) for one, rule in DEFAULT.rules.items()}
    profile = replace(DEFAULT, code="own-1", formula=formula, rules=rules)
    monkeypatch.setattr(buckets, "formulas_in_use", lambda: list(FORMULAS))
    change(Order.objects.filter(returned_at__isnull=False)[0], items_count=2)
    buckets.recount_due()
    number, actor = number_of(alma, metric, profile), alma.aigerim.actor
    found, places = reading.units(number, seen_by=actor).found, visible(actor)
    by_point = numbers.counted(number.shop_ids, now=number.now, by="point_id", profile=profile)
    made = Made(number, places, actor, str, by_point, Units(found), 0)
    official = numbers.numbers(number.shop_ids, now=number.now, profile=profile)[metric].official
    assert {one: sum(made.parts(one).values()) for one in Dimension} == dict.fromkeys(Dimension, official.numerator)
    assert sum(measured_of(number, live).denominator for live in by_point.values()) == official.denominator
    week = replace(number, days=2)
    assert len(reading.units(week, seen_by=actor).found) <= len(found)


def behind(cast: Cast, found: BehindFilter, days: int | None = None) -> Any:
    actor = cast.aigerim.actor
    return narrow(number_of(cast, Metric.CANCELLED, days=days), found, seen_by=actor, places=visible(actor))


@pytest.mark.parametrize("params", [{"hour": "24"}, {"hour": "²"}, {"cause": "x"}, {"member": "x"}, {"sku": "\x00"}])
def test_a_line_that_there_is_not_is_refused(alma: Cast, params: dict[str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        parse(params, places=visible(alma.aigerim.actor), shop=None)
    assert refusal.value.status == 400


def test_a_foreign_point_or_person_is_not_there(alma: Cast) -> None:
    for params in ({"point": "PP9"}, {"member": str(uuid4())}):
        with pytest.raises(NotVisible):
            parse(params, places=visible(alma.aigerim.actor), shop=None)


def test_a_wrong_split_is_refused() -> None:
    for params in ({"by": "weather"}, {"by": "point"}, {"days": "8"}):
        with pytest.raises(Refused):
            parse_split(params)


def test_who_pressed_stands_beside_the_stock(alma: Cast) -> None:
    order = reading.counting(**asked(alma, Metric.CANCELLED)).get(accept_by__gt=database_now() - 3 * DAY)
    accepted(alma, order, ActionKind.CANCEL, taken_at=order.cancelled_at)
    told = answerers(Metric.CANCELLED, [order], places=visible(alma.aigerim.actor))
    assert told == {order.pk: "Запас точки, отменил Болат"}


def accepted(cast: Cast, order: Order, kind: ActionKind, **values: Any) -> None:
    who = {"actor_kind": "member", "actor_id": cast.bolat.member.pk, "actor_label": "Болат"}
    at = {"due_at": order.approved_at, "created_at": order.approved_at, "settled_at": order.approved_at}
    KaspiAction.objects.create(
        shop_id=order.shop_id,
        subject_id=order.pk,
        code=order.code,
        kind=kind,
        state=ActionState.DONE,
        **who,
        **at | values,
    )


def test_how_fast_somebody_accepts_is_a_median_of_working_time(alma: Cast) -> None:
    now = database_now()
    for minutes in (10, 20, 90):
        order = alma.place(Stage.PICKUP)
        change(order, approved_at=now - 2 * DAY)
        order.refresh_from_db()
        accepted(alma, order, ActionKind.ACCEPT, created_at=now - 2 * DAY + timedelta(minutes=minutes))
    _, people = panel(alma, alma.aigerim).tables
    assert ["Болат", "20 мин"] in [[row[0], row[3]] for row in cells(people)]


def test_a_good_that_eats_the_budget_is_offered_to_be_stopped(alma: Cast) -> None:
    buckets.recount_due()
    shop, today = alma.alma.shop("alma-tech"), numbers.today_of(database_now())
    bucket = {"metric": "cancelled", "numerator": 0, "denominator": 190, "formula": "event-days-1"}
    QualityDay.objects.create(shop_id=shop.pk, day=today - 2 * DAY, **bucket)
    (stop,) = panel(alma, alma.aigerim).stop_sales
    assert stop.text.startswith("«Чайник» занимает 60\u00a0% бюджета: 3 из 5.")
    assert stop.url == "/quality/whatif/?shop=alma-tech&metric=cancelled&sku=KETTLE"


def test_who_sees_only_orders_given_to_him_sees_no_breakdown(alma: Cast) -> None:
    courier = replace(alma.bolat.actor, orders_of=alma.bolat.member.pk)
    told: dict[str, Any] = {"places": visible(courier), "actor": courier, "by_point": {}, "by": None, "url": str}
    assert breakdown_panel(number_of(alma, Metric.CANCELLED), **told) is None


def test_a_number_too_large_to_be_looked_through_says_so(alma: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "разобраны" not in panel(alma, alma.aigerim).note
    monkeypatch.setattr(reading, "MOST", 2)
    assert panel(alma, alma.aigerim).note.endswith("разобраны последние 2\u00a0отмены")
    assert len(reading.units(**asked(alma, Metric.CANCELLED)).found) == 2


def test_the_questions_of_the_panel_do_not_grow_with_the_orders(alma: Cast) -> None:
    def asks() -> int:
        with CaptureQueriesContext(connection) as told:
            panel(alma, alma.aigerim)
        return len(told)

    before = asks()
    for point in ("PP1", "PP2"):
        another = alma.place(Stage.CANCELLED, point=point, entries=BOTH)
        at = database_now() - 2 * DAY
        change(another, fault="seller", cancellation_reason="MERCHANT_OUT_OF_STOCK", cancelled_at=at, accept_by=at)
    found = reading.units(**asked(alma, Metric.CANCELLED)).found
    # The first order of several goods asks for their names.
    assert len(found) == 5 and asks() <= before + 1


def test_the_judgement_agrees_with_the_fault_that_is_stored(alma: Cast) -> None:
    late = alma.place(approved_minutes_ago=200)
    assert expire_due() == 1
    late.refresh_from_db()
    orders = [late, alma.place(Stage.CANCELLED)]
    judged = judgements(Metric.CANCELLED, orders)
    assert [judged[order.pk].fault for order in orders] == [order.fault for order in orders] == ["seller", "buyer"]
    assert judged[late.pk].rule is Cause.OUR_CLOCK
