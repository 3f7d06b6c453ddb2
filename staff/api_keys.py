"""Keys of programs: made, changed and ended by people. What a key is made of stands in `staff.keys`.

A key never opens more than whoever made it may himself. Two keys of one integration may live at a time: the new one, and
for a day the one before it, so that a program is changed over without a pause.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from staff import audit, keys
from staff.access import Actor, require
from staff.errors import NotVisible, Refused
from staff.holding import Place, take
from staff.models import ApiKey, ApiKeyShop, Shop
from staff.people.turns import wait_for_turn
from staff.permissions import SCOPES, Permission

LONGEST_NAME: Final = 100
CHANGE_OVER: Final = timedelta(hours=24)
# How long a key may live, by the code of the form.
LIVES: Final[Mapping[str, timedelta | None]] = MappingProxyType(
    {"30": timedelta(days=30), "90": timedelta(days=90), "365": timedelta(days=365), "": None}
)
FORMER: Final = " (прежний)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks for; `shops` empty: all of the company, those opened later included."""

    name: str
    scopes: Collection[str]
    shops: Collection[Shop] = ()
    lives: str = ""


def make(wanted: Wanted, *, by: Actor, now: datetime) -> tuple[ApiKey, str]:
    """A new key; answers its secret, which is told this once.

    Raises Refused: 403 without the right or beyond his own ones, 400 (field) for a bad value, 409 for a name in use.
    """
    require(by, Permission.SHOPS_MANAGE)
    name = _name(wanted.name)
    _require_within(wanted.scopes, {shop.pk for shop in wanted.shops}, by)
    if wanted.lives not in LIVES:
        raise Refused("bad_value", _("Выберите срок ключа"), status=400, field="lives")
    life = LIVES[wanted.lives]
    wait_for_turn()
    _end_expired(now)
    if live(now).filter(name=name).exists():
        raise Refused("name_taken", _("Ключ с таким названием уже есть"), field="name")
    key, secret = _write(name, wanted.scopes, by=by, expires_at=now + life if life else None)
    ApiKeyShop.objects.bulk_create(
        ApiKeyShop(company_id=key.company_id, api_key_id=key.pk, shop_id=shop.pk) for shop in wanted.shops
    )
    shops = sorted(shop.slug for shop in wanted.shops)
    told = {"name": name, "scopes": key.scopes, "shops": shops, "until": _day(key.expires_at)}
    audit.record(by, "api_key.made", subject=("api_key", key.public_id), now=now, after=told)
    return key, secret


def replace(key: ApiKey, *, by: Actor, now: datetime) -> tuple[ApiKey, str]:
    """A new key in the place of this one, which lives for another day. Raises Refused as `make`, 409 when there are two."""
    require(by, Permission.SHOPS_MANAGE)
    wait_for_turn()
    _end_expired(now)
    key.refresh_from_db()
    shops = list(ApiKeyShop.objects.filter(api_key_id=key.pk).values_list("shop_id", flat=True))
    _require_within(key.scopes, shops, by)
    former = key.name + FORMER
    if key.name.endswith(FORMER) or live(now).filter(name=former).exists():
        raise Refused("two_keys", _("Прежний ключ ещё действует: отзовите его или подождите до конца суток"))
    end = now + CHANGE_OVER
    last = min(key.expires_at, end) if key.expires_at else end
    ApiKey.objects.filter(pk=key.pk).update(name=former, expires_at=last)
    made, secret = _write(key.name, key.scopes, by=by, expires_at=key.expires_at)
    ApiKeyShop.objects.bulk_create(
        ApiKeyShop(company_id=key.company_id, api_key_id=made.pk, shop_id=shop_id) for shop_id in shops
    )
    told = {"name": key.name, "former_until": last.isoformat()}
    audit.record(by, "api_key.replaced", subject=("api_key", made.public_id), now=now, after=told)
    return made, secret


def revoke(key: ApiKey, *, by: Actor, now: datetime) -> None:
    """Dead on its next request; what it is writing at the moment is waited for."""
    require(by, Permission.SHOPS_MANAGE)
    if _end([key], now=now):
        audit.record(by, "api_key.revoked", subject=("api_key", key.public_id), now=now, before={"name": key.name})


def revoke_all(*, by: Actor, now: datetime) -> int:
    """All live keys of the company, as a part of the caller's deed, which writes the audit row; answers how many."""
    require(by, Permission.SHOPS_MANAGE)
    return _end(live(now), now=now)


def live(now: datetime) -> QuerySet[ApiKey]:
    """The keys of the scope's company that open something."""
    keys_of: QuerySet[ApiKey] = ApiKey.objects.filter(revoked_at=None)
    return keys_of.filter(Q(expires_at=None) | Q(expires_at__gt=now))


def find(public_id: UUID, *, now: datetime) -> ApiKey:
    """A live key. Raises NotVisible."""
    found = live(now).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(public_id)
    return found


def _require_within(scopes: Collection[str], shops: Collection[int], by: Actor) -> None:
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Refused("bad_scopes", _("Отметьте, что ключ открывает"), status=400, field="scopes")
    if not frozenset().union(*(SCOPES[scope] for scope in scopes)) <= by.rights:
        raise Refused("beyond_rights", _("Тут есть права, которых нет у вас"), status=403, field="scopes")
    if by.points is not None and not (shops and set(shops) <= by.shops):
        raise Refused("beyond_places", _("Тут есть магазины или точки, которых нет у вас"), status=403, field="shops")


def _write(name: str, scopes: Collection[str], *, by: Actor, expires_at: datetime | None) -> tuple[ApiKey, str]:
    secret, prefix, digest = keys.make()
    key: ApiKey = ApiKey.objects.create(
        name=name,
        prefix=prefix,
        digest=digest,
        scopes=[scope for scope in SCOPES if scope in scopes],
        made_by_id=by.id if by.kind == "member" else None,
        expires_at=expires_at,
    )
    return key, secret


def _end(doomed: Iterable[ApiKey], *, now: datetime) -> int:
    numbers = sorted(key.pk for key in doomed)
    for number in numbers:
        take(Place.API_KEY, number)
    return ApiKey.objects.filter(pk__in=numbers, revoked_at=None).update(revoked_at=now)


def _end_expired(now: datetime) -> None:
    """A key whose time ran out gives its name back."""
    ApiKey.objects.filter(revoked_at=None, expires_at__lte=now).update(revoked_at=now)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or name.endswith(FORMER):
        raise Refused("bad_name", _("Назовите ключ, до 100 знаков"), status=400, field="name")
    return name


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""
