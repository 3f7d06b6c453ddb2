"""Whom a request comes from, with everything he was given: one question for a member, one for a key.

Every request asks it, so it is plain SQL: building it through the ORM took longer than running it.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from staff import roles
from staff.models import ApiKey, Member, Reach
from staff.permissions import Bundle
from staff.scoping import current_company
from staff.signin.demands import UNASKED, SecondStep


@dataclass(frozen=True, slots=True)
class Places:
    """Where somebody's rights hold. `points` None: everywhere; `shops` are seen whole, with orders that have no point."""

    points: frozenset[int] | None = None
    shops: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """`role_name` is blank for a role that came with us: it keeps its translated name."""

    member: Member
    bundle: Bundle
    places: Places
    role_name: str = ""
    second_step: SecondStep = UNASKED


@dataclass(frozen=True, slots=True)
class KeyStanding:
    key: ApiKey
    places: Places


_MEMBER = tuple(field.attname for field in Member._meta.concrete_fields)
_KEY = tuple(field.attname for field in ApiKey._meta.concrete_fields)
# Shops given whole bring their points, those opened later included.
_GIVEN = """
  ARRAY(SELECT shop_id FROM {shops} given WHERE given.company_id = one.company_id AND given.{whose} = one.id),
  ARRAY(SELECT point.id FROM {shops} given
    JOIN staff_pointofsale point ON point.company_id = given.company_id AND point.shop_id = given.shop_id
    WHERE given.company_id = one.company_id AND given.{whose} = one.id)
"""
_MEMBERS = f"""
SELECT {", ".join(f"one.{name}" for name in _MEMBER)}, role.rights, role.reach, role.name,
  ARRAY(SELECT point_id FROM staff_memberpoint given WHERE given.company_id = one.company_id AND given.member_id = one.id),
  {_GIVEN.format(shops="staff_membershop", whose="member_id")},
  company.mfa, company.mfa_from, EXISTS (SELECT 1 FROM mfa_authenticator factor
    WHERE factor.user_id = one.user_id AND factor.type IN ('totp', 'webauthn'))
FROM staff_member one JOIN staff_company company ON company.id = one.company_id
LEFT JOIN staff_companyrole role ON role.company_id = one.company_id AND role.code = one.role
WHERE one.company_id = %s
"""  # noqa: S608  names of our own columns
_KEYS = f"""
SELECT {", ".join(f"one.{name}" for name in _KEY)}, {_GIVEN.format(shops="staff_apikeyshop", whose="api_key_id")}
FROM staff_apikey one WHERE one.company_id = %s
"""  # noqa: S608  names of our own columns


def of_member(member_id: int) -> MemberStanding | None:
    """How a member of the scope's company stands now, active or not; None when there is none."""
    return next(map(_member, _ask(f"{_MEMBERS} AND one.id = %s", member_id)), None)


def of_present() -> list[MemberStanding]:
    """How all members stand who work here, by name."""
    return list(map(_member, _ask(f"{_MEMBERS} AND one.is_active ORDER BY one.name, one.id")))


def _member(row: tuple[Any, ...]) -> MemberStanding:
    member = Member.from_db("default", _MEMBER, _fields(Member, _MEMBER, row))
    rights, reach, name, points, shops, theirs, *step = row[len(_MEMBER) :]
    bundle = roles.bundle(member.role, None if reach is None else (_json(rights), reach))
    return MemberStanding(
        member, bundle, _places(bundle.reach, shops, [*points, *theirs]), name or "", SecondStep(*step)
    )


def of_key(key_id: int) -> KeyStanding | None:
    """How a key of the scope's company stands now, revoked or not; None when there is none."""
    return next(map(_key, _ask(f"{_KEYS} AND one.id = %s", key_id)), None)


def _key(row: tuple[Any, ...]) -> KeyStanding:
    shops, points = row[len(_KEY) :]
    return KeyStanding(
        ApiKey.from_db("default", _KEY, _fields(ApiKey, _KEY, row)), _places(Reach.COMPANY, shops, points)
    )


def _places(reach: Reach, shops: list[int], points: list[int]) -> Places:
    """Shops given to him narrow a role of the whole company; a role of one's own orders needs no places."""
    if reach is Reach.OWN or (reach is Reach.COMPANY and not shops):
        return Places()
    return Places(frozenset(points), frozenset(shops))


def _ask(statement: str, *values: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [current_company(), *values])
        return list(cursor.fetchall())


def _fields(model: Any, names: tuple[str, ...], row: tuple[Any, ...]) -> list[Any]:
    json_fields = {field.attname for field in model._meta.concrete_fields if field.get_internal_type() == "JSONField"}
    return [_json(value) if name in json_fields else value for name, value in zip(names, row, strict=False)]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
