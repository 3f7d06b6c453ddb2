"""The companies that a person works in, and the way from one into another."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from staff.access import OfficeRequest, requires
from staff.errors import NotVisible, Refused
from staff.models import as_user
from staff.scoping import current_company, tell_database


@dataclass(frozen=True, slots=True)
class OwnCompany:
    """A company that lets him in. `current`: he is in it now."""

    id: int
    key: str
    name: str
    current: bool = False


def own(request: HttpRequest) -> tuple[OwnCompany, ...]:
    """By name. Only he himself may be told this, so it is asked as him; inside the scope of the present one."""
    here = current_company()
    tell_database("app.user", str(as_user(request.user).pk))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, public_id, name FROM office_own_companies()")
        rows = cursor.fetchall()
    tell_database("app.user", "")
    return tuple(OwnCompany(row_id, str(key), name, row_id == here) for row_id, key, name in rows)


@requires()
@require_http_methods(["GET", "POST"])
def company(request: OfficeRequest) -> HttpResponse:
    """GET lists them, POST goes to another one, to its first page. Raises NotVisible for one that is not his."""
    companies = own(request)
    if request.method == "GET":
        return render(request, "account/companies.html", {"companies": companies})
    key = _key(request.POST.get("company", ""))
    wanted = next((one for one in companies if one.key == key), None)
    if wanted is None:
        raise NotVisible("company")
    request.session["company"] = wanted.id
    # Another id for another company; its row among the devices follows (`staff.signin.lifetime`).
    request.session.cycle_key()
    messages.success(request, _("Вы в компании «%(name)s»") % {"name": wanted.name})
    return redirect("/")


def _key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Refused("bad_value", _("Обновите страницу и повторите"), status=400, field="company") from None
