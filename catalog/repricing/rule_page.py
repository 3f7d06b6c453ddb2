"""The form of a rule in words."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from catalog.models import Offer, PriceRule
from catalog.repricing.deciding import Strategy
from catalog.repricing.page import ADDRESS
from catalog.repricing.page_models import FieldGroup, Option, RuleField, RulePage
from staff.errors import Refused
from staff.languages import kept
from staff.languages import later as _
from staff.models import Shop

MOST_CATEGORIES: Final = 200
SCOPES: Final[Mapping[str, str]] = {
    "shop": _("весь магазин"),
    "category": _("категория"),
    "sku": _("один товар"),
}
STEPS: Final[Mapping[str, str]] = {"tenge": "₸", "share": "%"}


def rule_page(shop: Shop, rule: PriceRule | None, said: Mapping[str, str], refusal: Refused | None = None) -> RulePage:
    """The form with what was said in it; a refusal stands beside its field."""
    query = urlencode({"shop": shop.slug} | ({"rule": str(rule.public_id)} if rule else {}))
    return RulePage(
        title=gettext("Правило цены") if rule else gettext("Новое правило цены"),
        post_url=f"{ADDRESS}rule/?{query}",
        back_url=f"{ADDRESS}?{urlencode({'shop': shop.slug})}",
        groups=_groups(_Form(said, refusal), shop),
        error=refusal.sentence if refusal else "",
    )


class _Form:
    def __init__(self, said: Mapping[str, str], refusal: Refused | None) -> None:
        self.said, self.refusal = said, refusal

    def field(self, name: str, label: str, kind: str = "number", hint: str = "", suffix: str = "") -> RuleField:
        wrong = self.refusal.sentence if self.refusal and self.refusal.field == name else ""
        return RuleField(name, label, self.said.get(name, ""), kind, hint, suffix, (), wrong)

    def choice(self, name: str, label: str, options: Iterable[tuple[str, str]], hint: str = "") -> RuleField:
        value = self.said.get(name, "")
        shown = tuple(Option(key, text, key == value) for key, text in options)
        wrong = self.refusal.sentence if self.refusal and self.refusal.field == name else ""
        return RuleField(name, label, value, "select", hint, "", shown, wrong)


def _groups(form: _Form, shop: Shop) -> tuple[FieldGroup, ...]:
    return (
        FieldGroup(
            gettext("Для чего"),
            (
                form.choice("scope", gettext("Действует на"), [(key, str(text)) for key, text in SCOPES.items()]),
                form.choice("category", gettext("Категория"), _categories(shop, form.said.get("category", ""))),
                form.field("sku", gettext("Артикул"), "text"),
            ),
            gettext("Действует самое узкое правило: товара, потом категории, потом магазина"),
        ),
        FieldGroup(
            gettext("Куда вести цену"),
            (
                form.choice("strategy", gettext("Цель"), [(one.value, kept(one.label)) for one in Strategy]),
                form.field("step", gettext("Шаг"), hint=gettext("на сколько дешевле того, за кем идём")),
                form.choice("step_kind", gettext("Шаг в чём"), STEPS.items()),
                form.field("place", gettext("Место"), hint=gettext("для цели «держать место»")),
                form.field("lag_minutes", gettext("Задержка, минут"), hint=gettext("для «идти за первым»")),
                form.field("rise_back", gettext("Поднимать, когда дешёвый продавец ушёл"), "check"),
            ),
        ),
        FieldGroup(
            gettext("Границы"),
            (
                form.field(
                    "floor", gettext("Нижняя, ₸"), hint=gettext("и не ниже границы товара и его полной стоимости")
                ),
                form.field(
                    "ceiling", gettext("Верхняя, ₸"), hint=gettext("пусто: цена, которую последней дал человек")
                ),
                form.field("most_move", gettext("За сутки не дальше, %")),
                form.field("most_changes", gettext("За сутки не больше изменений")),
                form.field("min_interval_minutes", gettext("Между изменениями, минут")),
                form.field(
                    "stale_minutes", gettext("Чужие цены годны, минут"), hint=gettext("по старым ничего не меняем")
                ),
                form.field("only_in_stock", gettext("Только пока товар в наличии"), "check"),
            ),
        ),
        FieldGroup(
            gettext("На кого не смотреть"),
            (form.field("ignored", gettext("Продавцы, каждый с новой строки"), "long"),),
            gettext("Свои магазины не считаются никогда"),
        ),
    )


def _categories(shop: Shop, chosen: str) -> list[tuple[str, str]]:
    mine = Offer.objects.filter(shop_id=shop.pk).exclude(category="").order_by("category")
    names = list(mine.values_list("category", flat=True).distinct()[:MOST_CATEGORIES])
    if chosen and chosen not in names:
        names.append(chosen)
    return [("", "—"), *((name, name) for name in names)]
