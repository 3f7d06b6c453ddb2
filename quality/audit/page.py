"""The audit page in words: one number by two knowledges, Kaspi's own beside it, and all its orders."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from quality import reading as numbers
from quality.audit import kaspi
from quality.audit.doubts import candidates_of
from quality.audit.page_models import (
    Answer,
    AuditPage,
    CandidateLine,
    DifferenceLine,
    KaspiForm,
    KaspiSaid,
    ListedOrder,
)
from quality.audit.panel import corrections_panel, said
from quality.audit.proof import LeftOut, Proof, Weighed
from quality.audit.reading import Both, Difference, Standing, both_of
from quality.audit.reconcile import Explained, Reconciled, Step, reconcile
from quality.audit.words import DOUBTS, FORMULA_WORDS, ORDERS, POINTS, SIDES
from quality.formulas import Metric
from quality.models import KaspiNumber
from quality.scales import NAMES, value_text
from quality.thresholds import Profile
from quality.words import EXCLUDED, NOUNS
from staff.access import Actor
from staff.formats import ALMATY, almaty_moment, calendar_day, change, grouped, order_groups, plural
from staff.models import Shop
from staff.page_parts import Chip, Fact, Tab
from staff.permissions import Permission
from staff.places import Places

ROWS: Final = 50
MOST_CANDIDATES: Final = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `known`: as known at this moment; `side` and `by` choose the list of orders."""

    shop: Shop | None
    metric: Metric
    on: date
    known: datetime | None
    now: datetime
    side: str = "numerator"
    by: str = "now"
    start: int = 0

    def url(self, page: str = "", **changed: str) -> str:
        kept = {
            "shop": self.shop.slug if self.shop else "",
            "metric": self.metric.value,
            "on": self.on.isoformat(),
            "known": self.known.astimezone(ALMATY).replace(tzinfo=None).isoformat() if self.known else "",
            "side": self.side,
            "by": self.by,
        }
        return f"/quality/audit/{page}?" + urlencode({name: value for name, value in (kept | changed).items() if value})


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the form of Kaspi's number and refused, and why."""

    said: kaspi.Said = field(default_factory=kaspi.Said)
    error: str = ""
    wrong: str = ""


NOTHING_TYPED: Final = Typed()


def shops_page(asked: Asked, places: Places, *, by: Actor) -> AuditPage:
    """A number is of one shop: which one."""
    whole = [shop for shop in places.shops if by.sees_whole(shop.pk)]
    return AuditPage(
        title=gettext("Сверка числа"),
        note=gettext("Число считают по магазину: выберите какой") if whole else gettext("Целиком вам не виден ни один"),
        shops=tuple(Tab(shop.name, asked.url(shop=shop.slug)) for shop in whole),
    )


def audit_page(asked: Asked, shop: Shop, profile: Profile, *, by: Actor, typed: Typed = NOTHING_TYPED) -> AuditPage:
    """Everything that `templates/quality/audit.html` prints of one number of one shop."""
    both = both_of(shop, asked.metric, asked.on, profile=profile, known_at=asked.known)
    listed = both.then if asked.by == "then" else both.now
    entries: Sequence[Weighed | LeftOut] = getattr(listed, asked.side)
    here, end = entries[asked.start : asked.start + ROWS], asked.start + ROWS
    counted = {"first": asked.start + 1, "last": asked.start + len(here), "all": grouped(len(entries))}
    return AuditPage(
        title=NAMES[asked.metric],
        note=gettext("%(shop)s · число на %(day)s") % {"shop": shop.name, "day": calendar_day(asked.on, year=True)},
        metrics=tuple(Tab(NAMES[one], asked.url(metric=one.value), current=one is asked.metric) for one in Metric),
        shop=shop.slug,
        metric=asked.metric.value,
        on=asked.on.isoformat(),
        known=asked.known.astimezone(ALMATY).strftime("%Y-%m-%dT%H:%M") if asked.known else "",
        back_url=f"/quality/?{urlencode({'shop': shop.slug, 'metric': asked.metric.value})}",
        then=_answer(gettext("Как было известно тогда"), _then_note(both, asked), both.then, asked, "then", both),
        now=_answer(
            gettext("Как известно сейчас"), gettext("всё, что знаем к этой минуте"), both.now, asked, "now", both
        ),
        facts=_facts(both.now, profile),
        same=gettext("С тех пор ничего не изменилось") if both.then == both.now else "",
        differences=tuple(_difference(one, asked) for one in both.differences[:ROWS]),
        differences_note=_differences_note(both),
        kaspi=_kaspi(shop, both.now, profile, asked),
        form=_form(asked, shop, typed) if by.may(Permission.QUALITY_MANAGE) else None,
        lists=tuple(_lists(asked, listed)),
        orders=tuple(_listed(one) for one in here),
        range_text=gettext("%(first)s–%(last)s из %(all)s") % counted if here else "",
        prev_url=asked.url(start=str(max(asked.start - ROWS, 0) or "")) if asked.start else "",
        next_url=asked.url(start=str(end)) if len(entries) > end else "",
        corrections=corrections_panel([shop], since=_begins(both.now), now=asked.now, by=by),
    )


def _begins(proof: Proof) -> datetime:
    return proof.window.instants(ALMATY)[0]


# --- Two answers ------------------------------------------------------------------------------------------------------


def _answer(title: str, note: str, proof: Proof, asked: Asked, by: str, both: Both) -> Answer:
    reasons = Counter(one.why for one in proof.excluded)
    return Answer(
        title=title,
        note=note,
        value="—" if proof.value is None else value_text(proof.metric, proof.value),
        formula=_formula(proof),
        digest=proof.digest,
        text_url=asked.url("proof.txt", by=by, side=""),
        excluded=tuple(Fact(str(EXCLUDED[why]), grouped(count)) for why, count in reasons.most_common()),
        chip=_kept_chip(both) if by == "then" else None,
    )


def _formula(proof: Proof) -> str:
    over, under = NOUNS[proof.metric]
    return f"{plural(proof.above, *over)} / {plural(proof.below, *under)}"


def _then_note(both: Both, asked: Asked) -> str:
    moment = almaty_moment(both.known_at, now=asked.now)
    if asked.known or both.shown is None:
        return gettext("на %(moment)s, без событий самого этого дня") % {"moment": moment}
    return gettext("когда сохранили снимок дня: %(moment)s") % {"moment": moment}


def _kept_chip(both: Both) -> Chip | None:
    """Whether the digest is the one that was kept with the snapshot of the day."""
    if both.shown is None or not both.shown.digest or both.shown.known_at != both.known_at:
        return None
    if both.shown.digest == both.then.digest:
        return Chip(gettext("совпал с сохранённым"), "ok", icon="check")
    return Chip(gettext("не совпал с сохранённым"), "danger")


def _facts(proof: Proof, profile: Profile) -> tuple[Fact, ...]:
    window = gettext("%(first)s – %(last)s, целые дни Алматы") % {
        "first": calendar_day(proof.window.first),
        "last": calendar_day(proof.window.last, year=True),
    }
    return (
        Fact(gettext("Окно"), window),
        Fact(gettext("Профиль"), f"{profile.title} ({profile.code})"),
        Fact(gettext("Формула"), f"{proof.formula}. {FORMULA_WORDS.get(proof.formula, '')}"),
    )


def _differences_note(both: Both) -> str:
    if both.different <= ROWS:
        return plural(both.different, *ORDERS) if both.different else ""
    told = {"all": plural(both.different, *ORDERS), "rows": ROWS}
    return gettext("%(all)s, показаны первые %(rows)s; все номера в двух текстах") % told


def _difference(one: Difference, asked: Asked) -> DifferenceLine:
    return DifferenceLine(
        url=f"/orders/{one.code}/past/?clock=ours",
        no=order_groups(one.code),
        then=_standing(one.then),
        now=_standing(one.now),
        why=tuple(_why(one, asked.now)),
    )


def _standing(one: Standing) -> str:
    if one.excluded:
        return gettext("не вошёл: %(why)s") % {"why": EXCLUDED[one.excluded]}
    names = [(gettext("над чертой"), one.above), (gettext("под чертой"), one.below)]
    parts = [name if count == 1 else f"{name}: {count}" for name, count in names if count]
    return ", ".join(parts) or gettext("не было")


def _why(one: Difference, now: datetime) -> Iterator[str]:
    if one.arrived_late:
        yield gettext("о заказе узнали %(moment)s") % {"moment": almaty_moment(one.arrived_late, now=now)}
    for correction in one.corrections:
        moment = almaty_moment(correction.known_at, now=now)
        yield f"{said(correction, now=now)} ({moment})"
    for ruling in one.rulings:
        words = gettext("%(who)s решил: входит") if ruling.counts else gettext("%(who)s решил: не входит")
        taken_back = gettext(", потом отменено") if ruling.withdrawn_at else ""
        yield words % {"who": ruling.actor_label} + taken_back
    if one.happened_later and not (one.arrived_late or one.corrections or one.rulings):
        yield gettext("случилось уже после этого дня")


# --- Kaspi's own number -----------------------------------------------------------------------------------------------


def _kaspi(shop: Shop, proof: Proof, profile: Profile, asked: Asked) -> KaspiSaid:
    number = kaspi.newest(shop, asked.metric, asked.on)
    if number is None:
        return KaspiSaid()
    doubtful = candidates_of(shop, proof, profile=profile)
    found = reconcile(proof.above, proof.below, kaspi.theirs(number), doubtful)
    lines = found.helpful
    return KaspiSaid(
        told=_told(number, asked.metric),
        who=f"{number.actor_label}, {almaty_moment(number.entered_at, now=asked.now)}",
        note=number.note,
        chip=Chip(gettext("сходится"), "ok", icon="check") if found.agrees else Chip(gettext("расходится"), "warn"),
        text=_verdict(found, proof),
        together=", ".join(one.code for one in found.together) if len(found.together) > 1 else "",
        candidates=tuple(_candidate(one) for one in lines[:MOST_CANDIDATES]),
        more=plural(len(lines) - MOST_CANDIDATES, *ORDERS) if len(lines) > MOST_CANDIDATES else "",
    )


def _told(number: KaspiNumber, metric: Metric) -> str:
    value = value_text(metric, kaspi.theirs(number).value)
    if number.numerator is None or number.denominator is None:
        return value
    return gettext("%(value)s, %(above)s из %(below)s") % {
        "value": value,
        "above": grouped(number.numerator),
        "below": grouped(number.denominator),
    }


def _verdict(found: Reconciled, proof: Proof) -> str:
    if found.agrees:
        return gettext("В пределах округления кабинета числа равны.")
    by = plural(abs(found.orders), *(POINTS if proof.metric is Metric.RATING else ORDERS))
    if not found.orders:
        return gettext("Разница меньше одного заказа: другой знаменатель или другое окно.")
    words = (
        gettext("У нас над чертой на %(by)s больше.")
        if found.orders > 0
        else gettext("У нас над чертой на %(by)s меньше.")
    )
    return words % {"by": by}


def _candidate(one: Explained) -> CandidateLine:
    candidate = one.candidate
    return CandidateLine(
        url=f"/orders/{candidate.code}/",
        no=order_groups(candidate.code),
        doubt=str(DOUBTS[candidate.doubt]),
        step=_step(candidate.step),
        chip=Chip(gettext("объясняет разницу"), "ok") if one.explains else Chip(gettext("часть разницы")),
    )


def _step(step: Step) -> str:
    sides = ((gettext("над чертой"), step.numerator), (gettext("под чертой"), step.denominator))
    return ", ".join(f"{name} {change(grows, digits=0)}" for name, grows in sides if grows)


def _form(asked: Asked, shop: Shop, typed: Typed) -> KaspiForm:
    filled: Mapping[str, str] = {name: getattr(typed.said, name) for name in kaspi.Said.__slots__}
    return KaspiForm(
        url=f"/quality/audit/kaspi/?{urlencode({'shop': shop.slug})}",
        unit=gettext("балл") if asked.metric is Metric.RATING else "%",
        counts=asked.metric is not Metric.RATING,
        day=asked.on.isoformat(),
        latest=numbers.today_of(asked.now).isoformat(),
        filled=dict(filled),
        error=typed.error,
        wrong=typed.wrong,
    )


# --- Orders -----------------------------------------------------------------------------------------------------------


def _lists(asked: Asked, listed: Proof) -> Iterator[Tab]:
    for side, name in SIDES.items():
        entries: Sequence[object] = getattr(listed, side)
        yield Tab(str(name), asked.url(side=side, start=""), grouped(len(entries)), current=side == asked.side)


def _listed(one: Weighed | LeftOut) -> ListedOrder:
    if isinstance(one, LeftOut):
        note = str(EXCLUDED[one.why])
    else:
        note = "" if one.weight is None else f"× {one.weight}"
    return ListedOrder(f"/orders/{one.code}/", order_groups(one.code), note)
