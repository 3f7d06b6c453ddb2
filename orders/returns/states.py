"""One table that says where a return stands and who moves it on. Pure; `TextChoices` is all it takes from Django.

Kaspi's token API tells of four stages only (kaspi-api.md §2.5 «Return after issue»); the rest happens in the cabinet, so
staff tells it. A return moves by a person's deed (`MOVES`), by a fact from Kaspi (`FACTS`, never refused), or by the
clock (`SILENCE`: silence is an answer, capabilities.md §0.1 «Return requests»).
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import TextChoices

from orders.lifecycle import Stage
from staff.languages import later as _
from staff.permissions import Permission


class ReturnKind(TextChoices):
    APPLICATION = "application", _("Заявка на возврат")
    # Cancelled on its way: nobody decides, the goods are collected.
    UNDELIVERED = "undelivered", _("Отменён при доставке")


class ReturnState(TextChoices):
    NEW = "new", _("Новая заявка")
    TRAVELLING = "travelling", _("В пути к вам")
    AT_POINT = "at_point", _("Ждёт в пункте приёма")
    DECIDING = "deciding", _("Ждёт решения")
    DISPUTED = "disputed", _("Спор")
    ACCEPTED = "accepted", _("Возврат принят")
    SILENT = "silent", _("Принят молчанием")
    REJECTED = "rejected", _("Возврат отклонён")
    WON = "won", _("Спор выигран")
    LOST = "lost", _("Спор проигран")
    COLLECTED = "collected", _("Товар забрали")
    WITHDRAWN = "withdrawn", _("Покупатель передумал")
    MISSING = "missing", _("Потерян в пути")
    DESTROYED = "destroyed", _("Утилизирован")


class Tab(TextChoices):
    """The tabs of the cabinet, in its order."""

    NEW = "new", _("Новые")
    TRAVELLING = "travelling", _("На доставке")
    DECIDING = "deciding", _("Ожидают решения")
    DISPUTED = "disputed", _("Споры")
    CLOSED = "closed", _("Закрытые")


class Mover(TextChoices):
    """Whose word a value is."""

    STAFF = "staff", _("сотрудник")
    KASPI = "kaspi", _("Kaspi")
    CLOCK = "clock", _("часы")


class Deed(TextChoices):
    """What a person tells of a return; its words are in `orders.returns.words`."""

    SEND = "send"
    ARRIVE = "arrive"
    RECEIVE = "receive"
    ACCEPT = "accept"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    DISPUTE = "dispute"
    ANSWER = "answer"
    WIN = "win"
    LOSE = "lose"
    MISS = "miss"
    DESTROY = "destroy"


S, D = ReturnState, Deed

TAB_OF: Mapping[ReturnState, Tab] = MappingProxyType(
    {
        S.NEW: Tab.NEW,
        S.TRAVELLING: Tab.TRAVELLING,
        S.AT_POINT: Tab.TRAVELLING,
        S.DECIDING: Tab.DECIDING,
        S.DISPUTED: Tab.DISPUTED,
        **dict.fromkeys(
            (
                *(S.ACCEPTED, S.SILENT, S.REJECTED, S.WON, S.LOST),
                *(S.COLLECTED, S.WITHDRAWN, S.MISSING, S.DESTROYED),
            ),
            Tab.CLOSED,
        ),
    }
)
OPEN = frozenset(state for state, tab in TAB_OF.items() if tab is not Tab.CLOSED)

# kind → state → {a person's deed: the next state}.
MOVES: Mapping[ReturnKind, Mapping[ReturnState, Mapping[Deed, ReturnState]]] = MappingProxyType(
    {
        ReturnKind.APPLICATION: {
            S.NEW: {
                D.SEND: S.TRAVELLING,
                D.ARRIVE: S.AT_POINT,
                D.RECEIVE: S.DECIDING,
                D.ACCEPT: S.ACCEPTED,
                D.REJECT: S.REJECTED,
                D.WITHDRAW: S.WITHDRAWN,
            },
            S.TRAVELLING: {
                D.ARRIVE: S.AT_POINT,
                D.RECEIVE: S.DECIDING,
                D.MISS: S.MISSING,
                D.WITHDRAW: S.WITHDRAWN,
            },
            S.AT_POINT: {
                D.RECEIVE: S.DECIDING,
                D.ACCEPT: S.ACCEPTED,
                D.REJECT: S.REJECTED,
                D.MISS: S.MISSING,
                D.WITHDRAW: S.WITHDRAWN,
            },
            S.DECIDING: {D.ACCEPT: S.ACCEPTED, D.REJECT: S.REJECTED, D.WITHDRAW: S.WITHDRAWN},
            S.REJECTED: {D.DISPUTE: S.DISPUTED},
            S.DISPUTED: {D.ANSWER: S.DISPUTED, D.WIN: S.WON, D.LOSE: S.LOST},
            # Decided in the cabinet in time, and told here too late.
            S.SILENT: {D.ACCEPT: S.ACCEPTED, D.REJECT: S.REJECTED},
            S.MISSING: {D.RECEIVE: S.DECIDING},
        },
        ReturnKind.UNDELIVERED: {
            S.TRAVELLING: {
                D.ARRIVE: S.AT_POINT,
                D.RECEIVE: S.COLLECTED,
                D.MISS: S.MISSING,
                D.DESTROY: S.DESTROYED,
            },
            S.AT_POINT: {D.RECEIVE: S.COLLECTED, D.MISS: S.MISSING, D.DESTROY: S.DESTROYED},
            S.MISSING: {D.RECEIVE: S.COLLECTED},
        },
    }
)

# What it comes to when the time of a step is over and nobody has said anything. Provisional: Kaspi's word, or a
# decision that was made in time and told late, takes its place.
SILENCE: Mapping[ReturnState, ReturnState] = MappingProxyType(
    {S.AT_POINT: S.SILENT, S.DECIDING: S.SILENT, S.DISPUTED: S.LOST}
)

# A stage that the order comes to opens a return when there is none that goes on.
OPENS: Mapping[Stage, tuple[ReturnKind, ReturnState]] = MappingProxyType(
    {
        Stage.KD_RETURNING: (ReturnKind.UNDELIVERED, S.TRAVELLING),
        Stage.RETURN_REQUESTED: (ReturnKind.APPLICATION, S.TRAVELLING),
        Stage.RETURN_ACCEPTED: (ReturnKind.APPLICATION, S.DECIDING),
        Stage.RETURNED: (ReturnKind.APPLICATION, S.ACCEPTED),
    }
)
# These begin a way back: what was closed before is another return.
ANEW = frozenset({Stage.KD_RETURNING, Stage.RETURN_REQUESTED})
# Stages from which an order that is completed or cancelled leaves a return behind.
ON_THE_WAY = frozenset({Stage.KD_RETURNING, Stage.RETURN_REQUESTED, Stage.RETURN_ACCEPTED})

# The stage that the order has come to → {state: the next one}; a state that is not there stays.
FACTS: Mapping[Stage, Mapping[ReturnState, ReturnState]] = MappingProxyType(
    {
        Stage.RETURN_REQUESTED: {S.NEW: S.TRAVELLING},
        Stage.RETURN_ACCEPTED: dict.fromkeys((S.NEW, S.TRAVELLING, S.AT_POINT, S.MISSING), S.DECIDING),
        Stage.RETURNED: {
            **dict.fromkeys((S.NEW, S.TRAVELLING, S.AT_POINT, S.DECIDING), S.ACCEPTED),
            **dict.fromkeys((S.MISSING, S.WITHDRAWN), S.ACCEPTED),
            # Kaspi gave the money back although the shop had said no.
            **dict.fromkeys((S.REJECTED, S.DISPUTED, S.WON), S.LOST),
        },
        Stage.CANCELLED: dict.fromkeys((S.TRAVELLING, S.AT_POINT), S.COLLECTED),
        Stage.COMPLETED: {
            **dict.fromkeys((S.NEW, S.TRAVELLING, S.AT_POINT), S.WITHDRAWN),
            S.DECIDING: S.REJECTED,
            S.DISPUTED: S.WON,
        },
    }
)

RIGHTS: Mapping[Deed, Permission] = MappingProxyType(
    dict.fromkeys(Deed, Permission.RETURNS_DECIDE) | {Deed.RECEIVE: Permission.ORDERS_TAKE_BACK}
)
# The moment that a deed tells: columns of `ReturnCase`.
MOMENTS: Mapping[Deed, str] = MappingProxyType(
    {
        D.ARRIVE: "arrived_at",
        D.RECEIVE: "received_at",
        D.ACCEPT: "decided_at",
        D.REJECT: "decided_at",
        D.DISPUTE: "disputed_at",
        D.ANSWER: "answered_at",
    }
)


def deeds_of(kind: ReturnKind, state: ReturnState) -> Mapping[Deed, ReturnState]:
    """What a person may tell of a return at this state, and what it comes to."""
    return MOVES[kind].get(state, {})


def follow(state: ReturnState, stage: Stage) -> ReturnState:
    """The state of a return after its order has come to the stage, by Kaspi's word."""
    return FACTS.get(stage, {}).get(state, state)
