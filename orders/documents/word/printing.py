"""The paper of an order: its number, the template filled, and what is told of it in the history and the disclosures."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from orders.buyers.disclosing import of_order
from orders.documents.word import confined, fields
from orders.documents.word.checking import task
from orders.documents.word.filling import Paper, words_of
from orders.filters import OrderFilter, select
from orders.models import EventKind, Order, OrderEntry, OrderEvent, PaperNumber, WordTemplate, WordVersion
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.models import Company, Door
from staff.permissions import Permission
from staff.privacy.disclosures import tell

TRIES: Final = 20
# The next number of the shop's series. Whoever asks at the same moment waits for the other and, beaten to it, asks again.
_NUMBER: Final = """
INSERT INTO orders_papernumber (company_id, shop_id, order_id, template_id, number, given_at)
SELECT %(company)s, %(shop)s, %(order)s, %(template)s, coalesce(max(number), 0) + 1, %(now)s
FROM orders_papernumber WHERE company_id = %(company)s AND shop_id = %(shop)s
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Document:
    """What goes to the printer or to the disk."""

    name: str
    content: bytes


def offered(order: Order) -> "QuerySet[WordTemplate]":
    """Templates that orders of this shop are given, by name."""
    here = Q(shop_id=None) | Q(shop_id=order.shop_id)
    found: QuerySet[WordTemplate] = WordTemplate.objects.filter(here, removed_at=None, in_service__isnull=False)
    return found.order_by("name", "id")


def paper(order: Order, template_id: UUID, *, by: Actor, now: datetime) -> Document:
    """The paper of this order, told in its history and to the disclosures, in the caller's transaction.

    Raises NotVisible for a template that this order is not given, Refused where it cannot be filled.
    """
    require(by, Permission.ORDERS_VIEW)
    require(by, Permission.BUYERS_SEE)
    template = offered(order).filter(public_id=template_id).first()
    if template is None:
        raise NotVisible(str(template_id))
    version = WordVersion.objects.get(template_id=template.pk, number=template.in_service or 0)
    number = number_of(order, template, now=now)
    content = _filled(order, version, Paper(number, template.months), by=by, now=now)
    tell(by, Door.PRINT, of_order(order, by=by, now=now), now=now)
    _note(order, template, number, by=by, now=now)
    return Document(template.name, content)


def preview(template: WordTemplate, version: WordVersion, order: Order | None, *, by: Actor, now: datetime) -> Document:
    """The version filled with this order, or with the examples while there is none. It takes no number."""
    require(by, Permission.PAPERS_MANAGE)
    if order is None:
        content = _fill(bytes(version.file), fields.example(), fields.example()["order"]["code"])
    else:
        content = _filled(order, version, Paper(0, template.months), by=by, now=now)
        tell(by, Door.PRINT, of_order(order, by=by, now=now), now=now)
    WordVersion.objects.filter(pk=version.pk).update(previewed_at=now)
    return Document(template.name, content)


def newest(template: WordTemplate, *, by: Actor) -> Order | None:
    """The last order that he sees, of the template's shop; None when there is none, or orders are not his to see."""
    if not by.may(Permission.ORDERS_VIEW):
        return None
    orders = select(by, OrderFilter()).select_related("shop", "point")
    if template.shop_id is not None:
        orders = orders.filter(shop_id=template.shop_id)
    return orders.order_by("-approved_at", "-id").first()


def number_of(order: Order, template: WordTemplate, *, now: datetime) -> int:
    """The number of this order's paper: the one it has, or the next of the shop."""
    mine = PaperNumber.objects.filter(order_id=order.pk, template_id=template.pk).values_list("number", flat=True)
    values: dict[str, Any] = {"company": order.company_id, "shop": order.shop_id, "order": order.pk}
    values |= {"template": template.pk, "now": now}
    for _try in range(TRIES):
        number = mine.first()
        if number is not None:
            return int(number)
        with connection.cursor() as cursor:
            cursor.execute(_NUMBER, values)
    raise Refused("busy", gettext("Номера сейчас берут другие. Повторите через минуту"))


def _filled(order: Order, version: WordVersion, paper: Paper, *, by: Actor, now: datetime) -> bytes:
    entries: Sequence[OrderEntry] = list(OrderEntry.objects.filter(order_id=order.pk).order_by("number"))
    company = Company.objects.values_list("name", flat=True).get(pk=order.company_id)
    words = words_of(order, entries, paper, company=company, by=by, now=now)
    return _fill(bytes(version.file), words, order.code)


def _fill(file: bytes, words: dict[str, Any], code: str) -> bytes:
    try:
        return base64.b64decode(confined.run(task("fill", file, words, code))["file"])
    except confined.Failed as problem:
        sentence = gettext("Документ не получился. Посмотрите шаблон на этом заказе и загрузите исправленный")
        raise Refused("paper_failed", sentence) from problem


def _note(order: Order, template: WordTemplate, number: int, *, by: Actor, now: datetime) -> None:
    OrderEvent.objects.create(
        shop_id=order.shop_id,
        order_id=order.pk,
        kind=EventKind.PRINTED,
        learned_at=now,
        stage_before=order.stage,
        stage_after=order.stage,
        actor_kind=by.kind,
        actor_label=by.label,
        details={"paper": template.name, "number": number},
    )
