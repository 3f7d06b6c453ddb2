"""What can go wrong with a call to Kaspi, in families that tell the caller what to do.

Transient: try again later. Rejected: Kaspi understood and said no. TokenRefused: the key does not open the shop.
UnknownOutcome: a write that may have been applied, so read the order before doing anything else (reliability §5.2).
Each error carries `for_user`, a Russian sentence for the seller, and `for_log`, English and without secrets.
"""

from typing import ClassVar


class KaspiError(Exception):
    """Any failed call.

    `outcome` is the short name used by counters. `alive` says what the failure tells about Kaspi itself: True, it
    answered with sense; False, it is in trouble; None, nothing.
    """

    outcome: ClassVar[str] = "error"
    alive: ClassVar[bool | None] = None
    sentence: ClassVar[str] = "Не удалось связаться с Kaspi."

    def __init__(self, for_log: str) -> None:
        super().__init__(for_log)
        self.for_log = for_log

    @property
    def for_user(self) -> str:
        return self.sentence

    def __str__(self) -> str:
        return self.for_log


class Transient(KaspiError):
    """A fault that may pass by itself.

    `retry_after`: seconds, when Kaspi or our own limit asked for a pause, else None. `maybe_applied`: a write that
    ended so could still have reached Kaspi.
    """

    outcome = "transient"
    alive: ClassVar[bool | None] = False
    maybe_applied: ClassVar[bool] = True
    sentence = "Kaspi временно не отвечает. Мы повторим сами."

    def __init__(self, for_log: str, retry_after: float | None = None) -> None:
        super().__init__(for_log)
        self.args = (for_log, retry_after)
        self.retry_after = retry_after


class Unsent(Transient):
    """No connection was made, so nothing was sent."""

    outcome = "unsent"
    maybe_applied = False


class RateLimited(Transient):
    """HTTP 429: too many calls with this token."""

    outcome = "rate_limited"
    alive = None
    maybe_applied = False
    sentence = "Kaspi просит обращаться реже. Мы подождём и повторим."


class Congested(Transient):
    """Our own limit for this token left no room within the time of the call. Nothing was sent."""

    outcome = "congested"
    alive = None
    maybe_applied = False
    sentence = "Слишком много обращений к Kaspi сразу. Мы подождём и повторим."


class NoInformation(Transient):
    """Kaspi answered, but the answer says nothing: HTML, cut-off or wrong content. Never to be read as "no orders"."""

    outcome = "no_information"
    sentence = "Kaspi прислал непонятный ответ. Мы повторим сами."


class CircuitOpen(Transient):
    """The breaker of this shop is open. Nothing was sent; `retry_after` is the time left."""

    outcome = "circuit_open"
    alive = None
    maybe_applied = False
    sentence = "Kaspi не отвечает, сделана пауза. Мы повторим сами."


class UnknownOutcome(Transient):
    """A write that may or may not have been applied. Read the order back before deciding."""

    outcome = "unknown_outcome"
    sentence = "Kaspi не подтвердил действие. Проверяем, что стало с заказом."


class Rejected(KaspiError):
    """Kaspi understood the request and refused it. `title` holds Kaspi's own words, "" when it gave none."""

    outcome = "rejected"
    alive = True

    def __init__(self, status: int, title: str = "") -> None:
        super().__init__(f"HTTP {status}: {title}" if title else f"HTTP {status}")
        self.args = (status, title)
        self.status = status
        self.title = title

    @property
    def for_user(self) -> str:
        known = next((words for part, words in KNOWN_REFUSALS if part in self.title), None)
        if known:
            return f"{known} Ответ Kaspi: «{self.title}»"
        return f"Kaspi отказал: «{self.title}»" if self.title else f"Kaspi отказал без объяснения (код {self.status})."


class NotFound(Rejected):
    """Kaspi does not know this id."""

    outcome = "not_found"

    @property
    def for_user(self) -> str:
        return "Kaspi не знает такого заказа или товара."


class TokenRefused(KaspiError):
    """HTTP 401 or 403: the token is wrong, withdrawn, or not for this shop."""

    outcome = "token_refused"
    alive = True
    sentence = "Kaspi не принял API-токен магазина. Проверьте токен в кабинете: Настройки → API токен."

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}: token refused")
        self.args = (status,)
        self.status = status


# Titles as they stand in kaspi-api §1.5, the odd grammar included.
KNOWN_REFUSALS = (
    ("Security code is not valid", "Код покупателя не подошёл."),
    ("Order is cancelled", "Заказ отменён, выдать его нельзя."),
    ("Order already has been completed", "Заказ уже выдан."),
    ("Order is not may complete allowed", "Сначала покупатель должен подписать документы по кредиту."),
)
