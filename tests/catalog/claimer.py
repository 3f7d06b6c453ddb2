"""A process that claims orders one by one, each in its own transaction, so that a kill can strike it while it holds a lock.

The command on standard input is one JSON object: {"database", "company", "orders", "stop_in"}. It answers a line for each
order; in the one named by `stop_in` it says `holding` before the commit, and waits to be killed.
"""

import json
import sys
from typing import Any


def main() -> None:
    import django

    django.setup()
    from django.db import connections

    from catalog import stock
    from staff.clock import database_now
    from staff.scoping import company_scope

    command: dict[str, Any] = json.loads(sys.stdin.readline())
    connections["default"].settings_dict.update(command["database"])
    for order_id in command["orders"]:
        with company_scope(command["company"]):
            won = stock.claim(order_id, now=database_now())
            if order_id == command["stop_in"]:
                print("holding", flush=True)
                sys.stdin.readline()
        print(json.dumps([order_id, won]), flush=True)


if __name__ == "__main__":
    main()
