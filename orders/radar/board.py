"""The board, composed in words: what burns over all shelves, by level; what each step holds; what will be missed."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext

from orders.deadlines import RiskLevel, Step
from orders.filters import OrderFilter, parse
from orders.lifecycle import SHELF_OF
from orders.radar.outlook import outlook
from orders.radar.page_models import RadarGroup, RadarPage, RadarRow, StepStat
from orders.radar.reading import Line, burning, lines
from orders.radar.steps import Asked, Burning, StepRow, steps, steps_by_key
from orders.shelves.around import around_of, freshness, has_point_menu
from orders.shelves.page_models import PointChoice
from orders.shelves.standing import slug_of
from staff import shifts
from staff.access import OfficeRequest
from staff.errors import Refused
from staff.formats import days_ahead, grouped, order_groups
from staff.languages import later as _
from staff.models import PointOfSale
from staff.page_parts import Empty
from staff.places import chosen_shop, places_of

# Of each shelf so many are read before the deadline and as many past it, and of each level so many are shown: nobody
# reads further down a board.
ROWS, SHOWN = 60, 40
MICRO = 1_000_000
KEPT = ("shop", "point", "step")
LATER = "later"
# Key of a group, its title, the level of its count.
GROUPS: tuple[tuple[str, str, str], ...] = (
    (RiskLevel.OVER.name, _("Просрочены"), "danger"),
    (RiskLevel.URGENT.name, _("Горят"), "danger"),
    (RiskLevel.SOON.name, _("Скоро"), "warn"),
    (RiskLevel.CALM.name, _("Сегодня"), ""),
    (LATER, _("Позже"), ""),
)


@dataclass(frozen=True, slots=True)
class Radar:
    """The board as one person asks for it."""

    request: OfficeRequest
    wanted: OrderFilter
    step: StepRow | None

    @classmethod
    def of(cls, request: OfficeRequest) -> "Radar":
        """Raises Refused (400) for an unknown step, NotVisible for a foreign shop or point."""
        request.nav = "radar"
        radar = cls(request, parse(request.GET), _step(request.GET.get("step", "")))
        radar.points()
        return radar

    def points(self) -> Sequence[PointOfSale] | None:
        """The points that `?point=` names; None for all."""
        shop, code = chosen_shop(self.request), self.wanted.point
        return places_of(self.request).points_by_code(code, shop=shop) if code else None

    def asked(self) -> Asked:
        now = around_of(self.request).now
        return Asked(self.request.actor, places_of(self.request), self.wanted, now, ROWS)

    def url(self, path: str = "", **changed: str) -> str:
        kept = {name: self.request.GET.get(name, "") for name in KEPT}
        query = urlencode({name: value for name, value in (kept | changed).items() if value})
        return f"/radar/{path}{'?' + query if query else ''}"


def _step(key: str) -> StepRow | None:
    found = steps_by_key().get(key)
    if key and found is None:
        raise Refused("bad_value", gettext("Нет такого шага. Выберите шаг на радаре"), status=400, field="step")
    return found


def radar_page(radar: Radar) -> RadarPage:
    """Everything that `templates/radar/radar.html` prints."""
    asked, around = radar.asked(), around_of(radar.request)
    rows, counts = _read(radar, asked)
    shown = sorted(_of_step(radar, asked, rows), key=lambda row: row.at)
    fresh, level = freshness(around)
    return RadarPage(
        fresh=fresh,
        fresh_level=level,
        pulse_url=radar.url("pulse/", since=pulse(around.version, asked.now)),
        steps=_stats(radar, rows, counts),
        groups=_groups(radar, shown),
        forecast=outlook(asked, radar.url) if radar.step in (None, steps_by_key()[Step.ACCEPT]) else (),
        points=_points(radar),
        point_label=_point_label(radar),
        reset_url=radar.url(point="", step="") if radar.wanted.point or radar.step else "",
        empty=None if shown else _empty(radar),
    )


def _read(radar: Radar, asked: Asked) -> tuple[list[Burning], dict[str, int]]:
    """The rows of all steps, and how many orders stand at each."""
    found = lines(asked, steps(), chosen=(chosen_shop(radar.request), radar.points()))
    rows, counts = burning(found, places=asked.places, now=asked.now), _counts(radar, found)
    for step in steps():
        if step.read is not None:
            provided, counts[step.key] = step.read(asked)
            rows += provided
    return rows, counts


def _of_step(radar: Radar, asked: Asked, rows: Sequence[Burning]) -> Sequence[Burning]:
    """The rows of the chosen step: read by itself, for on its shelf others may stand before it."""
    if radar.step is None:
        return rows
    if radar.step.read is not None:
        return [row for row in rows if row.step == radar.step.key]
    found = lines(asked, (radar.step,), chosen=(chosen_shop(radar.request), radar.points()))
    return burning(found, places=asked.places, now=asked.now)


def pulse(version: int, now: datetime) -> str:
    """What the page saw and when: `orders.radar.views.pulse` compares it."""
    return f"{version}-{int(now.timestamp() * MICRO)}"


def _counts(radar: Radar, found: Sequence[Line]) -> dict[str, int]:
    """Orders at each step by the kept counters. These do not tell of a courier, nor of one point among too many for a
    menu: there it is what was read."""
    places, shop, points = places_of(radar.request), chosen_shop(radar.request), radar.points()
    by_point = has_point_menu(places, shop)
    if radar.request.actor.orders_of is not None or (points and not by_point and len(places.points_of(shop)) > 1):
        stages = Counter(line.stage for line in found)
        return {step.key: sum(stages[stage] for stage in step.stages) for step in steps()}
    chosen = frozenset(point.pk for point in points) if points and by_point else None
    around = around_of(radar.request)
    return {step.key: around.at_stages(step.stages, points=chosen) for step in steps()}


def _stats(radar: Radar, rows: Sequence[Burning], counts: Mapping[str, int]) -> tuple[StepStat, ...]:
    levels: dict[str, list[RiskLevel]] = defaultdict(list)
    for row in rows:
        levels[row.step].append(row.level)
    told = []
    for step in steps():
        over, urgent = levels[step.key].count(RiskLevel.OVER), levels[step.key].count(RiskLevel.URGENT)
        alert = ", ".join(
            filter(
                None,
                (
                    gettext("просрочено %(count)s") % {"count": over} if over else "",
                    gettext("горит %(count)s") % {"count": urgent} if urgent else "",
                ),
            )
        )
        chosen = step is radar.step
        url = radar.url(step="" if chosen else step.key)
        note = "" if alert else gettext("в срок") if counts[step.key] else gettext("ничего не ждёт")
        told.append(StepStat(str(step.label), grouped(counts[step.key]), url, note, alert, chosen))
    return tuple(told)


def _groups(radar: Radar, rows: Sequence[Burning]) -> tuple[RadarGroup, ...]:
    now = around_of(radar.request).now
    held = shifts.on_duty({row.point_id for row in rows if row.point_id}, now) if rows else {}
    by_group: dict[str, list[Burning]] = defaultdict(list)
    for row in rows:
        calm = row.level is RiskLevel.CALM and days_ahead(row.at, now=now) > 0
        by_group[LATER if calm else row.level.name].append(row)
    return tuple(
        RadarGroup(
            key=key,
            title=str(title),
            count=_count(by_group[key]),
            rows=tuple(_row(radar, row, held) for row in by_group[key][:SHOWN]),
            level=level,
            more=gettext("Показаны %(count)s самых срочных") % {"count": SHOWN} if len(by_group[key]) > SHOWN else "",
        )
        for key, title, level in GROUPS
        if by_group[key]
    )


def _count(rows: Sequence[Burning]) -> str:
    """How many stand at this level; «60+» where more of a step may stand than were read."""
    most = max(Counter(row.step for row in rows).values())
    return f"{len(rows)}+" if most >= ROWS else str(len(rows))


def _row(radar: Radar, row: Burning, held: Mapping[int, Sequence[str]]) -> RadarRow:
    step = steps_by_key()[row.step]
    point = places_of(radar.request).point_by_id(row.point_id)
    on_shift = ", ".join(held.get(row.point_id or 0, ()))
    return RadarRow(
        code=row.code,
        url=row.url,
        shelf=slug_of(SHELF_OF[step.stages[0]]) if step.stages else "",
        no=order_groups(row.code),
        deadline=row.chip(),
        note=row.note,
        step=str(step.label),
        icon=step.icon,
        item=row.item or gettext("Состав загружается"),
        who=point.name if point else gettext("без точки"),
        who_note=gettext("курьер %(name)s") % {"name": row.courier}
        if row.courier
        else on_shift or gettext("никто не на смене"),
    )


def _points(radar: Radar) -> tuple[PointChoice, ...]:
    shop = chosen_shop(radar.request)
    if not has_point_menu(places_of(radar.request), shop) or radar.request.actor.orders_of is not None:
        return ()
    chosen = radar.wanted.point or ""
    choices = [PointChoice(radar.url(point=""), gettext("Все точки"), chosen=not chosen)]
    for point in places_of(radar.request).points_of(shop):
        choices.append(PointChoice(radar.url(point=point.code), point.name, chosen=point.code == chosen))
    return tuple(choices)


def _point_label(radar: Radar) -> str:
    points = radar.points()
    return points[0].name if points else gettext("все")


def _empty(radar: Radar) -> Empty:
    if radar.step or radar.wanted.point:
        return Empty(gettext("Здесь ничего не горит"), gettext("Других шагов и точек это не касается."))
    return Empty(gettext("Ничего не горит"), gettext("Появится заказ со сроком — встанет здесь, самый срочный сверху."))
