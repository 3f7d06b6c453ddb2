"""Offers that were taken off sale until a day come back on it by themselves, by the database's clock, in all companies."""

import logging
from collections import defaultdict
from typing import Final

from django.db import connection

from catalog.models import How, Offer
from catalog.offers.changing import put_on
from staff.access import rule
from staff.clock import database_now
from staff.formats import ALMATY
from staff.scoping import company_scope

log = logging.getLogger(__name__)

BATCH: Final = 500
RULE_NAME: Final = "Возврат в продажу"


def put_back_due() -> int:
    """Put on sale what is to come back by today; answers how many. A company that breaks is left for later."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, id FROM office_offers_coming_back(%s)", [BATCH])
        rows = cursor.fetchall()
    by_company: defaultdict[int, list[int]] = defaultdict(list)
    for company_id, offer_id in rows:
        by_company[company_id].append(offer_id)
    return sum(_put_back(company_id, ids) for company_id, ids in by_company.items())


def _put_back(company_id: int, ids: list[int]) -> int:
    try:
        with company_scope(company_id):
            now = database_now()
            # Asked again and locked: a person may have changed his mind in between.
            due = Offer.objects.select_for_update().filter(pk__in=ids, off_until__lte=now.astimezone(ALMATY).date())
            offers = list(due.order_by("pk"))
            return put_on(offers, by=rule(RULE_NAME, company_id), now=now, how=How.CALENDAR)
    except Exception:
        log.exception("company %s: its offers were not put back on sale", company_id)
        return 0
