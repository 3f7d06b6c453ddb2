"""Templates of the company: taken in, put into service, replaced by a newer version or an older one, removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from orders.documents.word.checking import check
from orders.models import WordTemplate, WordVersion
from staff import audit
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.models import Shop
from staff.permissions import Permission

MOST_TEMPLATES: Final = 50
# The oldest that is not in service makes room.
MOST_VERSIONS: Final = 20
LONGEST_NAME: Final = 80
# Ten years.
MOST_MONTHS: Final = 120


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person says of a template. `shop` None: for all shops of the company."""

    name: str
    shop: Shop | None = None
    months: int = 0


def read_settings(name: str, months: str, shop: Shop | None) -> Settings:
    """The form as it was filled. Raises Refused (400) with the field that is wrong."""
    name, months = " ".join(name.split()), months.strip() or "0"
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise _refused("name", gettext("Назовите шаблон, не больше 80 знаков"))
    if not (months.isascii() and months.isdigit() and len(months) <= 4 and int(months) <= MOST_MONTHS):
        raise _refused("months", gettext("Срок гарантии: целое число месяцев, не больше 120"))
    return Settings(name, shop, int(months))


def templates_of(by: Actor) -> "QuerySet[WordTemplate]":
    """Those that he manages, by name: of all shops and of the shops that he sees whole."""
    require(by, Permission.PAPERS_MANAGE)
    found: QuerySet[WordTemplate] = WordTemplate.objects.filter(removed_at=None).select_related("shop")
    if by.points is not None or by.orders_of is not None:
        found = found.filter(shop_id__in=by.shops)
    return found.order_by("name", "id")


def find(public_id: UUID, *, by: Actor) -> WordTemplate:
    """Raises NotVisible."""
    found = templates_of(by).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(str(public_id))
    return found


def versions_of(template: WordTemplate) -> Sequence[WordVersion]:
    """The newest first, without the files."""
    return list(WordVersion.objects.filter(template_id=template.pk).defer("file").order_by("-number"))


def version(template: WordTemplate, number: int) -> WordVersion:
    """Raises NotVisible."""
    found: WordVersion | None = WordVersion.objects.filter(template_id=template.pk, number=number).first()
    if found is None:
        raise NotVisible(str(number))
    return found


def add(settings: Settings, file: bytes, *, by: Actor, now: datetime) -> WordTemplate:
    """A new template with its first version, switched off. Raises Refused."""
    _require(settings.shop, by)
    check(file)
    with transaction.atomic():
        if WordTemplate.objects.filter(removed_at=None).count() >= MOST_TEMPLATES:
            raise Refused("too_many", gettext("У вас уже пятьдесят шаблонов. Удалите ненужные"))
        template: WordTemplate = WordTemplate.objects.create(
            name=settings.name, shop=settings.shop, months=settings.months, created_at=now
        )
        _keep(template, file, by=by, now=now)
    return template


def renew(template: WordTemplate, file: bytes, *, by: Actor, now: datetime) -> WordVersion:
    """A newer version. What is in service stays there until the new one is put there. Raises Refused."""
    _require(template.shop, by)
    check(file)
    with transaction.atomic():
        _locked(template)
        return _keep(template, file, by=by, now=now)


def change(template: WordTemplate, settings: Settings, *, by: Actor, now: datetime) -> None:
    """Name, shop, months of warranty."""
    _require(template.shop, by)
    _require(settings.shop, by)
    with transaction.atomic():
        kept = _locked(template)
        before, after = audit.changes(_told(kept), {**_told(kept), "name": settings.name, "months": settings.months})
        if before or kept.shop_id != (settings.shop and settings.shop.pk):
            kept.name, kept.months, kept.shop = settings.name, settings.months, settings.shop
            kept.save()
            _record("template.changed", kept, by=by, now=now, before=before, after=after)


def put_into_service(template: WordTemplate, number: int, *, by: Actor, now: datetime) -> None:
    """From now on orders are given this version. Raises Refused until somebody has looked at it filled."""
    _require(template.shop, by)
    with transaction.atomic():
        kept = _locked(template)
        if version(kept, number).previewed_at is None:
            raise Refused("not_previewed", gettext("Сначала посмотрите этот шаблон на заказе, потом включайте"))
        if kept.in_service != number:
            kept.in_service = number
            kept.save()
            _record("template.switched_on", kept, by=by, now=now)


def switch_off(template: WordTemplate, *, by: Actor, now: datetime) -> None:
    """Orders are not given it any more; it can be put back."""
    _require(template.shop, by)
    with transaction.atomic():
        kept = _locked(template)
        if kept.in_service is not None:
            kept.in_service = None
            kept.save()
            _record("template.switched_off", kept, by=by, now=now)


def remove(template: WordTemplate, *, by: Actor, now: datetime) -> None:
    """For good, with its files. The numbers of its papers stay."""
    _require(template.shop, by)
    with transaction.atomic():
        kept = _locked(template)
        kept.in_service, kept.removed_at = None, now
        kept.save()
        WordVersion.objects.filter(template_id=kept.pk).delete()
        _record("template.removed", kept, by=by, now=now)


def _keep(template: WordTemplate, file: bytes, *, by: Actor, now: datetime) -> WordVersion:
    numbers = list(
        WordVersion.objects.filter(template_id=template.pk).order_by("number").values_list("number", flat=True)
    )
    kept: WordVersion = WordVersion.objects.create(
        template=template,
        number=(numbers[-1] if numbers else 0) + 1,
        file=file,
        digest=sha256(file).hexdigest(),
        uploaded_at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
    )
    spare = [number for number in numbers if number != template.in_service][: max(len(numbers) + 1 - MOST_VERSIONS, 0)]
    WordVersion.objects.filter(template_id=template.pk, number__in=spare).delete()
    _record("template.uploaded", template, by=by, now=now)
    return kept


def _locked(template: WordTemplate) -> WordTemplate:
    """As it stands now, and still there. Raises NotVisible."""
    kept: WordTemplate | None = WordTemplate.objects.select_for_update().filter(pk=template.pk, removed_at=None).first()
    if kept is None:
        raise NotVisible(str(template.public_id))
    return kept


def _require(shop: Shop | None, by: Actor) -> None:
    """A template of all shops is managed by who sees all of them."""
    require(by, Permission.PAPERS_MANAGE)
    whole = by.points is None and by.orders_of is None if shop is None else by.sees_whole(shop.pk)
    if not whole:
        raise Refused("forbidden", gettext("Это делает тот, кому виден весь магазин"), status=403)


def _told(template: WordTemplate) -> dict[str, object]:
    return {"name": template.name, "months": template.months}


def _record(action: str, template: WordTemplate, *, by: Actor, now: datetime, **fields: object) -> None:
    details = {"name": template.name} | ({"version": template.in_service} if template.in_service else {})
    audit.record(by, action, subject=("template", template.public_id), now=now, details=details, **fields)  # type: ignore[arg-type]


def _refused(field: str, sentence: str) -> Refused:
    return Refused("bad_template", sentence, status=400, field=field)
