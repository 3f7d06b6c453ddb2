"""The page on which somebody who is signed in proves that it is he: before tokens, exports, people, webhooks."""

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from staff.access import OfficeRequest, requires
from staff.models import as_user
from staff.signin.attempts import count_attempt, is_blocked
from staff.signin.entrance import BLOCKED, next_page

WRONG = _("Пароль не подходит")


@requires()
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def confirm(request: OfficeRequest) -> HttpResponse:
    """Ask for the password again, and go back to where it was asked for."""
    if request.method == "GET":
        return _page(request, "", 200)
    user, address = as_user(request.user), request.META.get("REMOTE_ADDR", "")
    if is_blocked(user.email, address):
        return _page(request, BLOCKED, 429)
    if not user.check_password(request.POST.get("password", "")[:1024]):
        count_attempt(user.email, address)
        return _page(request, str(WRONG), 422)
    reauthenticate_by_password(request)
    return redirect(next_page(request))


def _page(request: OfficeRequest, problem: str, status: int) -> HttpResponse:
    return render(request, "auth/confirm.html", {"problem": problem, "next": next_page(request)}, status=status)
