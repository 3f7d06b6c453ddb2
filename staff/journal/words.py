"""The journal in words: deeds, things, fields and hints. What is stored are codes; nobody's language is stored."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from staff.formats import grouped, plural
from staff.languages import later as _
from staff.languages import noun
from staff.models import ExpiryPolicy, Mfa, Role
from staff.people.wording import REACH, WORDS

# A test goes through the verbs of the whole product and finds the one that is not here.
DEEDS: Mapping[str, str] = {
    "order.accept": _("Принял"),
    "order.cancel": _("Отменил"),
    "order.assemble": _("Собрал"),
    "order.send_code": _("Запросил код"),
    "order.complete": _("Выдал"),
    "order.arrived": _("Отметил прибытие"),
    "order.returned": _("Отметил возвращение"),
    "order.cancel_entry": _("Убрал позицию"),
    "order.weigh": _("Уменьшил вес"),
    "order.imei": _("Указал IMEI"),
    "order.rescheduled": _("Перенёс дату доставки"),
    "order.evidence_read": _("Скачал подтверждения"),
    "order.undo": _("Отозвал до отправки"),
    "order.expired": _("Отменил по сроку"),
    "order.overdue": _("Отметил просрочку"),
    "shop.added": _("Подключил магазин"),
    "shop.token_proposed": _("Ввёл новый токен"),
    "order.courier": _("Назначил курьера"),
    "order.cell": _("Указал, где лежит заказ"),
    "lesson.learned": _("Прочитал карточку «Сначала код, потом товар»"),
    "order.handed_over": _("Передал посылку"),
    "order.hand_over_undone": _("Снял отметку о передаче"),
    "point.drop": _("Указал пункт приёма"),
    "order.evidence": _("Приложил подтверждение"),
    "template.uploaded": _("Загрузил шаблон документа"),
    "template.changed": _("Изменил шаблон документа"),
    "template.switched_on": _("Включил шаблон документа"),
    "template.switched_off": _("Выключил шаблон документа"),
    "template.removed": _("Удалил шаблон документа"),
    "return.opened": _("Завёл возврат"),
    "return.send": _("Отметил: покупатель отправил возврат"),
    "return.arrive": _("Отметил: возврат ждёт в пункте"),
    "return.receive": _("Получил возврат"),
    "return.accept": _("Принял возврат"),
    "return.reject": _("Отклонил возврат"),
    "return.withdraw": _("Отметил: покупатель передумал возвращать"),
    "return.dispute": _("Отметил спор по возврату"),
    "return.answer": _("Ответил в споре"),
    "return.win": _("Отметил: спор выигран"),
    "return.lose": _("Отметил: спор проигран"),
    "return.miss": _("Отметил: возврат потерян"),
    "return.destroy": _("Отметил: возврат утилизирован"),
    "return.reason": _("Указал причину возврата"),
    "return.inspected": _("Осмотрел возврат"),
    "return.silence": _("Закрыл возврат по сроку"),
    "claim.opened": _("Завёл претензию"),
    "claim.file": _("Подал претензию"),
    "claim.ask": _("Отметил: Kaspi просит данные"),
    "claim.supply": _("Отправил данные по претензии"),
    "claim.pay": _("Отметил: претензия возмещена"),
    "claim.refuse": _("Отметил: отказ по претензии"),
    "claim.appeal": _("Попросил пересмотреть претензию"),
    "claim.close": _("Закрыл претензию"),
    "shop.token_connected": _("Заменил токен"),
    "shop.token_checked": _("Сверил магазин с Kaspi"),
    "shop.token_forgotten": _("Удалил токен"),
    "api_key.made": _("Создал ключ API"),
    "api_key.replaced": _("Сменил ключ API"),
    "api_key.revoked": _("Отозвал ключ API"),
    "company.leak_shut": _("Закрыл всё после утечки"),
    "shop.exchange_resumed": _("Возобновил обмен"),
    "shop.expiry_policy": _("Изменил правило непринятых заказов"),
    "quality.export_imported": _("Записал выгрузку кабинета"),
    "quality.profile_written": _("Записал профиль порогов"),
    "quality.profile_retired": _("Убрал профиль порогов"),
    "quality.profile_assigned": _("Назначил профиль порогов"),
    "quality.warning_set": _("Изменил, по каким порогам предупреждать"),
    "ruling.made": _("Решил, считать ли заказ в показателе"),
    "ruling.withdrawn": _("Снял решение о заказе в показателе"),
    "dispute.opened": _("Открыл спор с Kaspi"),
    "dispute.won": _("Отметил: Kaspi согласился"),
    "dispute.lost": _("Отметил: Kaspi отказал в споре"),
    "dispute.dropped": _("Закрыл спор без итога"),
    "quality.kaspi_number": _("Записал число из кабинета Kaspi"),
    "cabinet.uploaded": _("Загрузил выгрузку кабинета"),
    "quality.sanction_told": _("Сообщил о санкции Kaspi"),
    "quality.sanction_withdrawn": _("Отозвал сообщение о санкции"),
    "company.provisioned": _("Завёл компанию"),
    "company.second_step": _("Изменил требование второго шага входа"),
    "company.reminded": _("Напомнил о втором шаге входа"),
    "company.buyers_kept": _("Изменил срок хранения покупателей"),
    "buyer.forgotten": _("Забыл покупателя"),
    "buyers.forgotten": _("Забыл покупателей по сроку"),
    "buyer.parted": _("Разделил покупателя"),
    "buyer.rejoined": _("Снова объединил покупателя"),
    "buyer.note": _("Записал заметку о покупателе"),
    "buyers.own_number": _("Добавил номер магазина"),
    "buyers.own_number_removed": _("Убрал номер магазина"),
    "order.note": _("Записал заметку"),
    "order.message": _("Написал покупателю"),
    "order.number_typed": _("Ввёл номер покупателя"),
    "text.saved": _("Сохранил шаблон сообщения"),
    "text.removed": _("Удалил шаблон сообщения"),
    "member.changed": _("Изменил сотрудника"),
    "member.deactivated": _("Отключил сотрудника"),
    "member.activated": _("Вернул сотрудника"),
    "member.second_step_reset": _("Сбросил второй шаг входа"),
    "member.password_given": _("Выдал временный пароль"),
    "member.profile_changed": _("Изменил свой профиль"),
    "member.pin_set": _("Задал свой PIN"),
    "member.pin_removed": _("Убрал свой PIN"),
    "member.invited": _("Пригласил"),
    "invitation.accepted": _("Принял приглашение"),
    "invitation.revoked": _("Отозвал приглашение"),
    "invitation.renewed": _("Продлил приглашение"),
    "signin.new_device": _("Вошёл с нового устройства"),
    "signin.password_changed": _("Сменил пароль"),
    "signin.password_reset": _("Задал пароль заново"),
    "signin.code_app_added": _("Включил коды из приложения"),
    "signin.code_app_removed": _("Отключил коды из приложения"),
    "signin.passkey_added": _("Добавил ключ доступа"),
    "signin.passkey_removed": _("Удалил ключ доступа"),
    "signin.codes_renewed": _("Выпустил новые запасные коды"),
    "signin.sessions_ended": _("Завершил сеансы"),
    "point.added": _("Добавил точку"),
    "point.changed": _("Изменил точку"),
    "role.changed": _("Изменил роль"),
    "role.added": _("Добавил роль"),
    "role.removed": _("Удалил роль"),
    "role.reset": _("Вернул роль как была"),
    "shift.began": _("Встал на смену"),
    "shift.ended": _("Закончил смену"),
    "shift.handed_over": _("Передал смену"),
    "counter.opened": _("Открыл общий компьютер"),
    "counter.closed": _("Закрыл общий компьютер"),
    "counter.entered": _("Вошёл по PIN"),
    "counter.wrong_pin": _("Ошибся в PIN"),
    "papers.printed": _("Напечатал"),
    "papers.put_aside": _("Отложил бумаги отменённого заказа"),
    "stock.placed": _("Указал место на полке"),
    "stock.posted": _("Провёл документ склада"),
    "stock.kept_at": _("Выбрал общий склад"),
    "offer.bound": _("Связал с общим товаром"),
    "offer.priced": _("Изменил цену"),
    "offer.taken_off": _("Снял с продажи"),
    "offer.put_on": _("Вернул в продажу"),
    "auto_accept.rules": _("Изменил правила автоприёма"),
    "auto_accept.on": _("Включил автоприём"),
    "auto_accept.off": _("Выключил автоприём"),
    "auto_accept.stopped": _("Остановил автоприём во всей компании"),
    "auto_accept.resumed": _("Возобновил автоприём"),
    "offer.added": _("Добавил товар"),
    "offer.described": _("Изменил карточку товара"),
    "offer.sold_at": _("Изменил, где продаётся товар"),
    "stock.counted": _("Указал остаток"),
    "feed.opened": _("Получил адрес XML для Kaspi"),
    "feed.renewed": _("Сменил адрес XML для Kaspi"),
    "feed.switched_on": _("Включил XML для Kaspi"),
    "feed.switched_off": _("Выключил XML для Kaspi"),
    "feed.asked": _("Попросил собрать XML для Kaspi"),
    "feed.confirmed": _("Отдал Kaspi файл, в котором пропали предложения"),
    "price_list.uploaded": _("Загрузил прайс-лист"),
    "price_list.columns": _("Назвал колонки прайс-листа"),
    "price_list.fixed": _("Исправил слово в прайс-листе"),
    "price_list.stopped": _("Остановил прайс-лист"),
    "price_list.applied": _("Применил прайс-лист"),
    "price_list.undone": _("Отменил загрузку прайс-листа"),
    "offer.price_declined": _("Отклонил цену от правила"),
    "offer.price_planned": _("Запланировал цену"),
    "offer.plan_cancelled": _("Отменил запланированную цену"),
    "offer.plan_missed": _("Не начал запланированную цену"),
    "offer.price_not_returned": _("Не вернул прежнюю цену после запланированной"),
    "offer.linked": _("Указал ссылку на карточку"),
    "price_rule.written": _("Записал правило цены"),
    "price_rule.switched_on": _("Включил правило цены"),
    "price_rule.switched_off": _("Выключил правило цены"),
    "price_rule.removed": _("Удалил правило цены"),
    "repricing.stopped": _("Остановил автоцены"),
    "repricing.resumed": _("Запустил автоцены снова"),
    "competitor_prices.uploaded": _("Загрузил цены конкурентов"),
    "card.made": _("Завёл карточку товара"),
    "card.written": _("Изменил карточку товара"),
    "cards.sent": _("Отправил карточки в Kaspi"),
    "cards.settled": _("Отметил, дошли ли карточки до Kaspi"),
    "supplier_list.uploaded": _("Загрузил список товаров"),
    "cost.received": _("Записал поступление с себестоимостью"),
    "cost.loaded": _("Загрузил поступления файлом"),
    "cost.taken_back": _("Отменил поступление"),
    "cost.load_taken_back": _("Отменил загрузку поступлений"),
    "tariff.set": _("Изменил тариф"),
    "expense.told": _("Записал расход"),
    "expense.taken_back": _("Отменил расход"),
    "pay.loaded": _("Загрузил операции Kaspi Pay"),
    "supply.set": _("Изменил, как заказывать товар"),
    "export.asked": _("Заказал выгрузку"),
    "export.downloaded": _("Скачал выгрузку"),
}
SUBJECTS: Mapping[str, str] = {
    "order": _("заказ"),
    "offer": _("товар"),
    "stock_document": _("документ склада"),
    "card": _("карточка"),
    "shop": _("магазин"),
    "point": _("точка"),
    "company": _("компания"),
    "member": _("сотрудник"),
    "role": _("роль"),
    "counter_desk": _("общий компьютер"),
    "invitation": _("приглашение"),
    "api_key": _("ключ API"),
    "export": _("файл"),
    "template": _("шаблон документа"),
    "buyer": _("покупатель"),
    "text": _("шаблон сообщения"),
    "batch": _("печать"),
    "good": _("товар"),
    "item": _("товар"),
    "cost_load": _("файл поступлений"),
    "tariff": _("тариф"),
    "expense": _("расход"),
    "profile": _("профиль порогов"),
    "price_rule": _("правило цены"),
}
# Through what somebody came: kinds of `Actor`.
DOORS: Mapping[str, str] = {"member": _("люди"), "api_key": _("ключи API"), "rule": _("правила")}

FIELDS: Mapping[str, str] = {
    "expiry_policy": _("Непринятый заказ"),
    "tail": _("Токен кончается на"),
    "name": _("Имя"),
    "role": _("Роль"),
    "rights": _("Права"),
    "reach": _("Чьи заказы"),
    "points": _("Точки"),
    "shops": _("Магазины"),
    "places": _("Места"),
    "scopes": _("Открывает"),
    "until": _("Действует до"),
    "former_until": _("Прежний до"),
    "city_code": _("Город"),
    "code": _("Код"),
    "shop": _("Магазин"),
    "schedule": _("Часы"),
    "exceptions": _("Особые дни"),
    "buyers_kept_days": _("Хранить покупателей, дней"),
    "mfa": _("Второй шаг"),
    "mfa_from": _("Второй шаг с"),
    "courier": _("Курьер"),
    "language": _("Язык"),
    "price": _("Цена"),
    "begins": _("Начало"),
    "ends": _("Окончание"),
    "card_code": _("Код карточки"),
    "barcode": _("Штрихкод"),
    "stock_sku": _("Складской артикул"),
    "stock": _("Остаток"),
    "place": _("Место на полке"),
    "brand": _("Бренд"),
    "category": _("Категория"),
    "commission_group": _("Группа комиссии"),
    "preorder_days": _("Предзаказ, дней"),
    "buffer": _("Запас, шт."),
    "floor": _("Минимальная цена"),
    "ceiling": _("Наибольшая цена"),
    "most_step": _("Шаг цены за раз"),
    "on_sale": _("В продаже"),
    "sold": _("Продаём на точке"),
    "is_active": _("Работает"),
    "version": _("Версия"),
    "months": _("Гарантия, месяцев"),
    "profile": _("Профиль порогов"),
    "from_day": _("С какого дня"),
    "warn_by_strictest": _("Предупреждать по самым строгим"),
    "return_reason": _("Причина возврата"),
    "return_for_quality": _("Возврат по качеству"),
}
# Codes of `orders.returns.reasons`, which stands above us.
RETURN_REASONS: Mapping[str, str] = {
    "size_mismatch": _("Не подошёл размер"),
    "short_delivery": _("Не всё в заказе"),
    "unsuitable": _("Не подошёл"),
    "wrong": _("Привезли другой товар"),
    "defect": _("Брак"),
    "not_as_described": _("Не соответствует описанию или фото"),
    "damaged": _("Повреждён"),
    "refused": _("Отказался при получении"),
    "not_collected": _("Не забрал в срок"),
    "other": _("Другая причина"),
}
YES, NO, NOTHING = _("да"), _("нет"), _("нет")
ROLES: Mapping[str, str] = dict(Role.choices)
# Codes of ours that stand as values; one that is not here is shown as it is.
_CODES: Mapping[str, Mapping[Any, Any]] = {
    "expiry_policy": dict(ExpiryPolicy.choices),
    "role": ROLES,
    "reach": REACH,
    "rights": WORDS,
    "mfa": dict(Mfa.choices),
    "return_reason": RETURN_REASONS,
}
# Why an export is worth a look: `staff.journal.unusual`.
HINTS: Mapping[str, str] = {
    "night": _("ночью"),
    "first": _("впервые"),
    "many": _("в десять раз больше обычного"),
    "address": _("с нового адреса"),
}
ROWS, BUYERS = noun("строка", "строк"), noun("покупатель", "покупателей")
PLACES, ORDERS = noun("место", "мест"), noun("заказ", "заказов")
OFFERS = noun("товар", "товаров")
CARDS = noun("карточка", "карточек")


def deed(action: str) -> str:
    """What was done; an action without words is shown by its code."""
    return str(DEEDS.get(action, action))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """«Цена: 22 490 → 22 990», a sentence for each field; of a list what came and what went."""
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if isinstance(old, list) and isinstance(new, list):
            moved = [f"+ {_value(name, one)}" for one in new if one not in old]
            moved += [f"− {_value(name, one)}" for one in old if one not in new]
            yield f"{FIELDS.get(name, name)}: {', '.join(moved)}"
        else:
            yield f"{FIELDS.get(name, name)}: {_value(name, old)} → {_value(name, new)}"


def _value(name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return str(NOTHING)
    if isinstance(value, bool):
        return str(YES if value else NO)
    if isinstance(value, int):
        return grouped(value)
    if isinstance(value, list):
        return ", ".join(_value(name, one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_value(name, one)}" for key, one in value.items())
    return str(_CODES.get(name, {}).get(value, value))


# Fields of details that say something to a person.
_DETAILS: Mapping[str, Callable[[Any], str]] = {
    "rows": lambda count: plural(count, *ROWS),
    "persons": lambda count: plural(count, *BUYERS) if count else "",
    "places": lambda count: plural(count, *PLACES),
    "orders": lambda count: plural(count, *ORDERS),
    "offers": lambda count: plural(count, *OFFERS),
    "cards": lambda count: plural(count, *CARDS),
    "comment": str,
    "name": str,
    "desk": str,
    "browser": str,
    "point": str,
    "to": str,
}


def told(details: Mapping[str, Any]) -> Iterator[str]:
    """What the details say beside the deed: «1 236 строк», «900 покупателей»."""
    for name, say in _DETAILS.items():
        value = details.get(name)
        if isinstance(value, str | int) and (text := say(value)):
            yield text


def hint(details: Mapping[str, Any]) -> str:
    """«Выгрузка 900 покупателей: ночью, с нового адреса»; empty when there was nothing unusual."""
    codes = details.get("hint")
    if not codes:
        return ""
    said = ", ".join(str(HINTS.get(code, code)) for code in codes)
    return str(_("Выгрузка: %(buyers)s, %(said)s")) % {
        "buyers": plural(int(details.get("persons") or 0), *BUYERS),
        "said": said,
    }
