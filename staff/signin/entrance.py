"""Sign in, in one step or two, and out."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from staff.access import public
from staff.models import User, as_user
from staff.signin import attempts, codes, devices, passkeys
from staff.signin.browsers import name_of
from staff.signin.sessions import address_of

WRONG = _("Почта или пароль не подходят")
WRONG_CODE = _("Код не подходит или уже использован. Дождитесь следующего")
BLOCKED = _("Слишком много попыток. Подождите 15 минут или попросите владельца сменить пароль")
LONGEST_EMAIL, LONGEST_PASSWORD = 254, 1024


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """One answer for an unknown e-mail and a wrong password: who has an account here is nobody's business."""
    if getattr(request, "actor", None) is not None:
        return redirect("home")
    if request.method == "GET":
        return _form(request, "", 200)
    email, password = request.POST.get("login", "").strip().lower(), request.POST.get("password", "")
    if len(email) > LONGEST_EMAIL or not is_readable(password) or "\x00" in email:
        return _form(request, str(WRONG), 400)
    if not attempts.take(attempts.of_account("login", email, devices.known(request, email))):
        return _form(request, str(BLOCKED), 429)
    user = authenticate(request, username=email, password=password)
    if user is None:
        return _form(request, str(WRONG), 422)
    login = Login(user=user, email=email, redirect_url=next_page(request))
    return _answer(perform_password_login(request, {"email": email}, login))


@public
@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """A code or a key of him whose password was right; without such a sign-in under way, back to its beginning."""
    stage = None if request.user.is_authenticated else LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None or not stage.login.user.is_active:
        return redirect("login")
    user = as_user(stage.login.user)
    if request.method == "GET":
        return _step(request, user, "", 200)
    name = attempts.of_account("code", user.email, devices.known(request, user.email))
    if not attempts.take(name):
        return _step(request, user, str(BLOCKED), 429)
    used = proof(request, user)
    if used is None:
        return _step(request, user, str(WRONG_CODE), 422)
    attempts.forget(name)
    post_authentication(request, used)
    return _answer(stage.exit())


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    response = redirect("login")
    response["Clear-Site-Data"] = '"cache"'
    return response


def proof(request: HttpRequest, user: User) -> Authenticator | None:
    """What the posted code was a code of, used up by that, or the key whose answer was posted; None when neither is right."""
    if answer := request.POST.get("credential", ""):
        return passkeys.prove(user, answer)
    return codes.spend(user, request.POST.get("code", ""))


def is_readable(password: str) -> bool:
    return len(password) <= LONGEST_PASSWORD and "\x00" not in password


def next_page(request: HttpRequest) -> str:
    """Where to go from here: a page of ours that was asked for, or the first one."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else "/"


def _answer(response: HttpResponse) -> HttpResponse:
    """Typed for us; allauth is not."""
    return response


def _form(request: HttpRequest, problem: str, status: int) -> HttpResponse:
    context = {"problem": problem, "login": request.POST.get("login", "")[:LONGEST_EMAIL], "next": next_page(request)}
    return render(request, "auth/login.html", context, status=status)


def _step(request: HttpRequest, user: User, problem: str, status: int) -> HttpResponse:
    context = {
        "problem": problem,
        "key": passkeys.ask(user) if passkeys.are_possible(request) else "",
        "browser": name_of(request.META.get("HTTP_USER_AGENT", "")),
        "address": address_of(request),
    }
    return render(request, "auth/code.html", context, status=status)
