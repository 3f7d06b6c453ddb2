"""What `provision` is told to make: the JSON document of contract §2, checked and turned into plain records. No I/O.

Everything is checked before anything is made. `WrongDocument` is one English sentence that begins with the path of the
trouble: `companies[0].shops[1].points[0].schedule: …`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from staff import points
from staff.models import ExpiryPolicy, Mfa, Role
from staff.permissions import SCOPES
from staff.working_calendar import ALMATY, WorkingCalendar

SLUG: Final = re.compile(r"[a-zA-Z0-9_-]{1,60}")
# Answers carry these two; a document made from an answer may be given again.
ANSWERED: Final = frozenset({"id", "secret"})
MISSING: Final = object()
Plan = TypeVar("Plan")


class WrongDocument(ValueError):
    """The document cannot be carried out; nothing of it was."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)


@dataclass(frozen=True, slots=True)
class PointPlan:
    path: str
    code: str
    name: str
    city: str
    schedule: dict[str, Any]
    exceptions: dict[str, Any] | None
    zone: str


@dataclass(frozen=True, slots=True)
class ShopPlan:
    """`token` and `expiry_policy` are None when the document does not speak of them: then they stay as they are."""

    path: str
    slug: str
    name: str
    merchant_uid: str
    token: str | None = field(repr=False)
    expiry_policy: str | None
    points: tuple[PointPlan, ...]


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """`points` are `shop/code`; None leaves the member's points as they are. Only a new person needs a password."""

    path: str
    email: str
    password: str | None = field(repr=False)
    name: str
    role: str
    points: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class KeyPlan:
    path: str
    name: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompanyPlan:
    path: str
    slug: str
    name: str
    mfa: str | None
    shops: tuple[ShopPlan, ...]
    members: tuple[MemberPlan, ...]
    api_keys: tuple[KeyPlan, ...]


class Node:
    """One JSON object of the document, and where it stands."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise WrongDocument(path, f"an object is expected, not {_kind(value)}")
        self.value = value
        self.path = path
        self._asked: set[str] = set()

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def get(self, key: str) -> object:
        self._asked.add(key)
        return self.value.get(key, MISSING)

    def text(self, key: str, *, limit: int, shape: re.Pattern[str] | None = None) -> str:
        """A non-empty string of at most `limit` characters."""
        value = self.optional_text(key, limit=limit)
        if not value:
            raise WrongDocument(self.at(key), "a non-empty string is required")
        if shape is not None and not shape.fullmatch(value):
            raise WrongDocument(self.at(key), f"{value!r} does not have the form {shape.pattern}")
        return value

    def optional_text(self, key: str, *, limit: int) -> str | None:
        value = self.get(key)
        if value is MISSING or value is None:
            return None
        if not isinstance(value, str) or "\x00" in value:
            raise WrongDocument(self.at(key), f"a string is expected, not {_kind(value)}")
        if len(value) > limit:
            raise WrongDocument(self.at(key), f"at most {limit} characters are allowed, here are {len(value)}")
        return value

    def choice(self, key: str, options: Iterable[str]) -> str | None:
        """One of the options, None when the key is absent."""
        value = self.get(key)
        if value is MISSING:
            return None
        if value not in (known := list(options)):
            raise WrongDocument(self.at(key), f"{value!r} is none of {', '.join(known)}")
        return str(value)

    def strings(self, key: str) -> tuple[str, ...] | None:
        value = self.get(key)
        if value is MISSING:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise WrongDocument(self.at(key), "a list of strings is expected")
        return tuple(value)

    def children(self, key: str, build: "Callable[[Node], Plan]", *, once: str) -> tuple[Plan, ...]:
        """The plans of the objects under a key, of which no two share the field `once`; none when the key is absent."""
        value = self.get(key)
        if value is MISSING:
            return ()
        if not isinstance(value, list):
            raise WrongDocument(self.at(key), f"a list is expected, not {_kind(value)}")
        plans = []
        for number, item in enumerate(value):
            node = Node(item, f"{self.at(key)}[{number}]")
            plans.append(build(node))
            node.close()
        _check_once(plans, once)
        return tuple(plans)

    def close(self) -> None:
        """Nothing may stand here that nobody asked for: most likely it is a slip of the pen."""
        unknown = sorted(self.value.keys() - self._asked - ANSWERED, key=str)
        if unknown:
            raise WrongDocument(self.path, f"unknown key {unknown[0]!r}")


def read(document: object) -> tuple[CompanyPlan, ...]:
    """The companies of a document. Raises WrongDocument."""
    root = Node(document, "")
    if root.get("companies") is MISSING:
        raise WrongDocument("", 'the document has no "companies"')
    companies = root.children("companies", _company, once="slug")
    root.close()
    return companies


def _company(node: Node) -> CompanyPlan:
    shops = node.children("shops", _shop, once="slug")
    _check_once(shops, "merchant_uid")
    return CompanyPlan(
        path=node.path,
        slug=node.text("slug", limit=60, shape=SLUG),
        name=node.text("name", limit=200),
        mfa=node.choice("mfa", Mfa.values),
        shops=shops,
        members=node.children("members", _member, once="email"),
        api_keys=node.children("api_keys", _key, once="name"),
    )


def _shop(node: Node) -> ShopPlan:
    return ShopPlan(
        path=node.path,
        slug=node.text("slug", limit=60, shape=SLUG),
        name=node.text("name", limit=200),
        merchant_uid=node.text("merchant_uid", limit=30),
        token=node.optional_text("token", limit=200) or None,
        expiry_policy=node.choice("expiry_policy", ExpiryPolicy.values),
        points=node.children("points", _point, once="code"),
    )


def _point(node: Node) -> PointPlan:
    zone = node.optional_text("zone", limit=40) or ALMATY
    schedule, exceptions = node.get("schedule"), node.get("exceptions")
    if schedule is MISSING:
        raise WrongDocument(node.at("schedule"), "working hours are required, see the README")
    _check_calendar(node.at("zone"), {}, {}, zone)
    _check_calendar(node.at("schedule"), schedule, {}, zone)
    if exceptions is not MISSING:
        _check_calendar(node.at("exceptions"), schedule, exceptions, zone)
    return PointPlan(
        path=node.path,
        code=node.text("code", limit=40, shape=points.CODE),
        name=node.text("name", limit=200),
        city=node.optional_text("city", limit=12) or "",
        schedule=cast("dict[str, Any]", schedule),
        exceptions=None if exceptions is MISSING else cast("dict[str, Any]", exceptions or {}),
        zone=zone,
    )


def _member(node: Node) -> MemberPlan:
    email = node.text("email", limit=254).lower()
    try:
        validate_email(email)
    except ValidationError:
        raise WrongDocument(node.at("email"), f"{email!r} is not an e-mail address") from None
    role = node.choice("role", Role.values)
    if role is None:
        raise WrongDocument(node.at("role"), f"a role is required, one of {', '.join(Role.values)}")
    return MemberPlan(
        path=node.path,
        email=email,
        password=node.optional_text("password", limit=1024) or None,
        name=node.text("name", limit=120),
        role=role,
        points=node.strings("points"),
    )


def _key(node: Node) -> KeyPlan:
    scopes = node.strings("scopes")
    if not scopes:
        raise WrongDocument(node.at("scopes"), f"at least one is required, of {', '.join(SCOPES)}")
    for number, scope in enumerate(scopes):
        if scope not in SCOPES:
            raise WrongDocument(f"{node.at('scopes')}[{number}]", f"{scope!r} is none of {', '.join(SCOPES)}")
    return KeyPlan(path=node.path, name=node.text("name", limit=120), scopes=tuple(sorted(set(scopes))))


def _check_calendar(path: str, schedule: object, exceptions: object, zone: str) -> None:
    try:
        WorkingCalendar.from_json(schedule, exceptions=exceptions, zone=zone)
    except ValueError as trouble:
        raise WrongDocument(path, f"not a working calendar ({trouble})") from None


def _check_once(plans: Sequence[Any], key: str) -> None:
    seen = set()
    for plan in plans:
        value = getattr(plan, key)
        if value in seen:
            raise WrongDocument(f"{plan.path}.{key}", f"{value!r} stands here twice")
        seen.add(value)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
