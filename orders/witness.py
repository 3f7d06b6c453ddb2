"""How each kind of action is proven: what is read back from Kaspi, and what that says.

The echo of a write proves nothing (kaspi-api §4). An action on the order is proven by its stage, one on a line by the line
as it is now, IMEIs by Kaspi's own list of them.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from integrations.kaspi.client import KaspiClient
from integrations.kaspi.facts import EntryDevices, KaspiEntry, KaspiOrder
from integrations.models import ActionKind
from orders import lines
from orders.lifecycle import Progress, Stage, progress, stage_of
from orders.lines import Line
from orders.merging import flags_of


@dataclass(frozen=True, slots=True)
class Testimony:
    """What Kaspi says now. `fact` carries the lines where the proof lies in them; `devices` is None unless asked for."""

    fact: KaspiOrder
    progress: Progress
    devices: tuple[EntryDevices, ...] | None = None

    @property
    def is_understood(self) -> bool:
        """False: nobody knows what Kaspi's words for the order mean."""
        return self.progress is Progress.REACHED or _stage(self.fact) is not Stage.UNKNOWN


Params = Mapping[str, Any]
Witness = Callable[[KaspiClient, str, ActionKind, Params], Awaitable[Testimony]]


async def testify(client: KaspiClient, kaspi_id: str, kind: ActionKind, params: Params) -> Testimony:
    """Ask Kaspi what became of an action. Raises KaspiError, NotFound when the order is gone."""
    return await WITNESSES.get(kind, _by_stage)(client, kaspi_id, kind, params)


async def _by_stage(client: KaspiClient, kaspi_id: str, kind: ActionKind, params: Params) -> Testimony:
    fact = await client.order_by_id(kaspi_id)
    return Testimony(fact, progress(kind, _stage(fact)))


async def _by_line(client: KaspiClient, kaspi_id: str, kind: ActionKind, params: Params) -> Testimony:
    fact = replace(await client.order_by_id(kaspi_id), entries=await client.entries_with_sku(kaspi_id))
    return Testimony(fact, lines.progress(kind, params, _lines(fact.entries or ()), (), _stage(fact)))


async def _by_devices(client: KaspiClient, kaspi_id: str, kind: ActionKind, params: Params) -> Testimony:
    fact = replace(await client.order_by_id(kaspi_id), entries=await client.entries_with_sku(kaspi_id))
    devices = await client.imeis(kaspi_id)
    named = next((one.devices for one in devices if one.entry_number == params["number"]), ())
    said = lines.progress(kind, params, _lines(fact.entries or ()), named, _stage(fact))
    return Testimony(fact, said, devices)


WITNESSES: Final[Mapping[ActionKind, Witness]] = {
    ActionKind.CANCEL_ENTRY: _by_line,
    ActionKind.WEIGH: _by_line,
    ActionKind.IMEI: _by_devices,
}


def _stage(fact: KaspiOrder) -> Stage:
    return stage_of(fact.state, fact.status, flags_of(fact))


def _lines(entries: Iterable[KaspiEntry]) -> dict[str, Line]:
    return {
        entry.kaspi_id: Line(
            entry.kaspi_id, entry.number, entry.quantity, entry.unit_type, entry.weight_grams, entry.imei_required
        )
        for entry in entries
    }
