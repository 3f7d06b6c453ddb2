"""The forms of orders, events and actions in the API, told for OpenAPI. `orders.api.order_json` fills them."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext
from rest_framework import serializers

from integrations.models import ActionState
from orders.actions import LONGEST_COMMENT, MOST_PLACES
from orders.api.order_json import HIDDEN, SPELLED
from orders.cancelling import CHOICES, Choice, Fault
from orders.evidence.keeping import LONGEST_TEXT
from orders.lifecycle import Shelf, Stage
from orders.lines import REASONS as LINE_CHOICES
from orders.models import CallOutcome, EventKind, EvidenceKind
from orders.words import DUE_WORDS
from staff.languages import later as _

KINDS = tuple(SPELLED.values())
PHONE_STATES = ("real", "masked", "absent", "typed", HIDDEN)


def _reasons(choices: Iterable[Choice] = CHOICES) -> str:
    told = "; ".join(f"`{choice.reason}`: {choice.title}" for choice in choices)
    return gettext("%(reasons)s. Слова Kaspi тоже принимаются.") % {"reasons": told}


REASONS = lazy(_reasons, str)()
LINE_REASONS = lazy(lambda: _reasons(LINE_CHOICES), str)()
# More devices of one line than anybody sells at once; more proofs than one cancel needs.
MOST_DEVICES, MOST_EVIDENCE = 100, 5


def _at(words: str, *, required: bool = False) -> serializers.DateTimeField:
    return serializers.DateTimeField(allow_null=not required, help_text=words)


def _tenge(words: str = _("В тенге.")) -> serializers.FloatField:
    return serializers.FloatField(help_text=words)


class BuyerTold(serializers.Serializer[Any]):
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    phone = serializers.CharField(
        allow_null=True, help_text=_("`+77771234567`; null, если Kaspi его не показал или нет права.")
    )
    phone_state = serializers.ChoiceField(PHONE_STATES, help_text=_("`hidden`: у ключа нет права видеть покупателей."))


class EntryTold(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    sku = serializers.CharField(help_text=_("Артикул продавца."))
    name = serializers.CharField()
    master_sku = serializers.CharField(allow_null=True, help_text=_("Код карточки в Kaspi."))
    category = serializers.CharField()
    unit = serializers.CharField()
    quantity = serializers.FloatField(help_text=_("Штуки, а у весовых товаров килограммы или метры."))
    base_price = _tenge(_("Цена за единицу, в тенге."))
    total_price = _tenge()
    weight_grams = serializers.FloatField(allow_null=True)
    imei_required = serializers.BooleanField()
    actions = serializers.ListField(
        child=serializers.ChoiceField(KINDS), help_text=_("Что можно сделать с этой позицией сейчас этим ключом.")
    )


class DeadlinesTold(serializers.Serializer[Any]):
    accept_by = _at(_("Принять до; после этого Kaspi отменит заказ сам."))
    due_at = _at(_("Срок нынешнего шага."))
    due_kind = serializers.ChoiceField(
        [kind.value for kind in DUE_WORDS], allow_null=True, help_text=_("Чей это срок.")
    )
    overdue_at = _at(_("Когда мы увидели, что срок принятия прошёл."))
    expired_at = _at(_("Когда мы сочли заказ отменённым по сроку."))


class PendingTold(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    state = serializers.ChoiceField(ActionState.choices)


class RecipientTold(serializers.Serializer[Any]):
    name = serializers.CharField()
    phone = serializers.CharField(allow_null=True)


class WaybillTold(serializers.Serializer[Any]):
    number = serializers.CharField()
    url = serializers.CharField(help_text=_("Адрес накладной у Kaspi."))


class DeliveryTold(serializers.Serializer[Any]):
    mode = serializers.CharField(help_text=_("Способ доставки словом Kaspi."))
    kaspi_delivery = serializers.BooleanField()
    express = serializers.BooleanField()
    pre_order = serializers.BooleanField()
    town = serializers.CharField()
    address = serializers.CharField(allow_null=True, help_text=_("null, если у ключа нет права видеть покупателей."))
    recipient = RecipientTold(allow_null=True, help_text=_("Кто получит вместо покупателя."))
    pickup_point = serializers.CharField(allow_null=True)
    cost = _tenge(_("Сколько за доставку платит покупатель, в тенге."))
    cost_for_seller = _tenge(_("Сколько за доставку платит магазин, в тенге."))
    signature_required = serializers.BooleanField()
    imei_required = serializers.BooleanField()
    assembled = serializers.BooleanField(help_text=_("Упакован, накладная есть или готовится."))
    returned_to_warehouse = serializers.BooleanField()
    waybill = WaybillTold(allow_null=True)


class CourierTold(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class CourierList(serializers.Serializer[Any]):
    results = CourierTold(many=True)


class PaymentTold(serializers.Serializer[Any]):
    mode = serializers.CharField()
    credit_term = serializers.IntegerField(allow_null=True, help_text=_("Срок кредита или рассрочки, в месяцах."))


class CancellationTold(serializers.Serializer[Any]):
    reason = serializers.CharField(allow_null=True, help_text=_("Причина словом Kaspi."))
    fault = serializers.ChoiceField(
        [fault.value for fault in Fault], allow_null=True, help_text=_("На чей счёт отмена.")
    )
    at = _at(_("Когда отменён."))
    provisional = serializers.BooleanField(help_text=_("Отмена наша, по сроку; Kaspi её ещё не подтвердил."))


class DatesTold(serializers.Serializer[Any]):
    created_at = _at(_("Покупатель оформил заказ."), required=True)
    approved_at = _at(_("Заказ пришёл магазину."), required=True)
    accepted_at = _at(_("Магазин принял."))
    planned_delivery_at = _at(_("Плановая доставка покупателю."))
    moved_to = _at(_("Куда магазин перенёс плановую дату; null, если не переносил или Kaspi назвал другую."))
    reserved_until = _at(_("До какого времени заказ ждёт на выдаче."))
    courier_planned_at = _at(_("Плановая передача курьеру Kaspi."))
    handed_over_at = _at(_("Передан курьеру Kaspi."))
    completed_at = _at(_("Выдан."))
    cancelled_at = _at(_("Отменён."))
    returned_at = _at(_("Возвращён."))
    closed_at = _at(_("Ушёл в архив."))
    first_seen_at = _at(_("Мы увидели его впервые."), required=True)
    observed_at = _at(_("Мы видели его последний раз с новостями."), required=True)
    updated_at = _at(_("Последняя перемена; по ней ищет `updated_since`."), required=True)


class Order(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    shop = serializers.CharField(help_text=_("Короткое имя магазина."))
    point = serializers.CharField(allow_null=True, help_text=_("Код точки продаж; null, если Kaspi её не назвал."))
    code = serializers.CharField(help_text=_("Номер заказа в Kaspi."))
    shelf = serializers.ChoiceField(Shelf.choices)
    stage = serializers.ChoiceField(Stage.choices)
    kaspi_state = serializers.CharField(help_text=_("`state` у Kaspi, как есть."))
    kaspi_status = serializers.CharField(help_text=_("`status` у Kaspi, как есть."))
    total_price = _tenge()
    buyer = BuyerTold()
    entries = EntryTold(many=True)
    entries_read_at = _at(_("Когда прочитан состав; null: ещё не прочитан, и `entries` пуст."))
    deadlines = DeadlinesTold()
    actions = serializers.ListField(
        child=serializers.ChoiceField(KINDS), help_text=_("Что можно сделать сейчас этим ключом.")
    )
    pending = PendingTold(allow_null=True, help_text=_("Действие, которое отправляется в Kaspi."))
    delivery = DeliveryTold()
    courier = CourierTold(allow_null=True, help_text=_("Кто доставит: для доставки магазина."))
    payment = PaymentTold()
    cancellation = CancellationTold(allow_null=True)
    provisional = serializers.BooleanField(help_text=_("Состояние наше, по часам; Kaspi его ещё не подтвердил."))
    return_for_quality = serializers.BooleanField()
    mark = serializers.IntegerField(allow_null=True, min_value=1, max_value=5, help_text=_("Оценка покупателя."))
    marked_on = serializers.DateField(allow_null=True)
    dates = DatesTold()
    version = serializers.IntegerField(help_text=_("Растёт с каждой переменой."))


class OrderPage(serializers.Serializer[Any]):
    results = Order(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("Курсор следующей страницы."))


class ActorTold(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="`member`, `api_key`, `rule`, `kaspi`…")
    name = serializers.CharField()


class Event(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(EventKind.choices)
    kaspi_at = _at(_("Когда случилось по часам Kaspi; null, если Kaspi не говорит."))
    learned_at = _at(_("Когда узнали мы."), required=True)
    stage_before = serializers.ChoiceField(Stage.choices, allow_null=True)
    stage_after = serializers.ChoiceField(Stage.choices, allow_null=True)
    actor = ActorTold()
    expected = serializers.BooleanField(help_text=_("false: такого перехода мы от Kaspi не ждали."))
    details = serializers.DictField()


class EventPage(serializers.Serializer[Any]):
    results = Event(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("Курсор следующей страницы."))


class Action(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    state = serializers.ChoiceField(
        ActionState.choices, help_text=_("`unknown`: ответ Kaspi не получен, заказ перечитывается.")
    )
    order = serializers.UUIDField(help_text=_("`id` заказа."))
    order_code = serializers.CharField()
    problem = serializers.CharField(allow_null=True, help_text=_("Почему не вышло, словами Kaspi."))
    attempts = serializers.IntegerField()
    requested_by = serializers.CharField()
    created_at = _at(_("Когда принято решение."), required=True)
    settled_at = _at(_("Когда стал известен исход."))


def _comment() -> serializers.CharField:
    return serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_COMMENT, help_text=_("Увидит Kaspi.")
    )


class EvidenceBody(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        [EvidenceKind.CALL.value, EvidenceKind.NOTE.value], help_text=_("Звонок или заметка.")
    )
    outcome = serializers.ChoiceField(
        CallOutcome.choices, required=False, help_text=_("Чем кончился звонок; нужен для звонка.")
    )
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_TEXT)
    happened_at = serializers.DateTimeField(required=False, help_text=_("Когда это было; по умолчанию сейчас."))


class CancelBody(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=100, help_text=REASONS)
    comment = _comment()
    evidence = serializers.ListField(
        child=EvidenceBody(),
        required=False,
        max_length=MOST_EVIDENCE,
        help_text=_(
            "Чем подтвердить причину: хранится с заказом. Не обязательно, но «не дозвонились» и «покупатель отказался»"
            " Kaspi проверяет и без подтверждения может засчитать магазину. Снимки прилагают на странице заказа."
        ),
    )


def _entry() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=10_000, help_text=_("`number` позиции из `entries`."))


class CancelEntryBody(serializers.Serializer[Any]):
    entry = _entry()
    quantity = serializers.DecimalField(
        max_digits=12, decimal_places=3, min_value=0, help_text=_("Сколько останется; 0 убирает позицию.")
    )
    reason = serializers.CharField(max_length=100, help_text=LINE_REASONS)
    comment = _comment()


class WeighBody(serializers.Serializer[Any]):
    entry = _entry()
    grams = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, help_text=_("Сколько весит на самом деле; 0 убирает позицию.")
    )
    comment = _comment()


class ImeiBody(serializers.Serializer[Any]):
    entry = _entry()
    items = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(max_length=40), max_length=10),
        max_length=MOST_DEVICES,
        help_text=_("Список на каждое устройство: по одному IMEI на SIM-карту."),
    )


class LineDevicesTold(serializers.Serializer[Any]):
    entry = serializers.IntegerField()
    items = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    read_at = _at(_("Когда прочитано у Kaspi."), required=True)


class DevicesTold(serializers.Serializer[Any]):
    results = LineDevicesTold(many=True)


class CourierBody(serializers.Serializer[Any]):
    courier = serializers.UUIDField(allow_null=True, help_text=_("`id` из списка курьеров; null снимает курьера."))


class AssembleBody(serializers.Serializer[Any]):
    places = serializers.IntegerField(min_value=1, max_value=MOST_PLACES, help_text=_("Сколько мест в посылке."))


class CompleteBody(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=100, help_text=_("Четыре цифры, которые назвал покупатель."))
