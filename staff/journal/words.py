"""The journal in words: deeds, things, fields and hints. What is stored are codes; nobody's language is stored."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from staff.formats import grouped, plural
from staff.languages import later as _
from staff.languages import noun
from staff.models import ExpiryPolicy, Mfa, Reach, Role

# A test goes through the verbs of the whole product and finds the one that is not here.
DEEDS: Mapping[str, str] = {
    "order.accept": _("Принял"),
    "order.cancel": _("Отменил"),
    "order.assemble": _("Собрал"),
    "order.send_code": _("Запросил код"),
    "order.complete": _("Выдал"),
    "order.arrived": _("Отметил прибытие"),
    "order.returned": _("Отметил возвращение"),
    "order.expired": _("Отменил по сроку"),
    "order.overdue": _("Отметил просрочку"),
    "shop.added": _("Подключил магазин"),
    "shop.token_proposed": _("Ввёл новый токен"),
    "shop.token_connected": _("Заменил токен"),
    "shop.token_checked": _("Сверил магазин с Kaspi"),
    "shop.token_forgotten": _("Удалил токен"),
    "api_key.made": _("Создал ключ API"),
    "api_key.replaced": _("Сменил ключ API"),
    "api_key.revoked": _("Отозвал ключ API"),
    "company.leak_shut": _("Закрыл всё после утечки"),
    "shop.exchange_resumed": _("Возобновил обмен"),
    "shop.expiry_policy": _("Изменил правило непринятых заказов"),
    "quality.export_imported": _("Загрузил выгрузку кабинета"),
    "company.provisioned": _("Завёл компанию"),
    "company.buyers_kept": _("Изменил срок хранения покупателей"),
    "buyer.forgotten": _("Забыл покупателя"),
    "buyers.forgotten": _("Забыл покупателей по сроку"),
    "member.changed": _("Изменил сотрудника"),
    "member.deactivated": _("Отключил сотрудника"),
    "member.activated": _("Вернул сотрудника"),
    "member.second_step_reset": _("Сбросил второй шаг входа"),
    "member.password_given": _("Выдал временный пароль"),
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
    "export.asked": _("Заказал выгрузку"),
    "export.downloaded": _("Скачал выгрузку"),
}
SUBJECTS: Mapping[str, str] = {
    "order": _("заказ"),
    "shop": _("магазин"),
    "point": _("точка"),
    "company": _("компания"),
    "member": _("сотрудник"),
    "role": _("роль"),
    "counter_desk": _("общий компьютер"),
    "export": _("файл"),
    "api_key": _("ключ API"),
}
# Through what somebody came: kinds of `Actor`.
DOORS: Mapping[str, str] = {"member": _("люди"), "api_key": _("ключи API"), "rule": _("правила")}

FIELDS: Mapping[str, str] = {
    "expiry_policy": _("Непринятый заказ"),
    "token": _("Токен"),
    "name": _("Имя"),
    "role": _("Роль"),
    "rights": _("Права"),
    "reach": _("Чьи заказы"),
    "points": _("Точки"),
    "shops": _("Магазины"),
    "places": _("Места"),
    "tail": _("Конец токена"),
    "scopes": _("Открывает"),
    "until": _("Действует до"),
    "former_until": _("Прежний до"),
    "city": _("Город"),
    "schedule": _("Часы"),
    "exceptions": _("Особые дни"),
    "buyers_kept_days": _("Хранить покупателей, дней"),
    "mfa": _("Второй шаг"),
    "mfa_from": _("Второй шаг с"),
    "scopes": _("Что открывает"),
    "expires_at": _("Действует до"),
    "courier": _("Курьер"),
    "language": _("Язык"),
    "price": _("Цена"),
    "stock": _("Остаток"),
    "is_active": _("Работает"),
}
YES, NO, NOTHING = _("да"), _("нет"), _("нет")
# Codes of ours that stand as values; one that is not here is shown as it is.
_CODES: Mapping[str, Mapping[str, str]] = {
    "expiry_policy": dict(ExpiryPolicy.choices),
    "role": dict(Role.choices),
    "reach": dict(Reach.choices),
    "mfa": dict(Mfa.choices),
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


def deed(action: str) -> str:
    """What was done; an action without words is shown by its code."""
    return str(DEEDS.get(action, action))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """«Цена: 22 490 → 22 990», a sentence for each field."""
    for name in {**before, **after}:
        old, new = _value(name, before.get(name)), _value(name, after.get(name))
        yield f"{FIELDS.get(name, name)}: {old} → {new}"


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
    "comment": str,
    "name": str,
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
