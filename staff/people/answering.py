"""How the dialogs of «Команда» are shown and left: over the page with script, on the page without."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from staff.access import OfficeRequest
from staff.errors import Refused
from staff.pages import render_team


def show(request: OfficeRequest, dialog: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """The dialog alone for htmx, else the whole page with the dialog open."""
    template = f"staff/{dialog}.html"
    if request.headers.get("HX-Request"):
        return render(request, template, context, status=status)
    return render_team(request, status=status, dialog=template, **context)


def leave(request: OfficeRequest, text: str) -> HttpResponse:
    """Done: back to the page, which says so."""
    messages.success(request, text)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("staff")})
    return redirect("staff")


def refusal_of(work: Callable[[], object]) -> Refused | None:
    """Do it in a savepoint; what the form itself can show comes back, any other refusal goes on to the page."""
    try:
        with transaction.atomic():
            work()
    except Refused as refusal:
        if refusal.field is None:
            raise
        return refusal
    return None
