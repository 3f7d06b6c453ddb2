"""`manage.py ps`: the processes of a running `up`."""

import json
from collections.abc import Sequence
from typing import Any

from kaspi_office.local import places
from kaspi_office.local.places import Places


def main(arguments: Sequence[str]) -> int:
    """The list of `processes.json`, empty when nothing runs; `--json` as it stands."""
    rows = running(Places.from_environment())
    print(json.dumps(rows) if "--json" in arguments else table(rows))
    return 0


def running(at: Places) -> list[dict[str, Any]]:
    # A supervisor that was killed leaves its list behind, but not its lock.
    return (places.read_json(at.processes) or []) if places.is_locked(at.lock) else []


def table(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return "Nothing is running here. Start: python3 manage.py up"
    return "\n".join(f"{row['kind']:<12}{row['pid']:>8}{row['port'] or '':>8}" for row in rows)
