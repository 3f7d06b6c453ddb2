"""Kaspi's identifiers: base64 of an inner key, without padding (kaspi-api §1.4)."""

import base64
import binascii


def encode(key: str) -> str:
    """``712345678`` -> ``NzEyMzQ1Njc4``."""
    return base64.b64encode(key.encode()).decode("ascii").rstrip("=")


def decode(identifier: str) -> str | None:
    """The inner key, or None when the text is not one of Kaspi's identifiers. Padding may be present or not."""
    bare = identifier.rstrip("=")
    try:
        key = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return key if encode(key) == bare else None


def entry_key(code: str, number: int) -> str:
    return f"{code}##{number}"


def point_key(merchant_uid: str, point: str) -> str:
    return f"{merchant_uid}_{point}"


def merchant_product_key(merchant_uid: str, sku: str) -> str:
    return f"{merchant_uid}##{sku}"
