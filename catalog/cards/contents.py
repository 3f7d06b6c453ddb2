"""A card between the row, which keeps it as JSON, and the pure rules, which know a Draft."""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.cards.rules import Asked, Draft, Value
from catalog.models import Card, KaspiAttribute, KaspiCategory
from integrations.kaspi.products import Kind

TEXTS = ("title", "brand", "category", "description", "weight", "family", "barcode")


def draft_of(card: Card) -> Draft:
    """The card as the rules read it."""
    return read(card.sku, card.content)


def read(sku: str, content: Mapping[str, Any]) -> Draft:
    texts = {name: str(content.get(name, "")) for name in TEXTS}
    attributes = {code: _value(value) for code, value in content.get("attributes", [])}
    return Draft(sku, **texts, attributes=attributes, images=tuple(content.get("images", [])))


def written(draft: Draft) -> dict[str, Any]:
    """What the row keeps. Attributes are pairs: JSON objects of PostgreSQL forget their order."""
    texts = {name: getattr(draft, name) for name in TEXTS if getattr(draft, name)}
    attributes = [
        [code, list(value) if isinstance(value, tuple) else value] for code, value in draft.attributes.items()
    ]
    return {**texts, "attributes": attributes, "images": list(draft.images)}


def attributes_of(codes: Iterable[str]) -> dict[str, list[KaspiAttribute] | None]:
    """What each of these categories asks for, in Kaspi's order; None where that has not been read."""
    wanted = set(codes)
    by_id = dict(KaspiCategory.objects.filter(code__in=wanted, read_at__isnull=False).values_list("pk", "code"))
    read_ones: dict[str, list[KaspiAttribute]] = {code: [] for code in by_id.values()}
    rows = KaspiAttribute.objects.filter(category_id__in=by_id).order_by("-mandatory", "position", "pk")
    for row in rows:
        read_ones[by_id[row.category_id]].append(row)
    return {code: read_ones.get(code) for code in wanted}


def asked_of(rows: Iterable[KaspiAttribute] | None) -> tuple[Asked, ...] | None:
    if rows is None:
        return None
    return tuple(
        Asked(row.code, Kind(row.kind), row.multiple, row.mandatory, frozenset(code for code, _ in row.choices))
        for row in rows
    )


def _value(value: Any) -> Value:
    return tuple(map(str, value)) if isinstance(value, list) else value
