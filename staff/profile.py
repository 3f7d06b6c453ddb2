"""One's own page «Профиль»: name, language, colours, the PIN for shared computers."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from staff import audit
from staff.access import Actor, OfficeRequest, requires
from staff.clock import database_now
from staff.counter import pins
from staff.errors import NotVisible, Refused
from staff.models import Language, Member, User
from staff.people.members import read_name
from staff.permissions import Permission

YEAR = 365 * 24 * 3600
THEMES = ("auto", "light", "dark")
LONGEST_PIN = 100


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """`can_pin` is False for him whose rights are too many for a shared computer."""

    name: str
    email: str
    language: str
    languages: tuple[tuple[str, str], ...]
    theme: str
    has_pin: bool
    can_pin: bool
    problem: str = ""
    # Which field the problem is with: `name` or `pin`.
    field: str = ""


@requires()
@require_http_methods(["GET", "POST"])
def profile(request: OfficeRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request)
    theme = request.POST.get("theme", "auto")
    try:
        if theme not in THEMES:
            raise Refused("bad_theme", _("Обновите страницу и повторите"), status=400, field="theme")
        name, language = request.POST.get("name", ""), request.POST.get("language", "")
        change(name, language, by=request.actor, now=database_now())
    except Refused as refusal:
        return _page(request, refusal)
    messages.success(request, _("Сохранено"))
    response = redirect("profile")
    if theme == "auto":
        response.delete_cookie("theme")
    else:
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax")
    return response


@requires(sudo=True)
@sensitive_post_parameters("pin")
@require_POST
def pin(request: OfficeRequest) -> HttpResponse:
    """Set one's PIN, or with an empty field give it up."""
    if "pin" not in request.POST:
        raise Refused("bad_value", _("Обновите страницу и повторите"), status=400, field="pin")
    wanted, now = request.POST["pin"][:LONGEST_PIN], database_now()
    try:
        if wanted:
            pins.set_pin(wanted, by=request.actor, now=now)
        else:
            pins.clear_pin(by=request.actor, now=now)
    except Refused as refusal:
        return _page(request, refusal)
    messages.success(request, _("PIN сохранён") if wanted else _("PIN убран"))
    return redirect("profile")


def change(name: str, language: str, *, by: Actor, now: datetime) -> None:
    """His name in this company, and the language he reads in all of them. Raises Refused (400)."""
    name = read_name(name)
    if language not in Language.values:
        raise Refused("bad_language", _("Такого языка нет"), status=400, field="language")
    member = Member.objects.select_for_update(of=("self",)).select_related("user").filter(pk=by.id or 0).first()
    if member is None or by.kind != "member":
        raise NotVisible(by.id)
    before = {"name": member.name, "language": member.user.language}
    Member.objects.filter(pk=member.pk).update(name=name)
    User.objects.filter(pk=member.user_id).update(language=language)
    old, new = audit.changes(before, {"name": name, "language": language})
    if new:
        audit.record(by, "member.profile_changed", subject=("member", name), now=now, before=old, after=new)


def _page(request: OfficeRequest, refusal: Refused | None = None) -> HttpResponse:
    member = Member.objects.select_related("user").get(pk=request.actor.id or 0)
    theme = request.COOKIES.get("theme", "")
    page = ProfilePage(
        name=request.POST.get("name", member.name) if refusal else member.name,
        email=member.user.email,
        language=member.user.language,
        languages=tuple((value, str(label)) for value, label in Language.choices),
        theme=theme if theme in THEMES else "auto",
        has_pin=bool(member.pin),
        can_pin=not request.actor.may(Permission.COMPANY_MANAGE),
        problem=refusal.sentence if refusal else "",
        field=refusal.field or "" if refusal else "",
    )
    return render(request, "account/profile.html", {"page": page}, status=422 if refusal else 200)
