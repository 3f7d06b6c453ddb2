"""The page of goods: its rows, its filters, and the numbers that are written in their place."""

import html
import re

import pytest
from django.test import Client

from catalog import stock
from catalog.models import Offer, OfferSource, PriceChange, StockItem
from staff.clock import database_now
from staff.models import AuditEntry, Role
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}
KETTLE, MIXER = "/catalog/KTL-17/", "/catalog/MIX-1/"


@pytest.fixture
def goods(cast: Cast) -> Cast:
    shop, point = cast.alma.shop("alma-tech"), cast.alma.point("alma-tech", "PP1")
    with cast.alma.scope():
        Offer.objects.create(shop=shop, sku="KTL-17", name="Чайник", price=11990, floor=10000, category="Чайники")
        Offer.objects.create(shop=shop, sku="MIX-1", name="Миксер", card_code="100200", source=OfferSource.ORDER)
        stock.count(point_id=point.pk, quantities={"KTL-17": 8}, now=database_now())
    return cast


def page(browser: Client, url: str = "/catalog/") -> str:
    return re.sub(r"\s+", " ", html.unescape(browser.get(url).content.decode()), flags=re.ASCII)


def kettle(cast: Cast) -> Offer:
    with cast.alma.scope():
        return Offer.objects.get(sku="KTL-17")


def lie(cast: Cast) -> list[int]:
    with cast.alma.scope():
        return list(StockItem.objects.filter(sku="KTL-17").order_by("point_id").values_list("on_hand", flat=True))


def test_a_good_is_told_with_its_state_points_and_numbers(goods: Cast) -> None:
    text = page(goods.aigerim.browser())
    row = next(one for one in text.split('offer-row"') if "Чайник" in one)
    assert 'value="11\u2009990"' in row
    assert "В продаже" in row and "1 из 2" in row
    assert "На проверке" in text and "Нет цены" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=чай", {"Чайник"}),
        ("q=mix", {"Миксер"}),
        ("q=100200", {"Миксер"}),
        ("stock=on", {"Чайник"}),
        ("stock=check", {"Миксер"}),
        ("stock=none", set()),
        ("category=Чайники", {"Чайник"}),
        ("source=order", {"Миксер"}),
        ("shop=alma-tech&point=PP2&stock=on", set()),
    ],
)
def test_goods_are_found_by_what_is_asked(goods: Cast, query: str, found: set[str]) -> None:
    names = set(
        re.findall(r'class="item__title truncate"[^>]*>([^<]+)<', page(goods.aigerim.browser(), f"/catalog/?{query}"))
    )
    assert names == found


@pytest.mark.parametrize("query", ["stock=attic", "source=moon", "q=%00", "category=%00", "point=PP99"])
def test_a_question_that_cannot_be_is_refused(goods: Cast, query: str) -> None:
    assert goods.aigerim.browser().get(f"/catalog/?{query}").status_code in (400, 404)


def test_a_price_is_written_in_its_place_and_kept_with_who_did_it(goods: Cast) -> None:
    answer = goods.aigerim.browser().post(f"{KETTLE}price/", {"price": "12 490", "seen": "11990"}, headers=FRAGMENT)
    assert answer.status_code == 200
    assert "cell-edit--saved" in answer.content.decode()
    with goods.alma.scope():
        change = PriceChange.objects.get()
    assert (change.before, change.after, change.by, change.how) == (11990, 12490, "Айгерим", "hand")


def test_a_price_beyond_its_bounds_needs_the_word_of_who_may_guard(goods: Cast) -> None:
    browser = goods.aigerim.browser()
    below = {"price": "9 000", "seen": "11990"}
    answer = browser.post(f"{KETTLE}price/", below, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "Ниже минимальной цены 10\u2009000\u00a0₸" in html.unescape(answer.content.decode())
    assert kettle(goods).price == 11990
    assert browser.post(f"{KETTLE}price/", below | {"confirmed": "1"}, headers=FRAGMENT).status_code == 200
    assert kettle(goods).price == 9000


def test_who_may_not_guard_is_not_offered_to_insist(goods: Cast) -> None:
    member = goods.bolat.member
    with goods.alma.scope():
        member.role = Role.CATALOG_MANAGER
        member.save()
    answer = goods.bolat.browser().post(f"{KETTLE}price/", {"price": "9000", "seen": "11990"}, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "confirmed" not in answer.content.decode()
    forced = {"price": "9000", "seen": "11990", "confirmed": "1"}
    assert goods.bolat.browser().post(f"{KETTLE}price/", forced, headers=FRAGMENT).status_code == 403


def test_a_price_is_not_written_over_one_that_was_not_seen(goods: Cast) -> None:
    browser = goods.aigerim.browser()
    browser.post(f"{KETTLE}price/", {"price": "12490", "seen": "11990"}, headers=FRAGMENT)
    answer = browser.post(f"{KETTLE}price/", {"price": "13000", "seen": "11990"}, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "сейчас 12\u2009490\u00a0₸" in html.unescape(answer.content.decode())
    # What stands now was seen with the answer: pressed again it is meant.
    assert browser.post(f"{KETTLE}price/", {"price": "13000", "seen": "12490"}, headers=FRAGMENT).status_code == 200


def test_pieces_are_written_over_those_that_were_seen_and_told_in_the_journal(goods: Cast) -> None:
    browser = goods.aigerim.browser()
    form = {"point": "PP1", "pieces": "5", "seen": "8"}
    assert browser.post(f"{KETTLE}stock/", form, headers=FRAGMENT).status_code == 200
    stale = browser.post(f"{KETTLE}stock/", form | {"pieces": "6"}, headers=FRAGMENT)
    assert stale.status_code == 422
    assert "сейчас 5" in stale.content.decode()
    assert lie(goods) == [5]
    with goods.alma.scope():
        entry = AuditEntry.objects.get(action="stock.counted")
    assert (entry.before, entry.after, entry.details) == ({"stock": 8}, {"stock": 5}, {"point": "Склад Абая 52"})


@pytest.mark.parametrize("typed", ["", "-1", "3,5", "1e3", "٣", "много", "99999999999"])
def test_a_number_is_digits(goods: Cast, typed: str) -> None:
    browser = goods.aigerim.browser()
    for part, form in (
        ("price", {"price": typed, "seen": "11990"}),
        ("stock", {"pieces": typed, "point": "PP1", "seen": "8"}),
    ):
        answer = browser.post(f"{KETTLE}{part}/", form, headers=FRAGMENT)
        assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (422, True)
    assert (kettle(goods).price, lie(goods)) == (11990, [8])


def test_without_script_a_number_is_a_form_and_its_refusal_a_page(goods: Cast) -> None:
    browser = goods.aigerim.browser()
    saved = browser.post(f"{KETTLE}price/", {"price": "12490", "seen": "11990", "back": "/catalog/?q=чай"})
    assert (saved.status_code, saved.headers["Location"]) == (302, "/catalog/?q=%D1%87%D0%B0%D0%B9")
    refused = browser.post(f"{KETTLE}price/", {"price": "1", "seen": "12490", "back": "https://evil.example/"})
    assert refused.status_code == 409
    text = html.unescape(refused.content.decode())
    assert "Ниже минимальной цены" in text and 'name="confirmed"' in text and "evil" not in text.split("</form>")[-1]


def test_who_may_only_look_has_no_cells(goods: Cast) -> None:
    text = page(goods.bolat.browser())
    assert "Чайник" in text and "cell-edit__input" not in text
    assert goods.bolat.browser().post(f"{KETTLE}price/", {"price": "1"}).status_code == 403
    assert goods.bolat.browser().post(f"{KETTLE}stock/", {"pieces": "1", "point": "PP1"}).status_code == 403


def test_a_page_of_goods_asks_no_more_of_many_than_of_few(goods: Cast, django_assert_max_num_queries: object) -> None:
    browser = goods.aigerim.browser()
    browser.get("/catalog/")
    shop = goods.alma.shop("alma-tech")
    with goods.alma.scope():
        Offer.objects.bulk_create(
            [Offer(company_id=goods.alma.id, shop=shop, sku=f"N-{n}", name=f"N {n:02}") for n in range(60)]
        )
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        text = page(browser)
    assert "50 на странице" in text and "62 в каталоге" in text
