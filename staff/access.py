"""Who is asking, and the one mark that views declare. A view without a mark does not start (staff.checks)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff import standing
from staff.errors import NotVisible, Refused
from staff.languages import later
from staff.models import ApiKey, Member, Reach
from staff.permissions import SCOPES, Permission
from staff.signin.demands import SecondStep, demanded
from staff.signin.sudo import is_by_pin, is_fresh

View = TypeVar("View", bound=Callable[..., Any])

FORBIDDEN = later("У вас нет права на это действие")
BY_PIN_ONLY = _("По PIN это не открыть. Войдите с паролем на своём устройстве")
# One's own devices and passwords, and one's other companies: not for a computer of others.
PERSONAL = ("/account/", "/company/")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts inside one company.

    `points` is None when all points are visible; of the `shops` also the orders without a point are. `orders_of` is the
    member whose given orders are all that is visible.
    """

    kind: str
    id: int | None
    label: str
    company_id: int
    rights: frozenset[Permission]
    points: frozenset[int] | None
    role: str = ""
    orders_of: int | None = None
    shops: frozenset[int] = frozenset()
    # What the company calls a role of its own; blank for those that came with us.
    role_name: str = ""
    request_id: str = field(default="", compare=False)
    address: str = field(default="", compare=False)

    def may(self, right: Permission) -> bool:
        return right in self.rights

    def sees_point(self, point_id: int | None) -> bool:
        return self.points is None or point_id in self.points

    def sees(self, *, shop_id: int, point_id: int | None, courier_id: int | None) -> bool:
        """Whether an order of this shop, at this point, given to this courier, is his to see."""
        placed = self.sees_point(point_id) or (point_id is None and shop_id in self.shops)
        return placed and self.orders_of in (None, courier_id)

    def sees_whole(self, shop_id: int) -> bool:
        """Whether all orders of the shop are his to see."""
        return self.orders_of is None and (self.points is None or shop_id in self.shops)

    def at(self, point_id: int) -> "Actor":
        """The same one who sees this point alone, or nothing if it is not his."""
        here = frozenset({point_id}) if self.sees_point(point_id) else frozenset[int]()
        return replace(self, points=here, shops=frozenset())


class OfficeRequest(HttpRequest):
    """A request inside a company's scope, as TenantMiddleware leaves it."""

    actor: Actor
    member: Member | None
    second_step: SecondStep
    request_id: str
    # Whether there is another company to go to.
    several_companies: bool
    htmx: Any
    # The place in the menu that a page says it is at.
    nav: str


def actor_of_member(member: Member) -> Actor:
    """The member with the rights and the reach of his role, as they are now. Raises NotVisible."""
    found = standing.of_member(member.pk)
    if found is None:
        raise NotVisible(member.pk)
    return member_as(found)


def actor_of_key(key: ApiKey) -> Actor:
    """A program with the rights of its scopes, in its shops, as they are now. Raises NotVisible."""
    found = standing.of_key(key.pk)
    if found is None:
        raise NotVisible(key.pk)
    return key_as(found)


def member_as(found: standing.MemberStanding) -> Actor:
    member, bundle, places = found.member, found.bundle, found.places
    return Actor(
        kind="member",
        id=member.pk,
        label=member.name,
        company_id=member.company_id,
        rights=bundle.rights,
        points=places.points,
        role=member.role,
        orders_of=member.pk if bundle.reach is Reach.OWN else None,
        shops=places.shops,
        role_name=found.role_name,
    )


def key_as(found: standing.KeyStanding) -> Actor:
    key, places = found.key, found.places
    rights: frozenset[Permission] = frozenset().union(*(SCOPES.get(scope, frozenset()) for scope in key.scopes))
    return Actor("api_key", key.pk, f"API: {key.name}", key.company_id, rights, places.points, shops=places.shops)


def rule(name: str, company_id: int) -> Actor:
    """A rule of ours that acts by itself, for example the auto-cancel."""
    return Actor("rule", None, name, company_id, frozenset(Permission), None)


def require(actor: Actor, right: Permission) -> None:
    """Raise Refused(403) when the right is lacking."""
    if not actor.may(right):
        raise Refused("forbidden", FORBIDDEN, status=403)


def require_whole(actor: Actor, right: Permission, *, shop_id: int) -> None:
    """The same of what concerns a whole shop: who sees some of its points or orders only, has it for these alone."""
    require(actor, right)
    if not actor.sees_whole(shop_id):
        raise Refused("forbidden", gettext("Это делает тот, кому виден весь магазин"), status=403)


def requires(*rights: Permission, sudo: bool = False) -> Callable[[View], View]:
    """Mark and guard a page: signed in, and holding every right named.

    `sudo`: and proved within 15 minutes that it is he (`staff.signin.sudo`); else he is led to prove it. What was posted
    is not kept: he comes back to the page and does it again.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: OfficeRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if getattr(request, "actor", None) is None:
                return _to_login(request)
            if page := demanded(request):
                return _lead(request, page, request.get_full_path())
            for right in rights:
                require(request.actor, right)
            if is_by_pin(request) and (sudo or request.path.startswith(PERSONAL)):
                raise Refused("by_pin", str(BY_PIN_ONLY), status=403)
            if sudo and not is_fresh(request):
                return _to_confirm(request)
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
    return _lead(request, "login", request.get_full_path())


def _to_confirm(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else _path(request.headers.get("Referer", "/"))
    return _lead(request, "confirm", back)


def _lead(request: HttpRequest, to: str, back: str) -> HttpResponse:
    """To the page `to`, which comes back. A fragment cannot show it: htmx follows the header with the whole window."""
    if not request.headers.get("HX-Request"):
        return redirect(_with_next(to, back))
    return HttpResponse(
        status=401, headers={"HX-Redirect": _with_next(to, _path(request.headers.get("HX-Current-URL", "/")))}
    )


def _with_next(to: str, back: str) -> str:
    return f"{reverse(to)}?{urlencode({'next': back})}"


def _path(address: str) -> str:
    """Path and query alone: an address in a header may be of any host."""
    parts = urlsplit(address)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
