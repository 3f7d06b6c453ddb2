"""«Ключ утёк»: the page that says what will be shut, and after it what to do next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from integrations import leak
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.errors import Refused
from staff.models import Company
from staff.permissions import Permission


@requires(Permission.SHOPS_MANAGE, Permission.COMPANY_MANAGE, sudo=True)
@require_http_methods(["GET", "POST"])
def leaked(request: OfficeRequest) -> HttpResponse:
    request.nav = "integrations"
    company = Company.objects.get(pk=request.actor.company_id)
    shown: dict[str, object] = {"company": company.name}
    if request.method != "POST":
        return render(request, "integrations/leak.html", shown)
    forget = "tokens" in request.POST
    try:
        counts = leak.shut(
            company,
            request.POST.get("name", ""),
            here=request.session.session_key,
            forget_tokens=forget,
            by=request.actor,
            now=database_now(),
        )
    except Refused as refusal:
        return render(request, "integrations/leak.html", shown | {"error": refusal.sentence}, status=refusal.status)
    return render(request, "integrations/leak_shut.html", {"counts": counts, "forgot": forget})
