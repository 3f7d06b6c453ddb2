"""Secrets at rest, sealed with the key ring of `staff.keyring` (reliability.md §5.8).

`seal` / `unseal`: AES-256-GCM, for what web processes read themselves. `seal_for_workers` / `open_for_workers`: HPKE
(RFC 9180; X25519, HKDF-SHA256, AES-256-GCM): every process can seal, only one whose ring holds private keys can open.
Blob = version ‖ key id length ‖ key id ‖ nonce and ciphertext, or HPKE's message. What the secret belongs to is
authenticated with it (table, column, company, owner), so a ciphertext moved into another shop's row does not open.
"""

import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from django.conf import settings

from staff import keyring
from staff.keyring import Key, Ring

SHARED: Final = b"\x01"
FOR_WORKERS: Final = b"\x02"
NONCE: Final = 12
HPKE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

Stamp = tuple[int, int, int]
_read: dict[str, tuple[Stamp, Ring]] = {}


class CannotSeal(Exception):
    """There is no key to seal with."""


class CannotOpen(Exception):
    """The blob was not sealed for this place, or this process does not have its key."""


def seal(plain: str, *, table: str, column: str, company: int, owner: int) -> bytes:
    """A blob that every process of ours opens. Raises CannotSeal."""
    name, key = _current()
    if key.secret is None:
        raise CannotSeal("the key ring has no shared key")
    nonce = os.urandom(NONCE)
    cipher = AESGCM(key.secret).encrypt(nonce, plain.encode(), _belongs(table, column, company, owner))
    return _head(SHARED, name) + nonce + cipher


def unseal(blob: bytes, *, table: str, column: str, company: int, owner: int) -> str:
    """The secret. Raises CannotOpen when the blob is of another place, damaged, or of an unknown key."""
    key, body = _find(bytes(blob), SHARED)
    if key.secret is None:
        raise CannotOpen("this process does not have the key")
    return _open_shared(key.secret, body, _belongs(table, column, company, owner))


def seal_for_workers(plain: str, *, table: str, column: str, company: int, owner: int) -> bytes:
    """A blob that only workers and commands open. Raises CannotSeal."""
    name, key = _current()
    if key.public is None:
        raise CannotSeal("the key ring has no pair for workers: run manage.py make_secrets")
    public = X25519PublicKey.from_public_bytes(key.public)
    # HPKE in one shot has no place for associated data; `info` is authenticated just as well.
    return _head(FOR_WORKERS, name) + HPKE.encrypt(plain.encode(), public, info=_belongs(table, column, company, owner))


def open_for_workers(blob: bytes, *, table: str, column: str, company: int, owner: int) -> str:
    """The secret. Raises CannotOpen as `unseal` does, and always in a web process.

    What was sealed before there were pairs is read too, until `rotate_keys` has sealed it anew.
    """
    blob, place = bytes(blob), _belongs(table, column, company, owner)
    key, body = _find(blob, blob[:1])
    if key.private is None or (blob[:1] == SHARED and key.secret is None):
        raise CannotOpen("this process does not have the key")
    if blob[:1] == SHARED:
        return _open_shared(key.secret or b"", body, place)
    try:
        return HPKE.decrypt(body, X25519PrivateKey.from_private_bytes(key.private), info=place).decode()
    except InvalidTag as failure:
        raise CannotOpen("sealed for another place, or damaged") from failure


def key_of(blob: bytes) -> str:
    """The id of the key that a blob was sealed with; empty when it is no blob of ours."""
    blob = bytes(blob)
    known = len(blob) > 2 and blob[:1] in (SHARED, FOR_WORKERS)
    return blob[2 : 2 + blob[1]].decode(errors="replace") if known else ""


def is_fresh(blob: bytes, *, for_workers: bool) -> bool:
    """Whether the blob is of the current key, and of the kind that its column asks for."""
    return key_of(blob) == ring().current and bytes(blob)[:1] == (FOR_WORKERS if for_workers else SHARED)


def mac_key(purpose: str, key_id: str | None = None) -> tuple[str, bytes]:
    """A key of message authentication for one purpose, and the id to find it by later; of the current key unless named.

    Workers and commands only: it is derived from the private key, and outlives the retirement of its key. Raises
    CannotOpen in a web process and for an unknown id.
    """
    present = ring()
    name = present.current if key_id is None else key_id
    key = present.keys.get(name)
    root = None if key is None else key.mac_root()
    if root is None:
        raise CannotOpen("this process does not have the key")
    return name, keyring.derive(root, purpose)


def ring() -> Ring:
    """The ring as its file has it now: a process notices a new one by itself. Raises CannotOpen when there is none."""
    path = str(settings.FIELD_KEYS_FILE)
    try:
        status = os.stat(path)
        stamp = (status.st_mtime_ns, status.st_ino, status.st_size)
        known = _read.get(path)
        if known is None or known[0] != stamp:
            known = _read[path] = (stamp, keyring.read(Path(path)))
    except (OSError, ValueError) as problem:
        raise CannotOpen("the key ring cannot be read") from problem
    return known[1]


def _current() -> tuple[str, Key]:
    try:
        present = ring()
    except CannotOpen as problem:
        raise CannotSeal(str(problem)) from problem
    return present.current, present.keys[present.current]


def _find(blob: bytes, version: bytes) -> tuple[Key, bytes]:
    """The key of a blob of this version, and what follows its head. Raises CannotOpen."""
    name = key_of(blob)
    key = ring().keys.get(name) if name and blob[:1] == version else None
    if key is None or not key.is_live:
        raise CannotOpen("sealed with an unknown key")
    return key, blob[2 + blob[1] :]


def _open_shared(secret: bytes, body: bytes, place: bytes) -> str:
    try:
        return AESGCM(secret).decrypt(body[:NONCE], body[NONCE:], place).decode()
    except (InvalidTag, ValueError) as failure:
        raise CannotOpen("sealed for another place, or damaged") from failure


def _head(version: bytes, name: str) -> bytes:
    return version + bytes([len(name.encode())]) + name.encode()


def _belongs(table: str, column: str, company: int, owner: int) -> bytes:
    return f"{table}|{column}|{company}|{owner}".encode()
