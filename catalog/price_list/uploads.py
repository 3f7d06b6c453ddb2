"""Takes a price list in, finds it again, and takes people's corrections of it. A worker reads it (`reading`)."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from catalog.models import LoadMode, LoadState, PriceColumns, PriceLoad
from catalog.price_list.columns import AT, BOUNDS, CITY, Field, digest_of, is_enough
from catalog.price_list.known import points_of
from catalog.price_list.wishes import DUTY
from integrations.kaspi.price_table import glance
from integrations.kaspi.workbook import BadWorkbook
from integrations.waking import wake
from staff import audit
from staff.access import Actor, require_whole
from staff.cities import towns
from staff.errors import NotVisible, Refused
from staff.languages import kept
from staff.models import Shop
from staff.permissions import Permission

MOST_WAITING: Final = 3
MOST_FIXES: Final = 2_000
# A list of all towns under every column is no list: these are offered, others are known by their titles.
BIG_TOWNS: Final = frozenset({"750000000", "710000000", "511010000"})
KEPT: Any = timedelta(days=7)
UNREAD: Final = (LoadState.QUEUED, LoadState.READING)
# What may still be corrected: the file is there, and nothing of it is applied.
OPEN: Final = (LoadState.COLUMNS, LoadState.READY)
_UNSHOWN: Final = re.compile(r"[^\w .,()№-]+")


def take(shop: Shop, name: str, content: bytes, mode: str, *, by: Actor, now: datetime) -> PriceLoad:
    """Keep the file until a worker has read it.

    Raises Refused: 403 without the right, 400 for a file that nobody would read, 409 while three of the shop wait.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=shop.pk)
    if not content:
        raise Refused("required", gettext("Выберите файл прайс-листа"), status=400, field="file")
    if mode not in LoadMode.values:
        raise Refused("bad_value", gettext("Выберите, что делать с товарами, которых нет в файле"), status=400)
    try:
        glance(content)
    except BadWorkbook as bad:
        raise Refused(bad.code, kept(bad.sentence), status=400, field="file") from bad
    if PriceLoad.objects.filter(shop_id=shop.pk, state__in=UNREAD).count() >= MOST_WAITING:
        raise Refused("too_many_files", gettext("Три прайс-листа этого магазина уже читаются. Дождитесь их"))
    load: PriceLoad = PriceLoad.objects.create(
        shop_id=shop.pk,
        mode=mode,
        name=_UNSHOWN.sub("", name)[:120],
        digest=sha256(content).hexdigest(),
        content=content,
        bounds=by.may(Permission.PRICES_GUARD),
        asked_at=now,
        actor_label=by.label,
    )
    audit.record(by, "price_list.uploaded", subject=("shop", shop.slug), now=now, details={"name": load.name})
    _wake()
    return load


def of(by: Actor) -> "QuerySet[PriceLoad]":
    """Loads of the shops that this actor sees whole, the newest first, without the files."""
    found: QuerySet[PriceLoad] = PriceLoad.objects.defer("content").select_related("shop").order_by("-id")
    if by.orders_of is not None:
        return found.none()
    return found if by.points is None else found.filter(shop_id__in=by.shops)


def find(public_id: UUID, *, by: Actor) -> PriceLoad:
    """Raises NotVisible for what does not exist, or is of a shop that he does not see whole."""
    found = of(by).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(str(public_id))
    return found


def stop(load: PriceLoad, *, by: Actor, now: datetime) -> None:
    """Read it no further, or put what was read aside. Raises Refused 409 when it is applied."""
    with transaction.atomic():
        row = _locked(load, by=by, states=(*UNREAD, *OPEN))
        PriceLoad.objects.filter(pk=row.pk).update(state=LoadState.STOPPED, content=None, lease_until=None)
        audit.record(by, "price_list.stopped", subject=("shop", load.shop.slug), now=now, details={"name": load.name})


def name_columns(load: PriceLoad, columns: Sequence[str], *, by: Actor, now: datetime) -> None:
    """Say what the columns are, for this file and for all of this shop with the same titles; it is read again.

    Raises Refused 400 for columns that make no list, 409 when it is applied.
    """
    said = [code.strip() for code in columns]
    with transaction.atomic():
        row = _locked(load, by=by, states=OPEN)
        _check_columns(row, said)
        kept_as = {"columns": said, "changed_at": now}
        PriceColumns.objects.update_or_create(shop_id=row.shop_id, digest=digest_of(row.titles), defaults=kept_as)
        _read_again(row, columns=said)
        audit.record(by, "price_list.columns", subject=("shop", load.shop.slug), now=now, details={"name": load.name})


def fix(load: PriceLoad, kind: str, word: str, put: str, *, by: Actor, now: datetime) -> None:
    """Put something in place of a word of the file: `skus` another SKU (the same one: it is new), `points` a point's code.

    Raises Refused 400 for what cannot be put, 409 when it is applied.
    """
    with transaction.atomic():
        row = _locked(load, by=by, states=(LoadState.READY,))
        fixes: dict[str, dict[str, str]] = {"skus": {}, "points": {}} | row.fixes
        known = put in points_of(row.shop_id).ids if kind == "points" else kind == "skus" and 0 < len(put) <= 64
        if not known or not word or max(len(word), len(put)) > 120 or "\x00" in word + put:
            raise Refused("bad_value", gettext("Такой замены нет. Исправьте файл и загрузите его снова"), status=400)
        fixes[kind][word] = put
        if len(fixes[kind]) > MOST_FIXES:
            raise Refused("too_many", gettext("Замен слишком много. Исправьте файл и загрузите его снова"), status=400)
        _read_again(row, fixes=fixes)
        details = {"name": load.name, "comment": f"{word} → {put}"}
        audit.record(by, "price_list.fixed", subject=("shop", load.shop.slug), now=now, details=details)


def point_choices(shop_id: int) -> Mapping[str, str]:
    """The points of a shop that a column may be of: code of the column → name."""
    return {AT + code: name for code, name in points_of(shop_id).names.items()}


def city_choices(code: str = "") -> Mapping[str, str]:
    """The towns that a column may hold prices of: few offered beside the one that it is already."""
    wanted = {code.removeprefix(CITY)} | BIG_TOWNS
    return {CITY + town: gettext("Цена, %(city)s") % {"city": name} for town, name in towns().items() if town in wanted}


def forget_old() -> None:
    """Throw away what was looked at and never applied, of all companies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT office_forget_price_loads(%s)", [KEPT])


def _check_columns(load: PriceLoad, said: Sequence[str]) -> None:
    known = {"", *Field} - ({*BOUNDS} if not load.bounds else set())
    known |= set(point_choices(load.shop_id)) | {CITY + town for town in towns()}
    if len(said) != len(load.titles) or not set(said) <= known:
        raise Refused("bad_value", gettext("Такой колонки нет. Обновите страницу и выберите снова"), status=400)
    named = [code for code in said if code]
    twice = next((code for code in named if named.count(code) > 1), "")
    if twice:
        raise Refused("twice", gettext("Две колонки названы одинаково. Оставьте одну"), status=400)
    if not is_enough(said):
        sentence = gettext("Нужны артикул и хотя бы цена, название или остаток. Остатку нужна и колонка точки")
        raise Refused("required", sentence, status=400)


def _locked(load: PriceLoad, *, by: Actor, states: Sequence[Any]) -> PriceLoad:
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=load.shop_id)
    row: PriceLoad = PriceLoad.objects.select_for_update(of=("self",)).defer("content").get(pk=load.pk)
    if row.state not in states:
        raise Refused("not_now", gettext("Прайс-лист уже в другом состоянии. Обновите страницу"))
    return row


def _read_again(load: PriceLoad, **changed: Any) -> None:
    done = {"state": LoadState.QUEUED, "attempts": 0, "rows_done": 0, **changed}
    PriceLoad.objects.filter(pk=load.pk).update(**done)
    _wake()


def _wake() -> None:
    transaction.on_commit(partial(wake, DUTY), robust=True)
