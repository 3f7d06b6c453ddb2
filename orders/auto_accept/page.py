"""The page of auto-accept in words: switches, the form, a rehearsal, decisions of the last days, versions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count
from django.utils.translation import gettext

from orders.auto_accept import asked
from orders.auto_accept.page_models import (
    AutoAcceptPage,
    OrderLine,
    RulesForm,
    ShopState,
    Stop,
    VersionLine,
)
from orders.auto_accept.past import DAYS, Report
from orders.auto_accept.rehearsal_card import card_of
from orders.auto_accept.rules import Reason, Rules, Verdict, from_json
from orders.auto_accept.switching import newest
from orders.auto_accept.words import CHIPS, rules_words, seen_words
from orders.models import AutoAcceptDecision, AutoAcceptRules, AutoAcceptStop, AutoAcceptSwitch
from staff.access import Actor
from staff.errors import Refused
from staff.formats import almaty_moment, order_groups
from staff.models import Shop
from staff.page_parts import Chip, Empty, Notice, Tab
from staff.places import Places

ADDRESS: Final = "/orders/auto-accept/"
LATELY: Final = timedelta(days=7)
MOST_DECISIONS, MOST_VERSIONS = 100, 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address and a form that came back ask for. `said`: the form; `report`: its rehearsal, or why there is none."""

    shop: Shop | None
    verdict: str = ""
    reason: str = ""
    days: int = DAYS[0]
    said: Mapping[str, str] | None = None
    refusal: Refused | None = None
    report: Report | None = None


def auto_accept_page(actor: Actor, wanted: Wanted, *, places: Places, now: datetime) -> AutoAcceptPage:
    """Everything that `templates/orders/auto_accept/auto_accept.html` prints."""
    stop = _stop(actor, places, now=now)
    shops = [shop for shop in places.shops if actor.sees_whole(shop.pk)]
    states = tuple(_states(shops, stopped=stop.is_stopped, now=now))
    shop = wanted.shop
    if shop is None:
        return AutoAcceptPage(shops=states, stop=stop)
    decisions = tuple(_decisions(shop, wanted, now=now))
    kept = newest(shop.pk)
    return AutoAcceptPage(
        shops=states,
        stop=stop,
        shop=next(state for state in states if state.slug == shop.slug),
        form=_form(wanted, from_json(kept.rules) if kept else Rules()),
        rehearsal=card_of(wanted.report, now=now) if wanted.report else None,
        tabs=_tabs(shop, wanted, now=now),
        decisions=decisions,
        decisions_note=gettext("показаны последние %(most)s") % {"most": MOST_DECISIONS}
        if len(decisions) == MOST_DECISIONS
        else "",
        versions=tuple(_versions(shop, now=now)),
        notice=_notice(stop),
        empty=None if decisions else _empty(wanted),
    )


def url_of(shop: Shop | None, **more: str) -> str:
    """The page of a shop, with filters."""
    query = urlencode({name: value for name, value in {"shop": shop.slug if shop else "", **more}.items() if value})
    return f"{ADDRESS}{'?' + query if query else ''}"


def _stop(actor: Actor, places: Places, *, now: datetime) -> Stop:
    row = AutoAcceptStop.objects.first()
    stopped = row is not None and row.is_stopped
    note = _changed(row.changed_by, row.changed_at, now=now) if row is not None else ""
    whole = actor.points is None and all(actor.sees_whole(shop.pk) for shop in places.shops)
    return Stop(stopped, note, whole)


def _states(shops: Sequence[Shop], *, stopped: bool, now: datetime) -> Iterable[ShopState]:
    ids = [shop.pk for shop in shops]
    switches = {row.shop_id: row for row in AutoAcceptSwitch.objects.filter(shop_id__in=ids)}
    ruled = set(AutoAcceptRules.objects.filter(shop_id__in=ids).values_list("shop_id", flat=True))
    for shop in shops:
        switch = switches.get(shop.pk)
        is_on = switch is not None and switch.is_on
        yield ShopState(
            slug=shop.slug,
            name=shop.name,
            url=url_of(shop),
            chip=_chip(switch, stopped=stopped),
            note=_changed(switch.changed_by, switch.changed_at, now=now) if switch else "",
            is_on=is_on,
            may_switch_on=shop.pk in ruled,
        )


def _chip(switch: AutoAcceptSwitch | None, *, stopped: bool) -> Chip:
    if switch is None or not switch.is_on:
        return Chip(gettext("Выключен"), "", "circle-minus")
    if stopped:
        return Chip(gettext("Остановлен"), "danger", "ban")
    return Chip(gettext("Включён, версия %(version)s") % {"version": switch.version}, "ok", "check")


def _changed(who: str, when: datetime, *, now: datetime) -> str:
    return f"{who}, {almaty_moment(when, now=now)}"


def _form(wanted: Wanted, kept: Rules) -> RulesForm:
    refusal = wanted.refusal
    values = asked.filled(kept) if wanted.said is None else {name: text[:4000] for name, text in wanted.said.items()}
    return RulesForm(
        values=values,
        error=refusal.sentence if refusal else "",
        wrong=refusal.field or "" if refusal else "",
        days=tuple((days, days == wanted.days) for days in DAYS),
    )


def _notice(stop: Stop) -> Notice | None:
    if not stop.is_stopped:
        return None
    text = gettext("Ни один магазин компании не принимает заказы по правилу. %(note)s") % {"note": stop.note}
    return Notice(gettext("Автоприём остановлен"), text, "danger", "ban")


def _lately(shop: Shop, *, now: datetime) -> Any:
    return AutoAcceptDecision.objects.filter(shop_id=shop.pk, is_latest=True, last_at__gte=now - LATELY)


def _tabs(shop: Shop, wanted: Wanted, *, now: datetime) -> tuple[Tab, ...]:
    """All, each verdict, and each reason that held an order."""
    counted = list(_lately(shop, now=now).order_by().values_list("verdict", "reason").annotate(orders=Count("id")))
    tabs = [Tab(gettext("Все"), url_of(shop), str(sum(row[2] for row in counted) or ""), current=not wanted.verdict)]
    for verdict in Verdict:
        count = sum(row[2] for row in counted if row[0] == verdict)
        chosen = wanted.verdict == verdict and not wanted.reason
        tabs.append(Tab(str(CHIPS[verdict].text), url_of(shop, verdict=verdict), str(count or ""), current=chosen))
    for verdict, reason, count in sorted(counted, key=lambda row: -row[2]):
        if verdict == Verdict.HOLD:
            url, label = url_of(shop, verdict=verdict, reason=reason), str(Reason(reason).label)
            tabs.append(Tab(label, url, str(count), current=wanted.reason == reason))
    return tuple(tabs)


def _decisions(shop: Shop, wanted: Wanted, *, now: datetime) -> Iterable[OrderLine]:
    where = {"verdict": wanted.verdict, "reason": wanted.reason}
    rows = _lately(shop, now=now).filter(**{name: value for name, value in where.items() if value})
    for row in rows.select_related("order").order_by("-last_at", "-id")[:MOST_DECISIONS]:
        verdict = Verdict(row.verdict)
        yield OrderLine(
            no=order_groups(row.order.code),
            url=f"/orders/{row.order.code}/",
            chip=CHIPS[verdict],
            text=str(Reason(row.reason).label),
            note=" · ".join(
                (
                    *seen_words(row.seen),
                    gettext("версия %(version)s") % {"version": row.version},
                    almaty_moment(row.first_at, now=now),
                )
            ),
        )


def _versions(shop: Shop, *, now: datetime) -> Iterable[VersionLine]:
    in_force = AutoAcceptSwitch.objects.filter(shop_id=shop.pk, is_on=True).values_list("version", flat=True).first()
    for row in AutoAcceptRules.objects.filter(shop_id=shop.pk).order_by("-version")[:MOST_VERSIONS]:
        yield VersionLine(
            number=str(row.version),
            text=rules_words(from_json(row.rules)),
            when=_changed(row.made_by, row.made_at, now=now),
            current=row.version == in_force,
        )


def _empty(wanted: Wanted) -> Empty:
    if wanted.verdict:
        return Empty(gettext("Таких решений нет"), gettext("За семь дней правило ничего такого не решало."))
    text = gettext("Здесь появится каждый новый заказ: принят он по правилу или придержан, и почему.")
    return Empty(gettext("Решений пока нет"), text)
