"""`manage.py make_secrets`: the passwords and keys that `docker-compose.yml` asks for."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from kaspi_office.environment import ROOT, WrongEnvironment
from staff import keyring

NAMES = ("SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD")
# Who the image runs as (Dockerfile), where root has made the files.
IMAGE_USER = 10001


def main(arguments: Sequence[str]) -> int:
    """Writes `.env` and the key rings, readable by one user only; never over what is there.

    With a file as argument it makes or brings up to date that key ring and the web's beside it, and nothing else.
    """
    if arguments:
        return _keep(ROOT / Path(arguments[0]).expanduser())
    env, keys = ROOT / ".env", ROOT / "secrets" / "field_keys.json"
    if env.exists() and keys.exists():
        print(f"{env} is kept.")
        return _keep(keys)
    for file in (env, keys):
        if file.exists():
            raise WrongEnvironment(f"{file} is there already, and what it opens would be lost; move it away first.")
    _keep(keys)
    env.touch(mode=0o600)
    lines = [f"{name}={secrets.token_urlsafe(48)}" for name in NAMES]
    env.write_text("\n".join([*lines, f"OFFICE_USER={os.geteuid() or IMAGE_USER}"]) + "\n")
    print(f"Written: {env}. Keep a copy of it and of {keys} where a lost machine does not take them along.")
    return 0


def _keep(ring: Path) -> int:
    try:
        keyring.keep(ring)
        files = (ring.parent, ring, keyring.web_file(ring).parent, keyring.web_file(ring))
        if os.geteuid() == 0 and ring.parent == ROOT / "secrets":
            for file in files:
                os.chown(file, IMAGE_USER, -1)
    except (OSError, ValueError) as problem:
        raise WrongEnvironment(f"The key ring {ring} cannot be kept ({problem}).") from None
    print(f"Key rings: {ring} for workers and commands, {keyring.web_file(ring)} for the web.")
    return 0
