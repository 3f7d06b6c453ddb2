"""Judges an uploaded template: as an archive, then its tags, then by filling it with examples."""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext

from orders.documents.word import confined, container, fields
from orders.documents.word.filling import qr_of
from staff.errors import Refused

MOST_TOLD: Final = 3


def check(file: bytes) -> None:
    """Raises Refused (400, 413): what is wrong, each tag as it stands in the template."""
    container.inspect(file)
    try:
        answer = confined.run(task("check", file, fields.example(), fields.example()["order"]["code"]))
    except confined.Failed as problem:
        sentence = gettext("Шаблон не получилось заполнить. Проверьте, что каждая таблица и каждый цикл закрыты")
        raise _refused(sentence) from problem
    told = [SENTENCES[problem["code"]](problem) for problem in answer["problems"]]
    if told:
        rest = [gettext("И ещё %(count)s") % {"count": len(told) - MOST_TOLD}] if len(told) > MOST_TOLD else []
        raise _refused(". ".join([*told[:MOST_TOLD], *rest]))


def task(verb: str, file: bytes, words: Mapping[str, Any], code: str) -> dict[str, Any]:
    """What `child` takes."""
    return {
        "verb": verb,
        "file": base64.b64encode(file).decode(),
        "schema": fields.schema(),
        "context": words,
        "picture": base64.b64encode(qr_of(code)).decode(),
    }


def _unknown(problem: Mapping[str, str]) -> str:
    said = gettext("В шаблоне есть поле «%(text)s», такого нет") % problem
    return gettext("%(said)s. Похоже на %(near)s") % {"said": said, **problem} if problem["near"] else said


def _said(sentence: Callable[[], str]) -> Callable[[Mapping[str, str]], str]:
    return lambda problem: sentence() % problem


SENTENCES: Final[Mapping[str, Callable[[Mapping[str, str]], str]]] = {
    "unknown_field": _unknown,
    "not_a_field": _said(lambda: gettext("«%(text)s» это группа полей. Напишите поле из неё, как в списке")),
    "not_a_list": _said(lambda: gettext("«%(text)s»: повторять можно строки списка items")),
    "outside_loop": _said(
        lambda: gettext("«%(text)s» ставят внутри повтора: {%%tr for item in items %%} … {%%tr endfor %%}")
    ),
    "nested_loop": _said(lambda: gettext("«%(text)s»: цикл внутри цикла не работает, разделите их")),
    "picture_outside": _said(lambda: gettext("«%(text)s»: картинка ставится только в текст, не в колонтитул")),
    "piece": _said(lambda: gettext("«%(text)s»: уберите букву после скобок, поле ставится как {{ поле }}")),
    "broken_tag": _said(
        lambda: gettext("Скобки или кавычки не сходятся: «%(text)s». Наберите тег заново прямыми кавычками")
    ),
    "not_allowed": _said(
        lambda: gettext("«%(text)s»: так нельзя. В шаблоне могут быть поля, цикл for по товарам и условие if")
    ),
    "too_deep": _said(lambda: gettext("Условия вложены слишком глубоко. Упростите шаблон")),
    "too_many_tags": _said(lambda: gettext("Полей в шаблоне больше двух тысяч. Разделите его на части")),
    "element": _said(lambda: gettext("В шаблон встроен чужой объект (%(text)s). Вставьте его как картинку или текст")),
    "field_code": _said(lambda: gettext("В шаблоне есть поле Word %(text)s, оно загружает чужое. Уберите его")),
}


def _refused(sentence: str) -> Refused:
    return Refused("template_not_allowed", sentence, status=400, field="file")
