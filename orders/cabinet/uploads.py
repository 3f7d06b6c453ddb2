"""Takes a file in, and finds it again. What a file would do is read by a worker (`orders.cabinet.reading`)."""

import re
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from integrations.kaspi.order_export import BadExport
from integrations.kaspi.tables import look
from integrations.waking import wake
from orders.models import CabinetImport, ImportState
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import NotVisible, Refused
from staff.languages import kept
from staff.models import Shop
from staff.permissions import Permission

MOST_WAITING: Final = 3
UNREAD: Final = (ImportState.QUEUED, ImportState.READING)
_UNSHOWN: Final = re.compile(r"[^\w .,()№-]+")


def take(shop: Shop, name: str, content: bytes, *, by: Actor, now: datetime) -> CabinetImport:
    """Keep the file until a worker has read it.

    Raises Refused: 403 without the right, 400 for a file that nobody would read, 409 while three of the shop wait.
    """
    require_whole(by, Permission.QUALITY_IMPORT, shop_id=shop.pk)
    if not content:
        raise Refused("required", gettext("Выберите файл выгрузки"), status=400, field="file")
    try:
        look(content)
    except BadExport as bad:
        raise Refused(bad.code, kept(bad.sentence), status=400, field="file") from bad
    if CabinetImport.objects.filter(shop_id=shop.pk, state__in=UNREAD).count() >= MOST_WAITING:
        raise Refused("too_many_files", gettext("Три файла этого магазина уже читаются. Дождитесь их"))
    taken: CabinetImport = CabinetImport.objects.create(
        shop_id=shop.pk,
        name=_UNSHOWN.sub("", name)[:120],
        digest=sha256(content).hexdigest(),
        content=content,
        asked_at=now,
        actor_label=by.label,
    )
    audit.record(by, "cabinet.uploaded", subject=("shop", shop.slug), now=now, details={"name": taken.name})
    transaction.on_commit(partial(wake, "cabinet imports"), robust=True)
    return taken


def of(by: Actor) -> "QuerySet[CabinetImport]":
    """Imports of the shops that this actor sees whole, the newest first, without the files."""
    found = CabinetImport.objects.defer("content").select_related("shop").order_by("-id")
    if by.orders_of is not None:
        return found.none()
    return found if by.points is None else found.filter(shop_id__in=by.shops)


def find(public_id: UUID, *, by: Actor) -> CabinetImport:
    """Raises NotVisible for what does not exist, or is of a shop that he does not see whole."""
    found: CabinetImport | None = of(by).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(str(public_id))
    return found


def same_before(batch: CabinetImport) -> CabinetImport | None:
    """The same file, written earlier."""
    earlier = CabinetImport.objects.filter(shop_id=batch.shop_id, digest=batch.digest, state=ImportState.APPLIED)
    found: CabinetImport | None = earlier.exclude(pk=batch.pk).defer("content").order_by("-id").first()
    return found
