"""Keys of programs in words, and the form that makes one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext

from integrations.page_models import Choice, KeyForm, KeyLine
from staff import api_keys
from staff.access import Actor
from staff.formats import ago, almaty_day, almaty_moment
from staff.languages import later as _
from staff.models import ApiKey, ApiKeyShop, Shop
from staff.page_parts import Chip
from staff.permissions import SCOPES

OPENS: Mapping[str, str] = {
    "orders:read": _("заказы: читать"),
    "orders:write": _("заказы: решать"),
    "catalog:read": _("товары: читать"),
    "catalog:write": _("товары: менять"),
    "quality:read": _("показатели"),
    "events:read": _("события"),
    "webhooks:write": _("вебхуки"),
}
LIVES: Mapping[str, str] = {"": _("без срока"), "30": _("30 дней"), "90": _("90 дней"), "365": _("год")}
# A key that nobody has used for so long may be forgotten somewhere.
IDLE_DAYS = 30


def key_lines(*, now: datetime) -> tuple[KeyLine, ...]:
    """The live keys of the company, by name."""
    shops = defaultdict(list)
    for given in ApiKeyShop.objects.select_related("shop").order_by("shop__name"):
        shops[given.api_key_id].append(given.shop.name)
    live = api_keys.live(now).select_related("made_by").order_by("name")
    return tuple(_line(key, shops[key.pk], now=now) for key in live)


def key_form(shops: Sequence[Shop], said: Mapping[str, Sequence[str]], *, by: Actor, error: str) -> KeyForm:
    """What a key can be given by this person; `said` is what he had typed when it was refused."""

    def chosen(name: str) -> Sequence[str]:
        return said.get(name, ())

    mine = [scope for scope in OPENS if SCOPES[scope] <= by.rights]
    return KeyForm(
        name="".join(chosen("name")),
        scopes=tuple(Choice(scope, OPENS[scope], scope in chosen("scopes")) for scope in mine),
        shops=tuple(Choice(shop.slug, shop.name, shop.slug in chosen("shops")) for shop in shops),
        lives=tuple(Choice(code, text, code in (chosen("lives") or ("90",))) for code, text in LIVES.items()),
        error=error,
    )


def _line(key: ApiKey, shops: Sequence[str], *, now: datetime) -> KeyLine:
    used = key.last_used_at
    return KeyLine(
        name=key.name,
        key=f"kz_live_{key.prefix[:4]}…",
        scopes=", ".join(str(OPENS[scope]) for scope in OPENS if scope in key.scopes),
        made=almaty_day(key.created_at, now=now) + (f", {key.made_by.name}" if key.made_by else ""),
        shops=", ".join(shops),
        used=ago(int((now - used).total_seconds())) if used else gettext("ещё не открывал"),
        state=_state(key, now=now),
        replace_url=f"/integrations/keys/{key.public_id}/replace/",
        revoke_url=f"/integrations/keys/{key.public_id}/revoke/",
    )


def _state(key: ApiKey, *, now: datetime) -> Chip:
    if key.expires_at is not None:
        return Chip(gettext("до %(moment)s") % {"moment": almaty_moment(key.expires_at, now=now)}, "warn")
    if (now - (key.last_used_at or key.created_at)).days >= IDLE_DAYS:
        return Chip(gettext("Не используется"), "warn")
    return Chip(gettext("Работает"), "ok")
