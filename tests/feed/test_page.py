"""The page of the price list: whose address it is, who may press what, and what is told of each file."""

import gzip
import html
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from catalog.models import Feed, FeedVersion, Offer, VersionState
from staff.models import AuditEntry, Member, Role
from tests.cast import Cast
from tests.feed.files import Listing, listing

pytestmark = pytest.mark.django_db
PAGE = "/catalog/feed/?shop=alma-tech"


@pytest.fixture
def alma(cast: Cast) -> Listing:
    made = listing(cast)
    made.fill([f"A-{number}" for number in range(5)])
    made.make()
    return made


def press(browser: Client, button: str, **form: Any) -> int:
    return browser.post(f"/catalog/feed/{button}/", {"shop": "alma-tech", **form}).status_code


def become(cast: Cast, role: Role) -> Client:
    """Болат as somebody else, who sees the whole company."""
    with cast.alma.scope():
        Member.objects.filter(pk=cast.bolat.member.pk).update(role=role)
    return cast.bolat.browser()


def shown(browser: Client) -> str:
    answer = browser.get(PAGE)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_from_no_address_to_a_file_by_one_button(cast: Cast) -> None:
    owner = cast.aigerim.browser()
    assert "Получить адрес" in shown(owner)
    assert press(owner, "open") == 302
    made = listing(cast)
    assert made.url in shown(owner)
    made.add("A-1")
    made.make()
    assert "1 предложение, в наличии 1" in shown(owner).replace("\u00a0", " ")


def test_the_address_is_for_who_manages_the_goods(alma: Listing) -> None:
    assert alma.secret in shown(become(alma.cast, Role.CATALOG_MANAGER))
    assert alma.secret not in shown(become(alma.cast, Role.ANALYST))


def test_who_sees_one_point_does_not_see_the_file_of_the_shop(alma: Listing) -> None:
    bolat = alma.cast.bolat.browser()
    assert bolat.get(PAGE).status_code == 403
    version = alma.version()
    assert version is not None
    assert bolat.get(f"/catalog/feed/versions/{version.public_id}/").status_code == 404


def test_the_buttons_are_for_who_manages_the_goods(alma: Listing) -> None:
    buttons = ("open", "renew", "make", "switch")
    analyst = become(alma.cast, Role.ANALYST)
    assert [press(analyst, button, on="no") for button in buttons] == [403] * 4
    manager = become(alma.cast, Role.CATALOG_MANAGER)
    assert [press(manager, button, on="no") for button in buttons] == [302] * 4


def test_a_shorter_file_goes_by_who_guards_prices(alma: Listing) -> None:
    with alma.company.scope():
        Offer.objects.exclude(sku="A-0").update(on_sale=False)
    alma.make()
    assert press(become(alma.cast, Role.CATALOG_MANAGER), "confirm", available=1) == 403
    assert press(become(alma.cast, Role.ADMIN), "confirm", available=1) == 302
    version = alma.version()
    assert version is not None and version.confirmed_by == "Болат"


def test_a_confirmation_of_nothing_is_refused(alma: Listing) -> None:
    owner = alma.cast.aigerim.browser()
    wrong = ("", "-1", "1e3", "9" * 12, "٣")
    assert [press(owner, "confirm", available=seen) for seen in wrong] == [400] * 5


def test_what_changed_is_told_by_kind_and_price(alma: Listing) -> None:
    with alma.company.scope():
        Offer.objects.filter(sku="A-0").update(price=Decimal(8990))
        Offer.objects.filter(sku="A-1").update(on_sale=False)
    alma.make()
    page = shown(alma.cast.aigerim.browser()).replace("\u2009", " ")
    assert "цена: 1, наличие: 1" in page
    assert "A-0 – цена: 9 990 → 8 990" in page


def test_left_out_goods_lead_to_their_search(alma: Listing) -> None:
    alma.add("NO-PRICE", price=None)
    alma.make()
    page = shown(alma.cast.aigerim.browser())
    assert "Нет цены" in page and "/catalog/?shop=alma-tech&q=NO-PRICE" in page


def test_a_version_is_downloaded_as_it_was(alma: Listing) -> None:
    version = alma.version()
    assert version is not None and version.content is not None
    answer = alma.cast.aigerim.browser().get(f"/catalog/feed/versions/{version.public_id}/")
    assert answer.getvalue() == gzip.decompress(bytes(version.content))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="alma-tech-2')


def test_a_held_file_is_told_on_the_page_of_goods(alma: Listing) -> None:
    with alma.company.scope():
        Offer.objects.update(on_sale=False)
    alma.make()
    page = alma.cast.aigerim.browser().get("/catalog/").content.decode()
    assert "в новом ничего нет в наличии" in page


def test_each_deed_is_in_the_journal(alma: Listing) -> None:
    owner = alma.cast.aigerim.browser()
    presses = (("renew", ""), ("make", ""), ("switch", "no"), ("switch", "yes"))
    assert [press(owner, button, on=on) for button, on in presses] == [302] * 4
    with alma.company.scope():
        deeds = AuditEntry.objects.filter(action__startswith="feed.").order_by("pk").values_list("action", flat=True)
        assert list(deeds) == [f"feed.{deed}" for deed in ("opened", "renewed", "asked", "switched_off", "switched_on")]


def test_the_operator_sees_a_held_list_and_the_oldest(alma: Listing) -> None:
    with alma.company.scope():
        FeedVersion.objects.update(state=VersionState.HELD)
        Feed.objects.update(checked_at="2026-01-01T00:00:00Z")
    figures = Client().get("/metrics").content.decode()
    assert "office_feeds_held 1.0" in figures
    [oldest] = [line for line in figures.splitlines() if line.startswith("office_feed_oldest_seconds ")]
    assert float(oldest.split()[1]) > 86_400
