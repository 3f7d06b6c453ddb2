"""API keys: `kz_live_<10 id>_<40 secret><6 checksum>` (reliability.md §5.6)."""

import hashlib
import hmac
import secrets
import string
import zlib
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from staff.signin import attempts

ALPHABET = string.digits + string.ascii_letters
PREFIX = "kz_live_"
KNOWN_FOR = 90 * 24 * 3600
# What this process has told the cache already: a request need not tell it again.
MOST_REMEMBERED = 10_000
_remembered: dict[str, None] = {}


@dataclass(frozen=True, slots=True)
class FoundKey:
    id: int
    company_id: int
    digest: str


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _checksum(text: str) -> str:
    number = zlib.crc32(text.encode())
    digits = []
    for _ in range(6):
        number, rest = divmod(number, 62)
        digits.append(ALPHABET[rest])
    return "".join(digits)


def digest_of(secret: str) -> str:
    """HMAC with a server pepper: a stolen table does not let anybody check guesses."""
    return hmac.new(settings.SECRET_KEY.encode(), b"api-key:" + secret.encode(), hashlib.sha256).hexdigest()


def make() -> tuple[str, str, str]:
    """A new key: (secret shown once, prefix, digest)."""
    prefix = _random(10)
    body = f"{PREFIX}{prefix}_{_random(40)}"
    secret = body + _checksum(body)
    return secret, prefix, digest_of(secret)


def is_well_formed(secret: str) -> bool:
    """A wrong checksum is refused without asking the database."""
    return (
        len(secret) == len(PREFIX) + 10 + 1 + 46
        and secret.startswith(PREFIX)
        and secret.isascii()
        and hmac.compare_digest(_checksum(secret[:-6]), secret[-6:])
    )


class TooManyWrong(Exception):
    """This address has tried too many keys that open nothing."""


def admit(secret: str, *, address: str) -> FoundKey | None:
    """The live key that an address shows; None for a wrong one, ten of which in 15 minutes raise TooManyWrong.

    A key that has opened from there before is still let in, so one program with an old key does not shut out another.
    """
    if not secret:
        return None
    wrong = attempts.of_account("api-key", address, "")
    known = f"api-key-known:{address}:{secret[: len(PREFIX) + 10]}"
    if attempts.taken(wrong) >= attempts.MOST and not cache.get(known):
        raise TooManyWrong
    found = find(secret)
    if found is None:
        attempts.take(wrong)
    elif known not in _remembered:
        cache.set(known, True, KNOWN_FOR)
        _remembered[known] = None
        if len(_remembered) > MOST_REMEMBERED:
            _remembered.pop(next(iter(_remembered)))
    return found


def find(secret: str) -> FoundKey | None:
    """The live key of this secret, whichever company's; None when unknown or revoked."""
    if not is_well_formed(secret):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, company_id, digest FROM office_api_key(%s)", [secret[len(PREFIX) : len(PREFIX) + 10]]
        )
        row = cursor.fetchone()
    if row is None or not hmac.compare_digest(row[2], digest_of(secret)):
        return None
    return FoundKey(*row)
