"""«Вход и устройства»: one's own password, second step and sessions."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.models import as_user
from staff.signin import codes, journal, passkeys, passwords, sessions


@requires()
@require_GET
def account(request: OfficeRequest) -> HttpResponse:
    """Everything on one page."""
    request.nav = "account"
    user, step = as_user(request.user), request.second_step
    context = {
        "step": step,
        "step_is_due": step.is_due(timezone.localdate()),
        "app": codes.has_app(user),
        "keys": passkeys.of(user),
        "codes_left": codes.recovery_codes_left(user),
        "passkeys_are_possible": passkeys.are_possible(request),
        "devices": sessions.listed(user, here=request.session.session_key),
        "now": database_now(),
    }
    return render(request, "auth/account.html", context)


@requires(sudo=True)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def password(request: OfficeRequest) -> HttpResponse:
    """A new password. Who was told his by somebody comes here before anything else opens."""
    request.nav = "account"
    user = as_user(request.user)
    wrong = passwords.faults(request.POST.get("password", ""), user) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        passwords.change(request, user, request.POST["password"], now=database_now())
        return redirect("account")
    context = {"problems": wrong, "told": user.must_change_password}
    return render(request, "auth/password.html", context, status=422 if wrong else 200)


@requires(sudo=True)
@require_POST
def end_session(request: OfficeRequest) -> HttpResponse:
    """One session, or all but this one."""
    user, number = as_user(request.user), request.POST.get("id", "")
    if number.isascii() and number.isdigit() and len(number) < 19:
        ended = sessions.end(user, int(number))
    else:
        ended = sessions.end_others(user, here=request.session.session_key)
    if ended:
        journal.tell(request, user, "signin.sessions_ended", now=database_now(), details={"sessions": ended})
    return redirect("account")
