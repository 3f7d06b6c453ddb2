"""Buyers are forgotten: their names, phones, addresses and papers go; the order, its sums, goods and marks stay.

By age, `Company.buyers_kept_days` after an order has ended, and at once when a buyer asks for it. What is forgotten stays
so: `orders.merging` writes no person into such an order again, and a constraint of the table would not take one.
Open orders keep their buyer: somebody has to hand the goods over.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from integrations.kaspi.facts import PhoneState
from integrations.kaspi.parse import phone as read_phone
from integrations.models import OPEN_ACTION_STATES, KaspiAction, ParkedOrder
from orders.buyers.gathering import known_signs
from orders.buyers.joining import signs_of_phone
from orders.buyers.parting import forget_words, leave
from orders.buyers.persons import NOBODY, kaspi_ids_of
from orders.facts.reading import UNCONFIRMED
from orders.lifecycle import Shelf, Stage
from orders.models import (
    BuyerOrder,
    CabinetFacts,
    CabinetImport,
    CabinetLine,
    Evidence,
    LineDevices,
    Order,
    OrderChange,
    Waybill,
)
from orders.turns import let_disk_follow, take_turn
from staff import audit
from staff.access import Actor, require, rule
from staff.clock import database_now
from staff.errors import Refused
from staff.models import Company, Shop
from staff.permissions import Permission
from staff.privacy.retention import kept_days
from staff.scoping import company_scope

log = logging.getLogger(__name__)

# A shop's writers wait while a batch of its orders is forgotten.
BATCH: Final = 200
SHOPS_A_TURN: Final = 100
RULE_NAME: Final = "Срок хранения данных"


@dataclass(frozen=True, slots=True)
class Asked:
    """Orders of one buyer: those forgotten at once, and those that end first."""

    closed: int
    open: int


def forget_due() -> int:
    """Forget, for all companies, the buyers whose time is over; answers of how many orders. A shop at a time, in its turn.

    A shop that breaks is logged and left for the next time, the others go on.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, shop_id FROM office_shops_to_forget(%s)", [SHOPS_A_TURN])
        shops = cursor.fetchall()
    return sum(_forget_of_shop(company_id, shop_id) for company_id, shop_id in shops)


def due(days: int | None, *, now: datetime) -> "QuerySet[Order]":
    """Orders of the scope's company whose buyer is to be forgotten; `days` None: only those of buyers who asked."""
    asked = Q(forget_asked_at__isnull=False) & _ended(now)
    aged = Q(closed_at__lt=now - timedelta(days=days)) if days is not None else Q(pk__in=())
    found: QuerySet[Order] = Order.objects.filter(asked | aged, shelf=Shelf.ARCHIVE, forgotten_at=None)
    return found


def ask_to_forget(phone: str, *, by: Actor, now: datetime) -> Asked:
    """Forget the buyer of this phone: his closed orders at once, an open one when it ends.

    Raises Refused: 403 without the right, 400 for what is no phone.
    """
    require(by, Permission.COMPANY_MANAGE)
    his = list(orders_of(phone).values_list("shop_id", "pk").order_by("shop_id", "pk"))
    by_shop: defaultdict[int, list[int]] = defaultdict(list)
    for shop_id, order_id in his:
        by_shop[shop_id].append(order_id)
    for shop_id in by_shop:
        # All of them before the turn of the buyers' cards: nobody waits for us who has that and waits for a shop.
        take_turn(shop_id)
    forget_words(_cards_of(phone_digits(phone)))
    closed = 0
    for shop_id, ids in by_shop.items():
        Order.objects.filter(pk__in=ids, forgotten_at=None).update(forget_asked_at=now)
        closed += _forget(shop_id, due(None, now=now).filter(pk__in=ids), now=now)
    asked = Asked(closed, len(his) - closed)
    _forget_parked(Q(raw_text__contains=phone_digits(phone)))
    told = {"orders": asked.closed, "later": asked.open}
    audit.record(by, "buyer.forgotten", subject=_company(by), now=now, details=told)
    return asked


def count_of(phone: str, *, now: datetime) -> Asked:
    """What `ask_to_forget` would do now. Raises Refused (400) for what is no phone."""
    his = orders_of(phone)
    closed = his.filter(_ended(now), shelf=Shelf.ARCHIVE).count()
    return Asked(closed, his.count() - closed)


def orders_of(phone: str) -> "QuerySet[Order]":
    """Orders that he made or was to receive, and that still know him: by phone, by Kaspi's id made from it, which stands
    also where Kaspi has masked the phone, and those on one card with them.
    """
    digits = phone_digits(phone)
    named = Q(phone=f"+7{digits}") | Q(recipient_phone=f"+7{digits}") | Q(buyer_kaspi_id__in=kaspi_ids_of(digits))
    named |= Q(pk__in=BuyerOrder.objects.filter(card_id__in=_cards_of(digits)).values("order_id"))
    found: QuerySet[Order] = Order.objects.filter(named, forgotten_at=None)
    return found


def _cards_of(digits: str) -> set[int]:
    """The cards of the buyers who bear this phone."""
    return set(known_signs(signs_of_phone(f"+7{digits}")).values())


def phone_digits(phone: str) -> str:
    """The ten digits after the country. Raises Refused (400)."""
    number, state = read_phone(phone[:40])
    if state is not PhoneState.REAL:
        raise Refused("bad_phone", _("Введите телефон целиком: +7 и десять цифр"), status=400, field="phone")
    return number.removeprefix("+7")


def _ended(now: datetime) -> Q:
    """Not while we only suppose that Kaspi will cancel it."""
    return ~Q(stage=Stage.EXPIRED) | Q(closed_at__lt=now - UNCONFIRMED)


def _forget_of_shop(company_id: int, shop_id: int) -> int:
    try:
        with company_scope(company_id):
            let_disk_follow()
            take_turn(shop_id)
            now, days = database_now(), kept_days()
            done = _forget(shop_id, due(days, now=now).filter(shop_id=shop_id), now=now)
            if days is not None:
                _forget_parked(Q(shop_id=shop_id, last_seen_at__lt=now - timedelta(days=days)))
                _forget_rows(Q(shop_id=shop_id, asked_at__lt=now - timedelta(days=days)))
            if done:
                by, shop = rule(RULE_NAME, company_id), Shop.objects.get(pk=shop_id)
                subject = ("shop", shop.public_id)
                audit.record(by, "buyers.forgotten", subject=subject, now=now, details={"orders": done})
            return done
    except Exception:
        log.exception("shop %s: its buyers were not forgotten", shop_id)
        return 0


def _forget(shop_id: int, orders: "QuerySet[Order]", *, now: datetime) -> int:
    """Under the shop's turn: blank a batch of these orders and what else knows of their buyers."""
    batch = list(orders.order_by("closed_at", "id").values_list("pk", "kaspi_id", "code")[:BATCH])
    if not batch:
        return 0
    ids, kaspi_ids, codes = (list(column) for column in zip(*batch, strict=True))
    blank: Mapping[str, Any] = {**NOBODY, "digest": b"", "forgotten_at": now, "changed_at": now}
    Order.objects.filter(pk__in=ids).update(**blank, version=F("version") + 1)
    Waybill.objects.filter(order_id__in=ids).delete()
    Evidence.objects.filter(order_id__in=ids).update(text="", file=None)
    leave(ids)
    _forget_told(ids)
    LineDevices.objects.filter(order_id__in=ids).delete()
    settled = KaspiAction.objects.filter(subject_id__in=ids).exclude(state__in=OPEN_ACTION_STATES)
    settled.update(params=None, problem="")
    _forget_parked(Q(shop_id=shop_id) & (Q(kaspi_id__in=kaspi_ids) | Q(code__in=codes)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT office_forget_words(%s)", [ids])
    return len(ids)


def _forget_told(order_ids: list[int]) -> None:
    """What he wrote of the goods, and answers of Kaspi in which a new field might name him."""
    CabinetFacts.objects.filter(order_id__in=order_ids).update(review="")
    CabinetLine.objects.filter(order_id__in=order_ids).update(before={}, told={})
    OrderChange.objects.filter(order_id__in=order_ids).update(raw={})


def _forget_rows(which: Q) -> None:
    """Cells that were not read, of files that were brought so long ago."""
    CabinetLine.objects.filter(order=None, batch__in=CabinetImport.objects.filter(which)).delete()


def _forget_parked(which: Q) -> None:
    """Answers that nobody could read hold what Kaspi said of the buyer; that and when it came stays."""
    ParkedOrder.objects.filter(which).exclude(raw_text="").update(raw_text="")


def _company(by: Actor) -> tuple[str, object]:
    return "company", Company.objects.values_list("public_id", flat=True).get(pk=by.company_id)
