"""The supervisor with children that only wait: healing, refusing a second start, and leaving nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from kaspi_office.environment import ROOT, WrongEnvironment
from kaspi_office.local import places, ps, up
from kaspi_office.local.places import Lock, Places

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def at(tmp_path: Path) -> Places:
    return Places(tmp_path)


@pytest.fixture
def start(at: Places) -> Iterator[Start]:
    """Starts a supervisor and waits until all its children live."""
    started: list[subprocess.Popen[bytes]] = []

    def run(*kinds: str) -> subprocess.Popen[bytes]:
        # A terminal that may close is meant: under `nohup` the signal of it would be ignored from birth.
        heed = partial(signal.signal, signal.SIGHUP, signal.SIG_DFL)
        command = [sys.executable, "-m", "tests.local.dummy", str(at.root), *kinds]
        started.append(subprocess.Popen(command, cwd=ROOT, preexec_fn=heed))
        names = [kind.partition(":")[0] for kind in kinds]
        assert places.wait_for(lambda: all((at.root / f"{name}.alive").exists() for name in names), seconds=20)
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()


def pid_of(at: Places, kind: str) -> int:
    return int(next(row["pid"] for row in places.read_json(at.processes) if row["kind"] == kind))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def all_gone(pids: list[int]) -> Callable[[], bool]:
    return lambda: not any(map(is_alive, pids))


@pytest.mark.parametrize("kind", ["postgres", "worker", "web"])
def test_a_killed_child_is_back_within_two_seconds(at: Places, start: Start, kind: str) -> None:
    start("postgres", "worker", "web")
    killed = pid_of(at, kind)
    os.kill(killed, signal.SIGKILL)
    assert places.wait_for(lambda: pid_of(at, kind) != killed, seconds=2)
    assert is_alive(pid_of(at, kind))


def test_a_child_that_ends_at_once_is_tried_on_at_least_every_two_seconds(at: Places, start: Start) -> None:
    start("worker:mortal")
    for _ in range(4):
        seen = pid_of(at, "worker")
        assert places.wait_for(lambda: pid_of(at, "worker") != seen, seconds=2.5)  # noqa: B023


def test_what_runs_aside_is_neither_listed_nor_started_again(at: Places, start: Start) -> None:
    start("worker", "task:aside")
    killed = places.read_json(at.root / "task.alive")
    os.kill(killed, signal.SIGKILL)
    assert places.wait_for(lambda: not Path(f"/proc/{killed}").exists(), seconds=2)
    healed = pid_of(at, "worker")
    os.kill(healed, signal.SIGKILL)
    assert places.wait_for(lambda: pid_of(at, "worker") != healed, seconds=2)
    assert places.read_json(at.root / "task.alive") == killed
    assert [row["kind"] for row in places.read_json(at.processes)] == ["supervisor", "worker"]


def test_what_runs_aside_goes_with_the_supervisor(at: Places, start: Start) -> None:
    supervisor = start("worker", "task:aside")
    supervisor.terminate()
    assert supervisor.wait(15) == 0
    assert not is_alive(places.read_json(at.root / "task.alive"))


def test_the_list_of_processes_names_the_supervisor_and_its_children(at: Places, start: Start) -> None:
    supervisor = start("web", "worker")
    rows = places.read_json(at.processes)
    assert [row["kind"] for row in rows] == ["supervisor", "web", "worker"]
    assert rows[0] == {"kind": "supervisor", "pid": supervisor.pid, "port": None}


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_leaves_no_process_behind(at: Places, start: Start, by: signal.Signals) -> None:
    supervisor = start("web:parent", "worker")
    pids = [row["pid"] for row in places.read_json(at.processes)]
    assert places.wait_for((at.root / "grandchild.alive").exists, seconds=20)
    supervisor.send_signal(by)
    assert supervisor.wait(15) == 0
    assert all_gone([*pids, int((at.root / "grandchild").read_text())])()


def test_children_stop_in_order_and_the_database_last(at: Places, start: Start) -> None:
    start("postgres", "redis", "simulator", "web", "worker").terminate()
    ends = at.root / "ends"
    assert places.wait_for(lambda: ends.exists() and "postgres" in ends.read_text(), seconds=15)
    assert ends.read_text().split() == ["web", "worker", "simulator", "redis", "postgres"]


def test_a_killed_supervisor_takes_its_children_along(at: Places, start: Start) -> None:
    supervisor = start("web", "worker")
    pids = [row["pid"] for row in places.read_json(at.processes)]
    supervisor.kill()
    supervisor.wait()
    assert places.wait_for(all_gone(pids), seconds=5)


def test_a_deaf_child_is_killed_when_its_time_is_over(at: Places, start: Start) -> None:
    supervisor = start("simulator:deaf")
    supervisor.terminate()
    assert supervisor.wait(4) == 0


def test_a_second_signal_does_not_wait_for_a_deaf_child(at: Places, start: Start) -> None:
    supervisor = start("worker:deaf")
    began = time.monotonic()
    supervisor.terminate()
    assert not places.wait_for(lambda: supervisor.poll() is not None, seconds=0.5)
    supervisor.terminate()
    assert supervisor.wait(4) == 0
    assert time.monotonic() - began < 3


def test_a_second_start_is_told_where_the_first_one_is(at: Places, start: Start) -> None:
    supervisor = start("web")
    places.write_json(at.runtime, {"address": "http://127.0.0.1:8000/"})
    with pytest.raises(WrongEnvironment) as refusal:
        up.take(Lock(at.lock), at)
    told = f"already running in this folder, up (process {supervisor.pid}): http://127.0.0.1:8000/"
    assert told in str(refusal.value)


def test_the_list_of_a_killed_supervisor_is_not_believed(at: Places, start: Start) -> None:
    supervisor = start("web")
    assert len(ps.running(at)) == 2
    supervisor.kill()
    supervisor.wait()
    assert at.processes.exists()
    assert ps.running(at) == []


def test_a_busy_port_is_refused_with_another_to_take() -> None:
    plan = up.Plan(host="127.0.0.1", port=places.free_port(), demo=False, simulated=True)
    with up.listen(plan), pytest.raises(WrongEnvironment, match=f"PORT={plan.port + 1} python3 manage.py up"):
        up.listen(plan)


def test_a_log_is_shortened_under_the_hands_of_its_writer(at: Places) -> None:
    log = at.root / "web.log"
    with open(log, "ab") as writer:
        writer.write(b"x" * (places.LOG_LIMIT + 1))
        writer.flush()
        places.shorten(log)
        writer.write(b"new")
    assert log.read_bytes() == b"new"
    assert log.with_suffix(".log.1").stat().st_size == places.LOG_LIMIT + 1
