"""The page of the journal."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.journal.page import journal_page
from staff.permissions import Permission


@requires(Permission.AUDIT_VIEW)
@require_GET
def journal(request: OfficeRequest) -> HttpResponse:
    request.nav = "staff"
    page = journal_page(request.actor, request.GET.dict(), now=database_now())
    part = request.headers.get("HX-Target") == "journal"
    return render(request, "journal/_entries.html" if part else "journal/journal.html", {"page": page})
