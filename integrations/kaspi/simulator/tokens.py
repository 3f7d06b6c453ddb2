"""Tokens of the simulated cabinet.

A real token looks like base64 of 32 bytes: 44 characters ending in ``=`` (kaspi-api §1.1). Scenario merchants get
theirs from their number, so that the demo can be provisioned without asking the simulator.
"""

import base64
import binascii
import hashlib

TOKEN_LENGTH = 44


def token_for(merchant_uid: str) -> str:
    """The token of a scenario merchant: base64 of a SHA-256 over its number, the same in every run."""
    digest = hashlib.sha256(f"kaspi-simulator/{merchant_uid}".encode()).digest()
    return base64.b64encode(digest).decode("ascii")


def well_formed(token: str) -> bool:
    """Whether the text could be a token at all: base64 of exactly 32 bytes."""
    if len(token) != TOKEN_LENGTH or not token.endswith("="):
        return False
    try:
        return len(base64.b64decode(token, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False
