"""A single-threaded process with Django ready that forks senders on command, so that a kill costs milliseconds.

Commands on standard input, one JSON object a line: {"database_port", "kaspi_port", "lease"}. The child carries one batch
of due actions and leaves; its pid is answered at once, its end as soon as it has ended.
"""

import json
import os
import sys
from datetime import timedelta
from typing import Any


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    from orders import sending

    answer("ready")
    for line in sys.stdin:
        command: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if pid == 0:
            connections["default"].settings_dict.update(command["database"])
            settings.KASPI_BASE_URL = command["kaspi"]
            sending.deliver_due(lease=timedelta(seconds=command["lease"]), patience=command["lease"])
            os._exit(0)
        answer(pid)
        _, status = os.waitpid(pid, 0)
        answer(os.waitstatus_to_exitcode(status))


def answer(word: object) -> None:
    print(word, flush=True)


if __name__ == "__main__":
    main()
