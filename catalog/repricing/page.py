"""The page of repricing in words: rules, what waits, what was decided and why, how fresh the sources are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Max
from django.utils.translation import gettext

from catalog.models import (
    CardLink,
    CompetitorFile,
    CompetitorPrice,
    FileState,
    LinkState,
    PriceDecision,
    PriceRule,
    PriceSource,
    RepricingState,
    WaitingPrice,
    WaitingState,
)
from catalog.repricing import words
from catalog.repricing.deciding import Outcome
from catalog.repricing.looks import USUAL_STALE
from catalog.repricing.page_models import (
    DecisionLine,
    FileLine,
    LinkLine,
    RepricingPage,
    RuleLine,
    SourceLine,
    WaitingLine,
)
from staff.access import Actor
from staff.formats import almaty_moment, grouped, plural, tenge
from staff.languages import kept
from staff.languages import later as _
from staff.models import Shop
from staff.page_parts import Chip, Empty, Notice, Tab
from staff.paging import place
from staff.permissions import Permission
from staff.places import Places
from staff.scoping import current_company

ROWS: Final = 50
SHOWN: Final = 20
ADDRESS: Final = "/catalog/repricing/"
OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.CHANGED: _("Изменены"),
    Outcome.KEPT: _("Оставлены"),
    Outcome.WAITING: _("Ждали человека"),
}
LEVELS: Final[Mapping[str, tuple[str, str]]] = {
    Outcome.CHANGED: ("accent", "check"),
    Outcome.KEPT: ("", "minus"),
    Outcome.WAITING: ("warn", "clock"),
}
FILE_LEVELS: Final[Mapping[str, tuple[str, str]]] = {
    FileState.QUEUED: ("", "clock"),
    FileState.READING: ("accent", "loader-circle"),
    FileState.DONE: ("ok", "check"),
    FileState.FAILED: ("danger", "circle-alert"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, and what a form that was refused says back."""

    shop: Shop
    outcome: Outcome = Outcome.CHANGED
    after: str = ""
    error: str = ""
    link_error: str = ""

    def url(self, **changed: str) -> str:
        outcome = "" if self.outcome is Outcome.CHANGED else self.outcome.value
        query = {"shop": self.shop.slug, "outcome": outcome} | changed
        return f"{ADDRESS}?{urlencode({name: value for name, value in query.items() if value})}"


def repricing_page(asked: Asked, *, by: Actor, places: Places, now: datetime) -> RepricingPage:
    """Everything that `templates/catalog/repricing/repricing.html` prints."""
    whole = by.sees_whole(asked.shop.pk)
    states = {row.shop_id: row for row in RepricingState.objects.all()}
    mine, company = states.get(asked.shop.pk), states.get(None)
    rules = list(PriceRule.objects.filter(shop_id=asked.shop.pk).select_related("offer").order_by("id"))
    waiting, sources = _waiting(asked.shop, now=now), _sources(asked.shop, now=now)
    lines, cursor = _decisions(asked, now=now)
    return RepricingPage(
        shop=asked.shop.slug,
        shops=_shop_tabs(asked.shop, places),
        note=_ran(mine, now=now),
        notices=_notices(mine, company, rules, sources, now=now),
        rules=tuple(_rule(row, asked.shop, now=now) for row in rules),
        waiting=waiting,
        decisions=lines,
        tabs=tuple(
            Tab(str(label), asked.url(outcome=outcome.value), current=outcome is asked.outcome)
            for outcome, label in OUTCOMES.items()
        ),
        sources=sources,
        files=tuple(_file(row, now=now) for row in _files(asked.shop)),
        links=tuple(_link(row, now=now) for row in _links(asked.shop)),
        links_note=_links_note(asked.shop),
        may_rule=whole and by.may(Permission.PRICES_GUARD),
        may_bring=whole and by.may(Permission.CATALOG_MANAGE),
        shop_stopped=bool(mine and mine.stopped_at),
        company_stopped=bool(company and company.stopped_at),
        may_stop_company=by.may(Permission.PRICES_GUARD) and by.points is None,
        effect_note=gettext(
            "Kaspi сам забирает прайс-лист раз в час: новая цена видна покупателю не позже чем через час"
        ),
        error=asked.error,
        link_error=asked.link_error,
        range_text=gettext("%(rows)s на странице") % {"rows": len(lines)},
        prev_url=asked.url() if asked.after else "",
        next_url=asked.url(after=cursor) if cursor else "",
        empty=None if lines else _empty(asked, rules),
    )


def _shop_tabs(shop: Shop, places: Places) -> tuple[Tab, ...]:
    if len(places.shops) < 2:
        return ()
    return tuple(
        Tab(one.name, f"{ADDRESS}?{urlencode({'shop': one.slug})}", current=one.pk == shop.pk) for one in places.shops
    )


def _ran(state: RepricingState | None, *, now: datetime) -> str:
    if state is None or state.ran_at is None:
        return gettext("правила ещё не работали")
    return gettext("правила работали %(when)s") % {"when": almaty_moment(state.ran_at, now=now)}


def _notices(
    mine: RepricingState | None,
    company: RepricingState | None,
    rules: Sequence[PriceRule],
    sources: Sequence[SourceLine],
    *,
    now: datetime,
) -> tuple[Notice, ...]:
    found = []
    for state, title in ((company, _("Автоцены компании остановлены")), (mine, _("Автоцены магазина остановлены"))):
        if state is not None and state.stopped_at is not None:
            told = {"who": state.stopped_by, "when": almaty_moment(state.stopped_at, now=now)}
            found.append(Notice(str(title), gettext("%(who)s, %(when)s") % told, "danger", "ban"))
    if any(rule.switched_on for rule in rules) and not any(one.state.level == "ok" for one in sources):
        title, text = (
            gettext("Свежих цен других продавцов нет"),
            gettext("Правила ждут: по старым ценам ничего не меняем"),
        )
        found.append(Notice(title, text, "warn"))
    return tuple(found)


def _rule(row: PriceRule, shop: Shop, *, now: datetime) -> RuleLine:
    query = urlencode({"shop": shop.slug, "rule": str(row.public_id)})
    state = Chip(gettext("включено"), "ok", "check") if row.switched_on else Chip(gettext("выключено"))
    told = {"who": row.changed_by, "when": almaty_moment(row.changed_at, now=now)}
    return RuleLine(
        key=str(row.public_id),
        scope=words.scope_in_words(row),
        strategy=words.strategy_in_words(row),
        bounds=words.bounds_in_words(row),
        state=state,
        switched_on=row.switched_on,
        changed=gettext("%(who)s, %(when)s") % told,
        edit_url=f"{ADDRESS}rule/?{query}",
        try_url=f"{ADDRESS}try/?{query}",
    )


def _waiting(shop: Shop, *, now: datetime) -> tuple[WaitingLine, ...]:
    rows = WaitingPrice.objects.filter(shop_id=shop.pk, state=WaitingState.WAITING).select_related("offer")
    return tuple(
        WaitingLine(
            key=str(row.public_id),
            name=row.offer.name,
            sku=row.offer.sku,
            before=_price(row.before),
            wanted=tenge(row.wanted),
            why=words.reason_in_words(row.reason),
            seen=words.seen_in_words(row, now=now),
            asked=almaty_moment(row.asked_at, now=now),
        )
        for row in rows.order_by("id")[:ROWS]
    )


def _decisions(asked: Asked, *, now: datetime) -> tuple[tuple[DecisionLine, ...], str | None]:
    filters = {"shop": asked.shop.slug, "outcome": asked.outcome.value, "cursor": asked.after, "limit": str(ROWS)}
    here = place(filters, columns=("-id",), name="repricing", company_id=current_company())
    rows = PriceDecision.objects.filter(shop_id=asked.shop.pk, outcome=asked.outcome).select_related("offer")
    found = list(here.cut(rows))
    shown, cursor = here.page([{"id": row.pk} for row in found])
    return tuple(_decision(row, now=now) for row in found[: len(shown)]), cursor


def _decision(row: PriceDecision, *, now: datetime) -> DecisionLine:
    level, icon = LEVELS[row.outcome]
    when = almaty_moment(row.at, now=now)
    if row.times > 1:
        told = {"when": when, "last": almaty_moment(row.last_at, now=now), "times": grouped(row.times)}
        when = gettext("%(when)s – %(last)s, решено так %(times)s раз") % told
    return DecisionLine(
        name=row.offer.name,
        sku=row.offer.sku,
        before=_price(row.before),
        after="" if row.wanted is None else tenge(row.wanted),
        why=words.reason_in_words(row.reason),
        market=words.leader_in_words(row),
        seen=words.seen_in_words(row, now=now),
        effect=words.effect_in_words(row, now=now),
        when=when,
        state=Chip(kept(Outcome(row.outcome).label), level, icon),
    )


def _sources(shop: Shop, *, now: datetime) -> tuple[SourceLine, ...]:
    """When each source saw prices last, and of how many goods it told within what rules take for fresh."""
    rows = CompetitorPrice.objects.filter(shop_id=shop.pk)
    last = {row["source"]: row for row in rows.values("source").annotate(seen=Max("seen_at"), told=Max("told_at"))}
    young = rows.filter(seen_at__gt=now - USUAL_STALE).values("source").annotate(goods=Count("offer_id", distinct=True))
    fresh = {row["source"]: row["goods"] for row in young}
    return tuple(
        _source(source, last[source], fresh.get(source, 0), now=now) for source in PriceSource if source in last
    )


def _source(source: PriceSource, row: Mapping[str, Any], goods: int, *, now: datetime) -> SourceLine:
    chip = Chip(gettext("свежие"), "ok", "check") if goods else Chip(gettext("устарели"), "warn", "triangle-alert")
    return SourceLine(
        name=kept(source.label),
        seen=almaty_moment(row["seen"], now=now),
        told=almaty_moment(row["told"], now=now),
        goods=plural(goods, "товар", "товаров"),
        state=chip,
    )


def _files(shop: Shop) -> Sequence[CompetitorFile]:
    return list(CompetitorFile.objects.filter(shop_id=shop.pk).defer("content").order_by("-id")[:5])


def _file(row: CompetitorFile, *, now: datetime) -> FileLine:
    level, icon = FILE_LEVELS[row.state]
    counts = (
        (gettext("новых цен %(count)s"), row.taken),
        (gettext("были раньше %(count)s"), row.known),
        (gettext("нет такого товара %(count)s"), row.unknown),
        (gettext("не прочитано %(count)s"), row.unread),
    )
    told = ", ".join(text % {"count": grouped(count)} for text, count in counts if count)
    done = told or gettext("новых цен нет")
    return FileLine(
        name=row.name or gettext("без имени"),
        when=almaty_moment(row.asked_at, now=now),
        who=row.actor_label,
        state=Chip(kept(FileState(row.state).label), level, icon),
        outcome=kept(row.problem) if row.problem else done if row.state == FileState.DONE else "",
        problems=tuple(
            gettext("строка %(row)s, %(column)s: %(sentence)s")
            % {"row": number, "column": kept(column), "sentence": kept(sentence)}
            for number, column, sentence in row.problems[:SHOWN]
        ),
    )


def _links(shop: Shop) -> Sequence[CardLink]:
    """Those that do not open first."""
    links = CardLink.objects.filter(offer__shop_id=shop.pk).select_related("offer")
    broken = list(links.filter(state=LinkState.BROKEN).order_by("offer__sku")[:SHOWN])
    return [*broken, *links.exclude(state=LinkState.BROKEN).order_by("-id")[: SHOWN - len(broken)]]


def _links_note(shop: Shop) -> str:
    links = CardLink.objects.filter(offer__shop_id=shop.pk)
    told = {"all": grouped(links.count()), "broken": grouped(links.filter(state=LinkState.BROKEN).count())}
    return gettext("всего %(all)s, не открываются %(broken)s") % told


def _link(row: CardLink, *, now: datetime) -> LinkLine:
    levels = {
        LinkState.BROKEN: ("danger", "unplug"),
        LinkState.ALIVE: ("ok", "check"),
        LinkState.UNKNOWN: ("", "clock"),
    }
    level, icon = levels[LinkState(row.state)]
    told = almaty_moment(row.told_at, now=now) if row.told_at else ""
    state = Chip(kept(LinkState(row.state).label), level, icon)
    return LinkLine(row.offer.name, row.offer.sku, row.url, told, state)


def _price(price: Any) -> str:
    return "—" if price is None else tenge(price)


def _empty(asked: Asked, rules: Sequence[PriceRule]) -> Empty:
    if not rules:
        return Empty(gettext("Правил ещё нет"), gettext("Напишите первое и проверьте его на истории до включения"))
    return Empty(gettext("Таких решений ещё не было"), gettext("Правила смотрят на товары каждые пять минут"))
