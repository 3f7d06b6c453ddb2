"""What the rule decided is kept and told: a row for each reason, an event in the order's history when it changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from orders.auto_accept.rules import Decision, look_at
from orders.models import AutoAcceptDecision, EventKind, Order, OrderEvent

RULE_NAME = "Правило автоприёма"


def keep(order: Order, decision: Decision, *, version: int, seen: Mapping[str, Any], now: datetime) -> bool:
    """Write the decision down; answers whether it is another one than before. The caller holds the shop's turn."""
    latest = AutoAcceptDecision.objects.filter(order_id=order.pk, is_latest=True).first()
    again = look_at(decision, now)
    if latest is not None and (latest.version, latest.reason, latest.verdict) == (
        version,
        decision.reason,
        decision.verdict,
    ):
        AutoAcceptDecision.objects.filter(pk=latest.pk).update(last_at=now, look_at=again, seen=dict(seen))
        return False
    AutoAcceptDecision.objects.filter(order_id=order.pk, is_latest=True).update(is_latest=False)
    AutoAcceptDecision.objects.update_or_create(
        order_id=order.pk,
        version=version,
        reason=decision.reason,
        defaults={"verdict": decision.verdict, "seen": dict(seen), "last_at": now, "look_at": again, "is_latest": True},
        create_defaults={
            "shop_id": order.shop_id,
            "verdict": decision.verdict,
            "seen": dict(seen),
            "first_at": now,
            "last_at": now,
            "look_at": again,
        },
    )
    _tell(order, decision, version=version, now=now)
    return True


def _tell(order: Order, decision: Decision, *, version: int, now: datetime) -> None:
    """In the history of the order; shelves and cards of others look again."""
    until = {"until": decision.until.isoformat()} if decision.until else {}
    OrderEvent.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=EventKind.RULED,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind="rule",
        actor_label=RULE_NAME,
        details={"verdict": decision.verdict, "ruled": decision.reason, "version": version} | until,
    )
    Order.objects.filter(pk=order.pk).update(changed_at=now)
