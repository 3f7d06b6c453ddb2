"""`/invite/<secret>/`: what is offered, and the way in. Open to whoever holds the link."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from staff.access import public, rule
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.models import Member, User, as_user
from staff.people import invitations, roles
from staff.people.invitations import Opened
from staff.people.joining import Caller, Newcomer, accept
from staff.places import visible
from staff.signin import attempts

LONGEST = 100


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """One answer for links that are unknown, used, revoked and old."""
    try:
        return _offer(request, secret) if request.method == "GET" else _accept(request, secret)
    except NotVisible:
        return render(request, "staff/invite_dead.html", status=404)


def _accept(request: HttpRequest, secret: str) -> HttpResponse:
    # Whoever holds a link could else ask it which addresses have an account here.
    tries = f"invitation:{invitations.digest_of(secret)}"
    if not attempts.take(tries):
        too_often = Refused("too_often", _("Слишком много попыток. Подождите 15 минут"), status=429)
        return _offer(request, secret, error=too_often)
    who = as_user(request.user) if request.user.is_authenticated else _newcomer(request)
    caller = Caller(getattr(request, "request_id", ""), request.META.get("REMOTE_ADDR", ""))
    try:
        member = accept(secret, who=who, caller=caller, now=database_now())
    except Refused as refusal:
        return _offer(request, secret, error=refusal)
    return _enter(request, member)


def _newcomer(request: HttpRequest) -> Newcomer:
    said = request.POST
    return Newcomer(said.get("name", "")[:500], said.get("email", "")[:300], said.get("password", "")[:2000])


def _enter(request: HttpRequest, member: Member) -> HttpResponse:
    """Into the company he has just come to; who is new is signed in by the password he has just chosen."""
    if not request.user.is_authenticated:
        user: User = member.user
        perform_password_login(request, {"email": user.email}, Login(user=user, email=user.email))
    request.session["company"] = member.company_id
    return redirect("home")


def _offer(request: HttpRequest, secret: str, *, error: Refused | None = None) -> HttpResponse:
    with invitations.opened(secret, now=database_now()) as offer:
        said = _newcomer(request)
        name, email = said.name or offer.invitation.name, offer.invitation.email or said.email
        context = _told(offer) | {"mode": _mode(request, offer), "error": error, "name": name, "email": email}
        status = 200 if error is None else 429 if error.status == 429 else 422
        return render(request, "staff/invite.html", context, status=status)


def _told(offer: Opened) -> dict[str, object]:
    role = roles.find(offer.invitation.role)
    seen = visible(rule("invitation", offer.company.pk))
    shops = [shop.name for shop in seen.shops if shop.pk in offer.given.shops]
    points = [point.name for point in seen.points if point.pk in offer.given.points]
    return {
        "company": offer.company.name,
        "inviter": offer.inviter.name,
        "invited": offer.invitation,
        "role": role,
        "places": ", ".join(shops + points),
    }


def _mode(request: HttpRequest, offer: Opened) -> str:
    """`known`: signed in and meant; `other`: signed in as somebody else; `sign_in`: has an account; `new`: has none."""
    email = offer.invitation.email
    if request.user.is_authenticated:
        return "known" if email in ("", request.user.email) else "other"
    return "sign_in" if email and User.objects.filter(email=email).exists() else "new"
