"""A tour with secrets that sing: each is unlike anything else, so wherever it stands in clear it is found."""

import base64
import copy
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import redis
from django.conf import settings
from django.db import connections

from kaspi_office.log import HideSecrets, formatter

PASSWORD = "Kanareyka-parol-7f3e9d21"
WRONG_PASSWORD = "Kanareyka-oshibka-51c08bd4"
TOKEN = base64.b64encode(b"canary token of 32 bytes, sing!!").decode()
CODE = "6174"
PHONE = "7055556174"
# So many digits are not met by chance in a time or a price.
SURELY_NO_CHANCE = 9


@contextmanager
def listening() -> Iterator[tuple[io.StringIO, io.StringIO]]:
    """Log lines as production writes them, with its filter and its form, and as they would be without these."""
    dressed, bare = logging.StreamHandler(io.StringIO()), logging.StreamHandler(io.StringIO())
    dressed.addFilter(_Copy())
    dressed.addFilter(HideSecrets())
    dressed.setFormatter(formatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.handlers[:0] = [bare]
    root.addHandler(dressed)
    root.setLevel(logging.DEBUG)
    try:
        yield dressed.stream, bare.stream
    finally:
        root.removeHandler(bare)
        root.removeHandler(dressed)
        root.setLevel(level)


class _Copy(logging.Filter):
    """The filter of production rewrites what it hides; others still want to read it."""

    def filter(self, record: logging.LogRecord) -> logging.LogRecord:  # type: ignore[override]
        return copy.copy(record)


def broker() -> str:
    """Everything that Redis holds, messages of the broker opened."""
    client: Any = redis.Redis.from_url(settings.CELERY_BROKER_URL.replace("redis+socket", "unix"))
    return "\n".join(_told(_value(client, name)) for name in client.scan_iter()) + "\n".join(
        name.decode(errors="replace") for name in client.scan_iter()
    )


def _value(client: Any, name: bytes) -> list[bytes]:
    kind = client.type(name).decode()
    readers: dict[str, Callable[[], list[Any]]] = {
        "string": lambda: [client.get(name)],
        "list": lambda: client.lrange(name, 0, -1),
        "set": lambda: list(client.smembers(name)),
        "hash": lambda: [piece for pair in client.hgetall(name).items() for piece in pair],
        "zset": lambda: client.zrange(name, 0, -1),
    }
    return [piece for piece in readers[kind]() if piece is not None]


def _told(pieces: list[bytes]) -> str:
    return "\n".join(piece.decode(errors="replace") + _body(piece) for piece in pieces)


def _body(piece: bytes) -> str:
    """The body of a message of Celery, which travels in base64."""
    try:
        message = json.loads(piece)
        return base64.b64decode(message["body"]).decode(errors="replace")
    except (ValueError, KeyError, TypeError):
        return ""


def database() -> str:
    """Every row of every table, as a dump would tell it; bytes are told in hexadecimal."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def found(text: str, canary: str) -> list[str]:
    """Places where the canary stands: as it is, in hexadecimal, in base64, or as a group of digits of its own."""
    forms = [
        re.escape(canary),
        canary.encode().hex(),
        re.escape(base64.b64encode(canary.encode()).decode().rstrip("=")),
    ]
    if canary.isdigit() and len(canary) < SURELY_NO_CHANCE:
        forms = [rf"(?<![\d.]){canary}(?!\d)"]
    return [text[max(0, hit.start() - 80) : hit.end() + 40] for form in forms for hit in re.finditer(form, text)]
