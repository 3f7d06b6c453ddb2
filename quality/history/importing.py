"""Whether a shop is still read for the first time: until then its numbers are no numbers."""

from datetime import datetime

from django.db.models import OuterRef, QuerySet

from integrations.models import KaspiAccount


def importing(shop_id: int) -> "QuerySet[KaspiAccount]":
    """The account of the shop while its first import goes on."""
    return KaspiAccount.objects.filter(shop_id=shop_id, import_started_at__isnull=False, import_finished_at=None)


def not_imported(shop: OuterRef, *, at: datetime) -> "QuerySet[KaspiAccount]":
    """The account of a shop whose first import was not over at the moment, begun or not."""
    accounts: QuerySet[KaspiAccount] = KaspiAccount.objects.filter(shop_id=shop)
    return accounts.exclude(import_finished_at__lt=at)
