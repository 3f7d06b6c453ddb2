"""Sign in and out."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from staff.access import public
from staff.signin.attempts import count_attempt, is_blocked, remember_success

WRONG = "Почта или пароль не подходят"
BLOCKED = "Слишком много попыток. Подождите 15 минут или попросите владельца сменить пароль"


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """One answer for an unknown e-mail and a wrong password: who has an account here is nobody's business."""
    if request.user.is_authenticated:
        return redirect("home")
    if request.method == "GET":
        return _form(request, "", 200)
    email, password = request.POST.get("login", "").strip().lower(), request.POST.get("password", "")
    if len(email) > 254 or len(password) > 1024 or "\x00" in email + password:
        return _form(request, WRONG, 400)
    address = request.META.get("REMOTE_ADDR", "")
    if is_blocked(email, address):
        return _form(request, BLOCKED, 429)
    user = authenticate(request, username=email, password=password)
    if user is None:
        count_attempt(email, address)
        return _form(request, WRONG, 422)
    remember_success(email, address)
    login(request, user)
    return redirect(next_page(request))


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    response = redirect("login")
    response["Clear-Site-Data"] = '"cache"'
    return response


def _form(request: HttpRequest, problem: str, status: int) -> HttpResponse:
    context = {"problem": problem, "login": request.POST.get("login", ""), "next": request.GET.get("next", "")}
    return render(request, "auth/login.html", context, status=status)


def next_page(request: HttpRequest) -> str:
    """Where to go from here: a page of ours that was asked for, or the first one."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else "/"
