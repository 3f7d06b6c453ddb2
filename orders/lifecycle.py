"""One table that says where an order stands and who moves it on. Pure; `TextChoices` is all it takes from Django.

Kaspi reports two axes, `state` (the cabinet's tab) and `status` (what happened), and a few flags. `stage_of` maps them to
one `Stage` (kaspi-api.md §2.4). A combination that is not in the table is UNKNOWN and shown on a shelf of its own, never guessed.
The diagram in docs/order-lifecycle.md is generated from TRANSITIONS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices

from staff.languages import later as _


class Stage(TextChoices):
    NEW = "new", _("Новый")
    SIGNING = "signing", _("На подписании")
    PICKUP = "pickup", _("Готов к выдаче")
    DELIVERY = "delivery", _("В доставке")
    KD_PREORDER = "kd_preorder", _("Предзаказ")
    KD_PACKING = "kd_packing", _("Упаковка")
    KD_HANDOVER = "kd_handover", _("Передача")
    KD_TRANSIT = "kd_transit", _("Передан на доставку")
    KD_RETURNING = "kd_returning", _("Отменён при доставке")
    RETURN_REQUESTED = "return_requested", _("Возвращается")
    RETURN_ACCEPTED = "return_accepted", _("Возврат получен")
    COMPLETED = "completed", _("Выдан")
    CANCELLED = "cancelled", _("Отменён")
    RETURNED = "returned", _("Возврат")
    EXPIRED = "expired", _("Не принят в срок")
    UNKNOWN = "unknown", _("Неизвестное состояние")


class Shelf(TextChoices):
    NEW = "new", _("Новые")
    SIGNING = "signing", _("На подписании")
    PICKUP = "pickup", _("Самовывоз")
    DELIVERY = "delivery", _("Доставка")
    KASPI_DELIVERY = "kaspi_delivery", _("Kaspi Доставка")
    ARCHIVE = "archive", _("Архив")
    UNKNOWN = "unknown", _("Неизвестные")


class Owner(TextChoices):
    """Who moves an order along an edge. KASPI's edges come only as facts; CLOCK's are ours and provisional."""

    SELLER = "seller", _("Продавец")
    KASPI = "kaspi", _("Kaspi или покупатель")
    CLOCK = "clock", _("Часы")


SHELF_OF: Mapping[Stage, Shelf] = MappingProxyType(
    {
        Stage.NEW: Shelf.NEW,
        Stage.SIGNING: Shelf.SIGNING,
        Stage.PICKUP: Shelf.PICKUP,
        Stage.DELIVERY: Shelf.DELIVERY,
        Stage.KD_PREORDER: Shelf.KASPI_DELIVERY,
        Stage.KD_PACKING: Shelf.KASPI_DELIVERY,
        Stage.KD_HANDOVER: Shelf.KASPI_DELIVERY,
        Stage.KD_TRANSIT: Shelf.KASPI_DELIVERY,
        Stage.KD_RETURNING: Shelf.KASPI_DELIVERY,
        Stage.RETURN_REQUESTED: Shelf.KASPI_DELIVERY,
        Stage.RETURN_ACCEPTED: Shelf.KASPI_DELIVERY,
        Stage.COMPLETED: Shelf.ARCHIVE,
        Stage.CANCELLED: Shelf.ARCHIVE,
        Stage.RETURNED: Shelf.ARCHIVE,
        Stage.EXPIRED: Shelf.ARCHIVE,
        Stage.UNKNOWN: Shelf.UNKNOWN,
    }
)

# The five tabs inside «Kaspi Доставка», as in the cabinet. Returns travel back on the last one.
SUBSHELVES: Mapping[str, tuple[Stage, ...]] = MappingProxyType(
    {
        "preorder": (Stage.KD_PREORDER,),
        "packing": (Stage.KD_PACKING,),
        "handover": (Stage.KD_HANDOVER,),
        "transit": (Stage.KD_TRANSIT,),
        "returning": (Stage.KD_RETURNING, Stage.RETURN_REQUESTED, Stage.RETURN_ACCEPTED),
    }
)

TERMINAL = frozenset({Stage.COMPLETED, Stage.CANCELLED, Stage.RETURNED})
# The shop still owes something for these: stock is held.
STOCK_HELD = frozenset(
    {Stage.NEW, Stage.SIGNING, Stage.PICKUP, Stage.DELIVERY, Stage.KD_PREORDER, Stage.KD_PACKING, Stage.KD_HANDOVER}
)
STOCK_SHIPPED = frozenset(
    {
        Stage.KD_TRANSIT,
        Stage.COMPLETED,
        Stage.KD_RETURNING,
        Stage.RETURN_REQUESTED,
        Stage.RETURN_ACCEPTED,
        Stage.RETURNED,
    }
)
# Pieces that left are on their way to the shop again: refused, or given back by the buyer.
STOCK_COMING_BACK = frozenset({Stage.KD_RETURNING, Stage.RETURN_ACCEPTED, Stage.RETURNED})


@dataclass(frozen=True, slots=True)
class Flags:
    """What besides state and status decides the stage."""

    pre_order: bool = False
    assembled: bool = False
    handed_over: bool = False
    # Kaspi plans the courier only when the goods are there, so a pre-order with a plan has arrived.
    courier_planned: bool = False


ACCEPTED, APPROVED = "ACCEPTED_BY_MERCHANT", "APPROVED_BY_BANK"

# (state, status) → stage, where the flags do not matter. Source: kaspi-api.md §2.4.
_PLAIN: Mapping[tuple[str, str], Stage] = MappingProxyType(
    {
        ("NEW", APPROVED): Stage.NEW,
        ("SIGN_REQUIRED", ACCEPTED): Stage.SIGNING,
        ("SIGN_REQUIRED", APPROVED): Stage.SIGNING,
        ("PICKUP", ACCEPTED): Stage.PICKUP,
        ("DELIVERY", ACCEPTED): Stage.DELIVERY,
        ("KASPI_DELIVERY", "CANCELLING"): Stage.KD_RETURNING,
        ("KASPI_DELIVERY", "KASPI_DELIVERY_RETURN_REQUESTED"): Stage.RETURN_REQUESTED,
        ("KASPI_DELIVERY", "RETURN_ACCEPTED_BY_MERCHANT"): Stage.RETURN_ACCEPTED,
        ("ARCHIVE", "COMPLETED"): Stage.COMPLETED,
        ("ARCHIVE", "CANCELLED"): Stage.CANCELLED,
        ("ARCHIVE", "RETURNED"): Stage.RETURNED,
        # The tab lags behind the status for a short time.
        ("PICKUP", "CANCELLED"): Stage.CANCELLED,
        ("DELIVERY", "CANCELLED"): Stage.CANCELLED,
        ("NEW", "CANCELLED"): Stage.CANCELLED,
        ("SIGN_REQUIRED", "CANCELLED"): Stage.CANCELLED,
        ("KASPI_DELIVERY", "CANCELLED"): Stage.CANCELLED,
        ("PICKUP", "COMPLETED"): Stage.COMPLETED,
        ("DELIVERY", "COMPLETED"): Stage.COMPLETED,
        ("KASPI_DELIVERY", "COMPLETED"): Stage.COMPLETED,
    }
)


def stage_of(state: str, status: str, flags: Flags) -> Stage:
    """The stage that Kaspi's words mean; UNKNOWN for a combination that nobody has described."""
    if (state, status) == ("KASPI_DELIVERY", ACCEPTED):
        return _kaspi_delivery_stage(flags)
    return _PLAIN.get((state, status), Stage.UNKNOWN)


def _kaspi_delivery_stage(flags: Flags) -> Stage:
    if flags.handed_over:
        return Stage.KD_TRANSIT
    if flags.assembled:
        return Stage.KD_HANDOVER
    if flags.pre_order and not flags.courier_planned:
        return Stage.KD_PREORDER
    return Stage.KD_PACKING


S, BY = Stage, Owner

# stage → {next stage: who moves it there}. Kaspi may report any other edge: it is stored and flagged, never refused.
TRANSITIONS: Mapping[Stage, Mapping[Stage, Owner]] = MappingProxyType(
    {
        S.NEW: {
            S.SIGNING: BY.SELLER,
            S.PICKUP: BY.SELLER,
            S.DELIVERY: BY.SELLER,
            S.KD_PREORDER: BY.SELLER,
            S.KD_PACKING: BY.SELLER,
            S.CANCELLED: BY.SELLER,
            S.EXPIRED: BY.CLOCK,
        },
        S.EXPIRED: {
            S.CANCELLED: BY.KASPI,
            S.NEW: BY.KASPI,
            S.SIGNING: BY.KASPI,
            S.PICKUP: BY.KASPI,
            S.DELIVERY: BY.KASPI,
            S.KD_PREORDER: BY.KASPI,
            S.KD_PACKING: BY.KASPI,
        },
        S.SIGNING: {S.PICKUP: BY.KASPI, S.DELIVERY: BY.KASPI, S.KD_PACKING: BY.KASPI, S.CANCELLED: BY.SELLER},
        S.PICKUP: {S.COMPLETED: BY.SELLER, S.CANCELLED: BY.SELLER},
        S.DELIVERY: {S.COMPLETED: BY.SELLER, S.CANCELLED: BY.SELLER},
        S.KD_PREORDER: {S.KD_PACKING: BY.SELLER, S.CANCELLED: BY.SELLER},
        S.KD_PACKING: {S.KD_HANDOVER: BY.SELLER, S.CANCELLED: BY.SELLER},
        S.KD_HANDOVER: {S.KD_TRANSIT: BY.KASPI, S.CANCELLED: BY.SELLER},
        S.KD_TRANSIT: {S.COMPLETED: BY.KASPI, S.KD_RETURNING: BY.KASPI, S.CANCELLED: BY.KASPI},
        S.KD_RETURNING: {S.CANCELLED: BY.SELLER},
        S.COMPLETED: {S.RETURN_REQUESTED: BY.KASPI, S.RETURNED: BY.KASPI},
        S.RETURN_REQUESTED: {S.RETURN_ACCEPTED: BY.SELLER, S.RETURNED: BY.KASPI, S.COMPLETED: BY.KASPI},
        S.RETURN_ACCEPTED: {S.RETURNED: BY.KASPI, S.COMPLETED: BY.KASPI},
        S.CANCELLED: {},
        S.RETURNED: {},
        S.UNKNOWN: {},
    }
)

# What a seller may tell Kaspi from a stage, in the words of integrations.models.ActionKind (kaspi-api.md §2.6).
ALLOWED: Mapping[Stage, tuple[str, ...]] = MappingProxyType(
    {
        S.NEW: ("accept", "cancel"),
        S.SIGNING: ("cancel",),
        S.PICKUP: ("send_code", "complete", "cancel"),
        S.DELIVERY: ("send_code", "complete", "cancel"),
        S.KD_PREORDER: ("arrived", "cancel"),
        S.KD_PACKING: ("assemble", "cancel"),
        S.KD_HANDOVER: ("cancel",),
        S.KD_TRANSIT: (),
        S.KD_RETURNING: ("returned",),
        S.RETURN_REQUESTED: ("returned",),
        S.RETURN_ACCEPTED: (),
        S.COMPLETED: (),
        S.CANCELLED: (),
        S.RETURNED: (),
        S.EXPIRED: (),
        S.UNKNOWN: (),
    }
)

# What a seller may tell Kaspi about one line. Kaspi publishes no table for these (kaspi-api.md §4): while the goods are
# still in the shop's hands, and not in a parcel that is closed already; devices are named once the order is taken.
ALLOWED_OF_LINE: Mapping[Stage, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(S, ()),
        S.NEW: ("cancel_entry", "weigh"),
        S.SIGNING: ("cancel_entry", "weigh"),
        S.KD_PREORDER: ("cancel_entry", "weigh"),
        S.PICKUP: ("cancel_entry", "weigh", "imei"),
        S.DELIVERY: ("cancel_entry", "weigh", "imei"),
        S.KD_PACKING: ("cancel_entry", "weigh", "imei"),
        S.KD_HANDOVER: ("imei",),
    }
)


def may(kind: str, stage: Stage) -> bool:
    """Whether the stage lets the seller do this, to the order or to a line of it."""
    return kind in ALLOWED[stage] or kind in ALLOWED_OF_LINE[stage]


# The stages that prove, read back from Kaspi, that an action took effect.
_TARGETS: Mapping[str, frozenset[Stage]] = MappingProxyType(
    {
        "accept": frozenset(S) - {S.NEW, S.CANCELLED, S.EXPIRED, S.UNKNOWN},
        "cancel": frozenset({S.CANCELLED, S.KD_RETURNING}),
        "assemble": frozenset(
            {S.KD_HANDOVER, S.KD_TRANSIT, S.COMPLETED, S.KD_RETURNING, S.RETURN_REQUESTED, S.RETURNED}
        ),
        "complete": frozenset({S.COMPLETED, S.RETURN_REQUESTED, S.RETURN_ACCEPTED, S.RETURNED}),
        "arrived": frozenset({S.KD_PACKING, S.KD_HANDOVER, S.KD_TRANSIT, S.COMPLETED, S.PICKUP, S.DELIVERY}),
        "returned": frozenset({S.CANCELLED, S.RETURN_ACCEPTED, S.RETURNED}),
    }
)


class Progress(TextChoices):
    """How far an action is, judged by what Kaspi itself says of the order."""

    REACHED = "reached", _("достигнуто")
    BEFORE = "before", _("ещё не выполнено")
    IMPOSSIBLE = "impossible", _("уже невозможно")
    UNREADABLE = "unreadable", _("по заказу не видно")


def progress(kind: str, stage: Stage) -> Progress:
    """Compare an action on the order with the stage read back. `send_code` leaves no trace in it: UNREADABLE.

    An action on a line is proven by the line itself: `orders.lines.progress`.
    """
    targets = _TARGETS.get(kind)
    if targets is None:
        return Progress.UNREADABLE if may(kind, stage) else Progress.IMPOSSIBLE
    if stage in targets:
        return Progress.REACHED
    return Progress.BEFORE if may(kind, stage) else Progress.IMPOSSIBLE


def is_expected(before: Stage, after: Stage) -> bool:
    """Whether the table knows this edge. Kaspi may also cancel from any open stage."""
    return after in TRANSITIONS[before] or after is before or (after is S.CANCELLED and before not in TERMINAL)


def diagram() -> str:
    """A Mermaid state diagram of TRANSITIONS."""
    lines = ["stateDiagram-v2", "  [*] --> new: kaspi"]
    for before, edges in TRANSITIONS.items():
        lines += [f"  {before.value} --> {after.value}: {owner.value}" for after, owner in edges.items()]
        if not edges and before is not S.UNKNOWN:
            lines.append(f"  {before.value} --> [*]")
    return "\n".join(lines)
