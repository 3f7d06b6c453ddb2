"""Training cards: shown until the member says «Понятно», and reachable ever after."""

from datetime import datetime
from typing import Final

from django.db import transaction

from orders.models import LearnedLesson
from staff import audit
from staff.access import Actor

# «Сначала код, потом товар»: capabilities rows 36–37, seed 002 «Выдача заказа».
CODE_FIRST: Final = "code_first"


def is_learned(lesson: str, *, by: Actor) -> bool:
    """Whether he needs no more showing. A card is for people: a program has nothing to learn."""
    if by.kind != "member" or by.id is None:
        return True
    found: bool = LearnedLesson.objects.filter(member_id=by.id, lesson=lesson).exists()
    return found


def learn(lesson: str, *, by: Actor, now: datetime) -> None:
    """He has read it; said twice it is said once."""
    if by.id is None or is_learned(lesson, by=by):
        return
    with transaction.atomic():
        _, fresh = LearnedLesson.objects.get_or_create(member_id=by.id, lesson=lesson, defaults={"learned_at": now})
        if fresh:
            audit.record(by, "lesson.learned", subject=("lesson", lesson), now=now)
