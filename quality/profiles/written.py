"""A profile that a person wrote: from the fields of a form, to and from what the database keeps. Pure.

Kept are exact values, so that what was judged once is judged so again: «3/100» with its comparator. Each refusal names
the field it is about.
"""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final, TypeVar

from django.utils.translation import gettext

from quality.formulas import FORMULA, FORMULAS, Metric
from quality.scales import NAMES
from quality.thresholds import (
    Bound,
    Comparator,
    Confidence,
    Profile,
    Rule,
    SourceKind,
    Step,
    StepKind,
    WindowEnd,
)
from staff.errors import Refused

Form = Mapping[str, str]
Kind = TypeVar("Kind", WindowEnd, Confidence, StepKind, Comparator)

LONGEST_WINDOW: Final = 180
MOST_SAMPLE: Final = 1000
MOST_VIOLATIONS: Final = 100
MOST_STEPS: Final = 5
LONGEST_STEP: Final = 365
TITLE, SOURCE, QUOTED = 120, 300, 600
EARLIEST, LATEST = date(2015, 1, 1), date(2100, 1, 1)
USUAL_WITHIN: Final = 90

# By which side of its line a number is critical, and by which it is good: a share from above, the rating from below.
ABOVE, BELOW = (Comparator.GE, Comparator.GT), (Comparator.LT, Comparator.LE)
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,4})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,4}", re.ASCII)


def sides(metric: Metric) -> tuple[tuple[Comparator, ...], tuple[Comparator, ...]]:
    """The comparators that a critical and a good bound of the metric may have, the usual one first."""
    return (BELOW, ABOVE) if metric is Metric.RATING else (ABOVE, BELOW)


# --- From a form ------------------------------------------------------------------------------------------------------


def from_form(form: Form) -> Profile:
    """The profile that these fields tell, without a code and an author yet. Raises Refused (400) with the field.

    Of each metric: `cancelled-critical` with `-critical-when`, `-good`, `-good-when`, `-window`, `-window-end`, `-sample`,
    `-violations`; shares in per cent. Steps of the ladder: `step-1`, `step-1-days`; an empty one ends it.
    """
    valid_from, valid_to = (_day(form, name) for name in ("valid_from", "valid_to"))
    if valid_from and valid_to and valid_to < valid_from:
        raise _wrong("valid_to", gettext("Правило кончается раньше, чем начинается"))
    return Profile(
        code="",
        title=_text(form, "title", TITLE, needed=gettext("Назовите профиль")),
        valid_from=valid_from,
        valid_to=valid_to,
        source=_text(form, "source", SOURCE),
        source_kind=SourceKind.MANUAL,
        quoted=_text(form, "quoted", QUOTED),
        confidence=_kind(form, "confidence", Confidence, gettext("Насколько верим источнику?")),
        formula=_formula(form),
        rules={metric: _rule(form, metric) for metric in Metric},
        ladder=_ladder(form),
        violations_within_days=_count(form, "within", 1, 366, gettext("Нарушения помнят")),
    )


def to_form(profile: Profile) -> dict[str, str]:
    """The same fields filled with a profile, to begin another one from."""
    said = {
        "title": "",
        "source": profile.source,
        "quoted": profile.quoted,
        "confidence": profile.confidence.value,
        "valid_from": profile.valid_from.isoformat() if profile.valid_from else "",
        "valid_to": profile.valid_to.isoformat() if profile.valid_to else "",
        "formula": profile.formula,
        "within": str(profile.violations_within_days),
    }
    for metric, rule in profile.rules.items():
        said |= {f"{metric}-{name}": text for name, text in _rule_fields(rule).items()}
    for number, step in enumerate(profile.ladder, 1):
        said |= {f"step-{number}": step.kind.value, f"step-{number}-days": str(step.days or "")}
    return said


def _rule_fields(rule: Rule) -> dict[str, str]:
    return {
        "critical": _decimal(rule.critical.value, rule.metric),
        "critical-when": rule.critical.comparator.value,
        "good": _decimal(rule.good.value, rule.metric),
        "good-when": rule.good.comparator.value,
        "window": str(rule.window_days),
        "window-end": rule.window_end.value,
        "sample": str(rule.min_sample),
        "violations": str(rule.min_violations or ""),
    }


def _decimal(value: Fraction, metric: Metric) -> str:
    shown = float(value if metric is Metric.RATING else value * 100)
    return f"{shown:.4f}".rstrip("0").rstrip(".").replace(".", ",")


def _rule(form: Form, metric: Metric) -> Rule:
    names, (critical, good) = {"name": NAMES[metric]}, sides(metric)
    window, sample = gettext("%(name)s: окно") % names, gettext("%(name)s: сколько нужно данных") % names
    return checked(
        Rule(
            metric=metric,
            critical=_bound(form, f"{metric}-critical", metric, critical),
            good=_bound(form, f"{metric}-good", metric, good),
            window_days=_count(form, f"{metric}-window", 1, LONGEST_WINDOW, window),
            window_end=_kind(form, f"{metric}-window-end", WindowEnd, gettext("%(name)s: где кончается окно?") % names),
            min_sample=_count(form, f"{metric}-sample", 1, MOST_SAMPLE, sample),
            min_violations=_violations(form, metric),
        )
    )


def _violations(form: Form, metric: Metric) -> int | None:
    field, names = f"{metric}-violations", {"name": NAMES[metric]}
    if not form.get(field, "").strip():
        return None
    if metric is Metric.RATING:
        raise _wrong(field, gettext("%(name)s: нарушений не считают, только оценки") % names)
    return _count(form, field, 1, MOST_VIOLATIONS, gettext("%(name)s: с какого нарушения") % names)


def checked(rule: Rule) -> Rule:
    """The rule, if what is good lies on the good side of what is critical. Raises Refused (400)."""
    better = rule.good.value - rule.critical.value
    if (better if rule.metric is Metric.RATING else -better) <= 0:
        sentence = gettext("%(name)s: «отлично» должно быть лучше, чем «критично»") % {"name": NAMES[rule.metric]}
        raise _wrong(f"{rule.metric}-good", sentence)
    return rule


def _bound(form: Form, field: str, metric: Metric, may: tuple[Comparator, ...]) -> Bound:
    text, name = form.get(field, "").strip().rstrip("%").strip(), NAMES[metric]
    value = Fraction(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    if metric is Metric.RATING:
        if value is None or not 1 <= value <= 5:
            raise _wrong(field, gettext("%(name)s: оценка от 1 до 5") % {"name": name})
    elif value is None or value > 100 or (value == 0 and field.endswith("critical")):
        raise _wrong(field, gettext("%(name)s: доля от 0 до 100 %%, критичная больше нуля") % {"name": name})
    else:
        value /= 100
    when = form.get(f"{field}-when", "") or may[0].value
    if when not in may:
        raise _wrong(f"{field}-when", gettext("%(name)s: так границу сравнить нельзя") % {"name": name})
    return Bound(Comparator(when), value)


def _ladder(form: Form) -> tuple[Step, ...]:
    told = []
    for number in range(1, MOST_STEPS + 1):
        field = f"step-{number}"
        if not form.get(field, ""):
            break
        kind = _kind(form, field, StepKind, gettext("Лестница: такой меры нет"))
        days = form.get(f"{field}-days", "").strip()
        counted = _count(form, f"{field}-days", 1, LONGEST_STEP, gettext("Лестница: срок")) if days else None
        told.append(Step(kind, counted))
    return tuple(told)


def _formula(form: Form) -> str:
    version = form.get("formula", "") or FORMULA.version
    if version not in FORMULAS:
        raise _wrong("formula", gettext("Такой формулы нет. Есть: %(known)s") % {"known": ", ".join(FORMULAS)})
    return version


def _text(form: Form, field: str, longest: int, *, needed: str = "") -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in form.get(field, "")).split())
    if needed and not text:
        raise _wrong(field, needed)
    if len(text) > longest:
        raise _wrong(field, gettext("Слишком длинно: до %(longest)s знаков") % {"longest": longest})
    return text


def _count(form: Form, field: str, least: int, most: int, name: str) -> int:
    text = form.get(field, "").strip()
    found = int(text) if _WHOLE.fullmatch(text) else None
    if found is None or not least <= found <= most:
        said = {"name": name, "least": least, "most": most}
        raise _wrong(field, gettext("%(name)s: целое число от %(least)s до %(most)s") % said)
    return found


def _kind(form: Form, field: str, kinds: type[Kind], sentence: str) -> Kind:
    try:
        return kinds(form.get(field, ""))
    except ValueError as problem:
        raise _wrong(field, sentence) from problem


def _day(form: Form, field: str) -> date | None:
    text = form.get(field, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text[:20])
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        raise _wrong(field, gettext("Дата: ждём дату 2026-11-22"))
    return day


def _wrong(field: str, sentence: str) -> Refused:
    return Refused("bad_value", sentence, status=400, field=field)


# --- To and from the database -----------------------------------------------------------------------------------------


def to_row(profile: Profile) -> dict[str, Any]:
    """The columns of `OwnProfile` that the profile itself fills."""
    return {
        "title": str(profile.title),
        "source": profile.source,
        "quoted": profile.quoted,
        "confidence": profile.confidence.value,
        "valid_from": profile.valid_from,
        "valid_to": profile.valid_to,
        "formula": profile.formula,
        "rules": {metric.value: _rule_kept(rule) for metric, rule in profile.rules.items()},
        "ladder": {
            "within_days": profile.violations_within_days,
            "steps": [{"kind": step.kind.value, "days": step.days} for step in profile.ladder],
        },
    }


def from_row(row: Mapping[str, Any]) -> Profile:
    """The profile of these columns of `OwnProfile`; dates as such or in ISO form."""
    ladder = row["ladder"] or {"within_days": USUAL_WITHIN, "steps": []}
    return Profile(
        code=row["code"],
        title=row["title"],
        valid_from=_date_kept(row["valid_from"]),
        valid_to=_date_kept(row["valid_to"]),
        source=row["source"],
        source_kind=SourceKind.MANUAL,
        quoted=row["quoted"],
        confidence=Confidence(row["confidence"]),
        entered_by=row["actor_label"],
        formula=row["formula"],
        rules={Metric(name): _rule_of(Metric(name), kept) for name, kept in row["rules"].items()},
        ladder=tuple(Step(StepKind(step["kind"]), step["days"]) for step in ladder["steps"]),
        violations_within_days=ladder["within_days"],
    )


def _rule_kept(rule: Rule) -> dict[str, Any]:
    return {
        "critical": _bound_kept(rule.critical),
        "good": _bound_kept(rule.good),
        "window_days": rule.window_days,
        "window_end": rule.window_end.value,
        "min_sample": rule.min_sample,
        "min_violations": rule.min_violations,
    }


def _rule_of(metric: Metric, kept: Mapping[str, Any]) -> Rule:
    return Rule(
        metric=metric,
        critical=_bound_of(kept["critical"]),
        good=_bound_of(kept["good"]),
        window_days=kept["window_days"],
        window_end=WindowEnd(kept["window_end"]),
        min_sample=kept["min_sample"],
        min_violations=kept["min_violations"],
    )


def _bound_kept(bound: Bound) -> dict[str, str]:
    return {"when": bound.comparator.value, "value": str(bound.value)}


def _bound_of(kept: Mapping[str, str]) -> Bound:
    return Bound(Comparator(kept["when"]), Fraction(kept["value"]))


def _date_kept(day: date | str | None) -> date | None:
    return date.fromisoformat(day) if isinstance(day, str) else day
