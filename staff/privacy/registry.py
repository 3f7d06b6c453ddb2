"""What we keep of people: a table in code, which the page «Что мы храним» prints and a test holds against the models."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from staff.languages import later as _
from staff.permissions import Permission


class Term(Enum):
    """How long something is kept."""

    # As long as the company keeps its buyers (`Company.buyers_kept_days`).
    BUYERS = auto()
    COMPANY = auto()
    MEMBER = auto()
    SESSION = auto()
    WEEK = auto()
    THREE_DAYS = auto()
    DAY = auto()
    HOUR = auto()
    SENT = auto()


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that we keep of people, and the columns it stands in: «app.Model.field».

    `right`: who holds it sees it; None: `seen_by` says who does. `sent`: where it goes beyond this server, if anywhere.
    """

    what: str
    fields: tuple[str, ...]
    source: str
    purpose: str
    term: Term
    right: Permission | None = None
    seen_by: str = ""
    sent: str = ""


KASPI, PERSON, OURS = _("Kaspi, вместе с заказом"), _("сам человек или тот, кто его пригласил"), _("наш сервер")
NOBODY_SEES, HIMSELF = _("никто, зашифровано"), _("только он сам")
P = Permission


def _of(model: str, *fields: str) -> tuple[str, ...]:
    return tuple(f"{model}.{field}" for field in fields)


BUYERS: Final = (
    Kept(
        _("Имя и телефон покупателя, имя и телефон получателя"),
        (
            *_of("orders.Order", "buyer_kaspi_id", "buyer_first_name", "buyer_last_name", "buyer_search", "phone"),
            *_of("orders.Order", "phone_state", "phone_alias", "recipient_name", "recipient_phone"),
        ),
        KASPI,
        _("выдать заказ, позвонить, найти заказ по телефону"),
        Term.BUYERS,
        P.BUYERS_SEE,
    ),
    Kept(_("Адрес доставки"), _of("orders.Order", "address"), KASPI, _("привезти заказ"), Term.BUYERS, P.BUYERS_SEE),
    Kept(
        _("Накладная"),
        (*_of("orders.Waybill", "pdf", "url"), *_of("orders.Order", "waybill_url")),
        KASPI,
        _("напечатать и приклеить к посылке"),
        Term.BUYERS,
        P.BUYERS_SEE,
    ),
    Kept(
        _("Ответ Kaspi о заказе целиком"),
        (*_of("orders.Order", "raw", "digest"), *_of("integrations.ParkedOrder", "raw_text")),
        KASPI,
        _("разобрать заказ, который не прочитался; увидеть, что он изменился"),
        Term.BUYERS,
        seen_by=_("никто, только программа"),
    ),
    Kept(
        _("Подтверждения: заметки о разговоре с покупателем, снимки"),
        _of("orders.Evidence", "text", "file"),
        _("сотрудник"),
        _("показать Kaspi, почему заказ отменён, перенесён или возвращён"),
        Term.BUYERS,
        P.BUYERS_SEE,
    ),
    Kept(
        _("Карточка покупателя: по чему объединены его заказы, заметки"),
        (*_of("orders.BuyerSign", "value"), *_of("orders.BuyerNote", "text")),
        _("Kaspi, вместе с заказом; сотрудник"),
        _("видеть все заказы покупателя вместе"),
        Term.BUYERS,
        P.BUYERS_SEE,
    ),
    Kept(
        _("Отзыв покупателя из выгрузки кабинета"),
        (*_of("orders.CabinetFacts", "review"), *_of("orders.CabinetLine", "before", "told", "sentence")),
        _("выгрузка заказов из кабинета Kaspi"),
        _("увидеть, чем недовольны, и связать отзыв с заказом"),
        Term.BUYERS,
        P.BUYERS_SEE,
    ),
    Kept(
        _("Что менялось в ответах Kaspi о заказе; имён, телефонов и адресов в этом нет"),
        _of("orders.OrderChange", "raw"),
        KASPI,
        _("показать заказ, каким он был в любой момент"),
        Term.BUYERS,
        P.ORDERS_VIEW,
    ),
    Kept(
        _("IMEI проданных устройств"),
        _of("orders.LineDevices", "imeis"),
        _("сотрудник"),
        _("сообщить Kaspi, какое устройство выдано"),
        Term.BUYERS,
        P.BUYERS_SEE,
        sent="Kaspi",
    ),
    Kept(
        _("Код выдачи и комментарий к отмене"),
        _of("integrations.KaspiAction", "params"),
        _("сотрудник"),
        _("передать решение в Kaspi"),
        Term.BUYERS,
        seen_by=NOBODY_SEES,
        sent="Kaspi",
    ),
)
STAFF: Final = (
    Kept(
        _("Имя, почта, язык и роль сотрудника"),
        (
            *_of("staff.User", "email", "name", "language"),
            *_of("staff.Member", "name", "role"),
            *_of("account.EmailAddress", "email"),
        ),
        PERSON,
        _("пустить в кабинет и показать коллегам, кто это"),
        Term.COMPANY,
        P.STAFF_VIEW,
    ),
    Kept(
        _("Пароль, PIN, второй шаг входа, ссылка подтверждения почты"),
        (
            *_of("staff.User", "password"),
            *_of("staff.Member", "pin"),
            *_of("mfa.Authenticator", "data"),
            *_of("account.EmailConfirmation", "key"),
        ),
        _("сам человек"),
        _("узнать его при входе; хранится только след, по которому их не восстановить, или шифр"),
        Term.MEMBER,
        seen_by=NOBODY_SEES,
    ),
    Kept(
        _("Сеансы: адрес, браузер, время"),
        (
            *_of("usersessions.UserSession", "ip", "user_agent", "data", "session_key"),
            *_of("sessions.Session", "session_key", "session_data"),
        ),
        OURS,
        _("показать человеку, где он вошёл, и закончить чужое"),
        Term.SESSION,
        seen_by=HIMSELF,
    ),
    Kept(
        _("Кто забирал прайс-лист: адрес, программа, время"),
        _of("catalog.FeedFetch", "address", "agent"),
        OURS,
        _("показать, приходит ли Kaspi"),
        Term.WEEK,
        P.CATALOG_VIEW,
    ),
    Kept(
        _("Приглашения: имя и почта"),
        _of("staff.Invitation", "name", "email"),
        _("кто пригласил"),
        _("пустить нового человека"),
        Term.THREE_DAYS,
        P.STAFF_MANAGE,
    ),
    Kept(
        _("Смены: кто и когда держал точку"),
        _of("staff.Shift", "member", "began_at", "ended_at"),
        _("сам человек"),
        _("знать, чьё это решение"),
        Term.COMPANY,
        P.STAFF_VIEW,
    ),
    Kept(
        _("Номера магазина, по которым покупателей не объединяем"),
        _of("orders.OwnPhone", "phone"),
        _("сотрудник"),
        _("не принять сотрудника за покупателя"),
        Term.COMPANY,
        P.STAFF_MANAGE,
    ),
    Kept(
        _("Письма"),
        _of("staff.Letter", "recipient", "cipher"),
        OURS,
        _("приглашение, новый пароль, предупреждение владельцу"),
        Term.SENT,
        seen_by=NOBODY_SEES,
        sent=_("ваш почтовый сервер, если вы его указали"),
    ),
)
TRACES: Final = (
    Kept(
        _("Журнал: кто что сделал и с какого адреса"),
        _of(
            "staff.AuditEntry",
            *("actor_label", "subject_id", "details", "acting_for", "before", "after", "address"),
        ),
        OURS,
        _("видеть, кто за что отвечает; записи не меняются"),
        Term.COMPANY,
        P.AUDIT_VIEW,
    ),
    Kept(
        _("История заказа: кто принял, собрал, выдал"),
        (
            *_of("orders.OrderEvent", "actor_label", "details"),
            *_of("orders.Evidence", "actor_label"),
            *_of("orders.HandedOver", "actor_label"),
            *(
                "orders.AutoAcceptRules.made_by",
                "orders.AutoAcceptSwitch.changed_by",
                "orders.AutoAcceptStop.changed_by",
            ),
            *_of("orders.WordVersion", "actor_label"),
            *(f"orders.{name}.actor_label" for name in ("BuyerNote", "BuyerParting", "MessageTemplate", "OwnPhone")),
            *_of("orders.CabinetImport", "actor_label", "applied_label"),
            *_of("catalog.PriceLoad", "actor_label", "applied_label"),
            *_of("orders.CabinetFacts", "accepted_by", "issued_by", "cancelled_by", "placed_by"),
            *_of("orders.DateMove", "actor_label"),
            *_of("orders.PrintedPaper", "actor_label", "put_aside_by"),
            *_of("integrations.KaspiAction", "actor_label", "problem"),
            *_of("integrations.TokenCheck", "actor_label"),
            *_of("quality.Ruling", "actor_label", "note", "withdrawn_by"),
            *_of("quality.Dispute", "actor_label", "note", "outcome", "closed_by"),
            *_of("quality.KaspiNumber", "actor_label", "note"),
            *_of("quality.Sanction", "actor_label", "note"),
            *(f"quality.{name}.actor_label" for name in ("OwnProfile", "ProfileAssignment")),
            *_of("orders.Order", "courier"),
            *_of("catalog.Offer", "off_by", "changed_by"),
            *_of("catalog.FeedVersion", "confirmed_by"),
            *_of("catalog.PriceChange", "by"),
            *_of("catalog.Movement", "by"),
            *_of("catalog.StockDocument", "actor_label", "note"),
            *_of("catalog.CardLink", "added_by"),
            *_of("catalog.CompetitorFile", "actor_label"),
            *_of("catalog.PriceRule", "changed_by"),
            *_of("catalog.RepricingState", "stopped_by"),
            *_of("catalog.WaitingPrice", "settled_by"),
            *_of("catalog.PlannedPrice", "planned_by", "settled_by"),
            *_of("catalog.Card", "changed_by"),
            *_of("catalog.CardVersion", "by"),
            *_of("catalog.CardUpload", "actor_label", "ended_by"),
            *_of("catalog.SupplierList", "actor_label"),
            *_of("catalog.SupplierLine", "decided_by"),
            *(f"catalog.{name}.by" for name in ("CostLoad", "CostLayer", "Tariff")),
            *("catalog.SupplySetting.changed_by", "orders.Expense.by"),
        ),
        OURS,
        _("разобрать, что было с заказом"),
        Term.COMPANY,
        P.ORDERS_VIEW,
    ),
    Kept(
        _("Кому показали покупателей: номера заказов, время, адрес"),
        _of("staff.Disclosure", "actor_label", "subjects", "address"),
        OURS,
        _("отчёт, если данные утекли"),
        Term.COMPANY,
        P.COMPANY_MANAGE,
    ),
    Kept(
        _("Файлы выгрузок"),
        _of("staff.ExportFile", "content", "wanted"),
        OURS,
        _("отдать файл тому, кто его попросил"),
        Term.HOUR,
        seen_by=_("только кто попросил"),
    ),
    Kept(
        _("Файл выгрузки из кабинета, пока он не прочитан"),
        _of("orders.CabinetImport", "content"),
        _("сотрудник"),
        _("прочитать его и показать, что изменится"),
        Term.HOUR,
        seen_by=_("никто, только программа"),
    ),
    Kept(
        _("Ответы программам по ключу API"),
        _of("staff.IdempotentRequest", "body"),
        OURS,
        _("повтор того же запроса ничего не делает дважды"),
        Term.DAY,
        seen_by=_("программа с этим ключом"),
    ),
)
SECTIONS: Final = ((_("О покупателях"), BUYERS), (_("О сотрудниках"), STAFF), (_("Следы работы"), TRACES))


def fields() -> frozenset[str]:
    """Every column that the table names."""
    return frozenset(name for _title, kept in SECTIONS for one in kept for name in one.fields)
