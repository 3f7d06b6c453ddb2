"""The page of what-if and the card of the forecast: words, doors, bad addresses."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from orders.lifecycle import Stage
from orders.models import Order
from quality import reading
from quality.formulas import FORMULA, Metric
from quality.models import Dispute, QualityDay
from quality.outlook.page_models import ForecastPanel
from quality.outlook.panel import forecast_panel
from quality.thresholds import DEFAULT
from staff.clock import database_now
from staff.models import Shop
from tests.cast import Cast

URL = "/quality/whatif/"
ORDERS = 40


def _history(cast: Cast, *, faults: int = 2, days: int = 120, until: int = 1) -> Shop:
    """A shop with so many whole days behind it, every day alike; the rating's days hold marks of five."""
    shop, today = cast.alma.shop("alma-tech"), reading.today_of(database_now())
    kept = {"shop_id": shop.pk, "formula": FORMULA.version}
    with cast.alma.scope():
        for n in range(until, days + 1):
            for metric in Metric:
                sides = (5 * ORDERS, ORDERS) if metric is Metric.RATING else (faults, ORDERS)
                day = today - timedelta(days=n)
                QualityDay.objects.create(day=day, metric=metric, numerator=sides[0], denominator=sides[1], **kept)
    return shop


def _cancelled(cast: Cast, *, sku: str, ago: int = 3, **values: object) -> Order:
    order = cast.place(Stage.CANCELLED)
    moment = database_now() - timedelta(days=ago)
    with cast.alma.scope():
        told = {"fault": "seller", "cancelled_at": moment, "approved_at": moment - timedelta(hours=3)}
        Order.objects.filter(pk=order.pk).update(first_sku=sku, first_item="Чайник Saya", **(told | values))
    return order


def _page(browser: Client, query: str = "", **headers: str) -> str:
    answer = browser.get(f"{URL}?shop=alma-tech&{query}", headers=headers)
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return re.sub(r"[\u00a0\u2009]", " ", answer.content.decode())


def test_stopping_a_product_is_told_with_its_outcome_and_its_figures(cast: Cast) -> None:
    _history(cast, faults=1)
    for _ in range(2):
        _cancelled(cast, sku="KETTLE")
    page = _page(cast.aigerim.browser(), "metric=cancelled&sku=KETTLE")
    assert re.search(
        r"Если снять с продажи «Чайник Saya» с [^:]+: [^:]+ будет [\d,]+ % вместо [\d,]+ %, запас \d+ вместо \d+\.",
        page,
    )
    assert "приходится 2 из 2 нарушений" in page
    assert 'value="KETTLE" checked' in page


def test_without_a_change_both_paths_are_one(cast: Cast) -> None:
    _history(cast)
    page = _page(cast.aigerim.browser())
    assert "Без изменений" in page
    assert page.count("chart__line--s1 chart__line--dash") == 1 and "chart__line--pace" not in page


def test_an_unknown_product_is_named_in_words_and_changes_nothing(cast: Cast) -> None:
    _history(cast)
    page = _page(cast.aigerim.browser(), "other=%3Cb%3E")
    assert "Артикул «&lt;b&gt;» в этом магазине с" in page
    assert "Без изменений" in page


def test_more_stock_and_disputed_orders_and_other_rules_go_together(cast: Cast) -> None:
    _history(cast, faults=2)
    order = _cancelled(cast, sku="KETTLE", cancellation_reason="MERCHANT_OUT_OF_STOCK")
    with cast.alma.scope():
        said = {"metric": Metric.CANCELLED, "note": "товар был", "opened_at": database_now()}
        Dispute.objects.create(order_id=order.pk, shop_id=order.shop_id, actor_label="Айгерим", **said)
    page = _page(cast.aigerim.browser(), "buffer=100&disputed=1&profile=historic-10")
    assert "«Нет в наличии» – причина 1 из 1 отмен" in page
    assert "исключить 1 спорный заказ и судить по правилам" in page
    assert "Граница: за 14 дней вряд ли, без изменений скорее всего" in page


def test_hours_earlier_are_told_of_late_parcels_only(cast: Cast) -> None:
    _history(cast, faults=5)
    order, now = cast.place(Stage.KD_TRANSIT), database_now()
    with cast.alma.scope():
        handed = now - timedelta(days=2)
        Order.objects.filter(pk=order.pk).update(handed_at=handed, courier_planned_at=handed - timedelta(hours=2))
    page = _page(cast.aigerim.browser(), "metric=late_handover&hours=3")
    assert "раньше успели бы 1 из 1." in page
    assert "Сдача раньше меняет только задержки" in _page(cast.aigerim.browser(), "metric=cancelled&hours=3")


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("metric=nope", "metric", "Нет такого показателя: nope"),
        ("hours=-1", "hours", "от 0 до 72"),
        ("hours=73", "hours", "от 0 до 72"),
        ("hours=%D9%A3", "hours", "от 0 до 72"),
        ("buffer=101", "buffer", "от 0 до 100"),
        ("buffer=1e3", "buffer", "от 0 до 100"),
        ("from=2026-13-01", "from", "С какого дня"),
        ("from=2020-01-01", "from", "С какого дня"),
        ("profile=own", "profile", "Нет такого профиля: own"),
    ],
)
def test_a_bad_address_is_told_what_is_bad(cast: Cast, query: str, field: str, words: str) -> None:
    answer = cast.aigerim.browser().get(f"{URL}?shop=alma-tech&{query}")
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_who_sees_a_part_of_a_shop_is_told_why_not(cast: Cast) -> None:
    _history(cast)
    assert cast.daniyar.browser().get(f"{URL}?shop=alma-tech").status_code == 403
    assert cast.chingiz.browser().get(f"{URL}?shop=alma-tech").status_code == 404


def test_a_shop_without_orders_has_nothing_to_count_from(cast: Cast) -> None:
    assert "Считать пока не из чего" in _page(cast.aigerim.browser())


def test_a_swap_gets_the_answer_without_the_frame(cast: Cast) -> None:
    _history(cast)
    part = _page(cast.aigerim.browser(), **{"HX-Request": "true", "HX-Target": "whatif"})
    assert part.lstrip().startswith('<div class="split split--wide" id="whatif">')


def test_the_page_keeps_to_the_strict_policy(cast: Cast) -> None:
    _history(cast)
    part = _page(cast.aigerim.browser(), **{"HX-Request": "true", "HX-Target": "whatif"})
    assert "style=" not in part and "<script" not in part and "onclick" not in part


# --- The card ---------------------------------------------------------------------------------------------------------


def _panel(cast: Cast, metric: Metric = Metric.CANCELLED) -> ForecastPanel | None:
    shop, now = cast.alma.shop("alma-tech"), database_now()
    with cast.alma.scope():
        live = reading.together(reading.counted([shop.pk], now=now).values())
        rule, today = DEFAULT.rules[metric], reading.today_of(now)
        by = cast.aigerim.actor
        return forecast_panel(metric, live, rule, shop_ids=[shop.pk], today=today, seen_by=by, shop=shop)


def test_a_shop_without_faults_is_told_that_no_line_is_near(cast: Cast) -> None:
    _history(cast, faults=0)
    panel = _panel(cast)
    assert panel is not None
    assert panel.breach == "За 14\u00a0дней границу вряд ли перейдёт."


def test_the_card_tells_the_breach_its_error_and_every_day(cast: Cast) -> None:
    _history(cast, faults=1)
    panel = _panel(cast)
    assert panel is not None
    # The paths are drawn anew each day, and 2,5 % lies near 3 %.
    assert panel.breach.startswith(("За 14\u00a0дней границу вряд ли перейдёт.", "Граница возможна с "))
    assert panel.error.startswith("Ошибка на вашем прошлом: ±0,0") and "из 8" in panel.error
    assert len(panel.rows) == 14
    assert panel.whatif_url == "/quality/whatif/?shop=alma-tech&metric=cancelled"
    assert "2,50\u00a0%" in panel.chart.label


def test_the_card_of_a_young_shop_says_how_little_it_knows(cast: Cast) -> None:
    _history(cast, days=12)
    panel = _panel(cast)
    assert panel is not None and panel.thin is not None
    assert panel.error.startswith("Мало истории")


def test_a_number_beyond_the_line_is_told_when_it_comes_back(cast: Cast) -> None:
    _history(cast, faults=0, days=10)
    _history(cast, faults=6, days=30, until=11)
    panel = _panel(cast)
    assert panel is not None and panel.breach_level == "danger"
    assert "Число за границей, текущим ходом вернётся" in panel.breach or "не вернётся" in panel.breach


def test_every_number_has_its_card(cast: Cast) -> None:
    _history(cast, faults=1)
    for metric in Metric:
        panel = _panel(cast, metric)
        assert panel is not None and panel.chart.band and panel.chart.curves


def test_without_orders_there_is_no_card(cast: Cast) -> None:
    assert _panel(cast) is None
