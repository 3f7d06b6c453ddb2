"""What may be printed, and how each paper may lie: one table for menus, forms and checks."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.translation import gettext

from orders.models import Layout, Paper
from staff.access import Actor
from staff.errors import Refused
from staff.permissions import Permission

LAYOUTS: Final[Mapping[Paper, tuple[Layout, ...]]] = {
    Paper.WAYBILL: (Layout.A4X4, Layout.A6, Layout.THERMAL, Layout.AS_IS),
    Paper.PICK_LIST: (Layout.A4,),
    Paper.LABEL: (Layout.PIECE, Layout.ORDER),
    Paper.SLIP: (Layout.A4, Layout.A6, Layout.A4_GIFT, Layout.A6_GIFT),
}
# These papers name the buyer; a label and a pick list tell goods and numbers only.
NAMES_BUYER: Final = frozenset({Paper.WAYBILL, Paper.SLIP})


class Wanted(NamedTuple):
    """A paper in one of its layouts; in forms «waybill:a4x4»."""

    paper: Paper
    layout: Layout

    @property
    def value(self) -> str:
        return f"{self.paper.value}:{self.layout.value}"

    @property
    def label(self) -> str:
        """«Накладные, A4, по четыре»."""
        words = str(self.paper.label)
        return words if len(LAYOUTS[self.paper]) == 1 else f"{words}, {self.layout.label}"


CHOICES: Final[Mapping[str, Wanted]] = {
    one.value: one for one in (Wanted(paper, layout) for paper, layouts in LAYOUTS.items() for layout in layouts)
}


def read(value: str) -> Wanted:
    """What a form asks for. Raises Refused (400)."""
    found = CHOICES.get(value)
    if found is None:
        raise Refused("bad_paper", gettext("Выберите, что печатать"), status=400, field="print")
    return found


def may_print(actor: Actor, paper: Paper) -> bool:
    """Whether he may have this paper: what names the buyer is for those who see buyers."""
    return actor.may(Permission.ORDERS_VIEW) and (paper not in NAMES_BUYER or actor.may(Permission.BUYERS_SEE))


def check_may(actor: Actor, paper: Paper) -> None:
    """Raises Refused (403)."""
    if not may_print(actor, paper):
        raise Refused("forbidden", gettext("На этой бумаге стоит покупатель, а вам его не показывают"), status=403)
