"""The form of one card in words: its fields by what the category asks for, what is wrong in each, what is still lacking."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext

from catalog.cards.contents import asked_of, attributes_of, draft_of
from catalog.cards.dictionaries import search, title_of
from catalog.cards.list_page import URL
from catalog.cards.page_models import CardPage, Choice, FieldRow, LackRow, VersionRow
from catalog.cards.returns import returns_of
from catalog.cards.rules import PARTS, Completeness, Draft, Fault, Value, completeness, faults_of
from catalog.cards.states import UNDER_WAY
from catalog.cards.uploads import SENDABLE
from catalog.cards.wording import FIELDS, LACKS, attribute_name, chip_of, level_of, sentence_of
from catalog.models import Card, CardLookup, CardState, CardVersion, KaspiAttribute, LookupState
from catalog.rules import LONGEST_SKU, fits_price_list
from integrations.kaspi.products import Kind
from staff.access import Actor
from staff.formats import almaty_moment, grouped, share
from staff.languages import kept
from staff.languages import later as _
from staff.page_parts import Fact, Notice
from staff.permissions import Permission

SHOWN_VERSIONS: Final = 10
# An enum of more values is typed with a list of suggestions; more suggestions than this help nobody.
MOST_OPTIONS: Final = 60
MOST_SUGGESTED: Final = 300
# Field → (kind in the template, hint, longest).
TEXTS: Final[Mapping[str, tuple[str, str, int]]] = {
    "title": ("text", _("До 1024 знаков"), 1024),
    "brand": ("text", "", 256),
    "description": ("long", _("До 1024 знаков; от 200 карточка продаёт лучше"), 1024),
    "barcode": ("text", _("Для привязки. В выгрузке карточек у Kaspi его нет"), 64),
    "weight": ("text", _("Как на упаковке, например 1,2 кг"), 64),
    "family": ("text", _("Одно и то же у размеров и цветов: так Kaspi сведёт их в одну карточку"), 256),
}
Errors = Mapping[tuple[str, str], Sequence[str]]


def card_page(
    card: Card,
    lookup: CardLookup | None,
    *,
    by: Actor,
    now: datetime,
    category_q: str | None = None,
    draft: Draft | None = None,
    refusal: tuple[str, str] = ("", ""),
) -> CardPage:
    """Everything that `templates/catalog/cards/card.html` prints.

    `lookup`: the open question about the category. `draft`: what was written and refused with `refusal`, (field, sentence).
    """
    told = draft or draft_of(card)
    rows = attributes_of([told.category])[told.category]
    faults = faults_of(told, asked_of(rows))
    errors = _errors(faults)
    complete = completeness(told, asked_of(rows))
    may_write = by.may(Permission.CATALOG_MANAGE) and card.state not in UNDER_WAY
    return CardPage(
        url=f"{URL}{card.public_id}/",
        public_id=str(card.public_id),
        shop=card.shop.slug,
        title=told.title or gettext("Без названия"),
        note=f"{card.sku} · {card.shop.name}",
        state=chip_of(card.state),
        version=card.version,
        score=complete.score,
        level=level_of(complete.score),
        notices=tuple(_notices(card, lookup)),
        fields=tuple(_text(name, told, errors) for name in (*TEXTS, "images")),
        attributes=tuple(_attribute(row, told.attributes.get(row.code), errors) for row in rows or ()),
        strays=tuple(_strays(told, rows or (), errors)),
        category=title_of(told.category) if told.category else "",
        category_errors=tuple(errors["category", ""]),
        # Where some are mandatory, each says so itself.
        attribute_errors=() if any(row.mandatory for row in rows or ()) else tuple(errors["attributes", ""]),
        lacks=tuple(_lacks(complete)),
        versions=_versions(card, now=now),
        may_write=may_write,
        may_send=may_write and card.state in SENDABLE and not faults,
        facts=_facts(card),
        category_q=category_q or "",
        found=_found(category_q, told) if category_q else (),
        searched=bool(category_q),
        poll=card.state in (CardState.SENT, CardState.CHECKING)
        or (lookup is not None and lookup.state == LookupState.QUEUED),
        error=refusal[1],
        error_field=refusal[0],
    )


def _errors(faults: Sequence[Fault]) -> defaultdict[tuple[str, str], list[str]]:
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for fault in faults:
        if fault.field == "images" and fault.of:
            found["images", ""].append(f"{fault.of[:80]}: {sentence_of(fault)}")
        else:
            found[fault.field, fault.of].append(sentence_of(fault))
    return found


def _text(name: str, draft: Draft, errors: Errors) -> FieldRow:
    wrong = tuple(errors[name, ""])
    if name == "images":
        hint = gettext("По ссылке в строке, с http или https. Мы их не открываем, скачает Kaspi")
        return FieldRow(name, str(FIELDS[name]), "list", "\n".join(draft.images), hint, wrong, longest=20_000)
    kind, hint, longest = TEXTS[name]
    return FieldRow(name, str(FIELDS[name]), kind, getattr(draft, name), str(hint), wrong, longest=longest)


def _attribute(row: KaspiAttribute, value: Value | None, errors: Errors) -> FieldRow:
    kind, options = _input(row, value)
    return FieldRow(
        name=f"attribute-{row.pk}",
        label=attribute_name(row.code),
        kind=kind,
        value=_typed(value, row),
        code=row.code,
        errors=tuple(errors["attributes", row.code]),
        options=options,
        mandatory=row.mandatory,
        longest=256,
    )


def _input(row: KaspiAttribute, value: Value | None) -> tuple[str, tuple[Choice, ...]]:
    if row.kind == Kind.BOOLEAN:
        return "choice", (
            Choice("yes", gettext("да"), value is True),
            Choice("no", gettext("нет"), value is False),
        )
    if row.kind != Kind.ENUM:
        plain = "number" if row.kind == Kind.NUMBER else "text"
        return ("list" if row.multiple and row.kind == Kind.STRING else plain), ()
    chosen = value if isinstance(value, tuple) else (value,)
    options = tuple(Choice(code, name, code in chosen) for code, name in row.choices[:MOST_SUGGESTED])
    if len(row.choices) > MOST_OPTIONS:
        return ("list" if row.multiple else "suggest"), options
    return ("many" if row.multiple else "choice"), options


def _typed(value: Value | None, row: KaspiAttribute) -> str:
    """The value as it stands in an input of text."""
    names: dict[str, str] = dict(row.choices)
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return f"{value}".replace(".", ",")
    many = value if isinstance(value, tuple) else (value,)
    return "\n".join(names.get(one, one) for one in many)


def _strays(draft: Draft, rows: Sequence[KaspiAttribute], errors: Errors) -> Iterator[FieldRow]:
    """Attributes of another category that the card still holds: shown, to be taken out by the next save."""
    known = {row.code for row in rows}
    for code, value in draft.attributes.items():
        if code not in known and rows:
            said = ", ".join(value) if isinstance(value, tuple) else str(value)
            yield FieldRow("", attribute_name(code), "stray", said, code, tuple(errors["attributes", code]))


def _lacks(complete: Completeness) -> Iterator[LackRow]:
    lacking = {lack.name: lack for lack in complete.lacks}
    for name in sorted(PARTS, key=lambda name: name not in lacking):
        lack = lacking.get(name)
        points = f"{lack.points} / {lack.most}" if lack else ""
        yield LackRow(str(LACKS[name]), points, lack is None)


def _notices(card: Card, lookup: CardLookup | None) -> Iterator[Notice]:
    if card.state == CardState.UNKNOWN:
        text = gettext("Отправка оборвалась. Что стало с карточками, скажите на странице отправки.")
        yield Notice(gettext("Исход неизвестен"), text, "warn", "circle-help")
    if card.problems and card.state == CardState.FAULTY:
        yield Notice(gettext("Kaspi не взял карточку"), "; ".join(card.problems), "danger", "circle-alert")
    elif card.problems:
        yield Notice(gettext("Kaspi заметил"), "; ".join(card.problems), "warn")
    if card.state in (CardState.SENT, CardState.CHECKING):
        text = gettext("Пока Kaspi не ответил, карточку не меняют. Ответ появится здесь сам.")
        yield Notice(gettext("Карточка у Kaspi"), text, "", "loader-circle")
    if lookup is not None and lookup.state == LookupState.FAILED:
        yield Notice(gettext("Каталог Kaspi не прочитан"), kept(lookup.problem), "warn")
    if not fits_price_list(card.sku):
        text = gettext("Прайс-лист Kaspi берёт до %(most)s латинских букв, цифр, _ и -") % {"most": LONGEST_SKU}
        yield Notice(gettext("Этот артикул не войдёт в прайс-лист"), text, "warn")


def _facts(card: Card) -> tuple[Fact, ...]:
    told = returns_of(card.shop_id, [card.sku]).get(card.sku)
    if told is None or not told.issued:
        return ()
    rate = share(told.returned / told.issued)
    numbers = {"returned": grouped(told.returned), "issued": grouped(told.issued), "rate": rate}
    return (Fact(gettext("Возвраты по качеству"), gettext("%(returned)s из %(issued)s, %(rate)s") % numbers),)


def _versions(card: Card, *, now: datetime) -> tuple[VersionRow, ...]:
    kept_ones = CardVersion.objects.filter(card_id=card.pk).defer("content").order_by("-version")[:SHOWN_VERSIONS]
    return tuple(
        VersionRow(one.version, almaty_moment(one.at, now=now), one.by, one.version == card.version)
        for one in kept_ones
    )


def _found(q: str, draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(one.code, one.title, one.code == draft.category) for one in search(q))
