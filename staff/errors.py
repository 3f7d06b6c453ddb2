"""What rules raise, and what two places translate: the page middleware and the API's exception handler."""

from datetime import datetime


class Refused(Exception):
    """A rule says no. `code` is for programs, `sentence`, in his language, for the person, `status` for HTTP.

    409 when the state of the thing forbids it, 403 when the person may not, 400 when the input is wrong. `until`: the
    moment from which it is worth another try, where one is known.
    """

    def __init__(
        self,
        code: str,
        sentence: object,
        *,
        status: int = 409,
        field: str | None = None,
        until: datetime | None = None,
    ) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        # A lazy text is told where it is raised: in the language of who asks.
        self.sentence = str(sentence)
        self.status = status
        self.field = field
        self.until = until


class NotVisible(Exception):
    """The thing does not exist, or belongs to somebody else: the same answer for both (404)."""


class ScopeMissing(RuntimeError):
    """A query on tenant data without a company: a fault in our code, never shown as an empty answer."""
