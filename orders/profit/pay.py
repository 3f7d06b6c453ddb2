"""Takes in Kaspi Pay's sheets: whole or not at all, and each operation once whatever is loaded again."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext

from integrations.kaspi.sheet_apart import lines_apart
from integrations.kaspi.workbook import BadWorkbook
from orders.profit import pay_sheet
from staff import audit
from staff.access import Actor, require_whole
from staff.bulk import insert
from staff.errors import Refused
from staff.languages import kept
from staff.models import Shop
from staff.permissions import Permission
from staff.scoping import current_company

_COLUMNS = (
    *("company_id", "shop_id", "code", "at", "kind"),
    *("amount", "commission", "kaspi_pay", "delivery", "told_at"),
)
_ONCE = "ON CONFLICT (company_id, shop_id, code, at, kind, amount) DO NOTHING"


class ReadIn(NamedTuple):
    """How many operations were new, known already, and about no order."""

    new: int
    same: int
    other: int


def load(shop: Shop, content: bytes, *, by: Actor, now: datetime) -> ReadIn:
    """Raises Refused: 403 without the right, 400 for a file that is no such sheet; nothing is written then."""
    for right in (Permission.PROFIT_VIEW, Permission.CATALOG_MANAGE):
        require_whole(by, right, shop_id=shop.pk)
    if not content:
        raise Refused("required", gettext("Выберите выписку Kaspi Pay, .xlsx или .csv"), status=400, field="file")
    try:
        sheet = pay_sheet.read(lines_apart(content))
    except BadWorkbook as bad:
        raise Refused(bad.code, kept(bad.sentence), status=400, field="file") from bad
    with transaction.atomic():
        company_id = current_company()
        # In one order, so that two loads of one sheet never wait for each other in a ring.
        rows = [[company_id, shop.pk, *one, now] for one in sorted(sheet.operations)]
        new = len(insert("orders_payoperation", _COLUMNS, rows, on_conflict=_ONCE, returning="id"))
        told = {"rows": new}
        audit.record(by, "pay.loaded", subject=("shop", shop.slug), now=now, details=told)
    return ReadIn(new, len(sheet.operations) - new, sheet.other)
