"""The page of an offer: its words and bounds, its points and cities, off sale and back, and who shares its pieces."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from catalog import stock
from catalog.models import CityPrice, Offer, OfferPoint, PriceChange, StockItem
from catalog.offers import returning
from catalog.offers.many import moved, preview
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import ALMATY
from staff.models import AuditEntry, PointOfSale
from tests.cast import Cast

pytestmark = pytest.mark.django_db
KETTLE = "/catalog/KTL-17/"
ALMATY_CITY, ASTANA = "750000000", "710000000"


@pytest.fixture
def goods(cast: Cast) -> Cast:
    """A kettle in two shops; «Алма Дом» keeps its goods at the warehouse of «Алма Техника»."""
    tech, home = cast.alma.point("alma-tech", "PP1"), cast.alma.point("alma-dom", "PP1")
    with cast.alma.scope():
        for shop, sku in ((tech.shop, "KTL-17"), (home.shop, "KTL-17"), (home.shop, "KETTLE"), (home.shop, "OTHER")):
            Offer.objects.create(shop=shop, sku=sku, name=f"Чайник {sku}", price=10000, floor=9000)
        PointOfSale.objects.filter(pk=home.pk).update(keeps_at=tech)
        stock.count(point_id=tech.pk, quantities={"KTL-17": 8}, now=database_now())
    return cast


def offer(cast: Cast, sku: str = "KTL-17", shop: str = "alma-tech") -> Offer:
    with cast.alma.scope():
        return Offer.objects.get(sku=sku, shop__slug=shop)


def text(browser: Client, url: str = f"{KETTLE}?shop=alma-tech") -> str:
    return html.unescape(browser.get(url).content.decode())


def post(cast: Cast, part: str, sku: str = "KTL-17", shop: str = "alma-tech", **form: str) -> int:
    return cast.aigerim.browser().post(f"/catalog/{sku}/{part}/?shop={shop}", form).status_code


def deeds(cast: Cast) -> list[str]:
    with cast.alma.scope():
        found = AuditEntry.objects.filter(subject_kind__in=["offer", "good"]).order_by("id")
        return list(found.values_list("action", flat=True))


def test_the_page_says_why_kaspi_is_told_so(goods: Cast) -> None:
    page = text(goods.aigerim.browser())
    assert "продаётся, 8 шт." in page and "свободно 8" in page
    assert "остаток не указан" in page
    post(goods, "edit", buffer="8")
    assert "свободно 8, всё в запасе (8)" in text(goods.aigerim.browser())


def test_the_ledger_tells_each_movement_with_its_order_and_what_lay_there_after(goods: Cast) -> None:
    order = goods.place(entries=[{"sku": "KTL-17", "name": "Чайник", "quantity": 2, "price": 5000}])
    with goods.alma.scope():
        stock.ship(order_ids=[order.pk], now=database_now())
    page = text(goods.aigerim.browser())
    ledger = page[page.index('id="ledger"') :].split("<tr")[2:]
    assert "Отгружено" in ledger[0] and f"/orders/{order.code}/" in ledger[0] and ">6<" in ledger[0]
    assert "Заказ занял" in ledger[1] and ">8<" in ledger[1] and "+2" in ledger[1]
    assert "Пересчитали" in ledger[2] and "+8" in ledger[2]


def test_words_and_bounds_are_written_with_who_did_it(goods: Cast) -> None:
    assert post(goods, "edit", brand=" Saya  Kettle ", preorder_days="30", buffer="") == 302
    assert post(goods, "bounds", floor="9 500", ceiling="", most_step="12,5") == 302
    now = offer(goods)
    assert (now.brand, now.preorder_days, now.buffer, now.floor) == ("Saya Kettle", 30, None, 9500)
    assert (str(now.most_step), now.version, now.changed_by) == ("0.125", 3, "Айгерим")
    assert deeds(goods) == ["offer.described", "offer.described"]


@pytest.mark.parametrize(
    ("part", "form"),
    [
        ("edit", {"preorder_days": "31"}),
        ("edit", {"name": ""}),
        ("edit", {"brand": "a\u202eb"}),
        ("edit", {"buffer": "-1"}),
        ("bounds", {"floor": "9000", "ceiling": "8000"}),
        ("bounds", {"most_step": "0"}),
        ("points", {"point": "PP1", "sold": "maybe"}),
        ("price", {"price": "1000", "city": "no-town"}),
        ("sale", {"do": "off", "reason": " "}),
        ("sale", {"do": "off", "reason": "Брак", "until": "2020-01-01"}),
        ("bind", {"stock_sku": "NO-SUCH"}),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(goods: Cast, part: str, form: dict[str, str]) -> None:
    assert post(goods, part, **form) == 400
    assert (offer(goods).version, deeds(goods)) == (1, [])


def test_words_are_not_written_over_a_version_that_was_not_seen(goods: Cast) -> None:
    assert post(goods, "edit", brand="Saya", version="1") == 302
    assert post(goods, "edit", brand="Aru", version="1") == 409
    assert offer(goods).brand == "Saya"


def test_a_city_has_its_own_price_until_it_is_dropped(goods: Cast) -> None:
    assert post(goods, "price", price="10 490", city=ASTANA) == 302
    assert "Астана" in text(goods.aigerim.browser()) and "10\u2009490" in text(goods.aigerim.browser())
    assert post(goods, "city", city=ASTANA) == 302
    with goods.alma.scope():
        assert not CityPrice.objects.exists()
        changes = list(PriceChange.objects.order_by("id").values_list("before", "after", "by"))
    assert changes == [(None, 10490, "Айгерим"), (10490, None, "Айгерим")]


def test_a_point_may_be_said_to_sell_or_not(goods: Cast) -> None:
    assert post(goods, "points", point="PP1", sold="no") == 302
    assert "на этой точке не продаём" in text(goods.aigerim.browser())
    assert post(goods, "points", point="PP1", sold="") == 302
    with goods.alma.scope():
        assert not OfferPoint.objects.exists()


def test_off_sale_says_why_who_and_till_when_and_comes_back_on_its_day(goods: Cast) -> None:
    today = database_now().astimezone(ALMATY).date()
    until = today + timedelta(days=1)
    post(goods, "sale", do="off", reason="Брак партии", until=until.isoformat())
    page = text(goods.aigerim.browser())
    assert "Брак партии, Айгерим" in page and "Вернётся" in page
    assert returning.put_back_due() == 0
    with goods.alma.scope():
        Offer.objects.filter(sku="KTL-17").exclude(off_until=None).update(off_until=today)
    assert (returning.put_back_due(), returning.put_back_due()) == (1, 0)
    back = offer(goods)
    assert (back.on_sale, back.off_until, back.changed_how) == (True, None, "calendar")


def test_a_good_is_stopped_in_every_shop_that_shares_its_pieces(goods: Cast) -> None:
    post(goods, "bind", sku="KETTLE", shop="alma-dom", stock_sku="KTL-17")
    page = text(goods.aigerim.browser())
    assert "Чайник KETTLE" in page and "Чайник OTHER" not in page
    assert post(goods, "sale", do="everywhere", reason="Отзыв партии") == 302
    with goods.alma.scope():
        on = dict(Offer.objects.values_list("name", "on_sale"))
        assert Offer.objects.filter(sku="KTL-17", on_sale=True).count() == 0
    assert (on["Чайник KETTLE"], on["Чайник OTHER"]) == (False, True)


def test_pieces_follow_the_binding_and_are_never_counted_twice(goods: Cast) -> None:
    home = goods.alma.point("alma-dom", "PP1")
    with goods.alma.scope():
        stock.count(point_id=home.pk, quantities={"KETTLE": 5}, now=database_now())
    assert post(goods, "bind", sku="KETTLE", shop="alma-dom", stock_sku="KTL-17") == 302
    with goods.alma.scope():
        lie = dict(StockItem.objects.values_list("sku", "on_hand"))
        assert stock.available(home.pk, ["KETTLE"]) == {"KETTLE": 8}
    assert lie == {"KTL-17": 8, "KETTLE": 0}


def test_what_orders_hold_follows_the_binding(goods: Cast) -> None:
    home = goods.alma.point("alma-dom", "PP1")
    with goods.alma.scope():
        stock.hold(order_id=77, point_id=home.pk, lines=[stock.Line(0, "KETTLE", 1)], now=database_now())
    assert post(goods, "bind", sku="KETTLE", shop="alma-dom", stock_sku="KTL-17") == 302
    with goods.alma.scope():
        assert dict(StockItem.objects.values_list("sku", "reserved")) == {"KTL-17": 1, "KETTLE": 0}


def test_an_offer_by_hand_has_a_sku_that_kaspi_takes(goods: Cast) -> None:
    browser, form = goods.aigerim.browser(), {"shop": "alma-tech", "sku": "MIX-1", "name": "Миксер", "price": "5 990"}
    for wrong in ("Миксер", "M" * 21, "M 1", "", "M/1"):
        assert browser.post("/catalog/new/", form | {"sku": wrong}).status_code == 400
    assert browser.post("/catalog/new/", form).headers["Location"] == "/catalog/MIX-1/?shop=alma-tech"
    assert browser.post("/catalog/new/", form).status_code == 409
    assert (offer(goods, "MIX-1").price, offer(goods, "MIX-1").source) == (5990, "hand")


def test_several_prices_are_looked_at_and_then_moved_by_a_share(goods: Cast) -> None:
    browser = goods.aigerim.browser()
    form = {"do": "price", "percent": "−15", "pick": ["alma-tech/KTL-17", "alma-dom/OTHER"], "back": "/catalog/"}
    looked = html.unescape(browser.post("/catalog/bulk/", form).content.decode())
    assert "8\u2009500\u00a0₸" in looked and "Ниже минимальной цены" in looked
    assert offer(goods).price == 10000
    with goods.alma.scope():
        Offer.objects.filter(sku="OTHER").update(floor=None)
    sure = form | {"sure": "1", "version": ["1", "1"]}
    answer = html.unescape(browser.post("/catalog/bulk/", sure, follow=True).content.decode())
    assert "Цен изменено: 1" in answer and "KTL-17: Ниже минимальной цены" in answer
    assert (offer(goods).price, offer(goods, "OTHER", "alma-dom").price) == (10000, 8500)


def test_several_goods_are_taken_off_and_put_on(goods: Cast) -> None:
    browser, form = goods.aigerim.browser(), {"pick": ["alma-tech/KTL-17", "bereke-tools/X"], "do": "off"}
    assert "Почему снимаем" in browser.post("/catalog/bulk/", form).content.decode()
    assert browser.post("/catalog/bulk/", form | {"sure": "1", "reason": "Отпуск"}).status_code == 302
    assert not offer(goods).on_sale
    browser.post("/catalog/bulk/", form | {"do": "on"})
    assert offer(goods).on_sale
    wrongs: list[dict[str, Any]] = [{"do": "burn"}, {"pick": []}, {"do": "price", "percent": "100500"}]
    for wrong in wrongs:
        assert browser.post("/catalog/bulk/", form | wrong).status_code == 400


def test_a_share_moves_a_price_to_whole_tenge_above_zero(goods: Cast) -> None:
    from decimal import Decimal

    assert [
        int(moved(Decimal(price), Decimal(share))) for price, share in ((1, "-0.9"), (990, "0.05"), (30, "0.05"))
    ] == [
        1,
        1040,
        32,
    ]
    with goods.alma.scope():
        bare = Offer.objects.create(shop_id=offer(goods).shop_id, sku="BARE", name="Без цены")
        CityPrice.objects.create(offer=bare, city_code=ALMATY_CITY, price=2000)
        assert [(step.city, step.after) for step in preview([bare], Decimal("0.1"))] == [(ALMATY_CITY, 2200)]


def test_a_stranger_and_a_colleague_without_the_right_change_nothing(goods: Cast) -> None:
    assert goods.chingiz.browser().get(KETTLE).status_code == 404
    for part in ("price", "sale", "edit", "bounds", "points", "city", "bind"):
        assert goods.chingiz.browser().post(f"{KETTLE}{part}/", {"price": "1"}).status_code == 404
        assert goods.bolat.browser().post(f"{KETTLE}{part}/", {"price": "1"}).status_code == 403
    assert "cell-edit__input" not in text(goods.bolat.browser())
    with pytest.raises(Refused):
        from catalog.offers.sharing import stop_everywhere

        with goods.alma.scope():
            stop_everywhere(offer(goods), reason="Брак", until=None, by=goods.bolat.actor, now=database_now())
