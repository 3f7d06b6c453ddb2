"""Public identifiers: UUIDv7 (RFC 9562), ordered by time so that indexes stay dense; the serial stays inside."""

import os
import time
import uuid

from django.db import models


def uuid7() -> uuid.UUID:
    """A fresh UUIDv7: 48 bits of Unix milliseconds, then random."""
    millis = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (
        (millis & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76 | (random >> 68 & 0xFFF) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    )
    return uuid.UUID(int=value)


def public_id_field() -> "models.UUIDField[uuid.UUID, uuid.UUID]":
    """The column every outside id lives in."""
    return models.UUIDField(default=uuid7, unique=True, editable=False)
