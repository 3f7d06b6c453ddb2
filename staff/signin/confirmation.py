"""The page on which somebody who is signed in proves that it is he: before tokens, exports, people, webhooks."""

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.base.internal.flows import post_authentication
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from staff.access import OfficeRequest, requires
from staff.models import User, as_user
from staff.signin import attempts, devices, passkeys
from staff.signin.entrance import BLOCKED, WRONG_CODE, is_readable, next_page, proof

WRONG = _("Пароль не подходит")


@requires()
@sensitive_post_parameters("password", "code", "credential")
@require_http_methods(["GET", "POST"])
def confirm(request: OfficeRequest) -> HttpResponse:
    """Ask for the password, a code or a key, and go back to where it was asked for."""
    if request.method == "GET":
        return _page(request, "", 200)
    user = as_user(request.user)
    kind, check, problem = (
        ("login", _by_password, WRONG) if "password" in request.POST else ("code", _by_proof, WRONG_CODE)
    )
    name = attempts.of_account(kind, user.email, devices.known(request, user.email))
    if not attempts.take(name):
        return _page(request, str(BLOCKED), 429)
    if not check(request, user):
        return _page(request, str(problem), 422)
    attempts.forget(name)
    return redirect(next_page(request))


def _by_password(request: OfficeRequest, user: User) -> bool:
    password = request.POST.get("password", "")
    if not is_readable(password) or not user.check_password(password):
        return False
    reauthenticate_by_password(request)
    return True


def _by_proof(request: OfficeRequest, user: User) -> bool:
    used = proof(request, user)
    if used is None:
        return False
    post_authentication(request, used, reauthenticated=True)
    return True


def _page(request: OfficeRequest, problem: str, status: int) -> HttpResponse:
    context = {
        "problem": problem,
        "next": next_page(request),
        "second_step": request.second_step.present,
        "key": passkeys.ask(as_user(request.user)) if passkeys.are_possible(request) else "",
    }
    return render(request, "auth/confirm.html", context, status=status)
