"""Who is asking, and the one mark that views declare. A view without a mark does not start (staff.checks)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from staff.errors import Refused
from staff.models import ApiKey, Member, MemberPoint, Role
from staff.permissions import ROLES, SCOPES, Permission

View = TypeVar("View", bound=Callable[..., Any])

FORBIDDEN = "У вас нет права на это действие"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts inside one company. `points` is None when all points are visible."""

    kind: str
    id: int | None
    label: str
    company_id: int
    rights: frozenset[Permission]
    points: frozenset[int] | None
    role: str = ""
    request_id: str = field(default="", compare=False)
    address: str = field(default="", compare=False)

    def may(self, right: Permission) -> bool:
        return right in self.rights

    def sees_point(self, point_id: int | None) -> bool:
        return self.points is None or point_id in self.points


class OfficeRequest(HttpRequest):
    """A request inside a company's scope, as TenantMiddleware leaves it."""

    actor: Actor
    member: Member | None
    request_id: str
    htmx: Any
    # The place in the menu that a page says it is at.
    nav: str


def actor_of_member(member: Member) -> Actor:
    """The member with the rights of his role; a role without all points sees the points given to him."""
    rights = ROLES[Role(member.role)]
    points = None
    if Permission.ORDERS_ALL_POINTS not in rights:
        points = frozenset(MemberPoint.objects.filter(member_id=member.pk).values_list("point_id", flat=True))
    return Actor("member", member.pk, member.name, member.company_id, rights, points, role=member.role)


def actor_of_key(key: ApiKey) -> Actor:
    rights: frozenset[Permission] = frozenset().union(*(SCOPES.get(scope, frozenset()) for scope in key.scopes))
    return Actor("api_key", key.pk, f"API: {key.name}", key.company_id, rights, None)


def rule(name: str, company_id: int) -> Actor:
    """A rule of ours that acts by itself, for example the auto-cancel."""
    return Actor("rule", None, name, company_id, frozenset(Permission), None)


def require(actor: Actor, right: Permission) -> None:
    """Raise Refused(403) when the right is lacking."""
    if not actor.may(right):
        raise Refused("forbidden", FORBIDDEN, status=403)


def requires(*rights: Permission) -> Callable[[View], View]:
    """Mark and guard a page: signed in, and holding every right named."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: OfficeRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if getattr(request, "actor", None) is None:
                return _to_login(request)
            for right in rights:
                require(request.actor, right)
            return cast(HttpResponse, view(request, *args, **kwargs))

        return cast(View, mark(guarded, rights))

    return decorate


def public(view: View) -> View:
    """Mark a page that anybody may open."""
    return cast(View, mark(view, ()))


def mark(view: Any, rights: Iterable[Permission]) -> Any:
    view.access = tuple(rights)
    return view


def _to_login(request: HttpRequest) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect(_sign_in(request.get_full_path()))
    # A fragment cannot show the sign-in page: htmx follows this header with the whole window, and comes back to its page.
    page = urlsplit(request.headers.get("HX-Current-URL", "/"))
    back = f"{page.path}?{page.query}" if page.query else page.path
    return HttpResponse(status=401, headers={"HX-Redirect": _sign_in(back)})


def _sign_in(back: str) -> str:
    return f"{reverse('login')}?{urlencode({'next': back})}"
