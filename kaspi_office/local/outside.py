"""Services that the environment names instead of embedded ones: is the name well spelt, does anyone answer there."""

from collections.abc import Callable

import redis

from kaspi_office import environment
from kaspi_office.environment import WrongEnvironment
from kaspi_office.local import roles

READERS: dict[str, Callable[[str], object]] = {
    "DATABASE_URL": environment.database,
    "DATABASE_OWNER_URL": environment.database,
    "REDIS_URL": environment.broker,
    "KASPI_BASE_URL": environment.address,
    "FIELD_KEYS_FILE": environment.file,
    "SECRET_KEY": lambda name: environment.secret(name, 32),
    "DEBUG": environment.flag,
    "HTTPS": environment.flag,
}
NO_OWNER = (
    "DATABASE_URL is given without DATABASE_OWNER_URL, which migrations need; give the owner's URL too, "
    "or make both roles first: python3 manage.py prepare_database --superuser-url postgres://…"
)


def check_spelling() -> None:
    """Read every variable that is given, as the product will. Raises WrongEnvironment for the first that is wrong."""
    for name, read in READERS.items():
        if environment.given(name) is not None:
            read(name)
    if environment.given("DATABASE_URL") and not environment.given("DATABASE_OWNER_URL"):
        raise WrongEnvironment(NO_OWNER)


def check_reach() -> None:
    """Ask the given database and the given Redis whether they are there. Raises WrongEnvironment when one is not."""
    for name in ("DATABASE_OWNER_URL", "DATABASE_URL"):
        url = environment.given(name)
        if url is not None:
            try:
                with roles.connect(url):
                    pass
            except WrongEnvironment as problem:
                raise WrongEnvironment(f"{name}: {problem}") from None
    client = environment.broker().client if environment.given("REDIS_URL") else None
    if client is not None:
        try:
            redis.Redis.from_url(client, socket_connect_timeout=5).ping()
        except redis.RedisError as problem:
            raise WrongEnvironment(f"REDIS_URL: nobody answers as a Redis there ({problem}).") from None
