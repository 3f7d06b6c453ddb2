"""Applies what a dry run showed, in one transaction: all that still stands as it was seen, and nothing half."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import How, LoadState, PriceKind, PriceLine, PriceLoad
from catalog.price_list.comparing import Known, KnownOffer, breach_of, still
from catalog.price_list.known import known_of
from catalog.price_list.writing import Writer
from catalog.rules import PriceGuard
from staff import audit
from staff.access import Actor, require, require_whole
from staff.errors import Refused
from staff.formats import plural, share
from staff.permissions import Permission

AUDITED: Final = "price_list.applied"
# More of what is sold at once is no list any more, but a mistake (reliability.md, promise 13a).
MOST_OFF: Final = Decimal("0.3")
UNAPPLIED: Final = (LoadState.READY, LoadState.APPLYING)
PLAIN: Final = [kind.value for kind in (PriceKind.CHANGE, PriceKind.NEW, PriceKind.OFF)]


def takes_much_off(load: PriceLoad) -> bool:
    """Whether so much goes off sale that a person must say so once more."""
    return load.off > load.on_sale * MOST_OFF


def apply(load: PriceLoad, *, by: Actor, now: datetime, off: bool = False, beyond: bool = False) -> int:
    """Write the load to the offers of its shop; answers how many goods changed. Applied once, it is not again.

    Goods that somebody changed since the dry run in what the list tells of them stay as they are and are told of.
    `off`: that much goes off sale is meant. `beyond`: also prices beyond their bounds, now or after the others.

    Raises Refused: 403 without the right; 409 `not_ready` while it is being read, `much_off` for a list that takes more
    than 30 % off sale without `off`.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=load.shop_id)
    with transaction.atomic():
        load = PriceLoad.objects.select_for_update(of=("self",)).defer("content").select_related("shop").get(pk=load.pk)
        kinds = checked(load, by=by, off=off, beyond=beyond)
        if not kinds:
            return 0
        reason = gettext("Нет в прайс-листе %(name)s") % {"name": load.name}
        writer = Writer(load, by=by.label, now=now, how=How.PRICE_LIST, reason=reason)
        done, moved = written(writer, load, kinds, beyond=beyond)
        _mark(load, done, moved, by=by, now=now)
        details = {"name": load.name, "offers": done, "moved": moved, "import": str(load.public_id)}
        audit.record(by, AUDITED, subject=("shop", load.shop.slug), now=now, details=details)
    return done


def written(writer: Writer, load: PriceLoad, kinds: list[str], *, beyond: bool) -> tuple[int, int]:
    """Write the lines of these kinds; answers how many were written, and how many left for somebody was faster."""
    writer.choose(kinds)
    left = _moved(load, writer.touched(), beyond=beyond)
    writer.leave(left)
    fresh = writer.add()
    writer.leave(fresh)
    counted = writer.lay_out_stock()
    writer.leave(counted)
    return writer.write(), len(left) + len(fresh) + len(counted)


def checked(load: PriceLoad, *, by: Actor, off: bool, beyond: bool) -> list[str]:
    """The kinds of lines that there are to write now. Raises Refused where he may not, or must say more."""
    if load.state == LoadState.APPLIED:
        kinds = [PriceKind.HELD.value] if beyond else []
    elif load.state in UNAPPLIED:
        kinds = [*PLAIN, PriceKind.HELD.value] if beyond else PLAIN
    else:
        raise Refused("not_ready", gettext("Прайс-лист ещё не проверен. Дождитесь отчёта"))
    if PriceKind.HELD.value in kinds:
        require(by, Permission.PRICES_GUARD)
    if not by.may(Permission.PRICES_GUARD) and _sets_bounds(load, kinds):
        sentence = gettext("В файле границы цен: его применяет тот, кто за них отвечает")
        raise Refused("forbidden", sentence, status=403)
    if load.state in UNAPPLIED and takes_much_off(load) and not off:
        raise _much_off(load)
    return kinds


def _much_off(load: PriceLoad) -> Refused:
    part = share(Decimal(load.off) / max(load.on_sale, 1), digits=0)
    sentence = gettext("Снимутся с продажи %(offers)s, это %(share)s того, что продаётся. Подтвердите это")
    told = {"offers": plural(load.off, "товар", "товаров"), "share": part}
    return Refused("much_off", sentence % told, field="off")


def _sets_bounds(load: PriceLoad, kinds: list[str]) -> bool:
    lines = PriceLine.objects.filter(load_id=load.pk, kind__in=kinds)
    return load.bounds and lines.filter(after__has_any_keys=["floor", "ceiling"]).exists()


def _moved(load: PriceLoad, touched: dict[int, int | None], *, beyond: bool) -> list[int]:
    """Of lines whose offer has changed since, those that it would overwrite, or whose price breaks a bound set since."""
    if not touched:
        return []
    known = known_of(load.shop_id, offer_ids=[offer for offer in touched.values() if offer])
    by_id = {offer.id: offer for offer in known.offers.values()}
    left = [line for line, offer in touched.items() if offer is None]
    lines = PriceLine.objects.filter(pk__in=[line for line, offer in touched.items() if offer])
    for line in lines.iterator():
        offer = by_id.get(line.offer_id or 0)
        if offer is None or _overwrites(line, offer, known, beyond=beyond):
            left.append(line.pk)
    return left


def _overwrites(line: PriceLine, offer: KnownOffer, known: Known, *, beyond: bool) -> bool:
    if not still(line.before, offer.sku, offer, known):
        return True
    return not beyond and breach_of(_guard(offer, line.after), line.before, line.after) is not None


def _guard(offer: KnownOffer, after: dict[str, Any]) -> PriceGuard:
    floor, ceiling = (Decimal(after[name]) if name in after else getattr(offer, name) for name in ("floor", "ceiling"))
    return PriceGuard(floor, ceiling, offer.most_step)


def _mark(load: PriceLoad, done: int, moved: int, *, by: Actor, now: datetime) -> None:
    first = load.state in UNAPPLIED
    told: dict[str, Any] = {"state": LoadState.APPLIED, "applied": load.applied + done, "moved": load.moved + moved}
    # The file has said all it had to say.
    told["problem"] = ""
    told |= {"applied_at": now, "applied_label": by.label, "content": None} if first else {}
    PriceLoad.objects.filter(pk=load.pk).update(**told)
