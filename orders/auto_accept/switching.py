"""The rules of a shop, their switch, and what stops them at once: for the shop, and for the whole company.

Every change takes the turn of the shop, as decisions do, so none is under way when a switch is thrown. What the rule has
decided and nobody has begun to send is taken back with the same press.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from integrations import actions_out
from integrations.models import ActionKind, ActionState, KaspiAction
from integrations.waking import wake
from orders.auto_accept import claiming
from orders.auto_accept.keeping import RULE_NAME, keep
from orders.auto_accept.rules import Decision, Reason, Rules, Verdict, as_json, from_json
from orders.models import AutoAcceptRules, AutoAcceptStop, AutoAcceptSwitch, EventKind, Order, OrderEvent
from orders.turns import take_turn
from staff import audit
from staff.access import Actor, require_whole
from staff.errors import Refused
from staff.models import Shop
from staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules that decide now, and their number."""

    version: int
    rules: Rules


def in_force(shop_id: int) -> InForce | None:
    """None while the shop's switch is off or the company is stopped. Asked under the shop's turn it holds until its end."""
    switch = AutoAcceptSwitch.objects.filter(shop_id=shop_id, is_on=True).first()
    if switch is None or is_stopped():
        return None
    return InForce(switch.version, rules_of(shop_id, switch.version))


def is_stopped() -> bool:
    """Whether the kill switch of the company is pressed."""
    return bool(AutoAcceptStop.objects.filter(is_stopped=True).exists())


def rules_of(shop_id: int, version: int) -> Rules:
    """A kept version."""
    return from_json(AutoAcceptRules.objects.get(shop_id=shop_id, version=version).rules)


def newest(shop_id: int) -> AutoAcceptRules | None:
    """The version that would be in force if the shop were switched on."""
    found: AutoAcceptRules | None = AutoAcceptRules.objects.filter(shop_id=shop_id).order_by("-version").first()
    return found


def write(shop: Shop, rules: Rules, *, by: Actor, now: datetime) -> int:
    """Keep the rules as the next version; answers its number. Where the switch is on they are in force at once."""
    require_whole(by, Permission.ORDERS_AUTOMATE, shop_id=shop.pk)
    with transaction.atomic():
        take_turn(shop.pk)
        version = _next_version(shop.pk, rules, by=by, now=now)
        AutoAcceptSwitch.objects.filter(shop_id=shop.pk).update(version=version)
        audit.record(by, "auto_accept.rules", subject=("shop", shop.slug), now=now, after={"version": version})
    return version


def switch_on(shop: Shop, *, by: Actor, now: datetime) -> int:
    """Have the newest rules decide, under a new number, so that every order is looked at anew. Raises Refused."""
    require_whole(by, Permission.ORDERS_AUTOMATE, shop_id=shop.pk)
    with transaction.atomic():
        take_turn(shop.pk)
        kept = newest(shop.pk)
        if kept is None:
            raise Refused("no_rules", gettext("Сначала сохраните правила магазина"))
        if AutoAcceptSwitch.objects.filter(shop_id=shop.pk, is_on=True).exists():
            return kept.version
        version = _next_version(shop.pk, from_json(kept.rules), by=by, now=now)
        _throw(shop.pk, version, is_on=True, by=by, now=now)
        audit.record(by, "auto_accept.on", subject=("shop", shop.slug), now=now, after={"version": version})
        _wake()
    return version


def switch_off(shop: Shop, *, by: Actor, now: datetime) -> int:
    """Nothing is accepted by the rule from now on; answers how many of its accepts were taken back unsent."""
    require_whole(by, Permission.ORDERS_AUTOMATE, shop_id=shop.pk)
    with transaction.atomic():
        take_turn(shop.pk)
        kept = newest(shop.pk)
        if kept is None or not AutoAcceptSwitch.objects.filter(shop_id=shop.pk, is_on=True).exists():
            return 0
        _throw(shop.pk, kept.version, is_on=False, by=by, now=now)
        recalled = _recall([shop.pk], by=by, now=now)
        audit.record(by, "auto_accept.off", subject=("shop", shop.slug), now=now, details={"orders": recalled})
    return recalled


def stop_all(*, by: Actor, now: datetime) -> int:
    """The same for every shop of the company; the switches of the shops stay as they are for `resume_all`."""
    with transaction.atomic():
        shops = _take_all_turns(by)
        if is_stopped():
            return 0
        _set_stop(True, by=by, now=now)
        recalled = _recall(shops, by=by, now=now)
        audit.record(
            by, "auto_accept.stopped", subject=("company", by.company_id), now=now, details={"orders": recalled}
        )
    return recalled


def resume_all(*, by: Actor, now: datetime) -> None:
    """Shops that are switched on decide again, each under a new number."""
    with transaction.atomic():
        shops = _take_all_turns(by)
        if not is_stopped():
            return
        _set_stop(False, by=by, now=now)
        for switch in AutoAcceptSwitch.objects.filter(shop_id__in=shops, is_on=True).order_by("shop_id"):
            rules = rules_of(switch.shop_id, switch.version)
            switch.version = _next_version(switch.shop_id, rules, by=by, now=now)
            switch.save(update_fields=["version"])
        audit.record(by, "auto_accept.resumed", subject=("company", by.company_id), now=now)
        _wake()


def _wake() -> None:
    transaction.on_commit(partial(wake, "auto accept"), robust=True)


def _take_all_turns(by: Actor) -> list[int]:
    """In one order, so that two who stop cannot wait for each other."""
    shops = list(Shop.objects.order_by("id").values_list("pk", flat=True))
    for shop_id in shops:
        require_whole(by, Permission.ORDERS_AUTOMATE, shop_id=shop_id)
        take_turn(shop_id)
    return shops


def _next_version(shop_id: int, rules: Rules, *, by: Actor, now: datetime) -> int:
    kept = newest(shop_id)
    version = 1 if kept is None else kept.version + 1
    AutoAcceptRules.objects.create(
        shop_id=shop_id, version=version, rules=as_json(rules), made_at=now, made_by=by.label
    )
    return version


def _throw(shop_id: int, version: int, *, is_on: bool, by: Actor, now: datetime) -> None:
    told = {"is_on": is_on, "version": version, "changed_at": now, "changed_by": by.label}
    AutoAcceptSwitch.objects.update_or_create(shop_id=shop_id, defaults=told)


def _set_stop(stopped: bool, *, by: Actor, now: datetime) -> None:
    told = {"is_stopped": stopped, "changed_at": now, "changed_by": by.label}
    AutoAcceptStop.objects.update_or_create(company_id=by.company_id, defaults=told)


def _recall(shop_ids: Collection[int], *, by: Actor, now: datetime) -> int:
    """Take back what the rule has decided and nobody has begun to send; the orders are new again, and held."""
    decided = KaspiAction.objects.filter(
        shop_id__in=shop_ids, kind=ActionKind.ACCEPT, state=ActionState.QUEUED, actor_kind="rule", actor_label=RULE_NAME
    )
    recalled = actions_out.recall(list(decided.values_list("pk", flat=True)))
    subjects = KaspiAction.objects.filter(pk__in=recalled).values("subject_id")
    orders = list(Order.objects.filter(pk__in=subjects).order_by("id"))
    claiming.unclaim([order.pk for order in orders], now=now)
    for order in orders:
        _tell(order, by=by, now=now)
        keep(order, Decision(Verdict.HOLD, Reason.STOPPED), version=_version_of(order), seen={}, now=now)
    return len(orders)


def _version_of(order: Order) -> int:
    return int(AutoAcceptSwitch.objects.values_list("version", flat=True).get(shop_id=order.shop_id))


def _tell(order: Order, *, by: Actor, now: datetime) -> None:
    Order.objects.filter(pk=order.pk).update(version=F("version") + 1, changed_at=now)
    OrderEvent.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=EventKind.WITHDRAWN,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details={"action": ActionKind.ACCEPT},
    )
    audit.record(by, "order.undo", subject=("order", order.code), now=now, details={"action": ActionKind.ACCEPT})
