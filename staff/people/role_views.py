"""The matrix of roles: a form for each role, and for one of the company's own."""

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.models import Reach, Role
from staff.people import roles
from staff.people.answering import leave, refusal_of, show
from staff.people.forms import RoleForm, form_of, role_form
from staff.permissions import ROLES, Permission

MOST = 100


@requires(Permission.COMPANY_MANAGE, sudo=True)
@require_http_methods(["GET", "POST"])
def add(request: OfficeRequest) -> HttpResponse:
    """An own role; the form begins with what a manager of orders may."""
    if request.method == "GET":
        form = role_form("", ROLES[Role.ORDER_MANAGER].rights, Reach.POINTS)
        return show(request, "_role_dialog", form=form)
    name, rights, reach = _said(request.POST)
    error = refusal_of(lambda: roles.add_role(name, rights=rights, reach=reach, by=request.actor, now=database_now()))
    if error is not None:
        return show(request, "_role_dialog", status=422, form=role_form(name, rights, reach), error=error)
    return leave(request, _("Роль добавлена: %(name)s") % {"name": name})


@requires(Permission.COMPANY_MANAGE, sudo=True)
@require_http_methods(["GET", "POST"])
def role(request: OfficeRequest, code: str) -> HttpResponse:
    found = roles.find(code)
    if request.method == "GET":
        return show(request, "_role_dialog", role=found, form=form_of(found))
    name, rights, reach = _said(request.POST)
    seen = request.POST.get("seen", "")
    error = refusal_of(
        lambda: roles.change_role(
            code, name=name, rights=rights, reach=reach, seen=seen, by=request.actor, now=database_now()
        )
    )
    if error is not None:
        form: RoleForm = role_form(name, rights, reach, seen=seen)
        return show(request, "_role_dialog", status=422, role=found, form=form, error=error)
    return leave(request, _("Права роли изменены: %(name)s") % {"name": found.name})


@requires(Permission.COMPANY_MANAGE, sudo=True)
@require_POST
def reset(request: OfficeRequest, code: str) -> HttpResponse:
    found = roles.find(code)
    roles.reset_role(code, by=request.actor, now=database_now())
    return leave(request, _("Роль снова как была: %(name)s") % {"name": found.name})


@requires(Permission.COMPANY_MANAGE, sudo=True)
@require_POST
def remove(request: OfficeRequest, code: str) -> HttpResponse:
    found = roles.find(code)
    roles.remove_role(code, by=request.actor, now=database_now())
    return leave(request, _("Роль удалена: %(name)s") % {"name": found.name})


def _said(form: QueryDict) -> tuple[str, list[str], str]:
    return form.get("name", "")[:200], form.getlist("rights")[:MOST], form.get("reach", "")
