"""The forms of the page of rules: which fields, filled with what."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext

from quality.formulas import Metric
from quality.profiles.assigned import FARTHEST
from quality.profiles.page_models import Field, FieldGroup, Forms, Option
from quality.profiles.wording import COMPARED, CONFIDENCE, END_CHOICES, FORMULAS, STEPS
from quality.profiles.written import MOST_STEPS, QUOTED, SOURCE, TITLE, sides, to_form
from quality.scales import NAMES
from quality.thresholds import Comparator, Profile
from staff.errors import Refused
from staff.models import Shop

FORM_STEPS = 3


def forms_of(
    shop: Shop,
    profiles: Iterable[Profile],
    in_force: Profile,
    *,
    strictly: bool,
    today: date,
    base: Profile | None = None,
    said: Mapping[str, str] | None = None,
    refusal: Refused | None = None,
    wrong: str = "",
) -> Forms:
    """All forms of the shop. `base`: the profile that a new one begins from; `said` and `refusal`: what was sent to the
    form `wrong` (assign, write, retire) and why it was not taken.
    """
    at = urlencode({"shop": shop.slug})
    sent = said or {}
    begun = wrong == "write" and said is not None
    return Forms(
        assign_url=f"/quality/rules/assign/?{at}",
        profiles=tuple(
            Option(one.code, str(one.title), sent.get("profile") == one.code)
            for one in profiles
            if one.code != in_force.code
        ),
        today=today.isoformat(),
        farthest=(today + FARTHEST).isoformat(),
        from_day=sent.get("from_day", "")[:10] or today.isoformat(),
        warning_url=f"/quality/rules/warning/?{at}",
        strictly=strictly,
        retire_url=f"/quality/rules/retire/?{at}",
        write_url=f"/quality/rules/new/?{at}",
        groups=tuple(_groups(sent if begun else to_form(base or in_force), refusal.field if refusal and begun else "")),
        is_open=begun or base is not None,
        error=refusal.sentence if refusal else "",
        wrong=wrong,
    )


def _groups(said: Mapping[str, str], wrong: str | None) -> Iterable[FieldGroup]:
    def field(name: str, label: str, **more: Any) -> Field:
        value = said.get(name, "")[:QUOTED]
        choices = more.pop("choices", {})
        options = tuple(Option(str(code), str(text), str(code) == value) for code, text in choices.items())
        return Field(name, label, value, options, wrong=name == wrong, **more)

    yield FieldGroup(
        gettext("Откуда правило"),
        (
            field("title", gettext("Название"), needed=True, longest=TITLE),
            field("source", gettext("Источник"), longest=SOURCE),
            field("quoted", gettext("Слова источника"), kind="long", longest=QUOTED),
            field(
                "confidence", gettext("Насколько верим"), choices={key: chip.text for key, chip in CONFIDENCE.items()}
            ),
            field("valid_from", gettext("Действует с"), kind="date"),
            field("valid_to", gettext("Действует по"), kind="date"),
            field("formula", gettext("Как считаем"), choices=FORMULAS),
        ),
    )
    for metric in Metric:
        yield FieldGroup(str(NAMES[metric]), tuple(_of_metric(metric, field)))
    steps: dict[str, str] = {"": gettext("нет"), **{kind.value: text for kind, text in STEPS.items()}}
    ladder = [
        field(f"step-{n}{part}", label % {"number": n}, **more)
        for n in range(1, FORM_STEPS + 1)
        for part, label, more in (
            ("", gettext("Нарушение %(number)s"), {"choices": steps}),
            ("-days", gettext("Дней, %(number)s"), {"kind": "number"}),
        )
    ]
    yield FieldGroup(
        gettext("Лестница наказаний"),
        (*ladder, field("within", gettext("Нарушения помнят, дней"), kind="number", needed=True)),
    )


def _of_metric(metric: Metric, field: Any) -> Iterable[Field]:
    critical, good = sides(metric)
    unit = gettext("звёзд") if metric is Metric.RATING else "%"
    sample = gettext("Судят с оценок") if metric is Metric.RATING else gettext("Судят с заказов")
    yield field(f"{metric}-critical-when", gettext("Критично"), choices=_words(critical))
    yield field(f"{metric}-critical", gettext("Критично, %(unit)s") % {"unit": unit}, needed=True)
    yield field(f"{metric}-good-when", gettext("Отлично"), choices=_words(good))
    yield field(f"{metric}-good", gettext("Отлично, %(unit)s") % {"unit": unit}, needed=True)
    yield field(f"{metric}-window", gettext("Окно, дней"), kind="number", needed=True)
    yield field(f"{metric}-window-end", gettext("Окно кончается"), choices=END_CHOICES)
    yield field(f"{metric}-sample", sample, kind="number", needed=True)
    if metric is not Metric.RATING:
        yield field(f"{metric}-violations", gettext("Или с нарушения"), kind="number")


def _words(comparators: Iterable[Comparator]) -> dict[Comparator, str]:
    return {one: COMPARED[one] % {"value": "…"} for one in comparators}


assert FORM_STEPS <= MOST_STEPS
