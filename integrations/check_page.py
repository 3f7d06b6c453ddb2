"""The check of a token in words: what was asked of Kaspi, step by step, and what came of it."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from integrations.kaspi_look import STATES, Look
from integrations.models import CheckState, TokenCheck
from integrations.page_models import CheckCard, CheckStep
from integrations.token_checks import NO_ANSWER, NOT_TAKEN, OTHER_SHOP
from staff.formats import almaty_moment, plural
from staff.models import Shop

OK, NO, WAIT = "ok", "no", "wait"
# Long enough to be read after the end; then the card of the shop says enough.
POINTS_SHOWN = 12


def check_card(shop: Shop, check: TokenCheck | None, *, known: Collection[str], now: datetime) -> CheckCard | None:
    """The last check of a shop; None when there was none. `known`: codes of the shop's points here."""
    if check is None:
        return None
    seen = Look.from_json(check.found)
    moment = almaty_moment(check.ended_at or check.asked_at, now=now)
    return CheckCard(
        title=_("Проверка токена •••• %(tail)s") % {"tail": check.tail},
        note=moment,
        steps=tuple(_steps(shop, check, seen, known)),
        waiting=check.state == CheckState.QUEUED,
        open=check.state != CheckState.PROVEN or bool(seen and set(seen.points) - set(known)),
    )


def _steps(shop: Shop, check: TokenCheck, seen: Look | None, known: Collection[str]) -> Iterator[CheckStep]:
    yield _taken(check, seen)
    if seen is None:
        return
    yield _whose(shop, check, seen)
    if check.problem != OTHER_SHOP:
        yield _points(seen, known)
        yield _orders(check, seen)


def _taken(check: TokenCheck, seen: Look | None) -> CheckStep:
    if check.problem == NOT_TAKEN:
        kept = _("Скопируйте его в кабинете ещё раз: Настройки → API токен. Прежний токен остаётся в силе.")
        return CheckStep(NO, _("Kaspi не принимает этот токен"), kept)
    if check.state == CheckState.FAILED:
        if check.problem == NO_ANSWER:
            return CheckStep(
                NO, _("Kaspi не отвечает"), _("Прежний токен остаётся в силе. Введите новый ещё раз позже.")
            )
        return CheckStep(NO, _("Токен не прочитался"), _("Введите его ещё раз."))
    if seen is None:
        again = _("Kaspi не ответил, спросим ещё раз") if check.attempts > 1 else ""
        return CheckStep(WAIT, _("Спрашиваем Kaspi, принимает ли он токен"), again)
    return CheckStep(OK, _("Kaspi принимает токен"))


def _whose(shop: Shop, check: TokenCheck, seen: Look) -> CheckStep:
    if check.problem == OTHER_SHOP:
        others = ", ".join(sorted(seen.merchants))
        kept = _("В магазине «%(name)s» номер %(uid)s. Прежний токен остаётся в силе.")
        title = _("Отвечает другой магазин: %(others)s") % {"others": others}
        return CheckStep(NO, title, kept % {"name": shop.name, "uid": shop.merchant_uid})
    if shop.merchant_uid in seen.merchants:
        return CheckStep(OK, _("Отвечает магазин %(uid)s") % {"uid": shop.merchant_uid})
    if not seen.is_whole:
        return CheckStep(WAIT, _("Смотрим, какой магазин отвечает"))
    return CheckStep(OK, _("Магазин Kaspi не назвал"), _("За 14 дней заказов не было, а без них он его не называет."))


def _points(seen: Look, known: Collection[str]) -> CheckStep:
    strangers = sorted(set(seen.points) - set(known))
    if strangers:
        told = ", ".join(
            f"{code} ({plural(seen.points[code], 'заказ', 'заказов')})" for code in strangers[:POINTS_SHOWN]
        )
        title = _("Точки, которых у нас нет: %(points)s") % {"points": told}
        text = _("Их заказы видны только тем, кому виден весь магазин, а срок идёт по обычным часам.")
        return CheckStep(NO, title, text, _("Завести точку"), "/staff/#points")
    if seen.points:
        named = ", ".join(sorted(seen.points)[:POINTS_SHOWN])
        return CheckStep(OK, _("Точки знакомы: %(points)s") % {"points": named})
    return CheckStep(OK if seen.is_whole else WAIT, _("Точек в заказах пока не видно"))


def _orders(check: TokenCheck, seen: Look) -> CheckStep:
    total = plural(sum(seen.totals.values()), "заказ", "заказов")
    if not seen.is_whole:
        share = {"done": len(seen.totals), "all": len(STATES), "total": total}
        return CheckStep(WAIT, _("Считаем заказы за 14 дней: %(done)s из %(all)s состояний, %(total)s") % share)
    title = _("За 14 дней у Kaspi %(total)s") % {"total": total}
    text = _("Токен в силе.") if check.state == CheckState.PROVEN else ""
    return CheckStep(OK, title, text)
