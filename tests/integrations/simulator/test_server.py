"""The simulator as a server: sockets, signals, and a state that survives a kill."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from integrations.kaspi.simulator.tokens import token_for

from .processes import ROOT, Process


@pytest.fixture(scope="module")
def server() -> Iterator[Process]:
    with Process() as started:
        yield started


def raw(server: Process, *, seconds: float) -> bytes:
    """What comes over a bare socket within so many seconds of asking for the towns."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as line:
        line.sendall(b"GET /shop/api/v2/cities HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n")
        got, end = b"", time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                block = line.recv(4096)
            except TimeoutError:
                break
            if not block:
                break
            got += block
        return got


def test_a_reset_is_a_reset_on_the_wire(server: Process) -> None:
    server.control("POST", "faults", {"kind": "reset"})
    with pytest.raises(ConnectionResetError):
        raw(server, seconds=5)


def test_a_lost_answer_applies_the_write_and_closes_the_socket(server: Process) -> None:
    made = server.control("POST", "orders", {"kind": "pickup"})["orders"][0]
    server.control("POST", "faults", {"kind": "lost_answer"})
    with pytest.raises(httpx.TransportError):
        server.accept(made["code"], made["id"])
    log = server.control("GET", f"log?code={made['code']}")["writes"]
    assert [(write["applied"], write["answer"]) for write in log] == [(True, None)]


def test_slow_headers_come_byte_by_byte_and_never_end(server: Process) -> None:
    server.control("POST", "faults", {"kind": "slow_headers", "seconds": 0.05})
    got = raw(server, seconds=1)
    assert got.startswith(b"HTTP/1.1"[: len(got)])
    assert 2 <= len(got) <= 21
    assert b"\r\n\r\n" not in got


def test_a_slow_body_comes_byte_by_byte(server: Process) -> None:
    server.control("POST", "faults", {"kind": "slow_body", "seconds": 0.05})
    head, _, body = raw(server, seconds=1).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1")
    assert 1 <= len(body) <= 21


def test_a_hanging_request_does_not_hold_up_the_others(server: Process) -> None:
    server.control("POST", "faults", {"kind": "hang", "path": r"/cities\?$"})
    with socket.create_connection(("127.0.0.1", server.port), timeout=0.3) as line:
        line.sendall(b"GET /shop/api/v2/cities HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n")
        assert server.shop("GET", "cities/NzUwMDAwMDAw").status_code == 200
        with pytest.raises(TimeoutError):
            line.recv(1)


def test_latency_is_kept_for_the_shop_and_not_for_the_control_door(server: Process) -> None:
    server.control("POST", "settings", {"latency_ms": 300})
    started = time.monotonic()
    server.shop("GET", "cities/NzUwMDAwMDAw")
    assert time.monotonic() - started >= 0.3
    server.control("POST", "settings", {"latency_ms": 0})


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_at_once_even_while_an_answer_hangs(name: signal.Signals) -> None:
    with Process() as server:
        server.control("POST", "faults", {"kind": "hang"})
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(b"GET /shop/api/v2/cities HTTP/1.1\r\nHost: x\r\n\r\n")
            server.control("GET", "state")
            started = time.monotonic()
            server.child.send_signal(name)
            assert server.child.wait(timeout=5) == 0
            assert (
                time.monotonic() - started < 2
            )  # a second, and as much again for a machine that does other things too


def test_the_command_says_one_line_when_it_listens() -> None:
    command = [sys.executable, "manage.py", "kaspi_simulator", "--port", "0", "--scenario", "empty", "--lenient"]
    with Process(command=command) as server:
        assert server.line.endswith("/_control/, scenario empty\n")
        assert server.control("GET", "settings")["strict"] is False


def test_a_taken_port_is_said_in_words(server: Process) -> None:
    command = [sys.executable, "manage.py", "kaspi_simulator", "--port", str(server.port), "--scenario", "empty"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Address already in use" in done.stderr
    assert "Traceback" not in done.stderr


# State


def shown(server: Process) -> dict[str, object]:
    """All there is to know: every order with its attributes and plans, the log, the faults, the settings."""
    codes = [order["code"] for order in server.control("GET", "orders")["orders"]]
    orders = {code: server.control("GET", f"orders/{code}") for code in codes}
    for order in orders.values():
        waybill = order["attributes"].get("kaspiDelivery", {})
        waybill["waybill"] = (waybill.get("waybill") or "").rpartition("/")[2]  # the rest is the port
    rest = {name: server.control("GET", name) for name in ("log", "faults", "settings")}
    return {"orders": orders} | rest


def test_a_killed_simulator_finds_its_world_its_log_and_its_clock(tmp_path: Path) -> None:
    with Process(state=tmp_path) as server:
        made = server.control("POST", "orders", {"count": 4, "kind": "postomat"})["orders"]
        for order in made[:3]:
            server.accept(order["code"], order["id"])
        server.control("POST", f"orders/{made[0]['code']}", {"do": "buyer_cancels"})
        server.control("POST", "advance", {"seconds": 3600})
        server.control("POST", "faults", {"kind": "500", "times": 7, "path": "nowhere"})
        server.control("POST", "settings", {"hide_offer": True})
        before, offset = shown(server), server.control("GET", "state")["offset_seconds"]
    with Process(state=tmp_path) as server:
        assert shown(server) == before
        assert server.control("GET", "state")["offset_seconds"] == offset == 3600


def test_what_was_answered_before_a_kill_is_known_after_it(tmp_path: Path) -> None:
    answered: list[str] = []
    with Process(state=tmp_path, scenario="empty") as server:
        server.control("POST", "merchants", {"uid": "30000001", "token": token_for("30000001")})
        made = server.control("POST", "orders", {"count": 400, "kind": "pickup"})["orders"]

        def accept_all() -> None:
            for order in made:
                try:
                    assert server.accept(order["code"], order["id"]).status_code == 200
                except httpx.TransportError:
                    return
                answered.append(order["code"])

        worker = threading.Thread(target=accept_all)
        worker.start()
        while len(answered) < 60:
            time.sleep(0.01)
        server.child.kill()
        worker.join()
    with Process(state=tmp_path) as server:
        writes = server.control("GET", "log")["writes"]
        applied = [write["code"] for write in writes if write["applied"]]
        accepted = {order["code"] for order in server.control("GET", "orders?state=PICKUP")["orders"]}
    assert set(answered) <= set(applied) == accepted
    assert len(accepted) - len(answered) <= 1


def test_a_state_that_is_in_use_is_refused(tmp_path: Path) -> None:
    with Process(state=tmp_path), pytest.raises(AssertionError, match="another simulator keeps its state"):
        Process(state=tmp_path).__enter__()


def test_a_line_cut_short_by_a_kill_does_not_matter(tmp_path: Path) -> None:
    with Process(state=tmp_path) as server:
        server.control("POST", "orders", {"kind": "pickup"})
        before = shown(server)
    with (tmp_path / "journal.jsonl").open("a") as journal:
        journal.write('["order", "7999')
    with Process(state=tmp_path) as server:
        assert shown(server) == before
