"""Lines of the table: what was measured, the goal it is held against, and whether it is met."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the world is and how patiently it is measured."""

    orders: int
    quick: bool = False
    shops: int = 200

    @property
    def small(self) -> int:
        """Orders of the smaller database that growth is measured against."""
        return self.orders // 10

    def times(self, usual: int) -> int:
        """Repetitions: a quick run makes do with a third."""
        return max(3, usual // 3) if self.quick else usual


# The goals of speed by their numbers; those that nothing measures yet wait for what they are about.
GOALS = {
    1: "shelf page",
    3: "search",
    4: "«anything new?»",
    5: "polling",
    6: "storing",
    7: "the four numbers",
    8: "auto-cancel",
    9: "price lists",
    10: "list of the API",
    11: "memory",
    12: "a key on the shelf",
    13: "merging waybills",
    14: "full recompute of the numbers",
    15: "quality page",
    16: "profit",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line. `goal` is the bound in the unit of `value`, None for what is only told; `goal_no` a number of GOALS."""

    metric: str
    value: float
    unit: str
    goal: float | None = None
    most: bool = True
    goal_no: int = 0

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value <= self.goal if self.most else self.value >= self.goal

    @property
    def shown(self) -> str:
        return shown(self.value, self.unit)

    @property
    def shown_goal(self) -> str:
        if self.goal is None:
            return ""
        return f"{'≤' if self.most else '≥'} {shown(self.goal, self.unit)}"


def at_most(metric: str, value: float, goal: float, *, no: int, unit: str = "×") -> Figure:
    return Figure(metric, value, unit, goal, most=True, goal_no=no)


def at_least(metric: str, value: float, goal: float, *, no: int, unit: str = "×") -> Figure:
    return Figure(metric, value, unit, goal, most=False, goal_no=no)


def told(metric: str, value: float, unit: str) -> Figure:
    """A figure without a goal, for the reader."""
    return Figure(metric, value, unit)


def shown(value: float, unit: str) -> str:
    """«1.27 ×», «94 %», «3.1 ms», «5 200 /s»."""
    digits = {"×": 2, "%": 0, "ms": 2 if value < 10 else 0}.get(unit, 0)
    return f"{value:,.{digits}f} {unit}".replace(",", " ")


def as_line(figure: Figure) -> str:
    return json.dumps(asdict(figure))


def from_line(line: str) -> Figure:
    return Figure(**json.loads(line))


def table(named: Iterable[tuple[str, Figure]]) -> str:
    """The table in Markdown; the first column is the letter of the measurement."""
    answers = {None: "", True: "yes", False: "**no**"}
    rows = [
        f"| {letter} | {figure.metric} | {figure.shown} | {figure.shown_goal} | {answers[figure.met]} |"
        for letter, figure in named
    ]
    return "\n".join(["| | metric | measured | goal | met? |", "|---|---|---|---|---|", *rows])


def by_goal(figures: Iterable[Figure]) -> str:
    """Which goals are met, in one line: a goal is met when every figure of it is."""
    met: dict[int, bool] = {}
    for figure in figures:
        if figure.met is not None and figure.goal_no in GOALS:
            met[figure.goal_no] = met.get(figure.goal_no, True) and figure.met
    return "; ".join(f"{number} {GOALS[number]}: {'met' if met[number] else 'MISSED'}" for number in sorted(met))
