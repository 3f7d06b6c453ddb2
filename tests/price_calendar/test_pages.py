"""The pages: a price is planned, seen in its week, cancelled; what cannot be is said; who may what."""

import re
from typing import Any

import pytest
from django.test import Client

from catalog.models import Offer, PlannedPrice
from catalog.price_calendar.form import written
from catalog.price_calendar.views import OFFERS
from staff.models import AuditEntry
from staff.permissions import ROLES, Permission
from tests.cast import Cast
from tests.price_calendar.diary import ASTANA, Diary
from tests.repricing.market import SKU

HOME = "/catalog/prices/?shop=alma-tech"
NEW = "/catalog/prices/new/?shop=alma-tech"
CANCEL = "/catalog/prices/cancel/?shop=alma-tech"


def plain(html: bytes) -> str:
    return re.sub(r"[\s\u00a0\u2009]+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


def form(diary: Diary, **said: str) -> dict[str, str]:
    times = {"begins": written(diary.at(24)), "ends": written(diary.at(48))}
    return {"skus": SKU, "price": "90 000", "city": "", "note": "Чёрная пятница", "sure": "1"} | times | said


def planned(diary: Diary) -> list[PlannedPrice]:
    with diary.scope():
        return list(PlannedPrice.objects.order_by("id"))


def week_page(diary: Diary, browser: Client, hours: float = 24) -> str:
    return plain(browser.get(f"{HOME}&week={diary.at(hours).date()}").content)


def test_a_price_is_planned_and_stands_in_its_week_its_list_and_on_the_card(diary: Diary, cast: Cast) -> None:
    owner = cast.aigerim.browser()
    answer = owner.post(NEW, form(diary))
    shown = plain(owner.get(answer.headers["Location"]).content)
    assert "90 000 ₸" in shown and "Чёрная пятница" in shown and "на Kaspi к" in shown
    (one,) = planned(diary)
    assert (one.price, one.planned_by, one.city_code) == (90_000, "Айгерим", "")
    assert "90 000 ₸" in plain(owner.get(f"/catalog/{SKU}/?shop=alma-tech").content)
    with diary.scope():
        deed = AuditEntry.objects.get(action="offer.price_planned")
    assert (deed.subject_id, deed.after["price"]) == (SKU, "90000")


def test_the_form_says_when_a_buyer_sees_the_price(diary: Diary, cast: Cast) -> None:
    shown = plain(cast.aigerim.browser().get(f"{NEW}&sku={SKU}").content)
    assert SKU in shown and "не позже чем через час после начала" in shown


def test_an_end_that_is_left_out_is_one_change_and_a_city_has_its_name(diary: Diary, cast: Cast) -> None:
    owner = cast.aigerim.browser()
    owner.post(NEW, form(diary, ends="", city=ASTANA))
    (one,) = planned(diary)
    assert (one.ends_at, one.city_code) == (None, ASTANA)
    shown = week_page(diary, owner)
    assert "без окончания" in shown and "Астана" in shown


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"price": "0"}, "Цена – целое число тенге больше нуля"),
        ({"price": "99,5"}, "Цена – целое число тенге больше нуля"),
        ({"begins": ""}, "Когда начать: день и время"),
        ({"begins": "завтра"}, "День и время по Алматы"),
        ({"begins": "2020-01-01T10:00"}, "Начало уже прошло"),
        ({"begins": "9999-12-31T23:59", "ends": ""}, "Планировать можно на год вперёд"),
        ({"ends": "2020-01-01T10:00"}, "Окончание раньше начала"),
        ({"ends": "9999-12-31T23:59"}, "Не дольше года"),
        ({"skus": " , "}, "Назовите хотя бы один товар"),
        ({"skus": f"{SKU} NO-SUCH"}, "В магазине Алма Техника нет таких артикулов: NO-SUCH"),
        ({"skus": "OF-DOM"}, "нет таких артикулов: OF-DOM"),
        ({"skus": "OF-BEREKE\x00"}, "нет таких артикулов: OF-BEREKE"),
        ({"skus": "\n".join(f"S-{number}" for number in range(10_001))}, "За раз не больше 10 000 товаров"),
        ({"city": "no-town"}, "Такого города в списке Kaspi нет"),
        ({"note": "a\u202eb"}, "Здесь не больше 200 знаков"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_and_nothing_is_planned(
    diary: Diary, cast: Cast, said: dict[str, str], sentence: str
) -> None:
    with diary.scope():
        Offer.objects.create(shop=cast.alma.shop("alma-dom"), sku="OF-DOM", name="Чужой магазин", price=1)
    answer = cast.aigerim.browser().post(NEW, form(diary, **said))
    assert answer.status_code == 422
    assert sentence in plain(answer.content)
    assert not planned(diary)


def test_a_plan_that_meets_another_names_it(diary: Diary, cast: Cast) -> None:
    owner = cast.aigerim.browser()
    owner.post(NEW, form(diary))
    answer = owner.post(NEW, form(diary, price="80 000", begins=written(diary.at(47)), ends=""))
    assert answer.status_code == 422
    assert f"{SKU}: на это время уже есть план – 90 000 ₸ с завтра" in plain(answer.content)
    assert len(planned(diary)) == 1


def test_there_are_no_more_than_fifty_plans_of_an_offer(diary: Diary, cast: Cast) -> None:
    for number in range(50):
        diary.plan(90_000 + number, 2 * number + 1, None)
    answer = cast.aigerim.browser().post(NEW, form(diary, begins=written(diary.at(200)), ends=""))
    assert f"У товара не больше 50 планов сразу: {SKU}" in plain(answer.content)


def test_a_breach_asks_who_may_guard_prices_and_his_word_is_kept(diary: Diary, cast: Cast) -> None:
    diary.bound(floor=95_000)
    owner = cast.aigerim.browser()
    asked = owner.post(NEW, form(diary))
    assert f"{SKU}: Ниже минимальной цены 95 000 ₸" in plain(asked.content)
    assert 'name="confirmed"' in asked.content.decode()
    assert owner.post(NEW, form(diary, confirmed="1")).status_code == 302
    assert planned(diary)[0].word == {"below_floor": "5000.00"}


def test_who_may_not_guard_prices_cannot_insist(diary: Diary, cast: Cast) -> None:
    manager = _catalog_manager(cast)
    diary.bound(floor=95_000)
    asked = manager.post(NEW, form(diary))
    assert asked.status_code == 422 and 'name="confirmed"' not in asked.content.decode()
    assert manager.post(NEW, form(diary, confirmed="1")).status_code == 403
    assert not planned(diary)
    assert manager.post(NEW, form(diary, price="96 000")).status_code == 302


def test_goods_that_were_picked_in_the_list_come_into_the_form(diary: Diary, cast: Cast) -> None:
    owner = cast.aigerim.browser()
    with diary.scope():
        Offer.objects.create(shop=diary.market.shop, sku="MIX-1", name="Миксер", price=99_000)
    picked = owner.post("/catalog/prices/new/", {"pick": [f"alma-tech/{SKU}", "alma-tech/MIX-1"]})
    assert picked.status_code == 200 and f"{SKU}\nMIX-1</textarea>" in picked.content.decode()
    owner.post(NEW, form(diary, skus=f"{SKU}\nMIX-1"))
    assert len({one.batch for one in planned(diary)}) == 1 and len(planned(diary)) == 2
    several = owner.post("/catalog/prices/new/", {"pick": [f"alma-tech/{SKU}", "alma-dom/X"]})
    assert several.status_code == 400


@pytest.mark.parametrize(("back", "price"), [("yes", 100_000), ("no", 90_000)])
def test_a_plan_that_runs_is_cancelled_on_the_page(diary: Diary, cast: Cast, back: str, price: int) -> None:
    owner = cast.aigerim.browser()
    diary.plan(90_000, -1, 50)
    diary.carry(0)
    assert "Вернуть прежнюю" in plain(owner.get(HOME).content)
    owner.post(CANCEL, {"plan": str(planned(diary)[0].public_id), "back": back})
    assert diary.price == price
    again = owner.post(CANCEL, {"plan": str(planned(diary)[0].public_id), "back": back})
    assert again.status_code == 422 and "Этот план уже закончен" in plain(again.content)


@pytest.mark.parametrize(
    ("here", "leads"),
    [(f"/catalog/{SKU}/?shop=alma-tech", f"/catalog/{SKU}/?shop=alma-tech"), ("//evil.example", HOME)],
)
def test_whoever_cancels_on_the_card_comes_back_to_it(diary: Diary, cast: Cast, here: str, leads: str) -> None:
    owner = cast.aigerim.browser()
    diary.plan(90_000, 1, 5)
    assert f'name="here" value="/catalog/{SKU}/?shop=alma-tech"' in owner.get(f"/catalog/{SKU}/").content.decode()
    answer = owner.post(CANCEL, {"plan": str(planned(diary)[0].public_id), "here": here})
    assert answer.headers["Location"] == leads


def test_the_rest_of_a_batch_is_cancelled_by_one_press(diary: Diary, cast: Cast) -> None:
    owner = cast.aigerim.browser()
    with diary.scope():
        Offer.objects.create(shop=diary.market.shop, sku="MIX-1", name="Миксер", price=99_000)
    owner.post(NEW, form(diary, skus=f"{SKU}, MIX-1"))
    assert "Отменить все 2" in plain(owner.get(HOME).content)
    owner.post(CANCEL, {"plan": str(planned(diary)[0].public_id), "batch": str(planned(diary)[0].batch)})
    assert {one.state for one in planned(diary)} == {"cancelled"}


def test_what_did_not_begin_is_told_above_the_calendar_with_its_reason(diary: Diary, cast: Cast) -> None:
    owner = cast.aigerim.browser()
    diary.plan(90_000, -1, 5)
    diary.bound(floor=95_000)
    diary.carry(0)
    assert "За неделю не состоялось планов: 1" in plain(owner.get(HOME).content)
    missed = plain(owner.get(f"{HOME}&state=missed").content)
    assert "к началу цена оказалась ниже минимальной цены товара" in missed
    assert "Таких планов нет" in plain(owner.get(f"{HOME}&state=running").content)


@pytest.mark.parametrize("query", ["&week=yesterday", "&week=2026-13-01", "&state=burning", "&after=x"])
def test_a_wrong_address_is_refused(diary: Diary, cast: Cast, query: str) -> None:
    assert cast.aigerim.browser().get(HOME + query).status_code == 400


def test_strangers_find_nothing_and_who_manages_a_point_only_looks(diary: Diary, cast: Cast) -> None:
    diary.plan(90_000, 1, 5)
    key = {"plan": str(planned(diary)[0].public_id)}
    stranger, manager = cast.chingiz.browser(), cast.bolat.browser()
    assert [stranger.get(HOME).status_code, stranger.post(NEW, form(diary)).status_code] == [404, 404]
    assert stranger.post("/catalog/prices/cancel/?shop=bereke-tools", key).status_code == 404
    assert [manager.post(NEW, form(diary)).status_code, manager.post(CANCEL, key).status_code] == [403, 403]
    shown = manager.get(HOME).content.decode()
    assert "90\u2009000" in shown and '<form class="row' not in shown
    # A plan of one shop is none of another's.
    assert cast.aigerim.browser().post("/catalog/prices/cancel/?shop=alma-dom", key).status_code == 404
    assert diary.told() == [("planned", "")]


def test_ten_thousand_goods_are_planned_at_once(diary: Diary, cast: Cast) -> None:
    with diary.scope():
        shop: Any = {"shop": diary.market.shop, "company_id": cast.alma.id}
        Offer.objects.bulk_create(Offer(sku=f"S-{n}", name=f"Товар {n}", price=100, **shop) for n in range(10_000))
    owner = cast.aigerim.browser()
    answer = owner.post(NEW, form(diary, price="90", skus="\n".join(f"S-{n}" for n in range(10_000))), follow=True)
    assert f"Запланировано: 10 000 {OFFERS[1]}" in plain(answer.content)
    assert "И ещё товаров: 9 950" in week_page(diary, owner)


def _catalog_manager(cast: Cast) -> Client:
    """Айгерим with the role of a catalogue manager."""
    from staff.models import Member, Role

    assert Permission.PRICES_GUARD not in ROLES[Role.CATALOG_MANAGER].rights
    with cast.alma.scope():
        Member.objects.filter(pk=cast.aigerim.member.pk).update(role=Role.CATALOG_MANAGER)
    return cast.aigerim.browser()
