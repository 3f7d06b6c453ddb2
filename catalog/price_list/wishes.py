"""Apply or take back: at once where it is quick, by a worker where a page would wait too long.

The worker does it for who wished it, with the rights that he has then. What it cannot do stands on the load as a problem.
"""

import logging
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from catalog.models import LoadState, PriceLoad
from catalog.price_list.applying import apply, checked
from catalog.price_list.undoing import undo
from integrations.waking import wake
from staff.access import Actor, actor_of_member, require_whole
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.languages import later as _
from staff.models import Member
from staff.permissions import Permission
from staff.scoping import company_scope

log = logging.getLogger(__name__)

DUTY: Final = "price lists"
# Goods that are written while the person waits.
AT_ONCE: Final = 2_000
STATES: Final = (LoadState.APPLYING, LoadState.UNDOING)
FAILED: Final = _("Не получилось, ничего не изменено. Попробуйте ещё раз.")
NOT_ALLOWED: Final = _("У того, кто это начал, больше нет права.")


class Deed(StrEnum):
    APPLY = "apply"
    UNDO = "undo"


# From which state a deed begins, and what the load is while a worker is at it.
_FROM: Final = {Deed.APPLY: LoadState.READY, Deed.UNDO: LoadState.APPLIED}
_DURING: Final = {Deed.APPLY: LoadState.APPLYING, Deed.UNDO: LoadState.UNDOING}


def ask(
    load: PriceLoad, deed: Deed, *, by: Actor, now: datetime, off: bool = False, beyond: bool = False
) -> int | None:
    """Do it; answers how many goods changed, None when a worker will. Raises Refused as `apply` and `undo` do."""
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=load.shop_id)
    if _size(load, deed) <= AT_ONCE or load.state != _FROM[deed]:
        return _do(load, deed, by=by, now=now, off=off, beyond=beyond)
    if deed is Deed.APPLY:
        checked(load, by=by, off=off, beyond=beyond)
    wish = {"deed": deed.value, "off": off, "beyond": beyond, "member": by.id, "address": by.address}
    free = PriceLoad.objects.filter(pk=load.pk, state=_FROM[deed])
    told = {"state": _DURING[deed], "wish": wish, "attempts": 0, "lease_until": None, "problem": ""}
    if not free.update(**told):
        raise Refused("not_now", gettext("Прайс-лист уже в другом состоянии. Обновите страницу"))
    transaction.on_commit(partial(wake, DUTY), robust=True)
    return None


def fulfil(company_id: int, load_id: int, lease_until: datetime) -> None:
    """What was wished, by a worker."""
    try:
        with company_scope(company_id):
            load = PriceLoad.objects.select_related("shop").defer("content").get(pk=load_id, lease_until=lease_until)
            by, language = _wisher(load)
            with translation.override(language):
                wish = load.wish
                _do(load, Deed(wish["deed"]), by=by, now=database_now(), off=wish["off"], beyond=wish["beyond"])
            PriceLoad.objects.filter(pk=load_id).update(lease_until=None, wish={})
    except PriceLoad.DoesNotExist:
        return
    except NotVisible:
        _put_back(company_id, load_id, lease_until, str(NOT_ALLOWED))
    except Refused as refusal:
        _put_back(company_id, load_id, lease_until, refusal.sentence)
    except Exception:
        log.exception("price list %s was not written", load_id)
        _put_back(company_id, load_id, lease_until, str(FAILED))


def _do(load: PriceLoad, deed: Deed, *, by: Actor, now: datetime, off: bool, beyond: bool) -> int:
    if deed is Deed.APPLY:
        return apply(load, by=by, now=now, off=off, beyond=beyond)
    return undo(load, by=by, now=now).applied


def _size(load: PriceLoad, deed: Deed) -> int:
    return load.changed + load.added + load.off + load.held if deed is Deed.APPLY else load.applied


def _wisher(load: PriceLoad) -> tuple[Actor, str]:
    """Who wished it, as he is now. Raises NotVisible."""
    member = Member.objects.select_related("user").filter(pk=load.wish["member"], is_active=True).first()
    if member is None or not member.user.is_active:
        raise NotVisible(load.wish["member"])
    return replace(actor_of_member(member), address=load.wish["address"]), member.user.language


def _put_back(company_id: int, load_id: int, lease_until: datetime, problem: str) -> None:
    """As it was before the wish, with the reason."""
    with company_scope(company_id):
        mine = PriceLoad.objects.filter(pk=load_id, lease_until=lease_until)
        for deed, state in _DURING.items():
            back: dict[str, Any] = {"state": _FROM[deed], "problem": problem[:300], "lease_until": None, "wish": {}}
            mine.filter(state=state).update(**back)
