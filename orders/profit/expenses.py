"""What a shop paid beside its orders: ads, fines, the rest. Told by people, never edited, taken back by another row."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from orders.models import Expense, ExpenseKind
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import NotVisible, Refused
from staff.models import Shop
from staff.permissions import Permission

LONGEST_DAYS: Final = 366
DEAREST: Final = Decimal(1_000_000_000)
EARLIEST, LATEST = date(2015, 1, 1), date(2100, 1, 1)


class Told(NamedTuple):
    """What was paid, ₸ with VAT, for days of Almaty, both inclusive; of one SKU, or of all."""

    kind: ExpenseKind
    first: date
    last: date
    amount: Decimal
    sku: str = ""
    note: str = ""


def tell(shop: Shop, told: Told, *, by: Actor, now: datetime) -> Expense:
    """Write it down. Raises Refused: 403 without the right, 400 for what cannot be."""
    _require(shop.pk, by=by)
    _check(told)
    with transaction.atomic():
        row: Expense = Expense.objects.create(shop_id=shop.pk, **told._asdict(), at=now, by=by.label)
        audit.record(by, "expense.told", subject=("expense", row.pk), now=now, after=_plain(row))
    return row


def take_back(expense_id: int, *, by: Actor, now: datetime) -> Expense:
    """It was a mistake. Once; raises NotVisible for what does not count."""
    with transaction.atomic():
        row = standing().select_related("shop").filter(pk=expense_id).first()
        if row is None or not by.sees_whole(row.shop_id):
            raise NotVisible(expense_id)
        _require(row.shop_id, by=by)
        Shop.objects.select_for_update(of=("self",), no_key=True).get(pk=row.shop_id)
        if Expense.objects.filter(reverses_id=row.pk).exists():
            raise NotVisible(expense_id)
        told = {name: getattr(row, name) for name in Told._fields}
        Expense.objects.create(shop_id=row.shop_id, reverses_id=row.pk, at=now, by=by.label, **told)
        audit.record(by, "expense.taken_back", subject=("expense", row.pk), now=now, before=_plain(row))
    return row


def standing() -> "QuerySet[Expense]":
    """Expenses that count: not taken back."""
    backs = Expense.objects.filter(reverses__isnull=False).values("reverses_id")
    found: QuerySet[Expense] = Expense.objects.filter(reverses__isnull=True).exclude(pk__in=backs)
    return found


def _require(shop_id: int, *, by: Actor) -> None:
    require_whole(by, Permission.PROFIT_VIEW, shop_id=shop_id)
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop_id)


def _plain(row: Expense) -> dict[str, object]:
    return {
        "kind": str(row.kind),
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "amount": str(row.amount),
        "sku": row.sku,
    }


def _check(told: Told) -> None:
    wrong = {
        "first": (not EARLIEST <= told.first <= LATEST, gettext("Расход – не раньше 2015 года")),
        "last": (
            not told.first <= told.last <= LATEST or (told.last - told.first).days >= LONGEST_DAYS,
            gettext("Последний день – не раньше первого, а срок – не больше года"),
        ),
        "amount": (not 0 < told.amount <= DEAREST, gettext("Сумма – больше нуля и не больше миллиарда тенге")),
    }
    for name, (is_wrong, sentence) in wrong.items():
        if is_wrong:
            raise Refused("bad_value", sentence, status=400, field=name)
