"""Durability: a killed simulator finds its world, its log and its clock again.

A snapshot and a journal of changes lie in one folder. Each line of the journal is the newest state of one thing, so
replaying a line twice does no harm, and a line cut short by a kill is the last one and was never answered for. No
fsync: the play survives the process, not the machine.
"""

import fcntl
import json
from dataclasses import asdict, fields
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from .faults import Fault
from .log import Write
from .world import Customer, Entry, Merchant, Order, Point, World

State = dict[str, Any]
_LINES_BEFORE_SNAPSHOT = 20_000
_FORGOTTEN = frozenset({"version", "shelf", "drawn", "shelves", "sold"})  # rebuilt from the rest


class StateInUse(OSError):
    """Another simulator holds the folder."""


def _names(kind: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind) if item.name not in _FORGOTTEN)


_ORDER, _MERCHANT, _WRITE = _names(Order), _names(Merchant), _names(Write)


def _flat(value: object, names: tuple[str, ...]) -> State:
    return {name: getattr(value, name) for name in names}


def _order_state(order: Order) -> State:
    return _flat(order, _ORDER) | {
        "customer": asdict(order.customer),
        "entries": [asdict(entry) for entry in order.entries],
    }


def _merchant_state(merchant: Merchant) -> State:
    points = [asdict(point) for point in merchant.points.values()]
    return _flat(merchant, _MERCHANT) | {"points": points, "schedule": dict(merchant.schedule)}


# kind of change -> (key of the thing, its state); a key of None means there is only one such thing
_DRAWN: dict[str, Any] = {
    "order": lambda order: (order.code, _order_state(order)),
    "merchant": lambda merchant: (merchant.uid, _merchant_state(merchant)),
    "write": lambda write: (str(write.n), _flat(write, _WRITE)),
}


class Journal:
    """The keeper of a world's changes in a folder. Raises StateInUse when the folder is held by another process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._snapshot = folder / "snapshot.json"
        self._journal = folder / "journal.jsonl"
        self._lock = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StateInUse(f"another simulator keeps its state in {folder}") from None
        self._lines = 0
        self._kept: list[str] = []
        self._file: TextIOWrapper | None = None

    def keep(self, kind: str, value: object) -> None:
        """Notes the newest state of a thing (world.Keeper)."""
        if self._file is None:
            return
        key, state = _DRAWN[kind](value) if kind in _DRAWN else (None, value)
        self._kept.append(json.dumps([kind, key, state], ensure_ascii=False) + "\n")

    def commit(self, world: World) -> None:
        """Writes what was kept, in one go: an order and the write that changed it are there both, or neither is."""
        if self._file is None or not self._kept:
            return
        self._file.write("".join(self._kept))
        self._file.flush()
        self._lines += len(self._kept)
        self._kept.clear()
        if self._lines > _LINES_BEFORE_SNAPSHOT:
            self.condense(world)

    def follow(self, world: World) -> None:
        """From here on every change of the world is kept."""
        world.keeper = self
        self.condense(world)

    def condense(self, world: World) -> None:
        """Writes a snapshot and begins the journal anew. A kill in between leaves lines that repeat the snapshot."""
        draft = self._snapshot.with_suffix(".new")
        draft.write_text(json.dumps(_world_state(world), ensure_ascii=False), encoding="utf-8")
        draft.replace(self._snapshot)
        if self._file is not None:
            self._file.close()
        self._file = self._journal.open("w", encoding="utf-8", buffering=1 << 20)
        self._lines = 0
        self._kept.clear()

    def remembered(self) -> State | None:
        """The state that was kept, or None when there is nothing yet."""
        if not self._snapshot.exists():
            return None
        state: State = json.loads(self._snapshot.read_text(encoding="utf-8"))
        if self._journal.exists():
            with self._journal.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    if not _replay(state, line):
                        break
        return state


def _replay(state: State, line: str) -> bool:
    try:
        kind, key, value = json.loads(line)
    except ValueError:
        return False
    if kind == "cleared":
        state.clear()
        state.update(_blank(value))
    elif key is None:
        state[kind] = value
    else:
        state[kind][key] = value
    return True


def _blank(scenario: str) -> State:
    return {
        "cleared": scenario,
        "offset": 0,
        "settings": {},
        "tokens": {"held": {}, "revoked": []},
        "faults": [],
        "uploads": {},
    } | {kind: {} for kind in _DRAWN}


def _world_state(world: World) -> State:
    return _blank(world.scenario) | {
        "offset": world.clock.offset,
        "settings": asdict(world.settings),
        "tokens": {"held": world.tokens, "revoked": sorted(world.revoked)},
        "faults": [fault.as_json() for fault in world.faults.rules],
        "uploads": world.uploads,
        "merchant": dict(map(_DRAWN["merchant"], world.merchants.values())),
        "order": dict(map(_DRAWN["order"], world.orders.values())),
        "write": dict(map(_DRAWN["write"], world.log.writes)),
    }


def restore(world: World, state: State) -> World:
    """Puts a remembered state into an empty world."""
    world.clear(state["cleared"])
    world.clock.offset = state["offset"]
    for name, value in state["settings"].items():
        setattr(world.settings, name, value)
    for raw in state["merchant"].values():
        world.add_merchant(_merchant(raw))
    world.tokens, world.revoked = state["tokens"]["held"], set(state["tokens"]["revoked"])
    world.log.writes = [Write(**raw) for raw in sorted(state["write"].values(), key=lambda raw: raw["n"])]
    world.uploads = state["uploads"]
    for raw in state["faults"]:
        world.faults.rules.append(_fault(raw))
    for raw in state["order"].values():
        world.add(_order(raw))
    return world


def _merchant(raw: State) -> Merchant:
    points = {point["code"]: Point(**point) for point in raw["points"]}
    schedule = {day: tuple((span[0], span[1]) for span in spans) for day, spans in raw["schedule"].items()}
    return Merchant(**raw | {"points": points, "schedule": schedule})


def _order(raw: State) -> Order:
    return Order(
        **raw
        | {
            "customer": Customer(**raw["customer"]),
            "entries": [Entry(**entry) for entry in raw["entries"]],
            "plans": [(due, what) for due, what in raw["plans"]],
        }
    )


def _fault(raw: State) -> Fault:
    times = None if raw["times"] == "until_cleared" else raw["times"]
    return Fault(**raw | {"times": times})
