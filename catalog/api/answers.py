"""The forms of offers and stock in the API, told for OpenAPI. `catalog.api.offer_json` fills them."""

from typing import Any

from rest_framework import serializers

from catalog.models import How, OfferSource
from catalog.offers.describing import TEXTS
from catalog.rules import LONGEST_PREORDER
from catalog.standing import State
from catalog.typed import MOST_PIECES
from staff.languages import later as _

MOST_ROWS = 1000
DEAREST = 999_999_999


def _tenge(words: str = _("Целые тенге с НДС.")) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=DEAREST, help_text=words)


class OfferAtPoint(serializers.Serializer[Any]):
    point = serializers.CharField(help_text=_("Код точки продаж."))
    sold = serializers.BooleanField(allow_null=True, help_text=_("Что сказано о точке; null: решает остаток."))
    on_hand = serializers.IntegerField(allow_null=True, help_text=_("Лежит; null: никто не считал."))
    reserved = serializers.IntegerField(help_text=_("Держат заказы."))
    available = serializers.IntegerField(
        allow_null=True, help_text=_("Лежит без резерва; ниже нуля, если продано больше, чем есть.")
    )
    published = serializers.BooleanField(help_text=_("Говорим ли Kaspi, что на точке продаётся."))
    published_pieces = serializers.IntegerField(allow_null=True, help_text=_("Сколько штук говорим Kaspi."))
    buffer = serializers.IntegerField(help_text=_("Сколько придерживаем от Kaspi."))


class OfferTold(serializers.Serializer[Any]):
    sku = serializers.CharField()
    shop = serializers.SlugField()
    name = serializers.CharField()
    brand = serializers.CharField()
    category = serializers.CharField()
    barcode = serializers.CharField()
    card_code = serializers.CharField(help_text=_("Код карточки в Kaspi; пусто, если неизвестен."))
    commission_group = serializers.CharField()
    stock_sku = serializers.CharField(help_text=_("С каким артикулом остаток общий; пусто: остаток свой."))
    state = serializers.ChoiceField([state.value for state in State], help_text=_("Вкладка каталога."))
    price = serializers.IntegerField(allow_null=True, help_text=_("Целые тенге с НДС."))
    city_prices = serializers.DictField(child=serializers.IntegerField(), help_text=_("Код города → цена."))
    floor = serializers.IntegerField(allow_null=True)
    ceiling = serializers.IntegerField(allow_null=True)
    most_step = serializers.FloatField(allow_null=True, help_text=_("Доля 0–1: на сколько цена меняется за раз."))
    preorder_days = serializers.IntegerField()
    buffer = serializers.IntegerField(allow_null=True, help_text=_("Запас; null: по скорости продаж."))
    on_sale = serializers.BooleanField()
    off_reason = serializers.CharField()
    off_until = serializers.DateField(allow_null=True, help_text=_("День Алматы, когда товар вернётся в продажу."))
    points = OfferAtPoint(many=True)
    # A serializer's own attribute is called so too, hence `get_fields`.
    version = serializers.IntegerField(
        help_text=_("Растёт с каждой правкой; назовите её в PATCH, чтобы не затереть чужую.")
    )
    changed_at = serializers.DateTimeField(allow_null=True)
    changed_by = serializers.CharField()
    changed_how = serializers.ChoiceField(["", *How.values])

    def get_fields(self) -> Any:
        source = serializers.ChoiceField(OfferSource.values, help_text=str(_("Откуда товар появился.")))
        return {**super().get_fields(), "source": source}


class OfferPage(serializers.Serializer[Any]):
    results = OfferTold(many=True)
    next = serializers.CharField(allow_null=True)


class StockTold(serializers.Serializer[Any]):
    shop = serializers.SlugField()
    point = serializers.CharField()
    sku = serializers.CharField()
    on_hand = serializers.IntegerField(allow_null=True, help_text=_("Лежит; null: никто не считал."))
    reserved = serializers.IntegerField()
    available = serializers.IntegerField(allow_null=True)
    quarantine = serializers.IntegerField()
    in_return = serializers.IntegerField()
    keeps_sku = serializers.CharField(help_text=_("Под каким артикулом лежит."))


class StockPage(serializers.Serializer[Any]):
    results = StockTold(many=True)
    next = serializers.CharField(allow_null=True)


class ChangeBody(serializers.Serializer[Any]):
    """What a PATCH may change; what is not named stays."""

    price = _tenge()
    city_prices = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=DEAREST, allow_null=True),
        help_text=_("Код города → цена; null убирает цену города."),
    )
    points = serializers.DictField(
        child=serializers.BooleanField(allow_null=True),
        help_text=_("Код точки → продаётся ли там; null: решает остаток."),
    )
    name = serializers.CharField(max_length=TEXTS["name"])
    brand = serializers.CharField(max_length=TEXTS["brand"], allow_blank=True)
    category = serializers.CharField(max_length=TEXTS["category"], allow_blank=True)
    barcode = serializers.CharField(max_length=TEXTS["barcode"], allow_blank=True)
    card_code = serializers.CharField(max_length=TEXTS["card_code"], allow_blank=True)
    commission_group = serializers.CharField(max_length=TEXTS["commission_group"], allow_blank=True)
    stock_sku = serializers.CharField(max_length=64, allow_blank=True)
    preorder_days = serializers.IntegerField(min_value=0, max_value=LONGEST_PREORDER)
    buffer = serializers.IntegerField(min_value=0, max_value=MOST_PIECES, allow_null=True)
    on_sale = serializers.BooleanField()
    off_reason = serializers.CharField(max_length=200, help_text=_("Обязательна, когда снимаете с продажи."))
    off_until = serializers.DateField(allow_null=True, help_text=_("Когда вернуть в продажу, день Алматы."))
    version = serializers.IntegerField(min_value=1, help_text=_("Какую версию вы видели; другая: 409 `stale_version`."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False


class RowBody(ChangeBody):
    sku = serializers.CharField(max_length=64)
    shop = serializers.SlugField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sku"].required = True


class BulkBody(serializers.Serializer[Any]):
    offers = RowBody(many=True, min_length=1, max_length=MOST_ROWS)


class RowDone(serializers.Serializer[Any]):
    sku = serializers.CharField()
    shop = serializers.CharField(allow_null=True)
    done = serializers.BooleanField()
    version = serializers.IntegerField(allow_null=True)
    error = serializers.DictField(
        allow_null=True, help_text=_("`code`, `message`, `field`, как в ошибке всего запроса.")
    )


class BulkDone(serializers.Serializer[Any]):
    results = RowDone(many=True)


class CountBody(serializers.Serializer[Any]):
    sku = serializers.CharField(max_length=64)
    point = serializers.CharField(max_length=64)
    shop = serializers.SlugField(required=False)
    on_hand = serializers.IntegerField(min_value=0, max_value=MOST_PIECES)


class StockBody(serializers.Serializer[Any]):
    stock = CountBody(many=True, min_length=1, max_length=MOST_ROWS)  # type: ignore[call-arg]


class StockRowDone(serializers.Serializer[Any]):
    sku = serializers.CharField()
    point = serializers.CharField()
    done = serializers.BooleanField()
    error = serializers.DictField(allow_null=True)


class StockDone(serializers.Serializer[Any]):
    results = StockRowDone(many=True)
