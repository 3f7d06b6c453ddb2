"""«Что мы храним»: the table of the registry in words, with the company's own numbers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Min, Sum
from django.utils.translation import gettext

from orders.buyers import forgetting
from orders.lifecycle import SHELF_OF, Shelf
from orders.models import Order, ShelfCount
from orders.privacy.page_models import DaysChoice, Forgetting, KeptLine, KeptSection, PrivacyPage, Retention
from staff.access import Actor
from staff.formats import almaty_day, grouped, plural
from staff.languages import later as _
from staff.page_parts import Fact
from staff.people.roles import RoleFacts, all_roles
from staff.permissions import Permission
from staff.privacy.registry import SECTIONS, Kept, Term
from staff.privacy.retention import LONGEST, SHORTEST, USUAL, kept_days

_TERMS: Final[Mapping[Term, str]] = {
    Term.COMPANY: _("пока есть компания"),
    Term.MEMBER: _("пока человек работает у вас"),
    Term.SESSION: _("до выхода, самое долгое 12 часов"),
    Term.WEEK: _("неделю"),
    Term.THREE_DAYS: _("ссылка живёт три дня, запись остаётся"),
    Term.DAY: _("24 часа"),
    Term.HOUR: _("один час"),
    Term.SENT: _("текст до отправки, адрес ещё 30 дней"),
}


def privacy_page(
    actor: Actor, *, now: datetime, retention: Retention | None = None, found: Forgetting | None = None
) -> PrivacyPage:
    """Everything that `templates/privacy/privacy.html` prints."""
    days, roles = kept_days(), all_roles()
    sections = (KeptSection(str(title), tuple(_line(one, roles, days) for one in kept)) for title, kept in SECTIONS)
    return PrivacyPage(
        figures=_figures(now),
        sections=tuple(sections),
        retention=retention or retention_of(days, days_text=str(days or "")),
        forgetting=found or Forgetting(),
        manages=actor.may(Permission.COMPANY_MANAGE),
        sees_journal=actor.may(Permission.AUDIT_VIEW),
    )


def retention_of(
    days: int | None, *, days_text: str, error: str = "", preview: str = "", asked: bool = False
) -> Retention:
    """The setting as it stands, with what somebody has written into the form."""
    choices = [DaysChoice("", gettext("не забывать"), chosen=not days_text)]
    choices += [DaysChoice(str(one), days_words(one), chosen=days_text == str(one)) for one in USUAL]
    return Retention(
        now=_kept(days),
        choices=tuple(choices),
        days=days_text,
        least=SHORTEST,
        most=LONGEST,
        error=error,
        asked=asked,
        preview=preview,
    )


def preview_of(days: int | None, *, now: datetime) -> str:
    """What the setting would do in its first hours."""
    if days is None:
        return gettext("Покупателей будем хранить без срока. Забытых это не вернёт.")
    count = forgetting.due(days, now=now).count()
    if not count:
        return gettext("Сейчас забывать некого: таких старых заказов нет.")
    return gettext("Забудем покупателей: %(orders)s. Вернуть их будет нельзя.") % {
        "orders": plural(count, "заказ", "заказов")
    }


def found_words(asked: forgetting.Asked) -> str:
    """Whose orders a phone names: «Закончены 3 заказа, ещё идёт 1 заказ»."""
    if not (asked.closed or asked.open):
        return gettext("Заказов с таким телефоном нет, или этот покупатель уже забыт.")
    words = [gettext("Закончено: %(orders)s, забудем сразу.") % {"orders": plural(asked.closed, "заказ", "заказов")}]
    if asked.open:
        words.append(
            gettext("Ещё идёт: %(orders)s, забудем, когда кончится.")
            % {"orders": plural(asked.open, "заказ", "заказов")}
        )
    return " ".join(words)


def days_words(days: int) -> str:
    """«90 дней», «1 год», «3 года»."""
    return plural(days // 365, "год", "лет") if days % 365 == 0 else plural(days, "день", "дней")


def _kept(days: int | None) -> str:
    return gettext("%(days)s после конца заказа") % {"days": days_words(days)} if days else gettext("без срока")


def _figures(now: datetime) -> tuple[Fact, ...]:
    """Counted from counters and one index: open orders, closed ones that know their buyer, forgotten ones, the oldest."""
    counted: dict[str, int] = dict(ShelfCount.objects.values_list("stage").annotate(Sum("orders")))
    closed = sum(count for stage, count in counted.items() if _is_closed(stage))
    known = Order.objects.filter(shelf=Shelf.ARCHIVE, forgotten_at=None)
    with_buyer, oldest = known.count(), known.aggregate(oldest=Min("closed_at"))["oldest"]
    facts = (
        Fact(gettext("Заказов с покупателем"), grouped(sum(counted.values()) - closed + with_buyer)),
        Fact(gettext("из них идут"), grouped(sum(counted.values()) - closed)),
        Fact(gettext("Забытых"), grouped(max(closed - with_buyer, 0))),
        Fact(gettext("Самый старый закончен"), almaty_day(oldest, now=now) if oldest else gettext("нет")),
    )
    return facts


def _is_closed(stage: str) -> bool:
    return any(one.value == stage for one, shelf in SHELF_OF.items() if shelf is Shelf.ARCHIVE)


def _line(kept: Kept, roles: Iterable[RoleFacts], days: int | None) -> KeptLine:
    return KeptLine(
        what=str(kept.what),
        source=str(kept.source),
        purpose=str(kept.purpose),
        term=_kept(days) if kept.term is Term.BUYERS else str(_TERMS[kept.term]),
        who=str(kept.seen_by) if kept.right is None else _holders(kept.right, roles),
        sent=str(kept.sent) or gettext("никуда"),
    )


def _holders(right: Permission, roles: Iterable[RoleFacts]) -> str:
    """The roles that hold it in this company, as its matrix stands now."""
    return ", ".join(str(role.name) for role in roles if right in role.bundle.rights)
