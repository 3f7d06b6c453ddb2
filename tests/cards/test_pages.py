"""The pages of cards: written, refused with a sentence, restored, sent; nobody's but the shop's own."""

import html

import pytest
from django.test import Client

from catalog.cards import dictionaries
from catalog.models import Card, CardLookup, CardState, CardVersion, KaspiAttribute, KaspiCategory, Offer
from orders.lifecycle import Stage
from orders.models import Order
from staff.models import AuditEntry
from tests.cards.desk import COLOUR, KETTLES, MODEL, Desk
from tests.cast import Cast


@pytest.fixture
def browser(cast: Cast) -> Client:
    return cast.aigerim.browser()


def text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.content
    return html.unescape(answer.content.decode()).replace("\u00a0", " ")


def form(card: Card, **changes: str | list[str]) -> dict[str, object]:
    """What the page of a whole card would post."""
    rows = {row.code: f"attribute-{row.pk}" for row in KaspiAttribute.objects.all()}
    told: dict[str, object] = {
        "version": str(card.version),
        "title": "Чайник",
        "brand": "Saya",
        "images": "https://a.kz/1.jpg",
    }
    told |= {name: "Saya" if code.endswith("*brand") else "" for code, name in rows.items()}
    told[rows[MODEL]] = "KTL-17"
    return told | {rows.get(name, name): value for name, value in changes.items()}


def test_a_card_of_an_offer_begins_with_what_is_known(desk: Desk, browser: Client) -> None:
    with desk.scope():
        told = {"name": "Чайник Saya", "brand": "Saya", "barcode": "46", "category": "Электрочайники"}
        Offer.objects.create(shop=desk.shop, sku="KTL-17", **told)
    address = browser.post("/catalog/cards/new/", {"shop": "alma-tech", "sku": "KTL-17"}).headers["Location"]
    page = text(browser, address)
    assert "Чайник Saya" in page and "Электрочайники" in page
    assert page.index(">Brand <") < page.index(">Model <") < page.index(">Color<"), "mandatory ones come first"
    with desk.scope():
        assert Card.objects.get().category_code == KETTLES


def test_a_card_is_written_with_its_faults_told_and_is_ready_without(desk: Desk, browser: Client) -> None:
    card = desk.write(images=())
    url = f"/catalog/cards/{card.public_id}/"
    page = text(browser, url)
    assert "Заполните: без этого Kaspi карточку не берёт" in page and "Отправить в Kaspi" not in page
    assert browser.post(url, form(card)).status_code == 302
    assert (desk.again(card).state, card.version) == (CardState.READY, 3)
    assert "Отправить в Kaspi" in text(browser, url)
    assert browser.post(url, form(card, **{COLOUR: "ультра"})).status_code == 302
    assert "Такого значения у Kaspi нет" in text(browser, url)
    assert desk.again(card).state == CardState.DRAFT


def test_who_saves_an_old_page_is_told_and_loses_nothing(desk: Desk, browser: Client) -> None:
    card = desk.write()
    answer = browser.post(f"/catalog/cards/{card.public_id}/", form(card, version="1", title="Моё название"))
    assert answer.status_code == 409
    page = html.unescape(answer.content.decode())
    assert "Карточку уже изменили" in page and "Моё название" in page
    assert desk.again(card).title != "Моё название"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "я" * 9_000, "Слишком длинный текст"),
        ("images", "\n".join(f"https://a.kz/{n}" for n in range(101)), "Картинок больше 100"),
        ("brand", "a\x00b", "Слишком длинный текст"),
    ],
)
def test_what_nobody_would_read_is_refused(desk: Desk, browser: Client, field: str, value: str, sentence: str) -> None:
    card = desk.write()
    answer = browser.post(f"/catalog/cards/{card.public_id}/", form(card, **{field: value}))
    assert (answer.status_code, sentence in html.unescape(answer.content.decode())) == (400, True)


def test_an_earlier_version_comes_back_as_a_new_one(desk: Desk, browser: Client) -> None:
    card = desk.write()
    browser.post(f"/catalog/cards/{card.public_id}/", form(card, title="Хуже"))
    answer = browser.post(f"/catalog/cards/{card.public_id}/restore/", {"number": "2", "version": "3"})
    assert answer.status_code == 302
    with desk.scope():
        kept = list(CardVersion.objects.order_by("version").values_list("version", "content__title"))
    assert [kept[1][1], kept[3][1]] == [desk.again(card).title] * 2
    assert [version for version, _ in kept] == [1, 2, 3, 4]


def test_the_category_is_found_by_words_and_chosen(desk: Desk, browser: Client) -> None:
    card = desk.write(category="")
    url = f"/catalog/cards/{card.public_id}/"
    assert f'value="{KETTLES}"' in text(browser, f"{url}?category_q=чайник электро")
    assert browser.post(f"{url}category/", {"category": KETTLES, "version": "2"}).status_code == 302
    assert desk.again(card).state == CardState.READY
    assert browser.post(f"{url}category/", {"category": "Master - Anvils", "version": "3"}).status_code == 400


def test_ready_cards_are_sent_from_the_list_and_then_not_written(desk: Desk, browser: Client) -> None:
    card = desk.write()
    assert "Отправить готовые: 1" in text(browser, "/catalog/cards/?shop=alma-tech")
    answer = browser.post("/catalog/cards/send/", {"shop": "alma-tech", "all": "ready"}, follow=True)
    assert "Отправляем: 1 карточка" in html.unescape(answer.content.decode()).replace("\u00a0", " ")
    refused = browser.post(f"/catalog/cards/{card.public_id}/", form(card))
    assert (refused.status_code, desk.again(card).state) == (409, CardState.SENT)
    assert "Карточка у Kaspi" in text(browser, f"/catalog/cards/{card.public_id}/")
    with desk.scope():
        assert AuditEntry.objects.get(action="cards.sent").details == {"cards": 1}


def test_a_manager_of_one_point_sees_no_cards_and_a_stranger_nothing(desk: Desk, cast: Cast) -> None:
    url = f"/catalog/cards/{desk.write().public_id}/"
    assert cast.bolat.browser().get(url).status_code == 404
    assert cast.chingiz.browser().get(url).status_code == 404
    assert cast.bolat.browser().post("/catalog/cards/new/", {"shop": "alma-tech", "sku": "X"}).status_code == 403


def test_what_a_category_asks_for_is_read_once_and_judges_the_drafts_anew(connected: Desk) -> None:
    KaspiAttribute.objects.all().delete()
    with connected.scope():
        KaspiCategory.objects.update(read_at=None, seen_at="2026-01-01T00:00:00Z")
    card = connected.write()
    assert connected.again(card).state == CardState.DRAFT
    assert (connected.read_dictionary(""), connected.read_dictionary(KETTLES)) == (1, 1)
    assert connected.again(card).state == CardState.READY
    assert connected.read_dictionary(KETTLES) == 0, "fresh: nothing is asked"
    assert list(dictionaries.search("робот пылес").values_list("title", flat=True)) == ["Роботы-пылесосы"]


def test_without_a_token_it_is_said_what_to_do(desk: Desk, browser: Client) -> None:
    card = desk.write(category="Master - Irons")
    with desk.scope():
        CardLookup.objects.create(
            shop=desk.shop, category_code="Master - Irons", state="failed", problem=str(dictionaries.NO_TOKEN),
            asked_at=card.changed_at, try_at=card.changed_at,
        )  # fmt: skip
    assert "Введите токен на странице «Интеграции»" in text(browser, f"/catalog/cards/{card.public_id}/")


def test_two_hands_cannot_begin_one_card_twice(desk: Desk, browser: Client) -> None:
    desk.write()
    answer = browser.post("/catalog/cards/new/", {"shop": "alma-tech", "sku": "KTL-17"})
    assert (answer.status_code, "уже есть" in html.unescape(answer.content.decode())) == (422, True)


def test_returns_for_quality_stand_beside_the_score(desk: Desk, browser: Client, cast: Cast) -> None:
    line = {"sku": "KTL-17", "name": "Чайник", "quantity": 1, "price": 5000}
    orders = [cast.place(Stage.COMPLETED, entries=[line]) for _ in range(2)]
    card = desk.write()
    assert "возвраты по качеству" not in text(browser, "/catalog/cards/")
    with desk.scope():
        Order.objects.filter(pk=orders[0].pk).update(return_for_quality=True)
    assert "возвраты по качеству: 1 из 2" in text(browser, "/catalog/cards/")
    assert "1 из 2, 50,00 %" in text(browser, f"/catalog/cards/{card.public_id}/")
