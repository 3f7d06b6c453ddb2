"""`manage.py up`: from nothing to a served product, and back to nothing."""

import errno
import http.client
import os
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from kaspi_office import environment
from kaspi_office.environment import ROOT, WrongEnvironment
from kaspi_office.local import greeting, outside, places
from kaspi_office.local.embedded import DID_NOT_START, START_SECONDS, Embedded
from kaspi_office.local.places import Lock, Places
from kaspi_office.local.spawn import Program
from kaspi_office.local.supervisor import Child, Stopped, Supervisor, say
from staff import keyring

READY_SECONDS = 120
# The web of a start that was killed just now lets go of its port in this time.
PORT_SECONDS = 1.5
# The web and the workers are the application's role; only steps of the start are the owner.
OWNERS = "DATABASE_OWNER_URL"
KEYS = "FIELD_KEYS_FILE"
# Who opens what is sealed for workers; all others have the web's ring.
OPENERS = frozenset({"worker-act", "worker-poll", "load_demo_marks"})
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked for, never a default


@dataclass(frozen=True)
class Plan:
    """What the environment asks for. `simulated`: no Kaspi was named, so the simulator is it."""

    host: str
    port: int
    demo: bool
    simulated: bool

    @classmethod
    def from_environment(cls) -> "Plan":
        outside.check_spelling()
        return cls(
            host=environment.text("HOST"),
            port=environment.integer("PORT", low=1, high=65535),
            demo=environment.flag("DEMO"),
            simulated=environment.given("KASPI_BASE_URL") is None,
        )

    @property
    def reached_at(self) -> str:
        """The host under which this machine reaches the pages."""
        return ANYWHERE.get(self.host, self.host)

    @property
    def address(self) -> str:
        host = f"[{self.reached_at}]" if ":" in self.host else self.reached_at
        return f"http://{host}:{self.port}/"


def main(arguments: Sequence[str]) -> int:
    """Run until a signal; 0 after a stop that was asked for, 1 when the start has failed."""
    if arguments:
        raise WrongEnvironment(f"`up` takes no arguments, and was given {' '.join(arguments)!r}; see .env.example.")
    plan = Plan.from_environment()
    at = Places.from_environment()
    at.make()
    with ExitStack() as stack:
        lock = Lock(at.lock)
        stack.callback(lock.drop)
        take(lock, at)
        try:
            listener = stack.enter_context(listen(plan))
            embedded = Embedded.prepare(at)
            stack.callback(embedded.remove_sockets)
            supervisor = stack.enter_context(Supervisor(at))
            Start(plan, embedded, supervisor, listener.fileno()).run()
        except Stopped:
            say("Stopping.")
        finally:
            at.runtime.unlink(missing_ok=True)
    return 0


def take(lock: Lock, at: Places) -> None:
    """Become the one `up` of this DATA_DIR, or tell where the other one is."""

    def ours_or_ups() -> bool:
        return lock.take("up") or lock.holder().startswith("up ")

    # A single command may be holding the services for a moment.
    if not places.wait_for(ours_or_ups, seconds=60, pause=0.2) or not lock.is_mine:
        runtime = places.read_json(at.runtime) or {}
        where = runtime.get("address", "it is still starting")
        raise WrongEnvironment(f"Kaspi Office is already running in this folder, {lock.holder()}: {where}")


def listen(plan: Plan) -> socket.socket:
    """The web's socket. We hold it, so that a web that died comes back to the same port with nobody in between."""
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET

    def bind() -> socket.socket:
        return socket.create_server((plan.host, plan.port), family=family, backlog=512)

    try:
        return places.patiently(bind, seconds=PORT_SECONDS)
    except PermissionError:
        raise WrongEnvironment(f"PORT is {plan.port}, which only root may use; take one from 1024 on.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise WrongEnvironment(
                f"PORT {plan.port} is taken by another program; take another: PORT={plan.port + 1} python3 manage.py up"
            ) from None
        raise WrongEnvironment(f"HOST is {plan.host!r}, which is no address of this machine ({error}).") from None


class Start:
    """The steps of a start, in order."""

    def __init__(self, plan: Plan, embedded: Embedded, supervisor: Supervisor, listener: int) -> None:
        self.plan = plan
        self.at = embedded.places
        self.embedded = embedded
        self.supervisor = supervisor
        self.listener = listener
        self.environment: dict[str, str] = {}

    def run(self) -> None:
        outside.check_reach()
        say("Starting the database and the broker.")
        self._services()
        self.environment = surroundings(self.at) | self.embedded.addresses()
        simulator = self._simulator() if self.plan.simulated else None
        say("Bringing the database up to date.")
        self._manage("migrate", "migrate", "--database", "owner", "--noinput")
        if simulator and not self.supervisor.watch(lambda: is_listening(simulator), seconds=READY_SECONDS):
            raise WrongEnvironment(f"The simulator did not start in {READY_SECONDS} s; see {self.at.logs}.")
        self._tell_others()
        if self.plan.demo and not self.at.demo.exists():
            say("Loading the demo companies.")
            self._manage("load_demo", "load_demo")
        say("Starting the web and the workers.")
        self._product()
        if not self.supervisor.watch(lambda: is_ready(self.plan), seconds=READY_SECONDS):
            raise WrongEnvironment(f"The web did not get ready in {READY_SECONDS} s; the reason is in {self.at.logs}.")
        greeting.show(self.plan.address, self.at, simulated=self.plan.simulated)
        self._load_marks()
        self.supervisor.watch(lambda: False)

    def _services(self) -> None:
        embedded = self.embedded
        ports = {"postgres": embedded.cluster.port if embedded.cluster else None}
        for kind, program in embedded.programs().items():
            self.supervisor.add(Child(kind, program, port=ports.get(kind), stop_with=program.dies_with))
        if not self.supervisor.watch(embedded.answers, seconds=START_SECONDS):
            raise WrongEnvironment(DID_NOT_START.format(self.at.logs))
        embedded.prepare_roles()
        if embedded.redis is not None and embedded.redis.binary is None:
            say("No Redis or Valkey on this machine: tasks go through a folder, which is slower by half a second.")

    def _simulator(self) -> int:
        """Start it and return its port; it gets ready while the database does."""
        port = places.free_port()
        self.environment["KASPI_BASE_URL"] = f"http://127.0.0.1:{port}/shop/api"
        scenario = "demo" if self.plan.demo else "empty"
        options = ["--port", str(port), "--scenario", scenario, "--state", str(self.at.root / "simulator")]
        program = self._program("simulator", [*manage("kaspi_simulator"), *options], dies_with=signal.SIGTERM)
        self.supervisor.add(Child("simulator", program, port=port))
        return port

    def _load_marks(self) -> None:
        """Beside the product: marks come when the demo shops are imported, and nobody has to wait for that."""
        loaded = (places.read_json(self.at.demo) or {}).get("marks", False)
        if self.plan.demo and self.plan.simulated and not loaded:
            self.supervisor.start_aside(self._program("load_demo_marks", manage("load_demo_marks")))

    def _manage(self, log: str, *command: str) -> None:
        self.supervisor.run(log, Program(manage(*command), self.environment, ROOT, self.at.log(log)))

    def _tell_others(self) -> None:
        """Let `manage.py provision` and its like find us, from now on."""
        names = [*self.embedded.addresses(), *(["KASPI_BASE_URL"] if self.plan.simulated else [])]
        shared = {name: self.environment[name] for name in names}
        places.write_json(self.at.runtime, {"address": self.plan.address, "environment": shared}, mode=0o600)

    def _product(self) -> None:
        bind = f"fd://{self.listener}"
        web = ["-m", "gunicorn", "--config", "python:kaspi_office.local.gunicorn_conf", "--bind", bind]
        self.supervisor.add(
            Child("web", self._program("web", [sys.executable, *web], [self.listener]), port=self.plan.port)
        )
        for name, queues in (("act", "act"), ("poll", "poll,bulk,quality")):
            options = ["--pool", "threads", "-c", "4", "-Q", queues, "-n", f"{name}@%h"]
            quiet = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
            self.supervisor.add(Child("worker", self._program(f"worker-{name}", celery("worker", *options, *quiet))))
        schedule = ["--schedule", str(self.at.root / "beat-schedule"), "--pidfile", ""]
        self.supervisor.add(Child("beat", self._program("beat", celery("beat", *schedule))))

    def _program(
        self, log: str, argv: list[str], descriptors: Sequence[int] = (), dies_with: int = signal.SIGKILL
    ) -> Program:
        known = {name: value for name, value in self.environment.items() if name != OWNERS}
        if log not in OPENERS:
            known[KEYS] = str(keyring.web_file(Path(known[KEYS])))
        return Program(argv, known, ROOT, self.at.log(log), descriptors=descriptors, dies_with=dies_with)


def surroundings(at: Places) -> dict[str, str]:
    """The environment of every child: ours, and the word that nothing has to be built or searched."""
    # Figures of processes that are long gone would be counted again.
    shutil.rmtree(at.metrics, ignore_errors=True)
    at.metrics.mkdir(mode=0o700)
    return os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(at.metrics),
        "KASPI_OFFICE_NO_BOOTSTRAP": "1",
        "DATA_DIR": str(at.root),
        "DJANGO_SETTINGS_MODULE": "kaspi_office.settings",
        "PYTHONUNBUFFERED": "1",
    }


def manage(*command: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *command]


def celery(*command: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "kaspi_office", *command]


def is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def is_ready(plan: Plan) -> bool:
    connection = http.client.HTTPConnection(plan.reached_at, plan.port, timeout=1)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
