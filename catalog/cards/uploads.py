"""Uploads of cards as people handle them: asked for, found again, and ended by word where nobody else knows the end."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from catalog.cards.contents import asked_of, attributes_of, draft_of
from catalog.cards.editing import judge
from catalog.cards.states import before
from catalog.models import Card, CardLine, CardState, CardUpload, UploadState
from integrations.kaspi.products import MOST_ITEMS
from integrations.waking import wake
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import NotVisible, Refused
from staff.models import Shop
from staff.permissions import Permission

SENDABLE: Final = (CardState.DRAFT, CardState.READY)


def ask(shop: Shop, cards: Iterable[UUID] | None, *, by: Actor, now: datetime) -> CardUpload:
    """Have these cards sent in one upload; None: all of the shop that are ready. What has a fault stays here.

    Raises Refused: 403 without the right, 409 when none can go, more than 10 000 would, or an upload is under way.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    try:
        with transaction.atomic():
            upload = _queue(shop, _ready(shop, cards), by=by, now=now)
    except IntegrityError as problem:
        sentence = gettext("Предыдущая отправка этого магазина ещё идёт. Дождитесь её")
        raise Refused("under_way", sentence) from problem
    transaction.on_commit(partial(wake, "card uploads"), robust=True)
    return upload


def of(by: Actor) -> "QuerySet[CardUpload]":
    """Uploads of the shops that this actor sees whole, the newest first."""
    found: QuerySet[CardUpload] = CardUpload.objects.select_related("shop").order_by("-id")
    if by.orders_of is not None:
        return found.none()
    return found if by.points is None else found.filter(shop_id__in=by.shops)


def find(public_id: UUID, *, by: Actor) -> CardUpload:
    """Raises NotVisible for what does not exist, or is of a shop that he does not see whole."""
    found = of(by).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(str(public_id))
    return found


def settle(upload: CardUpload, *, arrived: bool, by: Actor, now: datetime) -> None:
    """A person has looked into Kaspi's cabinet and says whether the cards are there.

    Raises Refused: 403 without the right, 409 when the end is known already.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=upload.shop_id)
    with transaction.atomic():
        row: CardUpload = CardUpload.objects.select_for_update().get(pk=upload.pk)
        if row.state != UploadState.UNKNOWN:
            raise Refused("settled", gettext("Исход этой отправки уже известен"))
        row.state = UploadState.FINISHED if arrived else UploadState.REFUSED
        row.ended_at, row.ended_by = now, by.label[:200]
        row.save(update_fields=["state", "ended_at", "ended_by"])
        move(row, CardState.ACCEPTED if arrived else CardState.READY)
        CardLine.objects.filter(upload_id=row.pk, taken__isnull=True).update(taken=arrived)
        details = {"arrived": arrived}
        audit.record(by, "cards.settled", subject=("shop", upload.shop.slug), now=now, details=details)


def move(upload: CardUpload, state: CardState, skus: Iterable[str] | None = None) -> None:
    """The cards of this upload, or those of them under these SKUs, become `state` where they may."""
    lines = CardLine.objects.filter(upload_id=upload.pk)
    if skus is not None:
        lines = lines.filter(sku__in=list(skus))
    Card.objects.filter(pk__in=lines.values("card_id"), state__in=before(state)).update(state=state)


def _ready(shop: Shop, cards: Iterable[UUID] | None) -> list[Card]:
    """The cards that can go, locked, each judged anew by what its category asks for today."""
    found = Card.objects.select_for_update().filter(shop_id=shop.pk, state__in=SENDABLE)
    found = found.filter(state=CardState.READY) if cards is None else found.filter(public_id__in=list(cards))
    rows = list(found.order_by("pk")[: MOST_ITEMS + 1])
    if len(rows) > MOST_ITEMS:
        sentence = gettext("За раз Kaspi берёт не больше 10 000 карточек: отметьте часть")
        raise Refused("too_many", sentence)
    asked = {code: asked_of(kept) for code, kept in attributes_of(row.category_code for row in rows).items()}
    for row in rows:
        judge(row, draft_of(row), asked[row.category_code])
    ready = [row for row in rows if row.state == CardState.READY]
    if not ready:
        raise Refused("nothing_ready", gettext("Отправлять нечего: ни одна из этих карточек не готова"))
    return ready


def _queue(shop: Shop, ready: list[Card], *, by: Actor, now: datetime) -> CardUpload:
    upload: CardUpload = CardUpload.objects.create(
        shop=shop, total=len(ready), asked_at=now, try_at=now, actor_label=by.label[:200]
    )
    lines = (
        CardLine(company_id=shop.company_id, upload=upload, card=row, sku=row.sku, version=row.version) for row in ready
    )
    CardLine.objects.bulk_create(lines, batch_size=1000)
    Card.objects.filter(pk__in=[row.pk for row in ready]).update(state=CardState.SENT, problems=[])
    audit.record(by, "cards.sent", subject=("shop", shop.slug), now=now, details={"cards": len(ready)})
    return upload
