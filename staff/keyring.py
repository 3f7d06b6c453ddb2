"""The key ring: a JSON file with the keys of sealed columns (reliability.md §5.8).

{"version": 2, "current": "k2", "keys": {"k2": {"secret": …, "public": …, "private": …}}}, values in base64.

`secret` (AES-256) seals what the web must read itself, such as the seed of a second factor. The X25519 pair seals what
only workers read: tokens of Kaspi, letters. The web is given the same file without `private`; it lies in the folder
`web` beside the workers' one. A retired key leaves `mac` behind, by which the old part of the journal is verified.
Standard library and `cryptography` only: rings are made before there are settings.
"""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION: Final = 2
WEB_FOLDER: Final = "web"
PARTS: Final = ("secret", "public", "private", "mac")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the ring; a part that this process may not have is None."""

    secret: bytes | None = None
    public: bytes | None = None
    private: bytes | None = None
    mac: bytes | None = None

    @property
    def is_live(self) -> bool:
        """Whether something can still be sealed or opened with it."""
        return self.secret is not None or self.private is not None

    def mac_root(self) -> bytes | None:
        """What keys of message authentication are derived from; None where the private key is not to be had."""
        if self.mac is not None or self.private is None:
            return self.mac
        return derive(self.private, "kaspi-office mac")


@dataclass(frozen=True)
class Ring:
    """Keys by id, and the id that is used for what is sealed from now on."""

    current: str
    keys: Mapping[str, Key]

    def with_key(self, name: str) -> "Ring":
        """The same with a new key, which is not the current one yet."""
        return replace(self, keys={**self.keys, name: fresh_key()})

    def without_key(self, name: str) -> "Ring":
        """The key opens nothing any more; what it authenticated can be verified still."""
        return replace(self, keys={**self.keys, name: Key(mac=self.keys[name].mac_root())})

    def for_web(self) -> "Ring":
        """What a web process is given: it can seal everything and open only what it must read."""
        live = {name: key for name, key in self.keys.items() if key.is_live}
        return replace(self, keys={name: replace(key, private=None, mac=None) for name, key in live.items()})

    def next_name(self) -> str:
        """An id that no key of the ring has had."""
        used = [int(name[1:]) for name in self.keys if name[:1] == "k" and name[1:].isdigit()]
        return f"k{max(used, default=0) + 1}"


def derive(root: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(root)


def fresh_key(*, secret: bytes | None = None) -> Key:
    """A new key; `secret` when that part is there already (a ring of the first version)."""
    private = X25519PrivateKey.generate()
    return Key(
        secret=secret or os.urandom(32),
        public=private.public_key().public_bytes_raw(),
        private=private.private_bytes_raw(),
    )


def fresh_ring() -> Ring:
    return Ring("k1", {"k1": fresh_key()})


def read(file: Path) -> Ring:
    """The ring of a file, of the first version too. Raises OSError, ValueError when there is none."""
    return parse(json.loads(file.read_text(encoding="utf-8")))


def parse(content: Any) -> Ring:
    """Raises ValueError when the content is no ring."""
    try:
        ring = Ring(content["current"], {name: _key(parts) for name, parts in content["keys"].items()})
        usable = ring.keys[ring.current].is_live
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError("not a key ring") from problem
    if not usable:
        raise ValueError("the current key of the ring is retired")
    return ring


def keep(file: Path) -> None:
    """Make the ring when there is none, give an old one its pairs, and write the web's part beside it."""
    present = read(file) if file.exists() else None
    ring = _with_pairs(present or fresh_ring())
    web = web_file(file)
    if ring != present:
        _write(file, ring)
    if not web.exists() or read(web) != ring.for_web():
        _write(web, ring.for_web())


def write(file: Path, ring: Ring) -> None:
    """Replace both files, the workers' first: nobody seals for a worker with a key that it does not have."""
    _write(file, ring)
    _write(web_file(file), ring.for_web())


def web_file(file: Path) -> Path:
    """Where the web's part of a ring lies."""
    return file.parent / WEB_FOLDER / file.name


def render(ring: Ring) -> dict[str, Any]:
    return {
        "version": VERSION,
        "current": ring.current,
        "keys": {name: _parts(key) for name, key in ring.keys.items()},
    }


def _with_pairs(ring: Ring) -> Ring:
    lacking = {name: fresh_key(secret=key.secret) for name, key in ring.keys.items() if key.secret and not key.private}
    return replace(ring, keys={**ring.keys, **lacking})


def _key(parts: str | Mapping[str, str]) -> Key:
    # The first version had one AES key and no pair.
    known = {"secret": parts} if isinstance(parts, str) else parts
    return Key(**{part: base64.b64decode(known[part], validate=True) for part in PARTS if part in known})


def _parts(key: Key) -> dict[str, str]:
    values = {part: getattr(key, part) for part in PARTS}
    return {part: base64.b64encode(value).decode() for part, value in values.items() if value is not None}


def _write(file: Path, ring: Ring) -> None:
    """In one step and for this user only; it is on the disk before the old one goes."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        json.dump(render(ring), stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
