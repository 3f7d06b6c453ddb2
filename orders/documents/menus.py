"""What somebody may print, as menus of buttons: on a shelf, on the card of an order."""

from collections.abc import Mapping
from typing import Final

from orders.documents.kinds import LAYOUTS, Wanted, may_print
from orders.documents.page_models import PaperChoice, PaperMenu
from orders.models import Paper
from staff.access import Actor

ICONS: Final[Mapping[Paper, str]] = {
    Paper.WAYBILL: "printer",
    Paper.PICK_LIST: "clipboard-list",
    Paper.LABEL: "tag",
    Paper.SLIP: "file-text",
}


def menus_for(actor: Actor, *papers: Paper) -> tuple[PaperMenu, ...]:
    """What this actor may print, each paper with its layouts; of all papers when none is named."""
    return tuple(
        PaperMenu(
            str(paper.label),
            ICONS[paper],
            tuple(PaperChoice(Wanted(paper, layout).value, str(layout.label)) for layout in LAYOUTS[paper]),
        )
        for paper in papers or Paper
        if may_print(actor, paper)
    )
