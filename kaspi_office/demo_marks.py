"""Marks and reasons of returns for the demo: the simulator's order exports, brought in as an owner brings the cabinet's."""

from typing import Final
from urllib.parse import urljoin

import httpx
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from integrations.models import KaspiAccount
from kaspi_office.demo import LOGINS
from kaspi_office.local import places
from kaspi_office.provisioning import find_company
from orders.cabinet import applying, reading, uploads
from orders.models import CabinetImport, ImportState
from staff.access import actor_of_member
from staff.clock import database_now
from staff.models import AuditEntry, Member, Role, Shop
from staff.scoping import company_scope

POLL_SECONDS: Final = 1.0
ANSWER_SECONDS: Final = 60.0


def load(*, seconds: float) -> bool:
    """Wait so long until the first import of every demo shop is over, and bring the marks of those that have none yet.

    False when the time was over first. A shop whose export was brought before, by us or by a person, is left alone.
    """
    return places.wait_for(_tried, seconds=seconds, pause=POLL_SECONDS)


def _tried() -> bool:
    """One look: whether all marks are there now."""
    try:
        companies = [company_id for slug in LOGINS if (company_id := find_company(slug)) is not None]
        if not all(map(_is_imported, companies)):
            return False
        for company_id in companies:
            if not all(map(_is_brought, _unmarked(company_id))):
                return False
    # The simulator or the database may be on its way up again; the next look is a second away.
    except httpx.HTTPError:
        return False
    except (OperationalError, InterfaceError):
        connection.close()
        return False
    return True


def _is_imported(company_id: int) -> bool:
    with company_scope(company_id):
        return not KaspiAccount.objects.filter(import_finished_at=None).exists()


def _unmarked(company_id: int) -> list[Shop]:
    with company_scope(company_id):
        brought = AuditEntry.objects.filter(subject_kind="shop", action=applying.AUDITED).values("subject_id")
        return list(Shop.objects.exclude(slug__in=brought).order_by("id"))


def _fetched(merchant_uid: str) -> bytes:
    """The export as the simulator's control door gives it. Raises httpx.HTTPError."""
    address = urljoin(settings.KASPI_BASE_URL, "/_control/export")
    answer = httpx.get(address, params={"merchant": merchant_uid}, timeout=ANSWER_SECONDS, trust_env=False)
    return answer.raise_for_status().content


def _is_brought(shop: Shop) -> bool:
    """As an owner does: bring the export, have it read, write what the report shows. A worker may be at it already."""
    with company_scope(shop.company_id):
        owner = actor_of_member(Member.objects.filter(role=Role.OWNER).earliest("id"))
        is_there = CabinetImport.objects.filter(shop_id=shop.pk).exists()
    if not is_there:
        file = _fetched(shop.merchant_uid)
        with company_scope(shop.company_id):
            uploads.take(shop, "demo.xlsx", file, by=owner, now=database_now())
    reading.read_due()
    with company_scope(shop.company_id):
        batch = CabinetImport.objects.filter(shop_id=shop.pk).defer("content").latest("id")
        if batch.state == ImportState.READY:
            applying.apply(batch, by=owner, now=database_now())
        return batch.state not in uploads.UNREAD
