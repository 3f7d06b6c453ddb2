"""What an order can wait for, in the order of a day: a table, open for steps whose deadlines another room knows.

Steps of the shelves come from `orders.deadlines`. A room with deadlines of its own (deciding a return, filing a claim)
provides its step when the product starts, as `quality` provides the stakes, and reads its own rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orders.deadlines import RiskLevel, Step
from orders.filters import OrderFilter
from orders.lifecycle import Stage
from orders.merging import STEP_OF
from orders.shelves.page_models import Deadline
from staff.access import Actor
from staff.languages import later as _
from staff.places import Places


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose board of what is read, and when: of `wanted` the shop and the point count. `limit`: of each shelf so many."""

    actor: Actor
    places: Places
    wanted: OrderFilter
    now: datetime
    limit: int


@dataclass(frozen=True, slots=True)
class Burning:
    """An order with a deadline, ready to be sorted and shown. `note`: what else is to be known of the time left.

    `chip` makes the countdown: many are read, few are shown.
    """

    step: str
    at: datetime
    level: RiskLevel
    chip: Callable[[], Deadline]
    url: str
    code: str
    item: str
    point_id: int | None
    shop_id: int
    note: str = ""
    courier: str = ""


Reader = Callable[[Asked], tuple[Sequence[Burning], int]]
"""The most urgent rows by deadline, at most `limit`, and how many there are in all."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the board. The orders of `stages` are read from the shelves, those of a provided step by its `read`."""

    key: str
    label: str
    icon: str
    stages: tuple[Stage, ...] = ()
    read: Reader | None = field(default=None, compare=False)


def _of_shelves(step: Step, label: str, icon: str) -> StepRow:
    return StepRow(step.value, label, icon, tuple(stage for stage, one in STEP_OF.items() if one is step))


OWN: tuple[StepRow, ...] = (
    _of_shelves(Step.ACCEPT, _("Принять"), "inbox"),
    _of_shelves(Step.PACK, _("Собрать"), "package"),
    _of_shelves(Step.HAND_OVER, _("Передать"), "send"),
    _of_shelves(Step.DELIVER, _("Доставить"), "bike"),
    _of_shelves(Step.PICKUP, _("Выдать"), "shopping-bag"),
    _of_shelves(Step.ARRIVE, _("Дождаться товара"), "calendar-clock"),
    _of_shelves(Step.SIGN, _("Подписать"), "signature"),
    _of_shelves(Step.BRING_BACK, _("Забрать обратно"), "rotate-ccw"),
)
_provided: dict[str, StepRow] = {}


def provide(step: StepRow) -> None:
    """Add a step that its own room reads; once more with the same key replaces it."""
    _provided[step.key] = step


def steps() -> tuple[StepRow, ...]:
    return (*OWN, *_provided.values())


def steps_by_key() -> Mapping[str, StepRow]:
    return {step.key: step for step in steps()}
