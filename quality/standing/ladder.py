"""The ladder of sanctions: what counts as a violation, where the shop stands, what is next, when each one expires. Pure.

Kaspi's guide q3022 (kaspi-api §10): violations inside 90 days; the first and the second switch the shop off for 7 days
each, the third ends the contract, a new application is possible after 30 days and the numbers begin from zero (seed 001).
What one violation is, the guide does not say. We read it so (ADR 0034):

* a violation is a day on which a number is critical after none was, unless the days off of an earlier one still run: a
  number that swings around the line meanwhile does not count twice;
* what the owner told of Kaspi's sanctions is a fact and goes before what we counted until then: the step that it names says
  how many violations Kaspi counts by that day. When the days off of a told sanction end and a number is critical still, that
  is the next violation («если показатель не вернулся в норму»); of one that nobody told we do not know that it was served;
* a violation counts on its own day and on the 89 days after it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from quality.formulas import Metric
from quality.standing.series import DayValue
from quality.thresholds import Status, Step, StepKind

WITHIN_DAYS: Final = 90
APPLY_AGAIN_DAYS: Final = 30
# Kaspi acts on the day that its cabinet shows, or some days later; a sanction told so soon is of that violation.
NEAR_DAYS: Final = 7


STEPS: Final = (Step(StepKind.SHOP_OFF, 7), Step(StepKind.SHOP_OFF, 7), Step(StepKind.CONTRACT_END))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sanction as the owner told it. `step` counts from 1."""

    id: int
    step: int
    began_on: date
    metrics: tuple[Metric, ...] = ()
    note: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One violation. `weight`: for how many it stands, more than one where a later step was told than we know of violations.

    `told` is None where only our numbers speak of it. `expires_on`: the first day on which it does not count.
    """

    day: date
    metrics: tuple[Metric, ...]
    told: Told | None
    weight: int
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Where a shop stands. `count`: violations that still count, `following`: the step (from 0) that the next one brings.

    `current`: the sanction that runs, as it was told; `until`: the first day after it, None where it does not end.
    """

    steps: tuple[Step, ...]
    violations: tuple[Violation, ...]
    count: int
    following: int
    current: Told | None
    until: date | None

    @property
    def ended(self) -> bool:
        """Whether the contract is at its end, by what the owner told."""
        return self.current is not None and self.step_of(self.current).kind is StepKind.CONTRACT_END

    @property
    def apply_again_on(self) -> date | None:
        """From which day the shop may ask to be taken back."""
        return self.current.began_on + timedelta(days=APPLY_AGAIN_DAYS) if self.current and self.ended else None

    def step_of(self, told: Told) -> Step:
        return step_at(self.steps, told.step - 1)

    def after(self, day: date) -> int:
        """How many still count on that day, if no new ones come."""
        return sum(one.weight for one in self.violations if one.day <= day < one.expires_on)


def step_at(steps: Sequence[Step], number: int) -> Step:
    """The step of this number, from 0; the last one is also every later one."""
    return steps[min(number, len(steps) - 1)]


def ladder(
    past: Mapping[Metric, Sequence[DayValue]],
    told: Iterable[Told],
    *,
    today: date,
    steps: tuple[Step, ...] = STEPS,
    within: int = WITHIN_DAYS,
) -> Ladder:
    """From the values of past days (of all numbers the same days, today the last), and what the owner told."""
    known = sorted((one for one in told if one.began_on <= today), key=lambda one: (one.began_on, one.id))
    counted = violations(critical_days(past), known, steps=steps, within=within)
    standing = tuple(one for one in counted if today < one.expires_on)
    count = sum(one.weight for one in standing)
    current = next((one for one in reversed(known) if _runs(one, steps, today, within)), None)
    return Ladder(
        steps=steps,
        violations=standing,
        count=count,
        following=min(count, len(steps) - 1),
        current=current,
        until=_until(current, steps) if current else None,
    )


def critical_days(past: Mapping[Metric, Sequence[DayValue]]) -> dict[date, tuple[Metric, ...]]:
    """Of each day, in order, which numbers were critical; mostly none."""
    return {
        of_day[0].day: tuple(
            metric for metric, value in zip(past, of_day, strict=True) if value.status is Status.CRITICAL
        )
        for of_day in zip(*past.values(), strict=True)
    }


def violations(
    critical: Mapping[date, tuple[Metric, ...]],
    told: Sequence[Told] = (),
    *,
    steps: Sequence[Step] = STEPS,
    within: int = WITHIN_DAYS,
) -> tuple[Violation, ...]:
    """All violations of these days in order, those that have expired among them. `told` in order of their beginning."""
    found: tuple[Violation, ...] = ()
    calm = True
    for day in sorted({*critical, *(one.began_on for one in told)}):
        metrics, today = critical.get(day, ()), [one for one in told if one.began_on == day]
        for one in today:
            found = _confirmed(found, one, metrics, within)
        if metrics and not today and not _is_served(found, day, calm=calm, steps=steps, within=within):
            found = (*found, _violation(day, metrics, within))
        calm = not metrics or (calm and not (found and found[-1].day == day))
    return found


def _violation(
    day: date, metrics: tuple[Metric, ...], within: int, *, told: Told | None = None, weight: int = 1
) -> Violation:
    expires = day + timedelta(days=within)
    return Violation(day=day, metrics=metrics, told=told, weight=weight, expires_on=expires)


def _confirmed(
    found: Sequence[Violation], told: Told, metrics: tuple[Metric, ...], within: int
) -> tuple[Violation, ...]:
    """Kaspi's step says how many there are by now: what we counted before is this one, or is not on its ladder."""
    kept = tuple(one for one in found if one.told is not None)
    before = sum(one.weight for one in kept if told.began_on < one.expires_on)
    near = (one.metrics for one in reversed(found) if (told.began_on - one.day).days < NEAR_DAYS and not one.told)
    named = told.metrics or metrics or next(near, ())
    return (*kept, _violation(told.began_on, named, within, told=told, weight=max(told.step - before, 1)))


def _is_served(found: Sequence[Violation], day: date, *, calm: bool, steps: Sequence[Step], within: int) -> bool:
    """Whether that day is still of the last violation: its days off run, or, where none are known to, its crisis lasts."""
    if not found:
        return False
    last = found[-1]
    number = last.told.step if last.told else sum(one.weight for one in found if last.day < one.expires_on)
    step = step_at(steps, number - 1)
    if last.told is not None and step.kind is StepKind.CONTRACT_END:
        # From zero, when the shop has been taken back: which is as long as the violation counts.
        return day < last.day + timedelta(days=within)
    runs = step.days is not None and day < last.day + timedelta(days=step.days)
    return runs or (not calm and (last.told is None or step.days is None))


def _until(told: Told, steps: Sequence[Step]) -> date | None:
    days = step_at(steps, told.step - 1).days
    return None if days is None else told.began_on + timedelta(days=days)


def _runs(told: Told, steps: Sequence[Step], today: date, within: int) -> bool:
    """Whether the sanction is in force today. The end of the contract is remembered as long as a violation."""
    until = _until(told, steps)
    if until is None:
        is_end = step_at(steps, told.step - 1).kind is StepKind.CONTRACT_END
        return is_end and today < told.began_on + timedelta(days=within)
    return today < until
