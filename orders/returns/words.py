"""Words of returns and claims, as in Kaspi's cabinet where it has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from orders.deadlines import DeadlineKind
from orders.returns.claim_states import ClaimKind, ClaimState, ClaimStep
from orders.returns.reasons import ReturnReason
from orders.returns.states import Deed, ReturnState, Tab
from orders.words import DUE_WORDS
from staff.languages import later as _


@dataclass(frozen=True, slots=True)
class DeedWords:
    """How a deed is offered, and how the history tells it."""

    label: str
    told: str
    icon: str
    primary: bool = False
    danger: bool = False


DEEDS: Mapping[Deed, DeedWords] = {
    Deed.SEND: DeedWords(_("Покупатель отправил"), _("Покупатель отправил товар"), "send"),
    Deed.ARRIVE: DeedWords(_("Лежит в пункте"), _("Товар ждёт в пункте приёма"), "map-pin"),
    Deed.RECEIVE: DeedWords(_("Товар у нас"), _("Товар получен"), "inbox", primary=True),
    Deed.ACCEPT: DeedWords(_("Приняли возврат"), _("Возврат принят"), "check", primary=True),
    Deed.REJECT: DeedWords(_("Отклонили"), _("Возврат отклонён"), "ban", danger=True),
    Deed.WITHDRAW: DeedWords(_("Покупатель передумал"), _("Покупатель передумал возвращать"), "undo-2"),
    Deed.DISPUTE: DeedWords(_("Покупатель открыл спор"), _("Покупатель открыл спор"), "message-circle", danger=True),
    Deed.ANSWER: DeedWords(_("Ответили Kaspi"), _("Магазин ответил Kaspi в споре"), "send", primary=True),
    Deed.WIN: DeedWords(_("Спор выигран"), _("Спор выигран"), "award"),
    Deed.LOSE: DeedWords(_("Спор проигран"), _("Спор проигран"), "circle-x", danger=True),
    Deed.MISS: DeedWords(_("Потерялся"), _("Товар потерян в пути"), "package-x", danger=True),
    Deed.DESTROY: DeedWords(_("Утилизирован"), _("Товар утилизирован"), "circle-minus", danger=True),
}
STEPS: Mapping[ClaimStep, DeedWords] = {
    ClaimStep.FILE: DeedWords(_("Подали в Kaspi"), _("Претензия подана"), "send", primary=True),
    ClaimStep.ASK: DeedWords(_("Kaspi просит данные"), _("Kaspi просит данные по претензии"), "circle-help"),
    ClaimStep.SUPPLY: DeedWords(_("Данные отправили"), _("Данные по претензии отправлены"), "send", primary=True),
    ClaimStep.PAY: DeedWords(_("Возместили"), _("Kaspi возместил претензию"), "check", primary=True),
    ClaimStep.REFUSE: DeedWords(_("Отказали"), _("Kaspi отказал по претензии"), "ban", danger=True),
    ClaimStep.APPEAL: DeedWords(_("Просим пересмотреть"), _("Просим пересмотреть претензию"), "undo-2", primary=True),
    ClaimStep.CLOSE: DeedWords(_("Закрыть"), _("Претензия закрыта"), "x"),
}
LEVELS: Mapping[ReturnState, str] = {
    ReturnState.NEW: "accent",
    ReturnState.AT_POINT: "warn",
    ReturnState.DECIDING: "warn",
    ReturnState.DISPUTED: "danger",
    ReturnState.SILENT: "warn",
    ReturnState.LOST: "danger",
    ReturnState.WON: "ok",
    ReturnState.COLLECTED: "ok",
    ReturnState.MISSING: "danger",
    ReturnState.DESTROYED: "danger",
}
CLAIM_LEVELS: Mapping[ClaimState, str] = {
    ClaimState.DRAFT: "warn",
    ClaimState.ASKED: "danger",
    ClaimState.REFUSED: "danger",
    ClaimState.PAID: "ok",
}
COLUMNS: Mapping[str, str] = {
    "state": _("Состояние"),
    "reason": _("Причина"),
    "arrived_at": _("В пункте с"),
    "received_at": _("Получен"),
    "decided_at": _("Решение"),
    "disputed_at": _("Спор открыт"),
    "answered_at": _("Ответ Kaspi"),
    "inspected_at": _("Осмотрен"),
}
VERDICTS: Mapping[str, str] = {
    "restocked": _("на полку"),
    "repacked": _("переупаковать"),
    "quarantined": _("в карантин"),
    "written_off": _("списать"),
}
# Kind of a deadline → name of the clock, beginning of the title, what follows (as `orders.words.DUE_WORDS`).
DUE: Mapping[DeadlineKind, tuple[str, str, str]] = {
    DeadlineKind.RETURN_HOME: DUE_WORDS[DeadlineKind.RETURN_HOME],
    DeadlineKind.RETURN_DECIDE: (_("Срок решения"), _("Решите"), _("Молчание Kaspi считает согласием на возврат.")),
    DeadlineKind.RETURN_COLLECT: (
        _("Срок в пункте приёма"),
        _("Заберите и решите"),
        _("На это три дня. Молчание Kaspi считает согласием на возврат."),
    ),
    DeadlineKind.RETURN_DISPUTE: (_("Срок ответа в споре"), _("Ответьте Kaspi"), _("Без ответа спор проигран.")),
    DeadlineKind.CLAIM_FILE: (_("Срок подачи"), _("Подайте претензию"), _("Позже Kaspi её не возьмёт.")),
    DeadlineKind.CLAIM_DATA: (_("Срок ответа"), _("Отправьте данные"), _("Без них Kaspi откажет.")),
    DeadlineKind.CLAIM_APPEAL: (_("Срок пересмотра"), _("Попросите пересмотреть"), _("Потом отказ останется в силе.")),
}
EMPTY: Mapping[str, tuple[str, str]] = {
    Tab.NEW: (_("Новых заявок нет"), _("Заявку, которую видно только в кабинете Kaspi, заведите по номеру заказа.")),
    Tab.TRAVELLING: (_("Ничего не едет обратно"), _("Возвраты Kaspi Доставкой появятся здесь сами.")),
    Tab.DECIDING: (_("Решать нечего"), _("Полученные возвраты ждут здесь решения.")),
    Tab.DISPUTED: (_("Споров нет"), _("Спор открывает покупатель, когда вы отклонили возврат.")),
    Tab.CLOSED: (_("Возвратов нет"), _("Закрытые возвраты останутся здесь.")),
    "claims": (_("Претензий нет"), _("Претензию за потерянный или повреждённый товар заводят по номеру заказа.")),
    "inspect": (_("Всё осмотрено"), _("Полученные товары ждут здесь, пока их не разложат.")),
}
_OTHER: Mapping[str, str] = {
    "opened": _("Заявка на возврат"),
    "reason": _("Причина возврата"),
    "inspected": _("Товар осмотрен"),
    "silence": _("Срок вышел, молчание решило"),
    "contradicted": _("Kaspi сообщил другое, чем сотрудник"),
}
_QUALITY = {True: _("войдёт в возвраты по качеству"), False: _("не войдёт в возвраты по качеству")}


def title_of(details: Mapping[str, Any]) -> str:
    """What a line of the history says happened."""
    if claim := details.get("claim"):
        words = STEPS[ClaimStep(claim)].told if claim in ClaimStep.values else gettext("Претензия заведена")
        kind = details.get("claim_kind", "")
        return f"{words}: {ClaimKind(kind).label.lower()}" if kind in ClaimKind.values else str(words)
    deed = details.get("return", "")
    return str(DEEDS[Deed(deed)].told if deed in Deed.values else _OTHER.get(deed, _("Возврат")))


def text_of(details: Mapping[str, Any]) -> str:
    """The rest of it: the state that it came to, the reason, how the pieces were laid out, how much was paid."""
    said = []
    state, reason = details.get("return_state", ""), details.get("return_reason", "")
    if state in ReturnState.values and details.get("return") not in Deed.values:
        said.append(str(ReturnState(state).label))
    if reason in ReturnReason.values:
        said.append(str(ReturnReason(reason).label))
    if (quality := details.get("for_quality")) in _QUALITY:
        said.append(str(_QUALITY[quality]))
    said += [f"{word} {details[name]}" for name, word in VERDICTS.items() if details.get(name)]
    if details.get("share"):
        said.append(gettext("возместили %(share)s %%") % {"share": details["share"]})
    if details.get("number"):
        said.append(f"№ {details['number']}")
    return ", ".join(said)
