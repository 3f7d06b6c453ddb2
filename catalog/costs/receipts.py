"""Receipts of goods: enter one, many from a file, take a mistake back. Costs are ₸ for one piece.

Costs are the company's, whatever shop sells the goods: who sees some shops or points only neither sees nor enters them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from catalog.costs.fifo import Layer
from catalog.costs.spent import GONE_OF_ITEMS
from catalog.models import CostLayer, CostLoad
from staff import audit
from staff.access import FORBIDDEN, Actor, require
from staff.errors import NotVisible, Refused
from staff.formats import ALMATY
from staff.models import Company
from staff.permissions import Permission
from staff.scoping import current_company

MOST_PIECES: Final = 1_000_000
DEAREST: Final = Decimal(100_000_000)
EARLIEST: Final = date(2015, 1, 1)


class Receipt(NamedTuple):
    """So many pieces of an item came on a day of Almaty."""

    sku: str
    day: date
    pieces: int
    unit_cost: Decimal
    note: str = ""


def require_company(by: Actor, *rights: Permission) -> None:
    """Raises Refused 403 for who lacks a right, or sees only a part of the company."""
    for right in rights:
        require(by, right)
    if by.points is not None or by.orders_of is not None:
        raise Refused("forbidden", FORBIDDEN, status=403)


def receive(receipt: Receipt, *, by: Actor, now: datetime) -> CostLayer:
    """Enter one receipt. Raises Refused: 403 without the right, 400 for what cannot be."""
    require_company(by, Permission.PROFIT_VIEW, Permission.CATALOG_MANAGE)
    check(receipt, now=now)
    with transaction.atomic():
        layer: CostLayer = CostLayer.objects.create(**receipt._asdict(), at=now, by=by.label)
        told = {"pieces": receipt.pieces, "unit_cost": str(receipt.unit_cost), "day": receipt.day.isoformat()}
        audit.record(by, "cost.received", subject=("item", receipt.sku), now=now, after=told)
    return layer


def load(receipts: Sequence[Receipt], *, name: str, digest: str, by: Actor, now: datetime) -> CostLoad:
    """Enter a whole file. Raises Refused: 403, 400 for an empty one, 409 when the same file counts already."""
    require_company(by, Permission.PROFIT_VIEW, Permission.CATALOG_MANAGE)
    if not receipts:
        raise Refused("required", gettext("В файле нет ни одной строки"), status=400, field="file")
    with transaction.atomic():
        _lock()
        if _counts(digest):
            raise Refused("same_file", gettext("Этот файл уже загружен. Сначала отмените прежнюю загрузку"))
        made: CostLoad = CostLoad.objects.create(
            name=name[:120], digest=digest, receipts=len(receipts), at=now, by=by.label
        )
        CostLayer.objects.bulk_create(
            CostLayer(company_id=current_company(), load_id=made.pk, at=now, by=by.label, **one._asdict())
            for one in receipts
        )
        told = {"rows": len(receipts), "name": made.name}
        audit.record(by, "cost.loaded", subject=("cost_load", made.pk), now=now, details=told)
    return made


def take_back(layer_id: int, *, by: Actor, now: datetime) -> CostLayer:
    """The receipt was a mistake: it counts no more. Once; raises NotVisible for what does not count."""
    require_company(by, Permission.PROFIT_VIEW, Permission.CATALOG_MANAGE)
    with transaction.atomic():
        _lock()
        layer = standing().filter(pk=layer_id).first()
        if layer is None:
            raise NotVisible(layer_id)
        _reverse([layer], by=by, now=now)
        told = {"pieces": layer.pieces, "unit_cost": str(layer.unit_cost), "day": layer.day.isoformat()}
        audit.record(by, "cost.taken_back", subject=("item", layer.sku), now=now, before=told)
    return layer


def take_load_back(load_id: int, *, by: Actor, now: datetime) -> int:
    """All that still counts of a file counts no more; answers how many receipts. Raises NotVisible when none does."""
    require_company(by, Permission.PROFIT_VIEW, Permission.CATALOG_MANAGE)
    with transaction.atomic():
        _lock()
        layers = list(standing().filter(load_id=load_id).order_by("pk"))
        if not layers:
            raise NotVisible(load_id)
        _reverse(layers, by=by, now=now)
        told = {"rows": len(layers)}
        audit.record(by, "cost.load_taken_back", subject=("cost_load", load_id), now=now, details=told)
    return len(layers)


def check(receipt: Receipt, *, now: datetime) -> None:
    """Raises Refused 400, naming the field, for a receipt that cannot be."""
    today = now.astimezone(ALMATY).date()
    wrong = {
        "sku": (not 0 < len(receipt.sku) <= 64, gettext("Укажите артикул, не длиннее 64 знаков")),
        "day": (
            not EARLIEST <= receipt.day <= today + timedelta(days=1),
            gettext("Дата поступления – не раньше 2015 года и не позже завтрашнего дня"),
        ),
        "pieces": (not 0 < receipt.pieces <= MOST_PIECES, gettext("Штук – целое число от 1 до 1 000 000")),
        "unit_cost": (
            not 0 <= receipt.unit_cost <= DEAREST,
            gettext("Себестоимость – от 0 до 100 000 000 ₸ за штуку"),
        ),
    }
    for field, (is_wrong, sentence) in wrong.items():
        if is_wrong:
            raise Refused("bad_value", sentence, status=400, field=field)


def standing() -> "QuerySet[CostLayer]":
    """Receipts that count: not taken back."""
    backs = CostLayer.objects.filter(reverses__isnull=False).values("reverses_id")
    found: QuerySet[CostLayer] = CostLayer.objects.filter(reverses__isnull=True).exclude(pk__in=backs)
    return found


def layers_of(skus: Iterable[str]) -> Mapping[str, list[Layer]]:
    """The receipts of these items that count, in the order in which their pieces are sold."""
    found: dict[str, list[Layer]] = {}
    rows = standing().filter(sku__in=list(skus)).order_by("sku", "day", "pk")
    for sku, pieces, unit_cost in rows.values_list("sku", "pieces", "unit_cost"):
        found.setdefault(sku, []).append(Layer(pieces, unit_cost))
    return found


def gone_of(skus: Iterable[str]) -> dict[str, int]:
    """How many pieces of these items have left since their first receipt, those that came back not counted."""
    with connection.cursor() as cursor:
        cursor.execute(GONE_OF_ITEMS, {"company": current_company(), "items": list(skus)})
        return {sku: int(pieces) for sku, pieces in cursor.fetchall()}


def _reverse(layers: Sequence[CostLayer], *, by: Actor, now: datetime) -> None:
    CostLayer.objects.bulk_create(
        CostLayer(
            company_id=current_company(),
            sku=one.sku,
            day=one.day,
            pieces=one.pieces,
            unit_cost=one.unit_cost,
            load_id=one.load_id,
            reverses_id=one.pk,
            at=now,
            by=by.label,
        )
        for one in layers
    )


def _counts(digest: str) -> bool:
    loads = CostLoad.objects.filter(digest=digest).values("pk")
    return standing().filter(load_id__in=loads).exists()


def _lock() -> None:
    """One at a time in a company: rows that are only added cannot be locked themselves."""
    Company.objects.select_for_update(of=("self",), no_key=True).get(pk=current_company())
