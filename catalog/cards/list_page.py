"""The list of cards in words, with the uploads of late."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from catalog.cards import editing, uploads
from catalog.cards.page_models import CardRow, CardsPage, Choice, UploadRow
from catalog.cards.returns import Returned, returns_of
from catalog.cards.wording import chip_of, level_of, upload_chip
from catalog.models import Card, CardState, CardUpload, KaspiCategory, UploadState
from staff.access import Actor
from staff.formats import almaty_moment, grouped, plural
from staff.languages import kept
from staff.models import Shop
from staff.page_parts import Empty, Tab
from staff.paging import place
from staff.permissions import Permission
from staff.places import Places
from staff.scoping import current_company

ROWS: Final = 50
SHOWN_UPLOADS: Final = 8
URL: Final = "/catalog/cards/"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; `state` empty: all."""

    shop: Shop | None
    q: str = ""
    state: str = ""
    after: str = ""

    def url(self, **changed: str) -> str:
        told = {"shop": self.shop.slug if self.shop else "", "q": self.q, "state": self.state} | changed
        query = urlencode({name: value for name, value in told.items() if value})
        return f"{URL}{'?' + query if query else ''}"


def cards_page(wanted: Wanted, *, by: Actor, places: Places, now: datetime, error: str = "") -> CardsPage:
    """Everything that `templates/catalog/cards/cards.html` prints."""
    found = _found(wanted, by)
    rows, cursor = _cut(wanted, found.filter(state=wanted.state) if wanted.state else found)
    counts = dict(found.order_by().values_list("state").annotate(count=Count("pk")))
    shops = [shop for shop in places.shops if by.sees_whole(shop.pk)]
    may_write = by.may(Permission.CATALOG_MANAGE)
    ready = counts.get(CardState.READY, 0) if wanted.shop and may_write and not wanted.q else 0
    return CardsPage(
        url=URL,
        rows=tuple(_rows(rows, shops, may_write=may_write and wanted.shop is not None, now=now)),
        tabs=tuple(_tabs(wanted, counts)),
        shops=tuple(Choice(one.slug, one.name, one == wanted.shop) for one in shops),
        shop=wanted.shop.slug if wanted.shop else "",
        q=wanted.q,
        hidden=tuple((name, value) for name, value in _filters(wanted).items() if value and name != "q"),
        uploads=_uploads(wanted, by, now=now),
        may_write=may_write,
        may_pick=may_write and wanted.shop is not None,
        send_ready=gettext("Отправить готовые: %(count)s") % {"count": grouped(ready)} if ready else "",
        range_text=gettext("%(rows)s на странице") % {"rows": len(rows)},
        prev_url=wanted.url() if wanted.after else "",
        next_url=wanted.url(after=cursor) if cursor else "",
        empty=None if rows else _empty(wanted),
        error=error,
    )


def _found(wanted: Wanted, by: Actor) -> "QuerySet[Card]":
    found = editing.of(by)
    if wanted.shop is not None:
        found = found.filter(shop_id=wanted.shop.pk)
    if wanted.q:
        found = found.filter(Q(title__icontains=wanted.q) | Q(sku__istartswith=wanted.q))
    return found


def _filters(wanted: Wanted) -> dict[str, str]:
    return {"shop": wanted.shop.slug if wanted.shop else "", "q": wanted.q, "state": wanted.state}


def _cut(wanted: Wanted, found: "QuerySet[Card]") -> tuple[list[Card], str | None]:
    here = place(
        _filters(wanted) | {"cursor": wanted.after, "limit": str(ROWS)},
        columns=("-id",),
        name="cards",
        company_id=current_company(),
    )
    rows = list(here.cut(found.defer("content")))
    shown, cursor = here.page([{"id": row.pk} for row in rows])
    return rows[: len(shown)], cursor


def _rows(cards: Sequence[Card], shops: Sequence[Shop], *, may_write: bool, now: datetime) -> Iterator[CardRow]:
    titles = dict(
        KaspiCategory.objects.filter(code__in={card.category_code for card in cards}).values_list("code", "title")
    )
    names = {shop.pk: shop.name for shop in shops}
    returns = _returns(cards)
    for card in cards:
        told = [titles.get(card.category_code, ""), names[card.shop_id] if len(shops) > 1 else ""]
        yield CardRow(
            url=f"{URL}{card.public_id}/",
            pick=str(card.public_id) if may_write and card.state in uploads.SENDABLE else "",
            title=card.title or gettext("Без названия"),
            sku=card.sku,
            category=" · ".join(filter(None, told)),
            score=card.score,
            level=level_of(card.score),
            state=chip_of(card.state),
            note=almaty_moment(card.changed_at, now=now),
            returns=said_of_returns(returns.get((card.shop_id, card.sku))),
        )


def _returns(cards: Sequence[Card]) -> dict[tuple[int, str], Returned]:
    found: dict[tuple[int, str], Returned] = {}
    for shop_id in {card.shop_id for card in cards}:
        told = returns_of(shop_id, [card.sku for card in cards if card.shop_id == shop_id])
        found |= {(shop_id, sku): one for sku, one in told.items()}
    return found


def said_of_returns(told: Returned | None) -> str:
    """«возвраты по качеству: 2 из 40»; empty when nothing was sold or nothing came back."""
    if told is None or not told.returned:
        return ""
    numbers = {"returned": grouped(told.returned), "issued": grouped(told.issued)}
    return gettext("возвраты по качеству: %(returned)s из %(issued)s") % numbers


def _tabs(wanted: Wanted, counts: Mapping[str, int]) -> Iterator[Tab]:
    yield Tab(gettext("Все"), wanted.url(state=""), grouped(sum(counts.values())), current=not wanted.state)
    for state in CardState:
        count = counts.get(state, 0)
        if count or state == wanted.state:
            alert = state in (CardState.FAULTY, CardState.UNKNOWN) and count > 0
            label = str(state.label)[:1].upper() + str(state.label)[1:]
            yield Tab(label, wanted.url(state=state.value), grouped(count), alert, state == wanted.state)


def _uploads(wanted: Wanted, by: Actor, *, now: datetime) -> tuple[UploadRow, ...]:
    found = uploads.of(by)
    if wanted.shop is not None:
        found = found.filter(shop_id=wanted.shop.pk)
    return tuple(_upload(one, now=now) for one in found[:SHOWN_UPLOADS])


def _upload(one: CardUpload, *, now: datetime) -> UploadRow:
    return UploadRow(
        url=f"{URL}uploads/{one.public_id}/",
        when=almaty_moment(one.asked_at, now=now),
        who=one.actor_label,
        shop=one.shop.name,
        text=outcome_of(one),
        state=upload_chip(one.state),
    )


def outcome_of(one: CardUpload) -> str:
    """«120 карточек, 3 с ошибками»; of one that was not sent, why."""
    cards = plural(one.total, "карточка", "карточек")
    if one.state == UploadState.FINISHED and one.errors:
        return gettext("%(cards)s, с ошибками %(errors)s") % {"cards": cards, "errors": grouped(one.errors)}
    problem: Any = kept(one.problem)
    return f"{cards}. {problem}" if problem else cards


def _empty(wanted: Wanted) -> Empty:
    if wanted.q or wanted.state:
        title = gettext("Таких карточек нет")
        return Empty(title, gettext("Искали в названии и в начале артикула."), reset_url=wanted.url(q="", state=""))
    text = gettext("Заведите первую по артикулу: что известно о товаре, подставим сами.")
    return Empty(gettext("Карточек пока нет"), text)
