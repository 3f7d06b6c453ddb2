"""Whether the company asks for a second step, and a reminder to those who have none."""

from datetime import date

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.formats import plural
from staff.models import Company, Mfa
from staff.people import second_step
from staff.people.answering import leave, refusal_of, show
from staff.permissions import Permission


@requires(Permission.COMPANY_MANAGE, sudo=True)
@require_http_methods(["GET", "POST"])
def demand(request: OfficeRequest) -> HttpResponse:
    if request.method == "GET":
        company = Company.objects.get(pk=request.actor.company_id)
        starts = "" if company.mfa_from is None else company.mfa_from.isoformat()
        return show(request, "_second_step_dialog", wanted=company.mfa == Mfa.REQUIRED, starts=starts)
    wanted, starts = request.POST.get("wanted") == "yes", request.POST.get("starts", "")[:20]
    error = refusal_of(lambda: second_step.demand(wanted, starts=_day(starts), by=request.actor, now=database_now()))
    if error is not None:
        return show(request, "_second_step_dialog", status=422, wanted=wanted, starts=starts, error=error)
    return leave(request, _("Второй шаг обязателен") if wanted else _("Второй шаг не обязателен"))


@requires(Permission.STAFF_MANAGE, sudo=True)
@require_POST
def remind(request: OfficeRequest) -> HttpResponse:
    count = second_step.remind(by=request.actor, now=database_now())
    return leave(request, _("Отправлено: %(letters)s") % {"letters": plural(count, "письмо", "писем")})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("bad_date", _("Не разобрать день"), status=400, field="starts") from None
