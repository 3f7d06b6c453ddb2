"""Turning the second step on and off: an app with codes, passkeys, recovery codes."""

from allauth.mfa.base.internal.flows import delete_dangling_recovery_codes
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.models import as_user
from staff.people import qr
from staff.signin import attempts, codes, journal, passkeys, sessions
from staff.signin.entrance import BLOCKED, WRONG_CODE


@requires(sudo=True)
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def code_app(request: OfficeRequest) -> HttpResponse:
    """Show a new secret as a picture and as text; a code of it proves that the app has it."""
    user = as_user(request.user)
    if codes.has_app(user):
        return redirect("account")
    if request.method == "GET":
        return _app_page(request, "", 200)
    name = attempts.of_account("code", user.email, "")
    if not attempts.take(name):
        return _app_page(request, str(BLOCKED), 429)
    if not codes.add_app(request, user, request.POST.get("code", "")):
        return _app_page(request, str(WRONG_CODE), 422)
    attempts.forget(name)
    return _added(request, "signin.code_app_added")


@requires(sudo=True)
@require_POST
def remove_code_app(request: OfficeRequest) -> HttpResponse:
    rows = Authenticator.objects.filter(user_id=as_user(request.user).pk, type=Authenticator.Type.TOTP)
    return _removed(request, rows, "signin.code_app_removed")


@requires(sudo=True)
@sensitive_post_parameters("credential")
@require_http_methods(["GET", "POST"])
def passkey(request: OfficeRequest) -> HttpResponse:
    """Ask the browser to make a key, and take it."""
    user = as_user(request.user)
    if not passkeys.are_possible(request):
        return _key_page(request, "", 200)
    if request.method == "GET":
        return _key_page(request, "", 200)
    if passkeys.add(user, request.POST.get("credential", ""), request.POST.get("name", "")) is None:
        return _key_page(request, _("Ключ не принят. Попробуйте ещё раз"), 422)
    return _added(request, "signin.passkey_added")


@requires(sudo=True)
@require_POST
def remove_passkey(request: OfficeRequest) -> HttpResponse:
    number = request.POST.get("id", "")
    known = [key.pk for key in passkeys.of(as_user(request.user)) if str(key.pk) == number]
    return _removed(request, Authenticator.objects.filter(pk__in=known), "signin.passkey_removed")


@requires(sudo=True)
@require_POST
def recovery_codes(request: OfficeRequest) -> HttpResponse:
    """New ones instead of those before; shown this once."""
    user = as_user(request.user)
    if not request.second_step.present:
        return redirect("account")
    shown = codes.new_recovery_codes(user)
    sessions.end_others(user, here=request.session.session_key)
    journal.tell(request, user, "signin.codes_renewed", now=database_now())
    return _codes_page(request, shown)


def _added(request: OfficeRequest, action: str) -> HttpResponse:
    """What follows a new second step: other sessions end; the first one brings recovery codes."""
    user = as_user(request.user)
    sessions.end_others(user, here=request.session.session_key)
    journal.tell(request, user, action, now=database_now())
    if codes.recovery_codes_left(user):
        messages.success(request, _("Второй шаг добавлен. Остальные устройства вышли"))
        return redirect("account")
    return _codes_page(request, codes.new_recovery_codes(user))


def _removed(request: OfficeRequest, rows: "codes.Rows", action: str) -> HttpResponse:
    user = as_user(request.user)
    if rows.delete()[0]:
        delete_dangling_recovery_codes(user)
        sessions.end_others(user, here=request.session.session_key)
        journal.tell(request, user, action, now=database_now())
        messages.success(request, _("Удалено. Остальные устройства вышли"))
    return redirect("account")


def _app_page(request: OfficeRequest, problem: str, status: int) -> HttpResponse:
    request.nav = "account"
    user = as_user(request.user)
    # Shown again, it is the same one: the app may have it already.
    secret = codes.pending_app(request, user) or codes.begin_app(request, user)
    context = {"problem": problem, "secret": secret, "qr": qr.draw(codes.app_address(user, secret))}
    return render(request, "auth/code_app.html", context, status=status)


def _key_page(request: OfficeRequest, problem: str, status: int) -> HttpResponse:
    request.nav = "account"
    user, possible = as_user(request.user), passkeys.are_possible(request)
    context = {
        "problem": problem,
        "possible": possible,
        "host": request.get_host(),
        "options": passkeys.begin(user) if possible else "",
    }
    return render(request, "auth/passkey.html", context, status=status)


def _codes_page(request: OfficeRequest, shown: list[str]) -> HttpResponse:
    request.nav = "account"
    return render(request, "auth/recovery_codes.html", {"codes": shown, "file": "\n".join(shown)})
