"""A rule as a form holds it: read into `Wording`, and written back as it was typed."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext

from catalog.models import PriceRule
from catalog.repricing.deciding import Strategy
from catalog.repricing.ruling import Wording
from catalog.rules import DEAREST
from staff.errors import Refused

SCOPES: Final = ("shop", "category", "sku")
MOST_IGNORED: Final = 50
LONGEST_NAME: Final = 200


def read(form: Mapping[str, str]) -> Wording:
    """What somebody wrote down. Raises Refused (400) with a sentence that says what to write, and its field."""
    scope = _one_of(form, "scope", SCOPES)
    share = _one_of(form, "step_kind", ("tenge", "share")) == "share"
    strategy = Strategy(_one_of(form, "strategy", [one.value for one in Strategy]))
    wording = Wording(
        sku=_text(form, "sku", 64) if scope == "sku" else "",
        category=_text(form, "category", 256) if scope == "category" else "",
        strategy=strategy,
        step=_share(form, "step", most=50) if share else Decimal(_whole(form, "step", 1, int(DEAREST))),
        step_is_share=share,
        place=_whole(form, "place", 1, 50),
        lag_minutes=_whole(form, "lag_minutes", 0, 1_440),
        floor=_price(form, "floor"),
        ceiling=_price(form, "ceiling"),
        most_changes=_whole(form, "most_changes", 1, 48),
        most_move=_share(form, "most_move", most=90),
        ignored=_names(form),
        rise_back=form.get("rise_back") == "yes",
        only_in_stock=form.get("only_in_stock") == "yes",
        min_interval_minutes=_whole(form, "min_interval_minutes", 0, 1_440),
        stale_minutes=_whole(form, "stale_minutes", 15, 1_440),
    )
    if wording.floor is not None and wording.ceiling is not None and wording.floor > wording.ceiling:
        raise _wrong("ceiling", gettext("Верхняя граница ниже нижней"))
    return wording


def written(rule: PriceRule | None) -> dict[str, str]:
    """The rule as the form shows it; a new one with what is usual."""
    one = rule or PriceRule(strategy=Strategy.FIRST, step=Decimal(1), most_move=Decimal("0.1"))
    scope = "sku" if one.offer_id else "category" if one.category else "shop"
    return {
        "scope": scope,
        "sku": one.offer.sku if one.offer else "",
        "category": one.category,
        "strategy": one.strategy,
        "step": _plain(one.step * 100 if one.step_is_share else one.step),
        "step_kind": "share" if one.step_is_share else "tenge",
        "place": str(one.place),
        "lag_minutes": str(one.lag_minutes),
        "floor": _plain(one.floor),
        "ceiling": _plain(one.ceiling),
        "most_changes": str(one.most_changes),
        "most_move": _plain(one.most_move * 100),
        "ignored": "\n".join(one.ignored),
        "rise_back": "yes" if one.rise_back else "",
        "only_in_stock": "yes" if one.only_in_stock else "",
        "min_interval_minutes": str(one.min_interval_minutes),
        "stale_minutes": str(one.stale_minutes),
    }


def _one_of(form: Mapping[str, str], name: str, known: Collection[str]) -> str:
    value = form.get(name, "")
    if value not in known:
        raise _wrong(name, gettext("Выберите из списка"))
    return value


def _text(form: Mapping[str, str], name: str, longest: int) -> str:
    value = " ".join(form.get(name, "").split())
    if not value or len(value) > longest or not value.isprintable():
        raise _wrong(name, gettext("Назовите, для чего правило: от 1 до %(longest)s знаков") % {"longest": longest})
    return value


def _whole(form: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = re.sub(r"[\s\u00a0\u2009]", "", form.get(name, ""))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise _wrong(name, gettext("Целое число от %(least)s до %(most)s") % {"least": least, "most": most})
    return int(text)


def _price(form: Mapping[str, str], name: str) -> Decimal | None:
    return Decimal(_whole(form, name, 1, int(DEAREST))) if form.get(name, "").strip() else None


def _share(form: Mapping[str, str], name: str, *, most: int) -> Decimal:
    """Typed in per cent, kept as a share 0–1."""
    text = form.get(name, "").strip().replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9])?", text) or not 0 < Decimal(text) <= most:
        raise _wrong(name, gettext("Проценты от 0,1 до %(most)s") % {"most": most})
    return Decimal(text) / 100


def _names(form: Mapping[str, str]) -> tuple[str, ...]:
    lines = [" ".join(line.split()) for line in form.get("ignored", "").splitlines()]
    names = tuple(dict.fromkeys(filter(None, lines)))
    if len(names) > MOST_IGNORED or any(len(one) > LONGEST_NAME or not one.isprintable() for one in names):
        raise _wrong("ignored", gettext("Не больше пятидесяти продавцов, каждый с новой строки"))
    return names


def _wrong(field: str, sentence: str) -> Refused:
    return Refused("bad_value", sentence, status=400, field=field)


def _plain(value: Decimal | None) -> str:
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
