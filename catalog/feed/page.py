"""The page of a shop's XML price list in words: where Kaspi takes it, what it says, who came for it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext

from catalog.feed import words
from catalog.feed.page_models import FeedPage, FetchLine, HeldBack, LeftOutLine, ShopChoice, VersionLine
from catalog.models import Feed, FeedFetch, FeedVersion, HeldFor, VersionState
from staff.access import Actor
from staff.formats import ago, almaty_moment, grouped, plural
from staff.models import Shop
from staff.page_parts import Chip, Fact, Notice
from staff.permissions import Permission

VERSIONS: Final = 20
FETCHES: Final = 10
# Kaspi comes every hour.
LATE: Final = timedelta(hours=3)


def feed_page(shop: Shop, feed: Feed | None, *, by: Actor, address: str, now: datetime) -> FeedPage:
    """Everything that `templates/catalog/feed/feed.html` prints."""
    manages = by.may(Permission.CATALOG_MANAGE)
    head = FeedPage(
        title=gettext("XML для Kaspi"),
        shop=shop.slug,
        note=shop.name,
        back_url=f"/catalog/?shop={shop.slug}",
        exists=feed is not None,
        manages=manages,
    )
    return _whole(head, feed, by=by, address=address if manages else "", now=now) if feed else head


def _whole(head: FeedPage, feed: Feed, *, by: Actor, address: str, now: datetime) -> FeedPage:
    versions = list(FeedVersion.objects.filter(feed=feed).defer("content").order_by("-pk")[:VERSIONS])
    whole = set(FeedVersion.objects.filter(feed=feed, content__isnull=False).values_list("pk", flat=True))
    fetches = list(FeedFetch.objects.filter(feed=feed).order_by("-pk")[:FETCHES])
    present = FeedVersion.objects.filter(feed=feed, state=VersionState.PUBLISHED).defer("content").first()
    held = next((one for one in versions if one.state == VersionState.HELD), None)
    return FeedPage(
        **{name: getattr(head, name) for name in ("title", "shop", "note", "back_url", "exists", "manages")},
        is_on=feed.is_on,
        state=_state(feed, present, held),
        address=address,
        facts=_facts(feed, present, fetches, now=now),
        notices=_notices(feed, fetches, now=now),
        held=_held(held, present, by=by) if held else None,
        versions=tuple(_version(one, one.pk in whole, now=now) for one in versions),
        left_out=tuple(_left_out(*one) for one in feed.left_out),
        left_out_note=plural(words.left_out_total(feed.left_out), *words.OFFERS),
        fetches=tuple(_fetch(one, versions, now=now) for one in fetches),
    )


def shop_choices(shops: Sequence[Shop]) -> tuple[ShopChoice, ...]:
    """The shops to choose from, each with the state of its price list."""
    feeds = {feed.shop_id: feed for feed in Feed.objects.filter(shop_id__in=[shop.pk for shop in shops])}
    present = _by_feed(feeds.values(), VersionState.PUBLISHED)
    held = _by_feed(feeds.values(), VersionState.HELD)
    found = []
    for shop in shops:
        feed = feeds.get(shop.pk)
        chip = _state(feed, present.get(feed.pk), held.get(feed.pk)) if feed else Chip(gettext("нет адреса"))
        found.append(ShopChoice(shop.name, f"/catalog/feed/?shop={shop.slug}", chip))
    return tuple(found)


def held_notices(shops: Sequence[Shop]) -> tuple[Notice, ...]:
    """For the page of goods: price lists of these shops that wait for a person."""
    held = FeedVersion.objects.filter(state=VersionState.HELD, feed__shop_id__in=[shop.pk for shop in shops])
    return tuple(
        _held_notice(one, shop=one.feed.shop)
        for one in held.defer("content").select_related("feed__shop").order_by("feed__shop__name")
    )


def _by_feed(feeds: Iterable[Feed], state: VersionState) -> dict[int, FeedVersion]:
    found = FeedVersion.objects.filter(feed__in=list(feeds), state=state).defer("content")
    return {one.feed_id: one for one in found}


def _state(feed: Feed, present: FeedVersion | None, held: FeedVersion | None) -> Chip:
    if not feed.is_on:
        return Chip(gettext("выключен"))
    if held is not None:
        return Chip(gettext("держим прежний") if present else gettext("ждёт подтверждения"), "danger")
    if feed.problem:
        return Chip(gettext("не собрался"), "warn")
    return Chip(gettext("отдаём Kaspi"), "ok") if present else Chip(gettext("собираем"), "accent")


def _facts(feed: Feed, present: FeedVersion | None, fetches: Sequence[FeedFetch], *, now: datetime) -> tuple[Fact, ...]:
    last = fetches[0] if fetches else None
    came = gettext("ещё не забирали")
    if last is not None:
        came = f"{almaty_moment(last.at, now=now)}, {last.agent or last.address}"
    facts = [Fact(gettext("Последний раз забирали"), came)]
    if present is not None:
        since = present.published_at or present.made_at
        facts += [
            Fact(gettext("В файле"), plural(present.offers, *words.OFFERS)),
            Fact(gettext("Из них в наличии"), grouped(present.available)),
            Fact(gettext("Отдаём с"), almaty_moment(since, now=now)),
        ]
    if feed.checked_at and feed.is_on:
        seconds = int((now - feed.checked_at).total_seconds())
        facts.append(Fact(gettext("Сверен с товарами"), ago(seconds)))
    return tuple(facts)


def _notices(feed: Feed, fetches: Sequence[FeedFetch], *, now: datetime) -> tuple[Notice, ...]:
    found = []
    if feed.problem:
        found.append(Notice(str(words.PROBLEMS.get(feed.problem, words.PROBLEMS["failed"])), level="warn"))
    if feed.is_on and fetches and now - fetches[0].at > LATE:
        silent = gettext("Kaspi не приходил больше трёх часов")
        check = gettext("Обычно он приходит каждый час. Проверьте адрес в кабинете: Товары, «Загрузить прайс-лист».")
        found.append(Notice(silent, check, level="warn"))
    return tuple(found)


def _held(version: FeedVersion, present: FeedVersion | None, *, by: Actor) -> HeldBack:
    return HeldBack(
        notice=_held_notice(version, keeps=present is not None),
        available=version.available,
        may_confirm=by.may(Permission.PRICES_GUARD),
        button=gettext("Отдать с %(offers)s") % {"offers": _available(version)},
        download_url=_download(version),
    )


def _available(version: FeedVersion) -> str:
    return gettext("%(count)s в наличии") % {"count": grouped(version.available)}


def _held_notice(version: FeedVersion, *, keeps: bool = True, shop: Shop | None = None) -> Notice:
    if version.held_for == HeldFor.SHORTER:
        title = gettext("Держим прежний файл: %(lost)s") % {"lost": words.lost(version)}
        counts = {"was": grouped(version.baseline), "now": grouped(version.available)}
        text = gettext("Было в наличии %(was)s, стало %(now)s. Kaspi снял бы остальные с продажи.") % counts
    else:
        title = gettext("Держим прежний файл: в новом ничего нет в наличии")
        if not keeps:
            title = gettext("Файл не отдаём: в нём ничего нет в наличии")
        text = gettext("Kaspi снял бы с продажи все товары. Проверьте остатки, точки и цены.")
    if shop is None:
        return Notice(title, text, level="danger")
    url = f"/catalog/feed/?shop={shop.slug}"
    return Notice(f"{shop.name}. {title}", text, level="danger", action_label=gettext("Посмотреть"), action_url=url)


def _version(version: FeedVersion, whole: bool, *, now: datetime) -> VersionLine:
    state = VersionState(version.state)
    confirmed = gettext("подтвердил %(name)s") % {"name": version.confirmed_by} if version.confirmed_by else ""
    return VersionLine(
        made=almaty_moment(version.made_at, now=now),
        state=Chip(str(state.label), words.LEVELS.get(state, "")),
        counts=words.counted(version),
        changed=words.changed(version.changes) or (gettext("ничего, кроме даты"),),
        examples=words.examples(version.changes),
        by=confirmed,
        # The oldest are known by their counts only.
        download_url=_download(version) if whole else "",
    )


def _download(version: FeedVersion) -> str:
    return f"/catalog/feed/versions/{version.public_id}/"


def _left_out(reason: str, count: int, skus: Sequence[str]) -> LeftOutLine:
    title, remedy = words.LEFT_OUT.get(reason, (reason, ""))
    more = count - len(skus)
    return LeftOutLine(
        count=plural(count, *words.OFFERS),
        reason=str(title),
        remedy=str(remedy),
        skus=tuple(skus),
        more=gettext("и ещё %(count)s") % {"count": grouped(more)} if more > 0 else "",
    )


def _fetch(fetch: FeedFetch, versions: Sequence[FeedVersion], *, now: datetime) -> FetchLine:
    got = next((one for one in versions if one.digest == fetch.digest), None)
    answers = {200: gettext("забрали файл"), 304: gettext("файл у них уже был")}
    return FetchLine(
        at=almaty_moment(fetch.at, now=now),
        answer=answers.get(fetch.status, gettext("файла ещё не было")),
        got=gettext("от %(made)s") % {"made": almaty_moment(got.made_at, now=now)} if got else "",
        who=" · ".join(filter(None, (fetch.agent, fetch.address))),
    )
