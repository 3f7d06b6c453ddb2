"""The changes that a question asks for: as data for the engine, and in words with the figures they rest on."""

from dataclasses import dataclass

from django.utils.translation import gettext

from quality.formulas import Metric
from quality.outlook import words
from quality.outlook.asked import ALL, Asked
from quality.outlook.reading import Made, Product
from quality.outlook.whatif import Change, Exclude, Prevent, Stop, Switch
from staff.formats import calendar_day, grouped, plural, share
from staff.languages import noun

LONGEST_NAME = 60
HOURS = noun("час", "часов")
DISPUTES = noun("спорный заказ", "спорных заказов")


@dataclass(frozen=True, slots=True)
class Told:
    """`labels` go on after «Если …»; `facts` are what the changes rest on; `problems`: what was asked and cannot be."""

    changes: tuple[Change, ...]
    labels: tuple[str, ...]
    facts: tuple[str, ...]
    problems: tuple[str, ...]


Part = tuple[Change | None, str, str]


def changes_of(asked: Asked, made: Made) -> Told:
    """The changes of this question in the order of its form."""
    parts = [part for one in (_stop, _earlier, _buffer, _without, _judged) if (part := one(asked, made)) is not None]
    known = {one.sku for one in made.products}
    unknown = [
        gettext("Артикул «%(sku)s» в этом магазине с %(day)s не заказывали.")
        % {"sku": sku, "day": calendar_day(made.counted.first)}
        for sku in asked.skus
        if sku not in known
    ]
    return Told(
        changes=tuple(change for change, *_ in parts if change is not None),
        labels=tuple(label for change, label, _ in parts if change is not None),
        facts=tuple(fact for change, _, fact in parts if change is not None and fact),
        problems=(*unknown, *(fact for change, _, fact in parts if change is None)),
    )


def short_name(product: Product) -> str:
    """The name of a product, bounded; its SKU where it has none."""
    name = product.name or product.sku
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def _stop(asked: Asked, made: Made) -> Part | None:
    chosen = [one for one in made.products if one.sku in asked.skus]
    if not chosen:
        return None
    above, below = sum(one.above for one in chosen), sum(one.below for one in chosen)
    stop = Stop(orders=_part(below, made.below), faults=_part(above, made.above), from_day=asked.begins, lag=made.lag)
    names = words.listed([f"«{short_name(one)}»" for one in chosen])
    label = gettext("снять с продажи %(names)s с %(day)s") % {"names": names, "day": calendar_day(asked.begins)}
    return stop, label, _stop_fact(asked, made, chosen, below)


def _stop_fact(asked: Asked, made: Made, chosen: list[Product], below: int) -> str:
    faults = sum(one.faults for one in chosen)
    said = {
        "faults": grouped(faults),
        "of": grouped(made.faults),
        "share": share(below / made.below if made.below else 0, digits=1),
        "lag": plural(made.lag, "день", "дней"),
    }
    if asked.metric is Metric.RATING:
        return gettext("На эти товары приходится %(faults)s из %(of)s низких оценок и %(share)s всех оценок.") % said
    text = gettext("На эти товары приходится %(faults)s из %(of)s нарушений и %(share)s заказов.") % said
    return text + (gettext(" От заказа до нарушения в среднем %(lag)s.") % said if made.lag else "")


def _earlier(asked: Asked, made: Made) -> Part | None:
    if not asked.hours:
        return None
    if asked.metric is not Metric.LATE_HANDOVER:
        return None, "", gettext("Сдача раньше меняет только задержки передачи.")
    saved = saved_by(made, asked.hours)
    hours = plural(asked.hours, *HOURS)
    return (
        Prevent(part=_part(saved, made.faults), from_day=asked.begins),
        gettext("сдавать посылки на %(hours)s раньше") % {"hours": hours},
        gettext("Задержки за %(days)s: на %(hours)s раньше успели бы %(saved)s из %(of)s.")
        % {
            "hours": hours,
            "saved": grouped(saved),
            "of": grouped(made.faults),
            "days": plural((made.window.last - made.window.first).days + 1, "день", "дней"),
        },
    )


def saved_by(made: Made, hours: int) -> int:
    """Late hand-overs that would have been in time so many hours earlier."""
    return sum(count for begun, count in made.late_by if begun <= hours)


def _buffer(asked: Asked, made: Made) -> Part | None:
    if not asked.buffer:
        return None
    if asked.metric is not Metric.CANCELLED:
        return None, "", gettext("Запас товара меняет только долю отмен.")
    return (
        Prevent(part=_part(made.out_of_stock, made.faults) * asked.buffer / ALL, from_day=asked.begins),
        gettext("держать запас, чтобы %(part)s отмен «нет в наличии» не случилось")
        % {"part": share(asked.buffer / ALL, digits=0)},
        gettext("«Нет в наличии» – причина %(count)s из %(of)s отмен.")
        % {"count": grouped(made.out_of_stock), "of": grouped(made.faults)},
    )


def _without(asked: Asked, made: Made) -> Part | None:
    if not asked.disputed:
        return None
    if not made.disputes:
        return None, "", gettext("Открытых споров по этому показателю нет.")
    return (
        Exclude(made.disputed),
        gettext("исключить %(orders)s") % {"orders": plural(made.disputes, *DISPUTES)},
        gettext("Споры могут закончиться не в вашу пользу: это лучший исход."),
    )


def _judged(asked: Asked, made: Made) -> Part | None:
    if asked.profile is None:
        return None
    rule = asked.profile.rules[asked.metric]
    return Switch(rule=rule), gettext("судить по правилам «%(title)s»") % {"title": asked.profile.title}, ""


def _part(some: int, of: int) -> float:
    return min(some / of, 1.0) if of else 0.0
