"""How long a company keeps its buyers: what its owner decides."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from staff import audit
from staff.access import Actor, require
from staff.errors import Refused
from staff.models import Company
from staff.permissions import Permission
from staff.scoping import current_company

# Returns are possible for weeks, claims for up to five years: neither less nor more is of use to a seller.
SHORTEST, LONGEST = 30, 1825
# What the page offers; any other number of days may be written.
USUAL: Final = (90, 180, 365, 1095)


def kept_days() -> int | None:
    """How many days after an order's end the scope's company keeps its buyer; None: for ever."""
    found: int | None = Company.objects.filter(pk=current_company()).values_list("buyers_kept_days", flat=True).get()
    return found


def read_days(text: str) -> int | None:
    """The days as a form sends them; an empty text keeps buyers. Raises Refused (400) outside of 30–1825."""
    if not text.strip():
        return None
    days = int(text) if text.strip().isascii() and text.strip().isdigit() and len(text) <= 6 else 0
    if not SHORTEST <= days <= LONGEST:
        sentence = _("Срок хранения: от %(least)s до %(most)s дней") % {"least": SHORTEST, "most": LONGEST}
        raise Refused("bad_days", sentence, status=400, field="days")
    return days


def keep_buyers(days: int | None, *, by: Actor, now: datetime) -> None:
    """Keep buyers so many days after the end of an order, or for ever. Raises Refused 403."""
    require(by, Permission.COMPANY_MANAGE)
    company = Company.objects.select_for_update().get(pk=by.company_id)
    if company.buyers_kept_days == days:
        return
    before, company.buyers_kept_days = company.buyers_kept_days, days
    company.save(update_fields=["buyers_kept_days"])
    audit.record(
        by,
        "company.buyers_kept",
        subject=("company", company.public_id),
        now=now,
        before={"buyers_kept_days": before},
        after={"buyers_kept_days": days},
    )
