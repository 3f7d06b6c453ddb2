"""What a member has read and need not be shown again."""

from typing import Any, ClassVar

from django.db import models

from staff.models import Member
from staff.scoping import CompanyModel, SameCompanyKey


class LearnedLesson(CompanyModel):
    """He said «Понятно» to this training card. Once for each."""

    member = SameCompanyKey(Member)
    lesson = models.CharField(max_length=20)
    learned_at = models.DateTimeField()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "member", "lesson"], name="lesson_learned_once"),
        ]
