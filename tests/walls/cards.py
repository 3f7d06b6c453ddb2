"""A row in every table of cards and matching, for the house."""

from datetime import datetime

from catalog.models import (
    Card,
    CardLine,
    CardLookup,
    CardUpload,
    CardVersion,
    KaspiCategory,
    LookupState,
    Offer,
    SupplierLine,
    SupplierList,
)
from orders.models import Order
from tests.cast import Person


def furnish(person: Person, order: Order, now: datetime) -> None:
    """A card that is being checked, an upload whose outcome nobody knows, and a list with a line to be decided."""
    email, shop = person.email, order.shop_id
    # Kaspi's own, for everybody: so that every company may choose it.
    KaspiCategory.objects.get_or_create(code="Master - Birds", defaults={"title": "Птицы", "seen_at": now})
    asked = {"asked_at": now, "try_at": now, "problem": f"Not read for {email}"}
    CardLookup.objects.create(shop_id=shop, state=LookupState.FAILED, **asked)
    offer = Offer.objects.get(shop_id=shop, sku=order.first_sku)
    content = {"title": f"Card of {email}", "brand": f"Brand of {email}", "attributes": [], "images": []}
    card = {"shop_id": shop, "offer": offer, "sku": offer.sku, "title": content["title"], "content": content}
    made = Card.objects.create(**card, changed_at=now, changed_by=person.name)
    CardVersion.objects.create(card=made, version=1, content=content, at=now, by=person.name)
    sent = {"state": "unknown", "total": 1, "kaspi_code": f"upload of {email}", "actor_label": person.name}
    upload = CardUpload.objects.create(shop_id=shop, asked_at=now, try_at=now, problem=f"Lost for {email}", **sent)
    CardLine.objects.create(upload=upload, card=made, sku=made.sku, version=1, words=[f"Words for {email}"])
    _furnish_list(person, offer, now)


def _furnish_list(person: Person, offer: Offer, now: datetime) -> None:
    told = {"name": f"List of {person.email}", "state": "ready", "rows": 1, "actor_label": person.name}
    batch = SupplierList.objects.create(shop_id=offer.shop_id, asked_at=now, **told)
    found = [[offer.pk, 70, [["words", f"words of {person.email}"]]]]
    good = {"name": f"Good of {person.email}", "supplier_sku": f"S-{person.email}"[:64], "verdict": "review"}
    SupplierLine.objects.create(batch=batch, row=2, score=70, found=found, **good)
