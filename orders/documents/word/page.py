"""The pages «Шаблоны документов»: the list with the fields, and one template with its versions."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext

from orders.documents.word import fields, keeping, printing
from orders.documents.word.page_models import (
    FieldGroup,
    FieldLine,
    PaperChoice,
    SettingsForm,
    ShopChoice,
    TemplateLine,
    TemplatePage,
    TemplatesPage,
    VersionLine,
)
from orders.documents.word.pdf import converter
from orders.models import Order, WordTemplate, WordVersion
from staff.access import Actor
from staff.errors import Refused
from staff.formats import almaty_moment, plural
from staff.languages import noun
from staff.models import Shop
from staff.page_parts import Chip
from staff.places import Places

MONTHS = noun("месяц", "месяцев")


def templates_page(
    actor: Actor, places: Places, *, filled: dict[str, str] | None = None, refusal: Refused | None = None
) -> TemplatesPage:
    """Everything that `templates/documents/templates.html` prints."""
    given = filled or {}
    return TemplatesPage(
        templates=tuple(_line(template) for template in keeping.templates_of(actor)),
        groups=field_groups(),
        form=_form(places, actor, given.get("name", ""), given.get("months", ""), given.get("shop", ""), refusal),
        gives_pdf=converter() is not None,
    )


def template_page(
    template: WordTemplate,
    actor: Actor,
    places: Places,
    *,
    now: datetime,
    filled: dict[str, str] | None = None,
    refusal: Refused | None = None,
) -> TemplatePage:
    """Everything that `templates/documents/template.html` prints."""
    given, newest = filled or {}, printing.newest(template, by=actor)
    months = str(template.months or "")
    shop = template.shop.slug if template.shop else ""
    return TemplatePage(
        name=template.name,
        url=f"/documents/templates/{template.public_id}/",
        chip=_chip(template),
        lead=f"{_shop(template)} · {_warranty(template)}",
        versions=_versions(template, keeping.versions_of(template), now=now),
        form=_form(
            places,
            actor,
            given.get("name", template.name),
            given.get("months", months),
            given.get("shop", shop),
            refusal,
        ),
        newest=newest.code if newest else "",
        gives_pdf=converter() is not None,
        error=refusal.sentence if refusal else "",
        field=refusal.field or "" if refusal else "",
        order=given.get("order", ""),
    )


def field_groups() -> tuple[FieldGroup, ...]:
    """The published list."""
    return tuple(
        FieldGroup(
            str(group.title),
            tuple(FieldLine(f"{{{{ {one.name} }}}}", str(one.what), _example(one)) for one in group.fields),
            group.loop,
        )
        for group in fields.GROUPS
    )


def papers_of(order: Order, url: str) -> tuple[PaperChoice, ...]:
    """What the card of an order offers."""
    pdf = converter() is not None
    return tuple(
        PaperChoice(str(template.public_id), template.name, f"{url}paper/", pdf)
        for template in printing.offered(order).only("public_id", "name")
    )


def _example(field: fields.Field) -> str:
    return gettext("картинка") if field.kind == "picture" else str(field.example)


def _line(template: WordTemplate) -> TemplateLine:
    return TemplateLine(
        name=template.name,
        url=f"/documents/templates/{template.public_id}/",
        shop=_shop(template),
        warranty=_warranty(template),
        chip=_chip(template),
        note=gettext("версия %(number)s") % {"number": template.in_service} if template.in_service else "",
    )


def _shop(template: WordTemplate) -> str:
    return template.shop.name if template.shop else gettext("все магазины")


def _warranty(template: WordTemplate) -> str:
    return (
        gettext("гарантия %(months)s") % {"months": plural(template.months, *MONTHS)}
        if template.months
        else gettext("без срока гарантии")
    )


def _chip(template: WordTemplate) -> Chip:
    if template.in_service:
        return Chip(gettext("включён"), "ok", "check")
    return Chip(gettext("выключен"))


def _versions(template: WordTemplate, kept: Sequence[WordVersion], *, now: datetime) -> tuple[VersionLine, ...]:
    return tuple(
        VersionLine(
            one.number,
            f"{almaty_moment(one.uploaded_at, now=now)} · {one.actor_label}",
            one.number == template.in_service,
            one.previewed_at is not None,
        )
        for one in kept
    )


def _form(places: Places, actor: Actor, name: str, months: str, shop: str, refusal: Refused | None) -> SettingsForm:
    whole = [one for one in places.shops if actor.sees_whole(one.pk)]
    everywhere = actor.points is None and actor.orders_of is None
    choices = [ShopChoice("", gettext("Все магазины"), chosen=not shop)] if everywhere else []
    choices += [ShopChoice(one.slug, one.name, chosen=one.slug == shop) for one in whole]
    told = (refusal.sentence, refusal.field or "") if refusal else ("", "")
    return SettingsForm(name[: keeping.LONGEST_NAME], months[:4], tuple(choices), *told)


def shop_of(places: Places, slug: str) -> Shop | None:
    """The shop that a form names; None for all of them. Raises NotVisible."""
    return places.shop(slug) if slug else None
