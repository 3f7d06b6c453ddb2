"""A forgotten password: a link in a letter, good for one hour and one change.

The answer is the same whoever is asked for, and so is the work: who has no account gets a letter that says so.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from staff.access import public
from staff.clock import database_now
from staff.models import User
from staff.signin import addresses, attempts, passwords
from staff.signin.entrance import LONGEST_EMAIL
from staff.signin.sessions import address_of

# Letters to one mailbox, and questions from one address, in 15 minutes.
MOST_LETTERS, MOST_ASKED = 3, 20
WAITING = "reset"
DEAD = later("Ссылка уже не действует: она живёт час и открывается один раз. Попросите новую")


@public
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Where to send the link. Says the same to everybody."""
    if request.method == "GET":
        return render(request, "auth/reset.html")
    email = request.POST.get("login", "").strip().lower()
    if not _is_address(email):
        return render(
            request, "auth/reset.html", {"problem": _("Это не похоже на почту"), "login": email[:254]}, status=400
        )
    if not attempts.take(f"reset-from:{address_of(request)}", most=MOST_ASKED):
        return render(request, "auth/reset.html", {"problem": _("Слишком часто. Подождите 15 минут")}, status=429)
    # A mailbox is not flooded, and who asks is not told so.
    if attempts.take(f"reset:{email}", most=MOST_LETTERS):
        _write(email)
    return render(request, "auth/reset.html", {"sent_to": email})


@public
@require_GET
def open_link(request: HttpRequest, key: str) -> HttpResponse:
    """Take the secret out of the address, which history and logs keep, into the session."""
    request.session[WAITING] = key
    return redirect("password_reset_new")


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def set_new(request: HttpRequest) -> HttpResponse:
    """The new password. Of two who use a link at once one is first, and the link is dead for the other."""
    with transaction.atomic():
        user = _owner_of(str(request.session.get(WAITING, "")))
        if user is None:
            return render(request, "auth/reset.html", {"problem": DEAD}, status=410)
        wrong = passwords.faults(request.POST.get("password", ""), user) if request.method == "POST" else []
        if request.method == "GET" or wrong:
            return render(request, "auth/reset_new.html", {"problems": wrong}, status=422 if wrong else 200)
        passwords.reset(request, user, request.POST["password"], now=database_now())
        addresses.confirm(user)
    del request.session[WAITING]
    messages.success(request, _("Пароль изменён. Войдите с новым"))
    return redirect("login")


@sensitive_variables("token", "link")
def _write(email: str) -> None:
    user = User.objects.filter(email=email, is_active=True).first()
    # The same work for nobody, so that the answer takes as long.
    token = default_token_generator.make_token(user or User(pk=0, email=email, password="!"))  # noqa: S106  nobody's
    link = settings.SITE_URL + reverse("password_reset_link", args=[f"{int_to_base36(user.pk if user else 0)}-{token}"])
    with override(user.language if user else get_language()):
        known = _("Чтобы задать новый пароль, откройте ссылку. Она действует час и один раз:\n\n%(link)s\n\n"
                  "Если вы этого не просили, ничего не делайте: пароль остался прежним.")  # fmt: skip
        unknown = _("Кто-то попросил сменить пароль для этой почты, но в Kaspi Office с ней никто не входит.\n"
                    "Если это были вы, попробуйте другую почту или спросите владельца магазина.")  # fmt: skip
        text = known % {"link": link} if user else unknown
        send_mail(_("Новый пароль для Kaspi Office"), text, settings.DEFAULT_FROM_EMAIL, [email])


def _owner_of(key: str) -> User | None:
    """Whose link this is, held until the transaction ends; None when it is nobody's or dead."""
    number, _dash, token = key.partition("-")
    try:
        user = User.objects.select_for_update().filter(pk=base36_to_int(number), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if user is not None and default_token_generator.check_token(user, token) else None


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= LONGEST_EMAIL
