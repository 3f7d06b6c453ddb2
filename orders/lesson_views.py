"""«Понятно» on the training card of the hand-out."""

import re

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from orders import lessons
from orders.card.page_models import Lesson
from staff.access import OfficeRequest, requires
from staff.clock import database_now
from staff.permissions import Permission


@requires(Permission.ORDERS_VIEW, Permission.ORDERS_HAND_OUT)
@require_POST
def learn_code_first(request: OfficeRequest) -> HttpResponse:
    """The card folds itself up; without script the hand-out of the same order comes back."""
    lessons.learn(lessons.CODE_FIRST, by=request.actor, now=database_now())
    ref = request.POST.get("order", "")
    if request.headers.get("HX-Request"):
        return render(request, "orders/_lesson.html", {"lesson": Lesson(learned=True)})
    return redirect("act", ref=ref, kind="complete") if re.fullmatch(r"[\w-]{1,40}", ref) else redirect("orders")
