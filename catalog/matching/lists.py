"""Takes a list of goods in, and finds it again. It is read and matched by a worker (`catalog.matching.reading`)."""

import re
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from catalog.models import ListState, SupplierList
from integrations.kaspi.tables import look
from integrations.kaspi.workbook import BadWorkbook
from integrations.waking import wake
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import NotVisible, Refused
from staff.languages import kept
from staff.models import Shop
from staff.permissions import Permission

MOST_WAITING: Final = 3
UNREAD: Final = (ListState.QUEUED, ListState.READING)
_UNSHOWN: Final = re.compile(r"[^\w .,()№-]+")


def take(shop: Shop, name: str, content: bytes, *, binds_stock: bool, by: Actor, now: datetime) -> SupplierList:
    """Keep the file until a worker has read it.

    Raises Refused: 403 without the right, 400 for a file that nobody would read, 409 while three of the shop wait.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    if not content:
        raise Refused("required", gettext("Выберите файл со списком товаров"), status=400, field="file")
    try:
        look(content)
    except BadWorkbook as bad:
        raise Refused(bad.code, kept(bad.sentence), status=400, field="file") from bad
    if SupplierList.objects.filter(shop_id=shop.pk, state__in=UNREAD).count() >= MOST_WAITING:
        raise Refused("too_many_files", gettext("Три файла этого магазина уже читаются. Дождитесь их"))
    told = {"name": _UNSHOWN.sub("", name)[:120], "binds_stock": binds_stock, "actor_label": by.label[:200]}
    taken: SupplierList = SupplierList.objects.create(shop_id=shop.pk, content=content, asked_at=now, **told)
    audit.record(by, "supplier_list.uploaded", subject=("shop", shop.slug), now=now, details={"name": taken.name})
    transaction.on_commit(partial(wake, "supplier lists"), robust=True)
    return taken


def of(by: Actor) -> "QuerySet[SupplierList]":
    """Lists of the shops that this actor sees whole, the newest first, without the files."""
    found: QuerySet[SupplierList] = SupplierList.objects.defer("content").select_related("shop").order_by("-id")
    if by.orders_of is not None:
        return found.none()
    return found if by.points is None else found.filter(shop_id__in=by.shops)


def find(public_id: UUID, *, by: Actor) -> SupplierList:
    """Raises NotVisible for what does not exist, or is of a shop that he does not see whole."""
    found = of(by).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(str(public_id))
    return found
