"""The verbs that write cards. Each saves a version and is told in the journal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from catalog.cards.contents import asked_of, attributes_of, draft_of, read, written
from catalog.cards.rules import LENGTHS, Asked, Draft, completeness, faults_of
from catalog.cards.states import UNDER_WAY
from catalog.models import Card, CardState, CardVersion, KaspiCategory, Offer
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import NotVisible, Refused
from staff.models import Shop
from staff.permissions import Permission

# More than Kaspi takes, so that a text that is too long is kept and told of, and less than would hurt.
LONGEST_TEXT: Final = 8_000
MOST_IMAGES: Final = 100


def of(by: Actor) -> "QuerySet[Card]":
    """Cards of the shops that this actor sees whole."""
    found: QuerySet[Card] = Card.objects.all()
    if by.orders_of is not None:
        return found.none()
    return found if by.points is None else found.filter(shop_id__in=by.shops)


def find(public_id: UUID, *, by: Actor) -> Card:
    """Raises NotVisible for what does not exist, or is of a shop that he does not see whole."""
    card = of(by).select_related("shop").filter(public_id=public_id).first()
    if card is None:
        raise NotVisible(str(public_id))
    return card


def create(shop: Shop, sku: str, *, by: Actor, now: datetime, title: str = "") -> Card:
    """A draft under this SKU; with what is known where the shop has such an offer.

    Raises Refused: 403 without the right, 400 for no SKU, 409 when there is a card already.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    said = sku.strip()
    if not said or len(said) > LENGTHS["sku"] or not said.isprintable():
        raise Refused("bad_sku", gettext("Артикул: от 1 до 64 знаков"), status=400, field="sku")
    offer = Offer.objects.filter(shop_id=shop.pk, sku=said).first()
    draft = of_offer(offer) if offer else Draft(said, title=title[:LONGEST_TEXT])
    card = Card(shop=shop, offer=offer, sku=said, changed_at=now)
    try:
        with transaction.atomic():
            _put(card, draft, by=by, now=now)
            audit.record(by, "card.made", subject=("card", said), now=now)
    except IntegrityError as problem:
        raise Refused("exists", gettext("Карточка с этим артикулом уже есть"), field="sku") from problem
    return card


def of_offer(offer: Offer) -> Draft:
    """What an offer knows of its card. The category is Kaspi's where it bears the name of just one of these."""
    codes = list(KaspiCategory.objects.filter(title=offer.category).values_list("code", flat=True)[:2])
    return Draft(
        offer.sku,
        title=offer.name,
        brand=offer.brand,
        category=codes[0] if len(codes) == 1 else "",
        barcode=offer.barcode,
    )


def save(card: Card, draft: Draft, *, version: int, by: Actor, now: datetime) -> Card:
    """Save what was written, with faults as it may be: a draft is a draft; answers the card as it is now.

    Raises Refused: 403 without the right, 400 for a text that nobody would read, 409 `stale_version` when somebody was
    faster, 409 while the card is with Kaspi.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=card.shop_id)
    _check_size(draft)
    with transaction.atomic():
        row: Card = Card.objects.select_for_update().get(pk=card.pk)
        if row.state in UNDER_WAY:
            raise Refused("under_way", gettext("Карточка у Kaspi. Дождитесь ответа, потом меняйте"))
        if row.version != version:
            raise Refused("stale_version", gettext("Карточку уже изменили. Посмотрите, что в ней сейчас"))
        if written(draft) == row.content:
            return row
        row.version += 1
        _put(row, draft, by=by, now=now)
        audit.record(by, "card.written", subject=("card", row.sku), now=now, details={"version": row.version})
    return row


def restore(card: Card, number: int, *, version: int, by: Actor, now: datetime) -> Card:
    """Write an earlier version as a new one. Raises NotVisible when there was none, and as `save` does."""
    kept = CardVersion.objects.filter(card_id=card.pk, version=number).first()
    if kept is None:
        raise NotVisible(str(number))
    return save(card, read(card.sku, kept.content), version=version, by=by, now=now)


def judge(card: Card, draft: Draft, asked: Sequence[Asked] | None) -> None:
    """Put down how complete the card is, and whether it may be sent."""
    card.state = CardState.DRAFT if faults_of(draft, asked) else CardState.READY
    card.score = completeness(draft, asked).score


def judge_again(category: str) -> None:
    """What the category asks for has been read anew, inside the company's scope: its drafts are judged by that."""
    asked = asked_of(attributes_of([category])[category])
    open_states = (CardState.DRAFT, CardState.READY)
    for card in Card.objects.select_for_update().filter(category_code=category, state__in=open_states).order_by("pk"):
        judge(card, draft_of(card), asked)
        card.save(update_fields=["state", "score"])


def _put(card: Card, draft: Draft, *, by: Actor, now: datetime) -> None:
    card.content = written(draft)
    card.title = draft.title[:1024]
    card.category_code = draft.category[:512]
    card.changed_at, card.changed_by, card.problems = now, by.label[:200], []
    judge(card, draft, asked_of(attributes_of([draft.category])[draft.category]))
    card.save()
    kept: dict[str, Any] = {"version": card.version, "content": card.content, "at": now, "by": card.changed_by}
    CardVersion.objects.create(card=card, **kept)


def _check_size(draft: Draft) -> None:
    texts = {name: getattr(draft, name) for name in ("title", "brand", "description", "weight", "family", "barcode")}
    for name, text in texts.items():
        if len(text) > LONGEST_TEXT or "\x00" in text:
            raise Refused("too_long", gettext("Слишком длинный текст: сократите его"), status=400, field=name)
    if len(draft.images) > MOST_IMAGES:
        sentence = gettext("Картинок больше %(most)s: оставьте лучшие") % {"most": MOST_IMAGES}
        raise Refused("too_many", sentence, status=400, field="images")
