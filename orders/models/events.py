"""What happened to an order."""

from typing import Any, ClassVar

from django.db import models

from orders.models.order import Order
from staff.languages import later as _
from staff.models import Shop
from staff.scoping import CompanyModel, SameCompanyKey


class EventKind(models.TextChoices):
    SEEN = "seen", _("Заказ получен")
    MOVED = "moved", _("Перешёл")
    CHANGED = "changed", _("Изменились данные")
    REQUESTED = "requested", _("Решение принято")
    CONFIRMED = "confirmed", _("Kaspi подтвердил")
    REFUSED = "refused", _("Kaspi не принял")
    EXPIRED = "expired", _("Не принят в срок")
    OVERDUE = "overdue", _("Срок принятия прошёл")
    TAKEN_BACK = "taken_back", _("Отмена по сроку снята")
    VANISHED = "vanished", _("Пропал из списка Kaspi")
    NOTE = "note", _("Заметка")
    COURIER = "courier", _("Курьер")
    WITHDRAWN = "withdrawn", _("Отозвано до отправки")
    PRINTED = "printed", _("Напечатано")
    EVIDENCE = "evidence", _("Подтверждение")
    RESCHEDULED = "rescheduled", _("Плановая дата перенесена")
    RETURN = "return", _("Возврат")
    ALERT = "alert", _("Предупреждение о сроке")
    HANDED = "handed", _("Передали")
    IMPORTED = "imported", _("Из выгрузки кабинета")
    MESSAGE = "message", _("Сообщение покупателю")
    CELL = "cell", _("Место хранения")
    RULED = "ruled", _("Автоприём")


class OrderEvent(CompanyModel):
    """What happened, with two clocks: Kaspi's (`kaspi_at`, when it says so) and ours (`learned_at`). Append-only."""

    shop = SameCompanyKey(Shop)
    order = SameCompanyKey(Order)
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    kaspi_at = models.DateTimeField(null=True)
    learned_at = models.DateTimeField()
    stage_before = models.CharField(max_length=20, blank=True)
    stage_after = models.CharField(max_length=20, blank=True)
    actor_kind = models.CharField(max_length=12)
    actor_label = models.CharField(max_length=160, blank=True)
    expected = models.BooleanField(default=True)
    details = models.JSONField(default=dict)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "order", "id"], name="event_of_order")]
