"""Writers of one shop's orders take turns.

Every transaction that writes orders of a shop locks the shop's pulse first. So writers of a shop come one after another,
the counters that a trigger keeps are never fought over, and two of them cannot wait for each other in a ring.
Nobody holds the turn during a network call.
"""

from django.db import connection

from staff.scoping import current_company


def take_turn(shop_id: int) -> None:
    """Wait until no other transaction writes orders of this shop. Held until the transaction ends."""
    company_id = current_company()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM orders_shoppulse WHERE company_id = %s AND shop_id = %s FOR UPDATE", [company_id, shop_id]
        )
        if cursor.fetchone() is None:
            cursor.execute(
                "INSERT INTO orders_shoppulse (company_id, shop_id, version) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING",
                [company_id, shop_id],
            )
            take_turn(shop_id)


def let_disk_follow() -> None:
    """Commit this transaction without waiting for the disk.

    For what would be done again: after a crash of the machine the last such transactions may be missing, each as a
    whole, and never one that stands before something that was waited for. A list is read again, a tick comes again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
