"""The page of rules in words: all profiles side by side, which one holds for the shop, and since when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext

from quality import reading
from quality.formulas import Metric
from quality.metrics import Measured, Reading
from quality.profiles import assigned
from quality.profiles.bars import bar
from quality.profiles.form import forms_of
from quality.profiles.page_models import BoundLine, Forms, HistoryLine, MetricBounds, ProfileCard, RulesPage
from quality.profiles.wording import (
    CONFIDENCE,
    FORMULAS,
    SOURCES,
    bound_text,
    held_text,
    ladder_text,
    sample_text,
    window_text,
)
from quality.scales import NAMES, value_text
from quality.thresholds import BY_CODE, Profile, Rule, Status, judge, strictest
from quality.words import NOUNS, STATUS_CHIPS
from staff.access import Actor
from staff.errors import Refused
from staff.formats import almaty_moment, calendar_day, plural
from staff.models import Shop
from staff.page_parts import Chip, Fact, Tab
from staff.permissions import Permission
from staff.places import Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for, and what was sent to one of the forms and refused."""

    shop: Shop | None
    now: datetime
    base: str = ""
    wrong: str = ""
    said: Mapping[str, str] | None = None
    refusal: Refused | None = None

    def url(self, path: str = "", **more: str) -> str:
        said = {"shop": self.shop.slug if self.shop else "", **more}
        return f"/quality/{path}?" + urlencode({name: value for name, value in said.items() if value})


def rules_page(asked: Asked, *, by: Actor, places: Places) -> RulesPage:
    """Everything that `templates/quality/rules.html` prints."""
    today = reading.today_of(asked.now)
    shops = [asked.shop.pk] if asked.shop else [shop.pk for shop in places.shops]
    in_force, offered = assigned.for_shops(shops, today), assigned.offered()
    found = reading.numbers_by_profile(shops, offered, now=asked.now, seen_by=by)
    strictly = bool(asked.shop and assigned.warned_by_strictest(shops))
    manages = asked.shop is not None and by.may(Permission.QUALITY_MANAGE) and by.sees_whole(asked.shop.pk)
    return RulesPage(
        note=_note(asked, by=by, places=places),
        lead=_lead(in_force, asked, places),
        lead_note=_warned(offered, strictly),
        back_url=asked.url(),
        shops=tuple(_shops(asked, places)),
        metrics=tuple(_bounds(metric, offered, in_force, found) for metric in Metric),
        profiles=tuple(_card(one, in_force, asked, manages=manages) for one in offered),
        history=tuple(_history(shops, places, asked)),
        forms=_forms(asked, asked.shop, offered, in_force, strictly=strictly) if manages and asked.shop else None,
    )


def _note(asked: Asked, *, by: Actor, places: Places) -> str:
    of = asked.shop.name if asked.shop else plural(len(places.shops), "магазин", "магазинов")
    whole = all(by.sees_whole(shop.pk) for shop in ([asked.shop] if asked.shop else places.shops))
    return of if whole else gettext("%(of)s, только ваши точки") % {"of": of}


def _lead(in_force: Profile, asked: Asked, places: Places) -> str:
    if asked.shop is None and len(places.shops) > 1:
        # Each of them may have another one.
        return gettext("Все магазины вместе: по профилю «%(title)s».") % {"title": in_force.title}
    return gettext("Сегодня судим по профилю «%(title)s».") % {"title": in_force.title}


def _shops(asked: Asked, places: Places) -> list[Tab]:
    if len(places.shops) < 2:
        return []
    chosen = asked.shop.slug if asked.shop else ""
    every = Tab(gettext("все"), "/quality/rules/", current=not chosen)
    each = [
        Tab(shop.name, f"/quality/rules/?{urlencode({'shop': shop.slug})}", current=shop.slug == chosen)
        for shop in places.shops
    ]
    return [every, *each]


def _warned(offered: Sequence[Profile], strictly: bool) -> str:
    """By what the shop is warned, and which profile is the strictest of all."""
    codes = {strictest(offered, metric).code for metric in Metric}
    titles = ", ".join(f"«{one.title}»" for one in offered if one.code in codes)
    said = gettext("Самый строгий: %(titles)s.") if len(codes) == 1 else gettext("Самые строгие: %(titles)s.")
    warned = [gettext("Предупреждаем по самым строгим из действующих.")] if strictly else []
    return " ".join([said % {"titles": titles}, *warned])


# --- Lines ------------------------------------------------------------------------------------------------------------


def _bounds(
    metric: Metric, offered: Sequence[Profile], in_force: Profile, found: Mapping[str, Mapping[Metric, Reading]]
) -> MetricBounds:
    official = found[in_force.code][metric].official
    value = value_text(metric, official.value) if official.value is not None else ""
    alike: defaultdict[tuple[Rule, str], list[Profile]] = defaultdict(list)
    for one in offered:
        alike[one.rules[metric], one.formula].append(one)
    lines = tuple(_line(group, found[group[0].code][metric].official, in_force) for group in alike.values())
    said = gettext("%(name)s %(value)s") % {"name": NAMES[metric], "value": value or gettext("не посчитано")}
    told = "; ".join(
        f"{line.title}: {gettext('критично')} {line.critical}, {gettext('отлично')} {line.good}" for line in lines
    )
    return MetricBounds(
        name=NAMES[metric],
        value=value or "—",
        note=_counted(official) if value else gettext("за окно пока нечего делить"),
        bar=bar([one.rules[metric] for one in offered], in_force.rules[metric], official.value, f"{said}. {told}"),
        lines=lines,
    )


def _counted(measured: Measured) -> str:
    over, under = NOUNS[measured.metric]
    return f"{plural(measured.numerator, *over)} / {plural(measured.denominator, *under)}"


def _line(alike: Sequence[Profile], measured: Measured, in_force: Profile) -> BoundLine:
    rule = alike[0].rules[measured.metric]
    status = judge(measured, rule)
    shown = measured.value is not None and status is not Status.NOT_ENOUGH_DATA
    return BoundLine(
        title="; ".join(str(one.title) for one in alike),
        window=window_text(rule),
        critical=bound_text(rule.critical, rule.metric),
        good=bound_text(rule.good, rule.metric),
        sample=sample_text(rule),
        value=value_text(rule.metric, measured.value) if shown and measured.value is not None else "—",
        chip=STATUS_CHIPS[status],
        current=in_force in alike,
    )


# --- Where they are from ----------------------------------------------------------------------------------------------


def _card(profile: Profile, in_force: Profile, asked: Asked, *, manages: bool) -> ProfileCard:
    own = profile.code not in BY_CODE
    chips = [CONFIDENCE[profile.confidence]]
    if profile.code == in_force.code:
        chips.insert(0, Chip(gettext("действует"), "accent", "check"))
    if own:
        chips.append(Chip(gettext("свой")))
    facts = (
        Fact(gettext("Код"), profile.code),
        Fact(gettext("Источник"), profile.source or gettext("не назван")),
        Fact(gettext("Вид источника"), str(SOURCES[profile.source_kind])),
        Fact(gettext("Действует"), held_text(profile)),
        Fact(gettext("Записал"), profile.entered_by or "Kaspi Office"),
        Fact(gettext("Как считаем"), str(FORMULAS[profile.formula])),
        Fact(gettext("Лестница"), ladder_text(profile) or gettext("не названа")),
    )
    return ProfileCard(
        title=str(profile.title),
        chips=tuple(chips),
        quoted=profile.quoted,
        note=str(profile.note),
        facts=facts,
        base_url=asked.url("rules/", base=profile.code) + "#own" if manages else "",
        code=profile.code if own and manages and profile.code != in_force.code else "",
    )


def _history(shops: Sequence[int], places: Places, asked: Asked) -> list[HistoryLine]:
    titles = {
        one.code: str(one.title)
        for one in (*BY_CODE.values(), *assigned.own_profiles(retired=True), *assigned.own_profiles())
    }
    today = reading.today_of(asked.now)
    several = len(shops) > 1
    return [
        HistoryLine(
            day=calendar_day(one.from_day, year=True),
            title=titles.get(one.code, one.code) + (f", {places.shop_by_id(one.shop_id).name}" if several else ""),
            by=one.by,
            at=almaty_moment(one.at, now=asked.now),
            ahead=one.from_day > today,
            superseded=not one.holds,
        )
        for one in assigned.history(shops)
    ]


def _forms(asked: Asked, shop: Shop, offered: Sequence[Profile], in_force: Profile, *, strictly: bool) -> Forms:
    return forms_of(
        shop,
        offered,
        in_force,
        strictly=strictly,
        today=reading.today_of(asked.now),
        base=next((one for one in offered if one.code == asked.base), None),
        said=asked.said,
        refusal=asked.refusal,
        wrong=asked.wrong,
    )
