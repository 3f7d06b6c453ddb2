"""What must be done before anything else opens: a password that somebody told him is changed, a second step is set up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from staff.models import Mfa, as_user

PASSWORD, ACCOUNT = "account_password", "account"
# What stays open while something is demanded: where it is done, and the way out.
OPEN: Final[Mapping[str, tuple[str, ...]]] = {
    PASSWORD: ("/account/password/", "/account/confirm/", "/logout/", "/login/"),
    ACCOUNT: ("/account/", "/logout/", "/login/"),
}
# From how far off the day is announced on every page.
ANNOUNCED: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SecondStep:
    """What the company asks for, and whether the person has it. `starts` None: at once."""

    wanted: str = Mfa.OFF
    starts: date | None = None
    present: bool = False

    @property
    def is_lacking(self) -> bool:
        return self.wanted == Mfa.REQUIRED and not self.present

    def is_due(self, today: date) -> bool:
        """Whether nothing opens without it, on this day of Almaty."""
        return self.is_lacking and (self.starts is None or self.starts <= today)

    def announced(self, today: date) -> date | None:
        """The day from which it will be so, while that is still to come and near."""
        if not self.is_lacking or self.starts is None or not today < self.starts <= today + ANNOUNCED:
            return None
        return self.starts


# Nothing is wanted.
UNASKED: Final = SecondStep()


def page_of(step: SecondStep, *, must_change_password: bool, today: date) -> str:
    """The name of the page to be led to; empty when nothing is demanded."""
    if must_change_password:
        return PASSWORD
    return ACCOUNT if step.is_due(today) else ""


def demanded(request: HttpRequest) -> str:
    """The page that this person has to be led to instead of the one he asks for; empty when there is none."""
    step: SecondStep | None = getattr(request, "second_step", None)
    if step is None:
        return ""
    user = as_user(request.user)
    page = page_of(step, must_change_password=user.must_change_password, today=timezone.localdate())
    return "" if not page or request.path.startswith(OPEN[page]) else page
