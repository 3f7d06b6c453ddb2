"""The goods that demo shops sell: articles of invented brands, exported so that a demo can load its stock."""

import zlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Good:
    """One article. `price` is whole tenge; `group` is the latin part of the category code (``Master - <group>``)."""

    sku: str
    name: str
    brand: str
    category: str
    group: str
    price: int
    needs_imei: bool = False

    @property
    def product_code(self) -> str:
        """Number of the public card, stable for an article (kaspi-api §3: ``masterproducts.code``)."""
        return product_code(self.sku)


def product_code(sku: str) -> str:
    return str(100_000_000 + zlib.crc32(sku.encode()) % 20_000_000)


_HOME = (
    ("SAY-KTL-17", "Чайник Saya Kettle 1,7 л", "Saya", "Электрочайники", "Electric kettles", 11_990),
    ("SAY-AIR3-GR", "Наушники Saya Air 3, графит", "Saya", "Наушники", "Headphones", 22_990),
    ("SAY-AIR3-WH", "Наушники Saya Air 3, белые", "Saya", "Наушники", "Headphones", 22_990),
    ("SAY-BAR-20", "Саундбар Saya Bar 2.0", "Saya", "Саундбары", "Soundbars", 58_990),
    ("NMD-R2-WH", "Робот-пылесос Nomad R2, белый", "Nomad", "Роботы-пылесосы", "Robot vacuum cleaners", 84_990),
    ("NMD-R2-BK", "Робот-пылесос Nomad R2, чёрный", "Nomad", "Роботы-пылесосы", "Robot vacuum cleaners", 86_990),
    ("NMD-V9", "Пылесос вертикальный Nomad V9", "Nomad", "Пылесосы", "Vacuum cleaners", 74_990),
    ("NMD-FIT4-SD", "Часы Nomad Fit 4, песочные", "Nomad", "Смарт-часы", "Smart watches", 39_990),
    ("ALT-TV55-4K", "Телевизор Altyn 55″ 4K", "Altyn", "Телевизоры", "TV sets", 249_900),
    ("ALT-TV43-4K", "Телевизор Altyn 43″ 4K", "Altyn", "Телевизоры", "TV sets", 169_900),
    ("ALT-M27-165", "Монитор Altyn 27″ 165 Гц", "Altyn", "Мониторы", "Monitors", 119_900),
    ("ALT-M24-75", "Монитор Altyn 24″ 75 Гц", "Altyn", "Мониторы", "Monitors", 62_990),
    ("TLP-X5-256-GR", "Смартфон Tulpar X5 8/256 ГБ, графит", "Tulpar", "Смартфоны", "Smartphones", 134_990),
    ("TLP-X5-128-BL", "Смартфон Tulpar X5 6/128 ГБ, синий", "Tulpar", "Смартфоны", "Smartphones", 109_990),
    ("TLP-NVME-1T", "Накопитель Tulpar NVMe 1 ТБ", "Tulpar", "Накопители SSD", "SSD drives", 33_990),
    ("TLP-PB-20", "Внешний аккумулятор Tulpar 20 000 мАч", "Tulpar", "Внешние аккумуляторы", "Power banks", 12_490),
    ("TLP-USBC-2M", "Кабель Tulpar USB-C, 2 м", "Tulpar", "Кабели", "Cables", 2_990),
    ("SML-5L", "Увлажнитель Samal 5 л", "Samal", "Увлажнители воздуха", "Air humidifiers", 18_490),
    ("SML-ST26", "Утюг Samal Steam 2600", "Samal", "Утюги", "Irons", 21_490),
    ("SML-FAN-40", "Вентилятор напольный Samal 40 см", "Samal", "Вентиляторы", "Fans", 16_990),
    ("SML-HTR-15", "Обогреватель Samal 1,5 кВт", "Samal", "Обогреватели", "Heaters", 19_990),
    ("QZN-5L", "Мультиварка Qazan 5 л", "Qazan", "Мультиварки", "Multicookers", 32_490),
    ("QZN-PAN-28", "Сковорода Qazan 28 см", "Qazan", "Сковороды", "Frying pans", 9_990),
    ("QZN-KZN-8", "Казан чугунный Qazan 8 л", "Qazan", "Казаны", "Cauldrons", 24_990),
    ("QZN-BLD-12", "Блендер Qazan 1200 Вт", "Qazan", "Блендеры", "Blenders", 17_990),
    ("ARU-D22-PD", "Фен Aru Dry 2200, пудровый", "Aru", "Фены", "Hair dryers", 27_990),
    ("ARU-STR-3", "Выпрямитель Aru Sleek 3", "Aru", "Выпрямители", "Hair straighteners", 14_990),
    ("ARU-TB-1", "Щётка зубная Aru Sonic 1", "Aru", "Электрические зубные щётки", "Electric toothbrushes", 10_990),
    ("BUR-B10-BK", "Кофемашина Bureau B10, чёрная", "Bureau", "Кофемашины", "Coffee machines", 204_900),
    ("BUR-MILK-300", "Капучинатор Bureau Milk 300 мл", "Bureau", "Капучинаторы", "Milk frothers", 15_000),
)
_TOOLS = (
    ("BRK-DRL-18", "Дрель-шуруповёрт Bereke 18 В", "Bereke", "Шуруповёрты", "Screwdrivers", 38_990),
    ("BRK-GRN-125", "Болгарка Bereke 125 мм", "Bereke", "Шлифмашины", "Grinders", 29_990),
    ("BRK-SAW-190", "Пила циркулярная Bereke 190 мм", "Bereke", "Циркулярные пилы", "Circular saws", 46_990),
    ("BRK-SET-108", "Набор инструментов Bereke, 108 предметов", "Bereke", "Наборы инструментов", "Tool sets", 34_990),
    ("BRK-LVL-2", "Лазерный уровень Bereke L2", "Bereke", "Уровни", "Laser levels", 27_490),
    ("BRK-COM-24", "Компрессор Bereke 24 л", "Bereke", "Компрессоры", "Compressors", 79_990),
    ("DLA-MOW-40", "Газонокосилка Dala 40 см", "Dala", "Газонокосилки", "Lawn mowers", 89_990),
    ("DLA-TRM-25", "Триммер Dala 25 см³", "Dala", "Триммеры", "Trimmers", 42_990),
    ("DLA-HSE-30", "Шланг поливочный Dala 30 м", "Dala", "Шланги", "Garden hoses", 8_490),
    ("DLA-GRL-57", "Гриль-барбекю Dala 57 см", "Dala", "Грили", "Grills", 54_990),
    ("DLA-TNT-4", "Палатка Dala 4-местная", "Dala", "Палатки", "Tents", 47_990),
    ("DLA-SPR-8", "Опрыскиватель Dala 8 л", "Dala", "Опрыскиватели", "Sprayers", 11_490),
)


def _rows(rows: tuple[tuple[str, str, str, str, str, int], ...]) -> tuple[Good, ...]:
    return tuple(
        Good(sku, name, brand, category, group, price, needs_imei=group == "Smartphones")
        for sku, name, brand, category, group, price in rows
    )


HOUSEHOLD = _rows(_HOME)
TOOLS = _rows(_TOOLS)
GOODS = HOUSEHOLD + TOOLS
BY_SKU = {good.sku: good for good in GOODS}

# What each demo merchant sells; a shop that is not named here sells everything.
BY_MERCHANT = {"30000001": HOUSEHOLD, "30000002": HOUSEHOLD, "30000003": TOOLS, "30000004": TOOLS}


def goods_of(merchant_uid: str) -> tuple[Good, ...]:
    return BY_MERCHANT.get(merchant_uid, GOODS)
