"""Takes a load back: what it changed becomes as it was, where nobody has changed it since. A version of its own."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import How, LoadState, PriceKind, PriceLine, PriceLoad, PriceOutcome
from catalog.price_list.applying import PLAIN, written
from catalog.price_list.comparing import NESTED, SCALARS, Facts, Known, KnownOffer, plain_number, standing
from catalog.price_list.known import known_of
from catalog.price_list.writing import LINE_COLUMNS, Writer
from staff import audit
from staff.access import Actor, require_whole
from staff.bulk import insert
from staff.errors import Refused
from staff.permissions import Permission

AUDITED: Final = "price_list.undone"


def undo(load: PriceLoad, *, by: Actor, now: datetime) -> PriceLoad:
    """Restore what the load changed; answers the version that this makes, whose `moved` counts goods left in part or whole.

    Goods that the load brought go off sale: an order may hold them, so they stay. Raises Refused: 403 without the right,
    409 for a load that is not applied, or is taken back already.
    """
    require_whole(by, Permission.CATALOG_MANAGE, shop_id=load.shop_id)
    with transaction.atomic():
        load = PriceLoad.objects.select_for_update(of=("self",)).defer("content").select_related("shop").get(pk=load.pk)
        if load.state not in (LoadState.APPLIED, LoadState.UNDOING):
            raise Refused("not_applied", gettext("Этот прайс-лист не применяли, отменять нечего"))
        if PriceLoad.objects.filter(undoes_id=load.pk).exists():
            raise Refused("undone", gettext("Эту загрузку уже отменили"))
        back: PriceLoad = PriceLoad.objects.create(
            shop_id=load.shop_id,
            undoes_id=load.pk,
            state=LoadState.READY,
            name=load.name,
            asked_at=now,
            read_at=now,
            actor_label=by.label,
        )
        _restore(load, back, by=by, now=now)
        PriceLoad.objects.filter(pk=load.pk).update(state=LoadState.APPLIED)
        details = {"name": load.name, "offers": back.applied, "moved": back.moved, "import": str(load.public_id)}
        audit.record(by, AUDITED, subject=("shop", load.shop.slug), now=now, details=details)
    return back


def _restore(load: PriceLoad, back: PriceLoad, *, by: Actor, now: datetime) -> None:
    reason = gettext("Загрузку %(name)s отменили") % {"name": load.name}
    writer = Writer(back, by=by.label, now=now, how=How.ROLLBACK, reason=reason)
    lines = PriceLine.objects.filter(load_id=load.pk, outcome=PriceOutcome.DONE)
    known = known_of(load.shop_id)
    left = 0
    rows = []
    for line, before, after, whole in _reversed(load, lines.order_by("id").iterator(), known):
        left += not whole
        if after:
            offer = known.offers[line.sku]
            kind = PriceKind.OFF if after.get("on_sale") is False else PriceKind.CHANGE
            rows.append(
                (back.company_id, back.pk, line.row, line.sku, offer.id, kind.value, before, after, offer.version)
            )
    insert("catalog_priceline", LINE_COLUMNS, rows)
    back.applied, moved = written(writer, back, PLAIN, beyond=True)
    back.moved = left + moved
    back.state, back.applied_at, back.applied_label = LoadState.APPLIED, now, by.label
    kinds = [row[5] for row in rows]
    back.changed, back.off = kinds.count(PriceKind.CHANGE), kinds.count(PriceKind.OFF)
    back.save()


def _reversed(
    load: PriceLoad, lines: Iterable[PriceLine], known: Known
) -> Iterator[tuple[PriceLine, Facts, Facts, bool]]:
    """For each line: what stands, what is to stand again, and whether that is all that the line had changed."""
    for line in lines:
        offer = known.offers.get(line.sku)
        if offer is None or offer.id != line.offer_id:
            yield line, {}, {}, False
        elif not line.seen:
            # The load has brought it.
            yield line, *_taken_off(line, offer, known), offer.on_sale and offer.version == 1
        else:
            yield line, *_as_before(load, line, offer, known)


def _taken_off(line: PriceLine, offer: KnownOffer, known: Known) -> tuple[Facts, Facts]:
    before, after, _ = _nested(line, offer, known, names=("stock",))
    if offer.on_sale:
        before["on_sale"], after["on_sale"] = True, False
    return before, after


def _as_before(load: PriceLoad, line: PriceLine, offer: KnownOffer, known: Known) -> tuple[Facts, Facts, bool]:
    before, after, whole = _nested(line, offer, known, names=NESTED)
    for name in (name for name in SCALARS if name in line.after):
        stands = plain_number(getattr(offer, name))
        # Off sale by another hand since is not what this load did.
        other = name == "on_sale" and not stands and offer.off_at != load.applied_at
        if stands != line.after[name] or other:
            whole = False
        else:
            before[name], after[name] = stands, line.before[name]
    return before, after, whole


def _nested(line: PriceLine, offer: KnownOffer, known: Known, *, names: Iterable[str]) -> tuple[Facts, Facts, bool]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    whole = True
    for name in names:
        for key, said in line.after.get(name, {}).items():
            if plain_number(standing(known, line.sku, offer, name, key)) != said:
                whole = False
                continue
            before.setdefault(name, {})[key] = said
            after.setdefault(name, {})[key] = line.before[name][key]
    return before, after, whole
