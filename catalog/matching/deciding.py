"""A person's word on a line: it is this offer, it is a new good, it is not for us."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext

from catalog.cards import editing
from catalog.cards.rules import Draft
from catalog.models import OPEN_VERDICTS, Card, How, Offer, StockItem, SupplierLine, SupplierList, Verdict
from catalog.offers.changing import stamp
from catalog.shared import items_of
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import NotVisible, Refused
from staff.models import PointOfSale
from staff.permissions import Permission


def line_of(batch: SupplierList, row: int) -> SupplierLine:
    """Raises NotVisible for a row that the list does not have."""
    found: SupplierLine | None = SupplierLine.objects.filter(batch_id=batch.pk, row=row).first()
    if found is None:
        raise NotVisible(str(row))
    return found


def bind(batch: SupplierList, line: SupplierLine, sku: str, *, by: Actor, now: datetime) -> Offer:
    """The line is this offer of the shop.

    Its card's code and its barcode go to the offer, where the list tells them; of a list of the warehouse the supplier's
    article names the physical item. Raises Refused: 403 without the right, 400 for an offer that is not there, 409 when
    the line is decided or pieces lie under the offer's former item.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=batch.shop_id)
    with transaction.atomic():
        row = _open(line)
        offer: Offer | None = Offer.objects.select_for_update().filter(shop_id=batch.shop_id, sku=sku.strip()).first()
        if offer is None:
            raise Refused("no_offer", gettext("В этом магазине нет товара с таким артикулом"), status=400, field="sku")
        _write(batch, row, offer, by=by, now=now)
        _decide(row, Verdict.BOUND, by=by, now=now, offer=offer)
    return offer


def bind_sure(batch: SupplierList, *, by: Actor, now: datetime) -> tuple[int, int]:
    """Bind every line that is sure; answers how many were bound, and how many could not be and stay for a person."""
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=batch.shop_id)
    lines = list(SupplierLine.objects.filter(batch_id=batch.pk, verdict=Verdict.CERTAIN).order_by("row"))
    offers = Offer.objects.in_bulk([line.found[0][0] for line in lines])
    held = 0
    for line in lines:
        offer = offers.get(line.found[0][0])
        try:
            if offer is None:
                raise Refused("no_offer", "")
            bind(batch, line, offer.sku, by=by, now=now)
        except Refused:
            held += 1
            SupplierLine.objects.filter(pk=line.pk, verdict=Verdict.CERTAIN).update(verdict=Verdict.REVIEW)
    return len(lines) - held, held


def draft(batch: SupplierList, line: SupplierLine, *, by: Actor, now: datetime) -> Card:
    """The line is a good that the shop has no card of: a draft is made under the supplier's article.

    Raises Refused as `editing.create` does, and 409 when the line is decided.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=batch.shop_id)
    with transaction.atomic():
        row = _open(line)
        if not row.supplier_sku:
            raise Refused("no_sku", gettext("В строке нет артикула: заведите карточку вручную"), field="row")
        card = editing.create(batch.shop, row.supplier_sku, by=by, now=now, title=row.name)
        told = Draft(card.sku, title=row.name, brand=row.brand, barcode=row.barcode)
        card = editing.save(card, told, version=card.version, by=by, now=now) if card.offer_id is None else card
        _decide(row, Verdict.DRAFTED, by=by, now=now, card=card)
    return card


def skip(batch: SupplierList, line: SupplierLine, *, by: Actor, now: datetime) -> None:
    """The line is none of ours. Raises Refused 403 without the right, 409 when it is decided."""
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=batch.shop_id)
    with transaction.atomic():
        _decide(_open(line), Verdict.SKIPPED, by=by, now=now)


def _open(line: SupplierLine) -> SupplierLine:
    row: SupplierLine = SupplierLine.objects.select_for_update().get(pk=line.pk)
    if row.verdict not in OPEN_VERDICTS:
        raise Refused("decided", gettext("Об этой строке уже решили"))
    return row


def _decide(
    row: SupplierLine,
    verdict: Verdict,
    *,
    by: Actor,
    now: datetime,
    offer: Offer | None = None,
    card: Card | None = None,
) -> None:
    row.verdict, row.offer, row.card, row.decided_at, row.decided_by = verdict, offer, card, now, by.label[:200]
    row.save(update_fields=["verdict", "offer", "card", "decided_at", "decided_by"])


def _write(batch: SupplierList, row: SupplierLine, offer: Offer, *, by: Actor, now: datetime) -> None:
    item = row.supplier_sku if batch.binds_stock and row.supplier_sku else offer.stock_sku
    after = {
        "card_code": row.card_code or offer.card_code,
        "barcode": offer.barcode or row.barcode,
        "stock_sku": "" if item == offer.sku else item,
    }
    before = {name: getattr(offer, name) for name in after}
    if after == before:
        return
    if after["stock_sku"] != before["stock_sku"]:
        _check_pieces(offer)
    for name, value in after.items():
        setattr(offer, name, value)
    stamp(offer, by=by, now=now, how=How.HAND).save()
    told = audit.changes(before, after)
    audit.record(by, "offer.bound", subject=("offer", offer.sku), now=now, before=told[0], after=told[1])


def _check_pieces(offer: Offer) -> None:
    """Pieces under the former item would be lost from the offer's sight."""
    points = PointOfSale.objects.filter(shop_id=offer.shop_id).values_list("pk", flat=True)
    items = set(items_of((point, offer.sku) for point in points).values())
    lying = StockItem.objects.filter(point_id__in={point for point, _ in items}, sku__in={sku for _, sku in items})
    if any(item.on_hand or item.reserved or item.in_return for item in lying):
        sentence = gettext("Под прежним артикулом «%(sku)s» лежат или зарезервированы штуки: сначала разберите их")
        raise Refused("pieces_lie", sentence % {"sku": offer.stock_sku or offer.sku})


def undecided(batches: Iterable[SupplierList]) -> dict[int, int]:
    """How many lines of each list wait for a person's word."""
    lines = SupplierLine.objects.filter(batch_id__in=[one.pk for one in batches], verdict__in=OPEN_VERDICTS)
    return dict(lines.order_by().values_list("batch_id").annotate(count=Count("pk")))
