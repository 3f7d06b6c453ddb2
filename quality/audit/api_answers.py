"""The forms of the audit in the API, told for OpenAPI. `quality.audit.api` fills them."""

from typing import Any

from rest_framework import serializers

from quality.api_answers import WindowTold
from quality.audit.reconcile import Doubt
from quality.formulas import Metric
from quality.metrics import Exclusion
from staff.languages import later as _


class ProofTold(serializers.Serializer[Any]):
    value = serializers.FloatField(allow_null=True, help_text=_("Доля от 1, у рейтинга средняя оценка 1–5."))
    numerator = serializers.IntegerField(help_text=_("У рейтинга сумма оценок."))
    denominator = serializers.IntegerField()
    excluded = serializers.DictField(
        child=serializers.IntegerField(), help_text=_("Сколько похожих заказов не вошло, по причинам.")
    )
    digest = serializers.CharField(help_text=_("SHA-256 текста, который можно скачать на странице сверки."))


class StandingTold(serializers.Serializer[Any]):
    numerator = serializers.IntegerField(help_text=_("Сколько заказ добавляет над чертой."))
    denominator = serializers.IntegerField(help_text=_("Сколько под чертой."))
    excluded = serializers.ChoiceField([reason.value for reason in Exclusion], allow_null=True)


class DifferenceTold(serializers.Serializer[Any]):
    code = serializers.CharField()
    then = StandingTold()
    now = StandingTold()
    arrived_late = serializers.BooleanField(help_text=_("О заказе узнали позже."))
    corrected_at = serializers.ListField(
        child=serializers.DateTimeField(), help_text=_("Когда узнали об исправлениях прошлого.")
    )
    ruled = serializers.BooleanField(help_text=_("С тех пор его решили или перестали решать вручную."))
    happened_later = serializers.BooleanField(help_text=_("Что-то с ним случилось уже после."))


class CandidateTold(serializers.Serializer[Any]):
    code = serializers.CharField()
    doubt = serializers.ChoiceField([doubt.value for doubt in Doubt])
    numerator = serializers.IntegerField(help_text=_("На сколько сменилось бы число над чертой."))
    denominator = serializers.IntegerField()
    explains = serializers.BooleanField(help_text=_("Один объясняет всю разницу."))


class KaspiTold(serializers.Serializer[Any]):
    value = serializers.FloatField(help_text=_("Как в кабинете: доля от 1 или средняя оценка."))
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    agrees = serializers.BooleanField(help_text=_("Числа равны в пределах округления кабинета."))
    orders = serializers.IntegerField(help_text=_("На сколько заказов (у рейтинга баллов) наше больше."))
    together = serializers.ListField(
        child=serializers.CharField(), help_text=_("Наименьший набор, который объясняет всё.")
    )
    candidates = CandidateTold(many=True)


class ListedTold(serializers.Serializer[Any]):
    code = serializers.CharField()
    weight = serializers.IntegerField(allow_null=True, help_text=_("Оценка, позиции или 1; null: не вошёл."))
    excluded = serializers.ChoiceField([reason.value for reason in Exclusion], allow_null=True)


class AuditPage(serializers.Serializer[Any]):
    shop = serializers.CharField()
    metric = serializers.ChoiceField([metric.value for metric in Metric])
    on = serializers.DateField(help_text=_("День, за который показано число."))
    profile = serializers.CharField()
    formula = serializers.CharField(help_text=_("Какая из версий формулы посчитала."))
    window = WindowTold()
    known_at = serializers.DateTimeField(help_text=_("Момент, на который посчитано `then`."))
    then = ProofTold()
    now = ProofTold()
    different = serializers.IntegerField(help_text=_("Сколько заказов стоит иначе; перечислено не больше 200."))
    differences = DifferenceTold(many=True)
    kaspi = KaspiTold(allow_null=True)
    results = ListedTold(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("Курсор следующей страницы."))
