"""The page «Обещание и действительность» in words: the whole, its honest term, and the groups it is made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from django.utils.translation import gettext

from catalog.models import Offer
from quality.terms import reading, words
from quality.terms.asked import TARGETS, WINDOWS, Asked, target_of
from quality.terms.chart import MOST_DAYS, Chart, draw
from quality.terms.judging import Way, Window
from quality.terms.page_models import Choices, GroupRow, OutsideRow, TermsPage
from quality.terms.reading import ROWS, By, Key, Table
from quality.terms.rules import Advice, Cell, Group, covered, group_of, needed
from staff.access import Actor
from staff.formats import grouped, plural, share
from staff.page_parts import Empty, Fact, Notice, Tab
from staff.places import Places


@dataclass(frozen=True)
class Seen:
    """What the page is made from: read once, as far as the member sees the shops."""

    asked: Asked
    by: Actor
    places: Places

    @cached_property
    def window(self) -> Window:
        return self.asked.window(self.places, self.by)

    @cached_property
    def table(self) -> Table:
        asked, points = self.asked, {point.pk: point for point in self.places.points}
        return reading.table(self.window, asked.by, points, sort=asked.sort, start=asked.start)

    @cached_property
    def target(self) -> tuple[Fraction, bool]:
        return target_of(self.asked, self.places)

    def group(self, cells: Sequence[Cell]) -> Group:
        return group_of(cells, target=self.target[0])

    @cached_property
    def whole(self) -> Group:
        return self.group(self.table.whole)


def terms_page(asked: Asked, *, by: Actor, places: Places) -> TermsPage:
    """Everything that `templates/quality/terms/terms.html` prints."""
    seen = Seen(asked, by, places)
    page = TermsPage(
        note=_note(asked, places, by),
        choices=_choices(seen),
        form=tuple(asked.params.items()),
        back_url="/quality/" + (f"?shop={asked.shop.slug}" if asked.shop else ""),
        notices=tuple(_notices(seen)),
    )
    return _told(page, seen) if seen.table.whole else replace(page, empty=_empty())


def _told(page: TermsPage, seen: Seen) -> TermsPage:
    asked, table, whole = seen.asked, seen.table, seen.whole
    last = asked.start + len(table.groups)
    told = {"first": asked.start + 1, "last": last, "shown": grouped(table.count)}
    return replace(
        page,
        headline="" if whole.kept is None else share(whole.kept, digits=1),
        headline_note=_headline_note(whole),
        facts=tuple(_facts(seen)),
        advice=words.advice(whole) if whole.orders else None,
        chart=_chart(seen),
        outside=tuple(_outside(seen)),
        key_title=str(words.TITLES[asked.by]),
        rows=tuple(_rows(seen)),
        range_text=gettext("%(first)s–%(last)s из %(shown)s") % told,
        prev_url=asked.url(start=str(max(asked.start - ROWS, 0) or "")) if asked.start else "",
        next_url=asked.url(start=str(last)) if table.count > last else "",
    )


def _note(asked: Asked, places: Places, by: Actor) -> str:
    of = asked.shop.name if asked.shop else plural(len(places.shops), "магазин", "магазинов")
    shops = [asked.shop] if asked.shop else places.shops
    if not all(by.sees_whole(shop.pk) for shop in shops):
        of = gettext("%(of)s, только ваши точки") % {"of": of}
    return gettext("%(of)s · выполнено за %(days)s") % {"of": of, "days": words.days(asked.days)}


def _empty() -> Empty:
    return Empty(
        gettext("За эти дни ничего не выполнено"),
        gettext("Сюда попадают заказы, которые передали, привезли или подготовили к выдаче. Выберите срок длиннее."),
    )


# --- The whole --------------------------------------------------------------------------------------------------------


def _headline_note(whole: Group) -> str:
    told = {"orders": plural(whole.orders, "заказ", "заказов"), "late": grouped(whole.late)}
    return gettext("%(orders)s, поздно %(late)s") % told


def _facts(seen: Seen) -> Iterator[Fact]:
    whole, (target, by_profile) = seen.whole, seen.target
    aim = gettext("Цель по правилам магазина") if by_profile else gettext("Цель")
    yield Fact(aim, share(target, digits=1))
    yield Fact(gettext("Обещаем, обычно"), words.days(whole.promised))
    yield Fact(gettext("Уходит на половину заказов"), words.days(whole.median))
    yield Fact(gettext("на 90 % заказов"), words.days(whole.ninety))
    yield Fact(gettext("на 95 % заказов"), words.days(whole.ninety_five))
    yield Fact(gettext("Запас, обычно"), words.days(whole.spare))
    yield Fact(gettext("Честный срок"), _term(whole), total=True)
    if whole.term.after is not None:
        yield Fact(gettext("С ним за эти же дни"), words.change(whole.term))


def _term(group: Group) -> str:
    return words.days(group.term.days) if group.term.days is not None else str(words.advice(group).text)


def _chart(seen: Seen) -> Chart | None:
    whole = seen.whole
    known = [n for n in (whole.promised, whole.term.days, whole.ninety_five) if n is not None]
    most = min(max(known, default=0) + 1, MOST_DAYS)
    shares = covered(seen.table.whole, most)
    if not shares:
        return None
    told = ", ".join(f"{words.days(n)} – {share(value, digits=0)}" for n, value in enumerate(shares))
    goal = gettext("цель %(value)s") % {"value": share(seen.target[0], digits=0)}
    label = gettext("Сколько заказов успели бы при каком сроке: %(told)s") % {"told": told}
    return draw(shares, seen.target[0], _marks(whole), label=label, goal=goal)


def _marks(whole: Group) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = {}
    for row, (day, text) in enumerate(
        ((whole.promised, gettext("обещаем")), (whole.term.days, gettext("честно"))),
    ):
        if day is not None:
            found.setdefault(day, ["", ""])[row] = text
    return found


def _outside(seen: Seen) -> Iterator[OutsideRow]:
    for verdict, why in words.WHY.items():
        if count := seen.whole.outside.get(verdict):
            yield OutsideRow(str(why), grouped(count), seen.asked.orders_url(verdict=verdict.value))


def _notices(seen: Seen) -> Iterator[Notice]:
    """What the share does not hold: read before it."""
    whole, target = seen.whole, seen.target[0]
    if waiting := reading.overdue(seen.window, today=seen.asked.today):
        orders = plural(waiting, "заказ", "заказов")
        text = gettext("Их день прошёл, в долю они войдут, когда их выполнят.")
        yield Notice(gettext("Ещё не выполнены и уже опоздали: %(orders)s") % {"orders": orders}, text, "warn")
    if whole.term.advice is Advice.FEW and seen.table.whole:
        told = {"share": share(target, digits=0), "count": needed(target)}
        text = gettext(
            "Чтобы обещать на %(share)s, нужно не меньше %(count)s выполненных заказов. Возьмите срок длиннее."
        )
        yield Notice(gettext("Для честного срока мало заказов"), text % told, icon="info")
    if whole.moved:
        text = gettext("Судим по первому обещанию: покупатель видел его, когда покупал.")
        orders = plural(whole.moved, "заказ", "заказов")
        yield Notice(gettext("Обещание переносили: %(orders)s") % {"orders": orders}, text, icon="info")


# --- Groups -----------------------------------------------------------------------------------------------------------


def _rows(seen: Seen) -> Iterator[GroupRow]:
    names = _names(seen)
    for key, cells in seen.table.groups.items():
        group, (title, sub) = seen.group(cells), names.get(key) or (gettext("не указано"), "")
        yield GroupRow(
            title=title,
            sub=sub,
            url=_orders_url(seen, key),
            orders=grouped(group.orders),
            kept="–" if group.kept is None else share(group.kept, digits=1),
            late=grouped(group.late),
            taken=" · ".join(map(_bare, (group.median, group.ninety, group.ninety_five))),
            promised=_bare(group.promised),
            spare=words.days(group.spare),
            term=words.days(group.term.days),
            advice=words.advice(group),
            change=words.change(group.term),
            outside=_outside_of(group),
            few=gettext("мало данных") if group.small else "",
            level="danger" if group.kept is not None and group.kept < seen.target[0] else "",
        )


def _bare(days: int | None) -> str:
    return "–" if days is None else grouped(days)


def _outside_of(group: Group) -> str:
    outside = sum(group.outside.values())
    return gettext("вне доли %(count)s") % {"count": grouped(outside)} if outside else ""


def _orders_url(seen: Seen, key: Key) -> str:
    shop = {} if key.shop_id is None else {"shop": seen.places.shop_by_id(key.shop_id).slug}
    return seen.asked.orders_url(key=key.key, **shop)


def _names(seen: Seen) -> Mapping[Key, tuple[str, str]]:
    """Title and a line below it, by key."""
    keys, by = list(seen.table.groups), seen.asked.by
    if by is By.SKU:
        return _goods(seen, keys)
    return {key: (name, "") for key in keys if (name := name_of(by, key.key, seen.places))}


def name_of(by: By, key: str, places: Places) -> str:
    """What a group is called; empty where it has no name."""
    if by is By.POINT:
        found = places.point_by_id(int(key)) if key.isascii() and key.isdigit() else None
        return found.name if found else ""
    if by is By.WAY:
        return str(words.WAYS[Way(key)]) if key in list(Way) else ""
    if by is By.WEEKDAY:
        return str(words.WEEKDAYS[int(key) - 1]) if key in tuple("1234567") else ""
    return key


def _goods(seen: Seen, keys: Sequence[Key]) -> Mapping[Key, tuple[str, str]]:
    skus, shops = [key.key for key in keys], {key.shop_id for key in keys if key.shop_id is not None}
    offers = Offer.objects.filter(shop_id__in=shops, sku__in=skus).values_list("shop_id", "sku", "name")
    names = {Key(shop_id, sku): name for shop_id, sku, name in offers}
    several = seen.asked.shop is None and len(seen.places.shops) > 1
    shop = {one.pk: one.name for one in seen.places.shops} if several else {}
    return {
        key: (names.get(key, key.key), " · ".join(filter(None, (key.key, shop.get(key.shop_id or 0, "")))))
        for key in keys
        if key.key
    }


# --- Choices ----------------------------------------------------------------------------------------------------------


def _choices(seen: Seen) -> Choices:
    asked = seen.asked
    return Choices(
        shops=_shops(seen),
        windows=tuple(Tab(words.days(days), asked.url(days=str(days)), current=days == asked.days) for days in WINDOWS),
        units=tuple(
            Tab(str(label), asked.url(unit=unit.value), current=unit is asked.unit)
            for unit, label in words.UNITS.items()
        ),
        targets=_targets(seen),
        keys=tuple(Tab(str(label), asked.url(by=by.value), current=by is asked.by) for by, label in words.KEYS.items()),
        sorts=()
        if asked.by is By.WEEKDAY
        else tuple(
            Tab(str(label), asked.url(sort=sort.value), current=sort is asked.sort)
            for sort, label in words.SORTS.items()
        ),
    )


def _targets(seen: Seen) -> tuple[Tab, ...]:
    """The profile's share, where it is none of the usual ones, stands before them."""
    here = seen.target[0] * 100
    own = () if here in TARGETS else (Tab(share(seen.target[0], digits=1), seen.asked.url(target=""), current=True),)
    usual = (
        Tab(share(Fraction(one, 100), digits=0), seen.asked.url(target=str(one)), current=one == here)
        for one in TARGETS
    )
    return *own, *usual


def _shops(seen: Seen) -> tuple[Tab, ...]:
    asked, shops = seen.asked, seen.places.shops
    if len(shops) < 2:
        return ()
    every = Tab(gettext("Все магазины"), asked.url(shop=""), current=asked.shop is None)
    return every, *(Tab(shop.name, asked.url(shop=shop.slug), current=shop == asked.shop) for shop in shops)
