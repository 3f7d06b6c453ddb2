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

from staff import roles
from staff.errors import Refused
from staff.models import ApiKey, ApiKeyShop, Member, PointOfSale, Reach
from staff.permissions import SCOPES, Permission

View = TypeVar("View", bound=Callable[..., Any])

FORBIDDEN = "У вас нет права на это действие"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts inside one company.

    `points` is None when all points are visible. `orders_of` is the member whose given orders are all that is visible.
    """

    kind: str
    id: int | None
    label: str
    company_id: int
    rights: frozenset[Permission]
    points: frozenset[int] | None
    role: str = ""
    orders_of: int | None = None
    request_id: str = field(default="", compare=False)
    address: str = field(default="", compare=False)

    def may(self, right: Permission) -> bool:
        return right in self.rights

    def sees_point(self, point_id: int | None) -> bool:
        return self.points is None or point_id in self.points

    def sees(self, *, point_id: int | None, courier_id: int | None) -> bool:
        """Whether an order at this point, given to this courier, is his to see."""
        return self.sees_point(point_id) and self.orders_of in (None, courier_id)


class OfficeRequest(HttpRequest):
    """A request inside a company's scope, as TenantMiddleware leaves it."""

    actor: Actor
    member: Member | None
    request_id: str
    htmx: Any
    # The place in the menu that a page says it is at.
    nav: str


def actor_of_member(member: Member) -> Actor:
    """The member with the rights and the reach of his role."""
    bundle = roles.bundle_of(member.role)
    own = member.pk if bundle.reach is Reach.OWN else None
    points = roles.points_of(member, bundle)
    return Actor("member", member.pk, member.name, member.company_id, bundle.rights, points, member.role, own)


def actor_of_key(key: ApiKey) -> Actor:
    """A program with the rights of its scopes, in its shops."""
    rights: frozenset[Permission] = frozenset().union(*(SCOPES.get(scope, frozenset()) for scope in key.scopes))
    shops = list(ApiKeyShop.objects.filter(api_key_id=key.pk).values_list("shop_id", flat=True))
    points = frozenset(PointOfSale.objects.filter(shop_id__in=shops).values_list("pk", flat=True)) if shops else None
    return Actor("api_key", key.pk, f"API: {key.name}", key.company_id, rights, points)


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
