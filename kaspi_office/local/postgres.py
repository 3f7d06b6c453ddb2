"""An embedded PostgreSQL: one data folder per major version, started from programs that were found on the machine."""

import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self
from urllib.parse import quote

from kaspi_office.environment import WrongEnvironment
from kaspi_office.local import binaries, places, roles, spawn
from kaspi_office.local.spawn import OURSELVES, Identity

SUPERUSER = "postgres"
NOBODY = Identity(65534, 65534, [])
BUILTIN_LOCALE_SINCE = 17
# Statements and details are kept out of the log: they carry the phones and names of buyers.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "120",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "jit": "off",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """One server: where its data, socket and programs are, and who it runs as."""

    data: Path
    sockets: Path
    port: int
    programs: Path
    password: str
    identity: Identity
    settings: dict[str, str]
    # An open descriptor of the data folder: see `folder`.
    descriptor: int

    @classmethod
    def prepare(cls, root: Path, *, sockets: Path, password: str, forgetful: bool = False) -> Self:
        """Find the programs and make the data folder under `root` when it is the first time.

        `forgetful` servers are for tests: quick, and nothing survives a crash of the machine.
        """
        found = binaries.postgres()
        data = root / f"pgdata-{binaries.major_version(found)}"
        identity = server_identity(data)
        programs = reachable(found, identity=identity)
        own(sockets, identity)
        if not data.exists():
            create(data, programs=programs, identity=identity, password=password, sockets=sockets)
        oust_predecessor(data)
        return cls(
            data=data,
            sockets=sockets,
            port=places.free_port(),
            programs=programs,
            password=password,
            identity=identity,
            settings=SETTINGS | (FORGETFUL if forgetful else {}),
            descriptor=os.open(data, os.O_RDONLY | os.O_DIRECTORY),
        )

    def program(self, log: Path) -> spawn.Program:
        settings = self.settings | {"port": str(self.port), "unix_socket_directories": str(self.sockets)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return spawn.Program(
            argv=[str(self.programs / "postgres"), "-D", folder(self.data, self.descriptor, self.identity), *options],
            env=clean_environment(),
            cwd=Path("/"),
            log=log,
            identity=self.identity,
            descriptors=[self.descriptor],
            dies_with=signal.SIGINT,  # "fast shutdown": sessions are cut, the data is written
        )

    def url(self, role: str, password: str, database: str = roles.DATABASE) -> str:
        return f"postgres://{role}:{quote(password)}@{quote(str(self.sockets), safe='')}:{self.port}/{database}"

    def answers(self) -> bool:
        return roles.answers(self.superuser_url())

    def superuser_url(self) -> str:
        return self.url(SUPERUSER, self.password, "postgres")


def folder(data: Path, descriptor: int, identity: Identity) -> str:
    """How the server is told its data folder.

    PostgreSQL refuses to be root, and the user it runs as may not walk to a clone under /root or in a private folder.
    Through an inherited descriptor it reaches its own folder, and no other folder has to be opened to anyone.
    """
    direct = identity == OURSELVES or not Path("/proc/self/fd").exists()
    return str(data) if direct else f"/proc/self/fd/{descriptor}"


def create(data: Path, *, programs: Path, identity: Identity, password: str, sockets: Path) -> None:
    """Run initdb beside the final place and move the result there, so that half a cluster is never taken for one."""
    fresh = data.with_name(data.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    own(fresh, identity)
    password_file = sockets / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    own(password_file, identity)
    descriptor = os.open(fresh, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _run_initdb(programs, folder(fresh, descriptor, identity), password_file, identity, descriptor)
        fresh.rename(data)
    finally:
        os.close(descriptor)
        password_file.unlink()


def _run_initdb(programs: Path, target: str, password_file: Path, identity: Identity, descriptor: int) -> None:
    # Without a locale of its own the cluster would take the machine's: in "C" Kazakh letters have no upper case.
    builtin = binaries.major_version(programs) >= BUILTIN_LOCALE_SINCE
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if builtin else ["--locale=C.UTF-8"]
    options = ["-D", target, "-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8"]
    done = subprocess.run(
        [programs / "initdb", *options, *locale],
        env=clean_environment(),
        cwd="/",
        pass_fds=[descriptor],
        capture_output=True,
        text=True,
        check=False,
        user=identity.uid,
        group=identity.gid,
        extra_groups=identity.groups,
    )
    if done.returncode:
        raise WrongEnvironment(f"PostgreSQL could not make its data folder: {done.stderr.strip()}")


def server_identity(data: Path) -> Identity:
    """Who the server runs as. Root's servers belong to the owner of the data, else to `postgres`, else to `nobody`."""
    if os.geteuid() != 0:
        return OURSELVES
    if data.exists() and data.stat().st_uid != 0:
        return Identity(data.stat().st_uid, data.stat().st_gid, [])
    known = {entry.pw_name: Identity(entry.pw_uid, entry.pw_gid, []) for entry in pwd.getpwall()}
    return known.get(SUPERUSER) or known.get("nobody") or NOBODY


def reachable(programs: Path, *, identity: Identity) -> Path:
    """The same programs where `identity` can run them: a copy in /var/tmp when the .venv lies in a closed folder."""
    if identity == OURSELVES or _can_run(programs, identity):
        return programs
    version = sha256(f"{programs}{(programs / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = Path("/var/tmp") / f"kaspi-office-postgres-{version}"
    wheel = programs.parents[1]
    inside = copy / wheel.name / "pginstall" / "bin"
    if not (copy.exists() and copy.lstat().st_uid == 0 and _can_run(inside, identity)):
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir(mode=0o755)
        copy.chmod(0o755)
        for name in (wheel.name, f"{wheel.name}.libs"):  # the programs look for the libraries beside their folder
            shutil.copytree(wheel.with_name(name), copy / name, ignore=shutil.ignore_patterns("include", "*.a", "*.py"))
    return inside


def _can_run(programs: Path, identity: Identity) -> bool:
    try:
        return not subprocess.run(
            [programs / "postgres", "--version"],
            user=identity.uid,
            group=identity.gid,
            extra_groups=identity.groups,
            cwd="/",
            capture_output=True,
            check=False,
        ).returncode
    except OSError:
        return False


def oust_predecessor(data: Path) -> None:
    """Wait for a server that an earlier start left (its starter was killed), or drop the trace of a dead one.

    Only the holder of the lock of DATA_DIR may call it. Raises WrongEnvironment when the old server does not go.
    """
    trace = data / "postmaster.pid"

    def gone() -> bool:
        return not trace.exists() or not _serves(_pid_in(trace), data)

    if not places.wait_for(gone, seconds=5) and Path("/proc").exists():
        os.kill(_pid_in(trace), signal.SIGQUIT)
    if not places.wait_for(gone, seconds=5):
        raise WrongEnvironment(f"DATA_DIR is in use by another PostgreSQL, process {_pid_in(trace)}; stop it first.")
    # After a restart of the machine the number may belong to some other program: PostgreSQL would refuse to start.
    trace.unlink(missing_ok=True)


def _pid_in(trace: Path) -> int:
    try:
        return int(trace.read_text().partition("\n")[0])
    except (FileNotFoundError, ValueError):
        return 0


def _serves(pid: int, data: Path) -> bool:
    if not pid:
        return False
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cwd").resolve() == data.resolve()
        except OSError:
            return False
    return subprocess.run(["ps", "-p", str(pid)], capture_output=True, check=False).returncode == 0


def own(file: Path, identity: Identity) -> None:
    if identity.uid is not None and identity.gid is not None:
        os.chown(file, identity.uid, identity.gid)


def clean_environment() -> dict[str, str]:
    """Only what the server needs: PGDATA, PGPORT and their like must not reach it."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
