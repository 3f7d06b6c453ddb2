"""Switches of the simulator, changed through the control door."""

from dataclasses import dataclass, fields
from typing import Any


@dataclass(slots=True)
class Settings:
    """`strict`: kaspi-api §12.1. `living`: life besides Kaspi's own deadlines. `…_seconds` are virtual, `…_ms` real."""

    latency_ms: float = 0.0
    mask_all_phones: bool = False
    hide_offer: bool = False
    strict: bool = True
    living: bool = False
    plain_codes: bool = False
    arrival_seconds_from: float = 20.0
    arrival_seconds_to: float = 60.0
    waybill_seconds: float = 6.0
    expiry_grace_seconds: float = 120.0
    code_gap: float = 3.0
    unknown_agent_delay_ms: float = 0.0
    revision: int = 0

    def change(self, wanted: dict[str, Any]) -> None:
        """Sets the named switches, all or none. Raises ValueError, with a sentence, for a bad name or type."""
        kinds = {item.name: type(getattr(self, item.name)) for item in fields(self) if item.name != "revision"}
        for name, value in wanted.items():
            if name not in kinds:
                raise ValueError(f"unknown setting {name!r}; known: {', '.join(sorted(kinds))}")
            if not _fits(value, kinds[name]):
                raise ValueError(f"{name}: {_NAMES[kinds[name]]} is expected")
        for name, value in wanted.items():
            setattr(self, name, kinds[name](value))
        self.revision += 1


_NAMES = {bool: "true or false", float: "a number from 0 up"}


def _fits(value: object, kind: type) -> bool:
    if kind is bool:
        return isinstance(value, bool)
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
