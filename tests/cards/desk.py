"""A shop that writes cards: a category that is known, and a card of it that Kaspi would take."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from catalog.cards import dictionaries, editing, sending, uploads
from catalog.cards.rules import Draft
from catalog.models import Card, CardUpload, KaspiAttribute, KaspiCategory
from integrations.kaspi.simulator import classes
from staff.access import Actor
from staff.clock import database_now
from staff.models import Shop
from staff.scoping import company_scope
from tests.cast import Cast
from tests.kaspi_server import KaspiServer
from tests.shop import TestShop

KETTLES = "Master - Electric kettles"
COMMON = "Electric kettles*Obsie harakteristiki.electric kettles*"
BRAND, MODEL, COLOUR = f"{COMMON}brand", f"{COMMON}model", f"{COMMON}color"
GOOD = Draft(
    "KTL-17",
    title="Чайник Saya Kettle 1,7 л",
    brand="Saya",
    category=KETTLES,
    attributes={BRAND: "Saya", MODEL: "KTL-17"},
    images=("https://example.kz/1.jpg",),
)


def know(category: str = KETTLES) -> KaspiCategory:
    """Kaspi's dictionaries have been read as far as this category."""
    now = database_now()
    row = KaspiCategory.objects.create(code=category, title=classes.categories()[category], seen_at=now, read_at=now)
    for place, one in enumerate(classes.attributes_of(category).values()):
        told = {"multiple": one.multiple, "mandatory": one.mandatory, "choices": [[name] * 2 for name in one.choices]}
        KaspiAttribute.objects.create(category=row, code=one.code, kind=one.type, position=place, **told)
    return row


@dataclass(frozen=True)
class Desk:
    company_id: int
    shop: Shop
    owner: Actor

    @classmethod
    def of(cls, cast: Cast) -> "Desk":
        return cls(cast.alma.id, cast.alma.shop("alma-tech"), cast.aigerim.actor)

    @classmethod
    def at(cls, shop: TestShop) -> "Desk":
        with company_scope(shop.company_id):
            return cls(shop.company_id, Shop.objects.get(pk=shop.shop_id), shop.owner)

    def scope(self) -> Any:
        return company_scope(self.company_id)

    def inside(self, work: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Do it in the company's scope, now, as its owner."""
        with self.scope():
            return work(*args, by=self.owner, now=database_now(), **options)

    def write(self, draft: Draft = GOOD, **changes: Any) -> Card:
        """A card of this content, saved once more after it was begun."""
        told = replace(draft, **changes)
        card = self.inside(editing.create, self.shop, told.sku)
        saved: Card = self.inside(editing.save, card, told, version=card.version)
        return saved

    def send(self, *cards: Card) -> CardUpload:
        made: CardUpload = self.inside(uploads.ask, self.shop, [card.public_id for card in cards])
        return made

    def again(self, row: Any) -> Any:
        """The row as it is now."""
        with self.scope():
            row.refresh_from_db()
            return row

    def hurry(self) -> None:
        """Whatever waits is due at once."""
        with self.scope():
            CardUpload.objects.update(try_at=database_now(), lease_until=None)

    def read_dictionary(self, category: str) -> int:
        """Ask for it, and let a worker do so; answers how many questions it took up."""
        with self.scope():
            dictionaries.want(self.shop, category, now=database_now())
        return dictionaries.read_due()


def go_on(desk: Desk, kaspi: KaspiServer) -> None:
    """A minute of Kaspi's passes, and a worker asks after the upload."""
    kaspi.control("advance", {"seconds": 60})
    desk.hurry()
    sending.send_due()
