"""What we know of the exchange with Kaspi: the account, what to read when, what to send, what could not be stored."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Func, Q

from staff.ids import public_id_field
from staff.languages import later as _
from staff.models import PointOfSale, Shop
from staff.scoping import CompanyModel, SameCompanyKey


class AccountState(models.TextChoices):
    """REFUSED: the token was refused three times in a row; polling and sending wait for the owner. FORGOTTEN: the owner
    had it forgotten, there is none.
    """

    OK = "ok", _("Обмен идёт")
    REFUSED = "refused", _("Kaspi не принимает токен")
    FORGOTTEN = "forgotten", _("Токена нет")


class KaspiAccount(CompanyModel):
    """The token of a shop, sealed, and how the exchange with it goes."""

    shop = SameCompanyKey(Shop)
    token_cipher = models.BinaryField()
    token_tail = models.CharField(max_length=4)
    # HMAC of the token: the same token is known again without opening it.
    token_print = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=AccountState.choices, default=AccountState.OK)
    refused_in_row = models.PositiveSmallIntegerField(default=0)
    failures_in_row = models.PositiveSmallIntegerField(default=0)
    # Until then nothing is asked or sent: Retry-After of a 429, or the breaker's rest.
    quiet_until = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_problem = models.CharField(max_length=300, blank=True)
    last_problem_at = models.DateTimeField(null=True, blank=True)
    import_windows = models.PositiveSmallIntegerField(default=0)
    import_windows_done = models.PositiveSmallIntegerField(default=0)
    import_orders = models.PositiveIntegerField(default=0)
    import_started_at = models.DateTimeField(null=True, blank=True)
    import_finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop"], name="kaspi_account_once"),
        ]


class CheckState(models.TextChoices):
    """QUEUED until a worker has asked Kaspi. FAILED: Kaspi did not answer in the time of a check."""

    QUEUED = "queued", _("проверяется")
    PROVEN = "proven", _("проверен")
    REFUSED = "refused", _("не подошёл")
    FAILED = "failed", _("не проверен")


class TokenCheck(CompanyModel):
    """A look at what a token opens: the last one of a shop.

    `cipher` is a new token, which takes the place of the one in force when it is proven; None looks with that one.
    """

    shop = SameCompanyKey(Shop)
    # Another one with every request: who has asked Kaspi for an earlier request writes nothing.
    turn = models.UUIDField()
    cipher = models.BinaryField(null=True)
    tail = models.CharField(max_length=4)
    state = models.CharField(max_length=8, choices=CheckState.choices, default=CheckState.QUEUED)
    # See integrations.kaspi_look.Look.
    found = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160)
    asked_at = models.DateTimeField()
    try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop"], name="token_check_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["try_at"], condition=Q(state=CheckState.QUEUED), name="token_check_due")
        ]


class SlotKind(models.TextChoices):
    """What a poll slot reads. NEW is swept whole; OLD_NEW are its oldest windows (reliability.md §5.3)."""

    NEW = "new", _("Новые")
    OLD_NEW = "old_new", _("Новые, давние")
    SIGNING = "signing", _("На подписании")
    PICKUP = "pickup", _("Самовывоз")
    DELIVERY = "delivery", _("Доставка")
    KASPI_DELIVERY = "kaspi_delivery", _("Kaspi Доставка")
    ARCHIVE = "archive", _("Архив")
    IMPORT = "import", _("Первая загрузка")
    LOOKUP = "lookup", _("Проверка пропавших")
    ENTRIES = "entries", _("Состав заказов")


class PollSlot(CompanyModel):
    """Shop × what to read: when it is due and who holds it. Due times are rows, so a late scheduler is late, not lossy."""

    shop = SameCompanyKey(Shop)
    kind = models.CharField(max_length=16, choices=SlotKind.choices)
    due_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_clean_at = models.DateTimeField(null=True)
    cursor = models.JSONField(default=dict)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "kind"], name="poll_slot_once"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["due_at", "id"], name="poll_slot_due")]


class ActionKind(models.TextChoices):
    """What can be told to Kaspi about an order (kaspi-api.md §4)."""

    ACCEPT = "accept", _("Принять")
    CANCEL = "cancel", _("Отменить")
    ASSEMBLE = "assemble", _("Упаковать")
    SEND_CODE = "send_code", _("Отправить код")
    COMPLETE = "complete", _("Выдать")
    ARRIVED = "arrived", _("Прибыл")
    RETURNED = "returned", _("Вернулся")
    CANCEL_ENTRY = "cancel_entry", _("Убрать из заказа")
    WEIGH = "weigh", _("Уменьшить вес")
    IMEI = "imei", _("Указать IMEI")


class ActionState(models.TextChoices):
    """QUEUED → SENDING → DONE | REFUSED; UNKNOWN is read back before anything is sent again; PARKED waits for a person."""

    QUEUED = "queued", _("в очереди")
    SENDING = "sending", _("отправляется")
    UNKNOWN = "unknown", _("ответ не получен")
    DONE = "done", _("выполнено")
    REFUSED = "refused", _("Kaspi не принял")
    PARKED = "parked", _("ждёт человека")


OPEN_ACTION_STATES = (ActionState.QUEUED, ActionState.SENDING, ActionState.UNKNOWN)
# About one line of an order; the rest are about the whole of it.
LINE_KINDS = (ActionKind.CANCEL_ENTRY, ActionKind.WEIGH, ActionKind.IMEI)
ONCE_KINDS = (ActionKind.ACCEPT, ActionKind.CANCEL, ActionKind.COMPLETE)


class KaspiAction(CompanyModel):
    """A decision on its way to Kaspi (reliability.md §5.2). `subject_id` is the order's id; what it means is not known here."""

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    subject_id = models.BigIntegerField()
    kaspi_id = models.CharField(max_length=64)
    code = models.CharField(max_length=32)
    kind = models.CharField(max_length=12, choices=ActionKind.choices)
    params = models.BinaryField(null=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160)
    urgency = models.PositiveSmallIntegerField(default=5)
    state = models.CharField(max_length=8, choices=ActionState.choices, default=ActionState.QUEUED)
    due_at = models.DateTimeField()
    # Accept keeps trying until its deadline; after it the action goes to a person's list.
    give_up_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Kaspi answered the last send with success then; its own state may follow later.
    taken_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    # Not sent before then: whoever pressed may still think better of it. None: sent at once, and never taken back.
    undo_until = models.DateTimeField(null=True)
    # Taken back before anybody began to send it. `refused` then, but not by Kaspi.
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "subject_id", "kind"],
                condition=Q(kind__in=ONCE_KINDS, state__in=[*OPEN_ACTION_STATES, ActionState.DONE]),
                name="action_once",
            ),
            models.UniqueConstraint(
                fields=["company", "subject_id", "kind"],
                condition=Q(state__in=OPEN_ACTION_STATES),
                name="action_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_ACTION_STATES, settled_at__isnull=True)
                | (~Q(state__in=OPEN_ACTION_STATES) & Q(settled_at__isnull=False)),
                name="action_settled_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | Q(state=ActionState.REFUSED, attempts=0, undo_until__isnull=False),
                name="action_withdrawn_unsent",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["urgency", "due_at", "id"], condition=Q(state__in=OPEN_ACTION_STATES), name="action_queue"
            ),
            models.Index(fields=["company", "subject_id", "-id"], name="action_by_subject"),
        ]


class ParkedOrder(CompanyModel):
    """An order of Kaspi's that could not be read or stored: kept raw and shown, while its neighbours go on."""

    shop = SameCompanyKey(Shop)
    kaspi_id = models.CharField(max_length=120)
    code = models.CharField(max_length=32, blank=True)
    problem = models.CharField(max_length=500)
    raw_text = models.TextField()
    times = models.PositiveIntegerField(default=1)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "kaspi_id"], name="parked_order_once"),
        ]


class Duty(models.Model):
    """Something that workers do again and again. A control row without tenant data: name and times only."""

    name = models.CharField(primary_key=True, max_length=40)
    due_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)
    last_problem = models.CharField(max_length=300, blank=True)


class FeedKind(models.TextChoices):
    """What the feed tells of (contract.md §5). Which events of an order become which: orders/migrations/0015_radar.py."""

    SEEN = "order.seen", _("Заказ получен")
    MOVED = "order.moved", _("Заказ перешёл на другой этап")
    EXPIRED = "order.expired", _("Заказ не принят в срок")
    OVERDUE = "order.overdue", _("Срок принятия прошёл, заказ ещё ждёт")
    TAKEN_BACK = "order.taken_back", _("Отмена по сроку снята")
    SETTLED = "action.settled", _("Решение выполнено или отклонено")
    ALERT = "deadline.alert", _("Срок скоро выйдет")
    # Of a shop, not of an order: `subject` is the shop's public id, `code` its slug.
    QUALITY_WARNING = "quality.warning", _("Показатель качества: предупреждение")
    QUALITY_DISAGREEMENT = "quality.disagreement", _("Показатели качества пересчитаны: были расхождения")


class ThisTransaction(Func):
    """The id of the transaction that writes, without its own subtransactions, as a whole number that never wraps."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class RandomId(Func):
    template = "gen_random_uuid()"
    output_field = models.UUIDField()


class FeedEvent(CompanyModel):
    """Something that happened, for programs. Append-only; `at` is when we learned of it, `subject` the order's public id,
    or the shop's where the whole shop is told of (its `code` is the slug then).

    The position of a row is (`xid`, `id`): see `integrations.events`. Nothing in `payload` is of the buyer.
    """

    # Told outside to know a repeated event again. Found by nobody, so there is no index.
    public_id = models.UUIDField(db_default=RandomId(), editable=False)
    shop = SameCompanyKey(Shop)
    point = SameCompanyKey(PointOfSale, null=True, on_delete=models.SET_NULL)
    kind = models.CharField(max_length=20, choices=FeedKind.choices)
    subject = models.UUIDField()
    code = models.CharField(max_length=32)
    at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    xid = models.BigIntegerField(db_default=ThisTransaction(), editable=False)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "xid", "id"], name="feed_position"),
            models.Index(fields=["at"], name="feed_age"),
        ]
