"""`manage.py make_secrets`: the passwords and keys that `docker-compose.yml` asks for."""

import secrets
from collections.abc import Sequence

from kaspi_office.environment import ROOT, WrongEnvironment
from staff import keyring

NAMES = ("SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD")


def main(arguments: Sequence[str]) -> int:
    """Writes `.env` and `secrets/field_keys.json`, readable by this user only; never over files that are there."""
    env, keys = ROOT / ".env", ROOT / "secrets" / "field_keys.json"
    for file in (env, keys):
        if file.exists():
            raise WrongEnvironment(f"{file} is there already, and what it opens would be lost; move it away first.")
    keys.parent.mkdir(mode=0o700, exist_ok=True)
    keyring.keep(keys)
    env.touch(mode=0o600)
    env.write_text("".join(f"{name}={secrets.token_urlsafe(48)}\n" for name in NAMES))
    print(f"Written: {env}, {keys}. Keep a copy of both where a lost machine does not take it along.")
    return 0
