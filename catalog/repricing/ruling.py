"""The verbs of rules: write, switch on and off, remove; and the stop of a shop's or the whole company's rules."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import Offer, PriceRule, RepricingState
from catalog.repricing.deciding import Strategy
from catalog.repricing.intake import call_rules
from staff import audit
from staff.access import Actor, require, require_whole
from staff.errors import NotVisible, Refused
from staff.models import Shop
from staff.permissions import Permission
from staff.scoping import current_company

MOST: Final = 500
Subject = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A rule as somebody writes it down: `catalog.models.PriceRule` without its past. Checked by who reads the form.

    `sku` or `category` narrow it; both empty: the whole shop.
    """

    sku: str = ""
    category: str = ""
    strategy: Strategy = Strategy.FIRST
    step: Decimal = Decimal(1)
    step_is_share: bool = False
    place: int = 1
    lag_minutes: int = 0
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    most_changes: int = 6
    most_move: Decimal = Decimal("0.1")
    ignored: tuple[str, ...] = ()
    rise_back: bool = True
    only_in_stock: bool = True
    min_interval_minutes: int = 60
    stale_minutes: int = 180

    def columns(self) -> dict[str, Any]:
        told = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "sku"}
        return told | {"ignored": list(self.ignored)}


def write(wording: Wording, shop: Shop, *, by: Actor, now: datetime, rule: PriceRule | None = None) -> PriceRule:
    """Keep a new rule, switched off, or change one that is there.

    Raises Refused: 403 without the right over the whole shop, 400 for a good that the shop does not have, 409 when
    another rule speaks of the same already.
    """
    require_whole(by, Permission.PRICES_GUARD, shop_id=shop.pk)
    with transaction.atomic():
        # Whoever writes a rule of the shop waits for who writes another.
        _states(shop, now=now)
        offer = _offer(wording, shop)
        others = PriceRule.objects.filter(shop_id=shop.pk).exclude(pk=rule.pk if rule else 0)
        if others.count() >= MOST:
            raise Refused("too_many", gettext("Пятьсот правил уже есть. Уберите лишние"))
        if others.filter(offer=offer, category=wording.category).exists():
            raise Refused("rule_exists", gettext("Для этого уже есть правило. Измените его"), field="scope")
        told = wording.columns() | {"offer": offer, "shop": shop, "changed_at": now, "changed_by": by.label}
        before = _told(rule) if rule else None
        row = rule or PriceRule()
        for name, value in told.items():
            setattr(row, name, value)
        row.save()
        _record(by, "price_rule.written", row, now, before=before, after=_told(row))
        call_rules(shop.pk, now=now)
    return row


def switch(rule: PriceRule, on: bool, *, by: Actor, now: datetime) -> None:
    """Let the rule change prices from now on, or no more. Raises Refused 403 without the right over the whole shop."""
    require_whole(by, Permission.PRICES_GUARD, shop_id=rule.shop_id)
    with transaction.atomic():
        _states(rule.shop, now=now)
        PriceRule.objects.filter(pk=rule.pk).update(switched_on=on, changed_at=now, changed_by=by.label)
        _record(by, "price_rule.switched_on" if on else "price_rule.switched_off", rule, now)
        call_rules(rule.shop_id, now=now)


def remove(rule: PriceRule, *, by: Actor, now: datetime) -> None:
    """Take the rule away; what it decided stays. Raises Refused 403 without the right over the whole shop."""
    require_whole(by, Permission.PRICES_GUARD, shop_id=rule.shop_id)
    with transaction.atomic():
        _record(by, "price_rule.removed", rule, now, before=_told(rule))
        PriceRule.objects.filter(pk=rule.pk).delete()


def stop(shop: Shop | None, *, by: Actor, now: datetime) -> None:
    """From now on no rule of the shop changes a price, without a shop none of the company. Waits for the page that a
    worker is at. Raises Refused 403 without the right over all that it concerns."""
    _set_stop(shop, now, by=by, now=now)


def resume(shop: Shop | None, *, by: Actor, now: datetime) -> None:
    """Let the rules run again. Raises as `stop` does."""
    _set_stop(shop, None, by=by, now=now)


def find(public_id: UUID, shop: Shop) -> PriceRule:
    """Raises NotVisible for what is no rule of the shop."""
    rules = PriceRule.objects.filter(shop_id=shop.pk).select_related("shop", "offer")
    found: PriceRule | None = rules.filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(str(public_id))
    return found


def _set_stop(shop: Shop | None, at: datetime | None, *, by: Actor, now: datetime) -> None:
    if shop is not None:
        require_whole(by, Permission.PRICES_GUARD, shop_id=shop.pk)
    else:
        require(by, Permission.PRICES_GUARD)
        if by.points is not None:
            raise Refused("forbidden", gettext("Это делает тот, кому видны все магазины"), status=403)
    with transaction.atomic():
        state = _states(shop, now=now)
        label = by.label if at else ""
        RepricingState.objects.filter(pk=state.pk).update(stopped_at=at, stopped_by=label, due_at=now)
        subject: Subject = ("shop", shop.slug) if shop else ("company", "")
        audit.record(by, "repricing.stopped" if at else "repricing.resumed", subject=subject, now=now)


def _states(shop: Shop | None, *, now: datetime) -> RepricingState:
    """The company's row and the shop's, made if they are not there, locked in one order; answers the one asked for."""
    wanted = [None, shop] if shop else [None]
    RepricingState.objects.bulk_create(
        [RepricingState(company_id=current_company(), shop=one, due_at=now) for one in wanted],
        ignore_conflicts=True,
    )
    # The company's first, as workers take them.
    rows = RepricingState.objects.select_for_update(of=("self",), no_key=True)
    held = list(rows.filter(shop__isnull=True)) + (list(rows.filter(shop=shop)) if shop else [])
    found: RepricingState = held[-1]
    return found


def _offer(wording: Wording, shop: Shop) -> Offer | None:
    if not wording.sku:
        return None
    found: Offer | None = Offer.objects.filter(shop_id=shop.pk, sku=wording.sku).first()
    if found is None:
        raise Refused("unknown_sku", gettext("В этом магазине нет такого артикула"), status=400, field="sku")
    return found


def _told(rule: PriceRule) -> dict[str, Any]:
    names = [field.name for field in fields(Wording) if field.name != "sku"]
    return {name: _plain(getattr(rule, name)) for name in names}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _record(
    by: Actor,
    action: str,
    rule: PriceRule,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    subject = ("price_rule", str(rule.public_id))
    if before and after:
        before, after = audit.changes(before, after)
    audit.record(by, action, subject=subject, now=now, before=before, after=after)
