"""`manage.py demo_reset`: throw the demo away, so that the next `up` begins anew."""

import shutil
from collections.abc import Sequence

from kaspi_office.environment import WrongEnvironment
from kaspi_office.local.places import Lock, Places

# Keys and passwords stay: they are not demo data, and new ones would not open what is kept elsewhere.
THROWN = ("pgdata-*", "redis", "simulator", "metrics", "logs", "beat-schedule*", "demo.json")


def main(arguments: Sequence[str]) -> int:
    """Only beside a demo that `up` has loaded, and only while nothing runs."""
    at = Places.from_environment()
    if not at.demo.exists():
        raise WrongEnvironment(f"DATA_DIR is {at.root}, which holds no demo; what is there is left alone.")
    lock = Lock(at.lock)
    try:
        if not lock.take("demo_reset"):
            raise WrongEnvironment(f"Stop it first: {lock.holder()} is using {at.root}.")
        for pattern in THROWN:
            for found in at.root.glob(pattern):
                shutil.rmtree(found) if found.is_dir() else found.unlink()
    finally:
        lock.drop()
    print(f"{at.root} is without demo data now. Next: python3 manage.py up")
    return 0
