"""Where a claim on the courier service stands, and what moves it (partner manual 13, capabilities.md §0.1). Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import TextChoices

from staff.languages import later as _


class ClaimKind(TextChoices):
    LOST = "lost", _("Потерян")
    DAMAGED = "damaged", _("Повреждён")


class ClaimState(TextChoices):
    DRAFT = "draft", _("Не подана")
    FILED = "filed", _("Подана")
    ASKED = "asked", _("Ждут данные от вас")
    REFUSED = "refused", _("Отказ")
    APPEALED = "appealed", _("На втором рассмотрении")
    PAID = "paid", _("Возмещена")
    CLOSED = "closed", _("Закрыта без возмещения")


class ClaimStep(TextChoices):
    """What a person tells of a claim; its words are in `orders.returns.words`."""

    FILE = "file"
    ASK = "ask"
    SUPPLY = "supply"
    PAY = "pay"
    REFUSE = "refuse"
    APPEAL = "appeal"
    CLOSE = "close"


S, T = ClaimState, ClaimStep

STEPS: Mapping[ClaimState, Mapping[ClaimStep, ClaimState]] = MappingProxyType(
    {
        S.DRAFT: {T.FILE: S.FILED, T.CLOSE: S.CLOSED},
        S.FILED: {T.ASK: S.ASKED, T.PAY: S.PAID, T.REFUSE: S.REFUSED},
        S.ASKED: {T.SUPPLY: S.FILED, T.PAY: S.PAID, T.REFUSE: S.REFUSED},
        S.REFUSED: {T.APPEAL: S.APPEALED, T.CLOSE: S.CLOSED},
        # The second review is the last one.
        S.APPEALED: {T.PAY: S.PAID, T.REFUSE: S.CLOSED},
        S.PAID: {},
        S.CLOSED: {},
    }
)
GOES_ON = frozenset(state for state, steps in STEPS.items() if steps)
# How much of the amount Kaspi may pay, in per cent (kaspi-api.md §5).
SHARES = (10, 30, 100)
# The moment that a step tells: columns of `Claim`.
MOMENTS: Mapping[ClaimStep, str] = MappingProxyType(
    {T.FILE: "filed_at", T.ASK: "asked_at", T.PAY: "answered_at", T.REFUSE: "answered_at"}
)
