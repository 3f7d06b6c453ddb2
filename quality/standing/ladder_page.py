"""The page of a shop's standing: the ladder with what was told, and the form that tells more."""

from collections.abc import Mapping

from django.utils.translation import gettext

from quality.formulas import Metric
from quality.scales import NAMES
from quality.standing.ladder_panel import is_again, ladder_panel, step_title
from quality.standing.panel_models import Choice, LadderPage
from quality.standing.panels import address, blocked_notice, excellent_panel, friday_panel
from quality.standing.reading import Standing
from staff.access import Actor
from staff.page_parts import Empty


def ladder_page(
    standing: Standing | None,
    *,
    by: Actor,
    title: str,
    back_url: str,
    said: Mapping[str, str] | None = None,
    error: str = "",
    wrong: str = "",
) -> LadderPage:
    """Everything that `templates/quality/ladder.html` prints. `said`: what the form brought and was refused."""
    if standing is None:
        empty = Empty(gettext("Kaspi судит магазин целиком"), gettext("Это видит тот, кому видны все точки магазина."))
        return LadderPage(title=title, note="", back_url=back_url, empty=empty)
    filled = said or {}
    return LadderPage(
        title=title,
        note=standing.shop.name,
        back_url=back_url,
        blocked=blocked_notice(standing, by=by),
        panel=ladder_panel(standing, by=by),
        excellent=excellent_panel(standing),
        friday=friday_panel(standing),
        tell_url=address("ladder/tell/", standing),
        recall_url=address("ladder/recall/", standing),
        steps=_steps(standing, filled.get("step", "")),
        metrics=_metrics(filled.get("metric", "")),
        today=standing.today.isoformat(),
        day=filled.get("began_on", standing.today.isoformat()),
        said=filled.get("note", ""),
        error=error,
        wrong=wrong,
    )


def _steps(standing: Standing, chosen: str) -> tuple[Choice, ...]:
    found = standing.ladder
    following = chosen or str(found.following + 1)
    return tuple(
        Choice(
            str(number + 1),
            f"{number + 1}. {step_title(step, again=is_again(found, number))}",
            str(number + 1) == following,
        )
        for number, step in enumerate(found.steps)
    )


def _metrics(chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(metric.value, str(NAMES[metric]), metric.value == chosen) for metric in Metric)
