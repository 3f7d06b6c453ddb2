"""Secrets at rest: AES-256-GCM with a key ring from a file (reliability.md §5.8).

Blob = version ‖ key id length ‖ key id ‖ nonce ‖ ciphertext. What the secret belongs to is authenticated with it
(table, column, company, shop), so a ciphertext moved into another shop's row does not open.
"""

import base64
import json
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = b"\x01"


class CannotOpen(Exception):
    """The blob was not sealed for this place, or its key is not on the ring."""


@lru_cache(maxsize=4)
def _ring(path: str) -> tuple[str, dict[str, bytes]]:
    content = json.loads(Path(path).read_text())
    return content["current"], {name: base64.b64decode(key) for name, key in content["keys"].items()}


def _belongs(table: str, column: str, company: int, owner: int) -> bytes:
    return f"{table}|{column}|{company}|{owner}".encode()


def seal(plain: str, *, table: str, column: str, company: int, owner: int) -> bytes:
    current, keys = _ring(settings.FIELD_KEYS_FILE)
    name, nonce = current.encode(), os.urandom(12)
    cipher = AESGCM(keys[current]).encrypt(nonce, plain.encode(), _belongs(table, column, company, owner))
    return VERSION + bytes([len(name)]) + name + nonce + cipher


def unseal(blob: bytes, *, table: str, column: str, company: int, owner: int) -> str:
    """The secret. Raises CannotOpen when the blob is of another place, damaged, or of an unknown key."""
    blob = bytes(blob)
    end = 2 + blob[1] if len(blob) > 2 and blob[:1] == VERSION else 0
    key = _ring(settings.FIELD_KEYS_FILE)[1].get(blob[2:end].decode(errors="replace")) if end else None
    if key is None:
        raise CannotOpen("sealed with an unknown key")
    try:
        return (
            AESGCM(key)
            .decrypt(blob[end : end + 12], blob[end + 12 :], _belongs(table, column, company, owner))
            .decode()
        )
    except InvalidTag as failure:
        raise CannotOpen("sealed for another place, or damaged") from failure
