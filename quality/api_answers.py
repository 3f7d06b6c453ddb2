"""The forms of the four numbers in the API, told for OpenAPI. `quality.api` fills them."""

from typing import Any

from rest_framework import serializers

from orders.cancelling import Fault
from orders.lifecycle import Stage
from quality.attribution.fault import Cause
from quality.formulas import Metric
from quality.metrics import Exclusion
from quality.thresholds import Comparator, Confidence, SourceKind, Status, StepKind, WindowEnd
from staff.languages import later as _

STATUSES = [status.value for status in Status]
COMPARATORS = [comparator.value for comparator in Comparator]
WINDOW_ENDS = [end.value for end in WindowEnd]
CONFIDENCES = [confidence.value for confidence in Confidence]
SOURCE_KINDS = [kind.value for kind in SourceKind]
STEP_KINDS = [kind.value for kind in StepKind]


class WindowTold(serializers.Serializer[Any]):
    """Whole local days, both ends included."""

    to = serializers.DateField()
    timezone = serializers.CharField()

    def get_fields(self) -> Any:
        # `from` is a word of Python.
        return {"from": serializers.DateField(), **super().get_fields()}


class Measured(serializers.Serializer[Any]):
    value = serializers.FloatField(
        allow_null=True, help_text=_("Доля от 1, у рейтинга средняя оценка 1–5; null: делить не на что.")
    )
    numerator = serializers.IntegerField(help_text=_("У рейтинга сумма оценок."))
    denominator = serializers.IntegerField()
    sample = serializers.IntegerField(help_text=_("По скольким заказам судится, хватает ли данных."))
    provisional = serializers.IntegerField(help_text=_("Сколько из числителя Kaspi ещё не подтвердил."))
    status = serializers.ChoiceField(STATUSES)
    window = WindowTold()


class RuleTold(serializers.Serializer[Any]):
    critical = serializers.FloatField()
    critical_when = serializers.ChoiceField(COMPARATORS, help_text=_("Как значение сравнивается с `critical`."))
    good = serializers.FloatField()
    good_when = serializers.ChoiceField(COMPARATORS)
    min_sample = serializers.IntegerField(help_text=_("Меньше заказов: `not_enough_data`."))
    min_violations = serializers.IntegerField(
        allow_null=True, help_text=_("Столько нарушений судятся и при меньшем числе заказов.")
    )

    window_days = serializers.IntegerField(help_text=_("За сколько дней считается."))
    window_end = serializers.ChoiceField(
        WINDOW_ENDS,
        help_text=_(
            "`yesterday`: целые дни по вчерашний; `today`: вместе с сегодняшним; `now`: ровно N × 24 часа до сейчас."
        ),
    )


class ThresholdsTold(RuleTold):
    confidence = serializers.ChoiceField(CONFIDENCES, help_text=_("Насколько верим источнику профиля."))


class MetricTold(Measured):
    thresholds = ThresholdsTold()
    version = serializers.CharField(help_text=_("Какая из версий формулы посчитала."))
    preview = Measured(help_text=_("Каким число стало бы завтра, если больше ничего не случится."))


class MetricsTold(serializers.Serializer[Any]):
    def get_fields(self) -> Any:
        return {metric.value: MetricTold() for metric in Metric}


class Quality(serializers.Serializer[Any]):
    shop = serializers.CharField(allow_null=True, help_text=_("null: все видимые магазины вместе."))
    on = serializers.DateField(help_text=_("День, за который показаны числа."))
    profile = serializers.CharField(help_text=_("По каким правилам Kaspi взяты пороги."))
    metrics = MetricsTold()


class JudgementTold(serializers.Serializer[Any]):
    version = serializers.CharField(help_text=_("По какой версии правил."))
    fault = serializers.ChoiceField(
        [fault.value for fault in Fault], allow_null=True, help_text=_("Чья вина; null: ничья, как у оценки.")
    )
    rule = serializers.ChoiceField([cause.value for cause in Cause], help_text=_("Правило, по которому так решено."))
    because = serializers.CharField(help_text=_("Почему, словами."))
    overridden = serializers.BooleanField(
        allow_null=True, help_text=_("Решение человека: true считать, false не считать; null: решения нет.")
    )


class BehindTold(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    point = serializers.CharField(allow_null=True)
    stage = serializers.ChoiceField(Stage.choices)
    day = serializers.DateField(help_text=_("День события, по которому заказ попал в число."))
    leaves_on = serializers.DateField(help_text=_("Первый день без этого заказа."))
    counts = serializers.BooleanField()
    excluded = serializers.ChoiceField([reason.value for reason in Exclusion], allow_null=True)
    total_price = serializers.FloatField(help_text=_("В тенге."))
    mark = serializers.IntegerField(allow_null=True)
    judgement = JudgementTold()


class BehindPage(serializers.Serializer[Any]):
    results = BehindTold(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("Курсор следующей страницы."))


class RulesTold(serializers.Serializer[Any]):
    def get_fields(self) -> Any:
        return {metric.value: RuleTold() for metric in Metric}


class StepTold(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(STEP_KINDS)
    days = serializers.IntegerField(allow_null=True, help_text=_("null: срок не назван."))


class ProfileTold(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True, help_text=_("null: неизвестно."))
    valid_to = serializers.DateField(allow_null=True, help_text=_("null: действует или неизвестно."))
    source_kind = serializers.ChoiceField(SOURCE_KINDS)
    quoted = serializers.CharField(help_text=_("Слова источника."))
    note = serializers.CharField(help_text=_("Как мы их прочли."))
    confidence = serializers.ChoiceField(CONFIDENCES)
    entered_by = serializers.CharField(help_text=_("Кто записал; пусто у профилей программы."))
    formula = serializers.CharField()
    rules = RulesTold()
    ladder = StepTold(many=True)
    violations_within_days = serializers.IntegerField()
    retired = serializers.BooleanField(help_text=_("Больше не назначается."))
    shops = serializers.ListField(
        child=serializers.CharField(), help_text=_("Видимые магазины, которые судятся по нему сегодня.")
    )

    def get_fields(self) -> Any:
        # A field of a serializer has a `source` of its own.
        return {**super().get_fields(), "source": serializers.CharField()}


class ProfilePage(serializers.Serializer[Any]):
    results = ProfileTold(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("Всегда null: профилей немного."))
