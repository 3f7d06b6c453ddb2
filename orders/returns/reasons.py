"""Why goods come back: one dictionary, with a flag that says whether Kaspi counts it as a return for quality. Pure.

The first four are Kaspi's own codes (capabilities.md row 101 [L]); the three of quality are those of the cabinet
(row 60: брак, не соответствует описанию или фото, повреждён). Kaspi may rewrite a reason after its monitoring
(§0.1 «Reason review»), so it may be corrected.
"""

from django.db.models import TextChoices

from staff.languages import later as _


class ReturnReason(TextChoices):
    SIZE_MISMATCH = "size_mismatch", _("Не подошёл размер")
    SHORT_DELIVERY = "short_delivery", _("Не всё в заказе")
    UNSUITABLE = "unsuitable", _("Не подошёл")
    WRONG = "wrong", _("Привезли другой товар")
    DEFECT = "defect", _("Брак")
    NOT_AS_DESCRIBED = "not_as_described", _("Не соответствует описанию или фото")
    DAMAGED = "damaged", _("Повреждён")
    REFUSED = "refused", _("Отказался при получении")
    NOT_COLLECTED = "not_collected", _("Не забрал в срок")
    OTHER = "other", _("Другая причина")


OF_QUALITY = frozenset({ReturnReason.DEFECT, ReturnReason.NOT_AS_DESCRIBED, ReturnReason.DAMAGED})


def is_for_quality(reason: str) -> bool:
    """Whether a return for this reason enters the share of returns for quality; an unknown reason does not."""
    return reason in OF_QUALITY
