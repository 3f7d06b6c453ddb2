"""The page of waves in words."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from orders.filters import OrderFilter
from orders.models import DropPoint, HandedOver
from orders.waves.page_models import Batch, DropForm, ParcelLine, PointLink, WaveCard, WavesPage
from orders.waves.planning import Level, Outlook, Parcel, Wave, outlook, pace_of, waves_of
from orders.waves.reading import MOST, USUAL_ROAD, Standing, standing_of
from staff.access import Actor
from staff.formats import almaty_day, almaty_time, order_groups, plural, time_left
from staff.page_parts import Chip, Empty, Notice
from staff.permissions import Permission
from staff.places import Places

# Kaspi shows a hand-over within the day; a parcel that it does not see for so long may not have been scanned.
CONFIRMED_WITHIN: Final = timedelta(hours=3)


def waves_page(
    actor: Actor, wanted: OrderFilter, *, places: Places, now: datetime, error: DropForm | None = None
) -> WavesPage:
    """Everything that `templates/waves/waves.html` prints. `error`: a form that came back with a mistake."""
    standing = standing_of(actor, wanted, places=places)
    waves = waves_of(standing.parcels, standing.roads, usual_road=USUAL_ROAD)
    may = actor.may(Permission.ORDERS_PACK)
    cards = tuple(_cards(waves, standing, places=places, now=now, may=may))
    return WavesPage(
        url=_url(wanted),
        waves=cards,
        batches=tuple(_batches(standing, now=now)) if may else (),
        drops=tuple(_drops(standing, wanted, places, error)) if may else (),
        points=_points(wanted, places),
        empty=None
        if cards
        else Empty(gettext("Передавать нечего"), gettext("Всё передано. Новые посылки появятся, когда заказ примут.")),
        notice=_notice(standing),
    )


def _cards(waves: Sequence[Wave], standing: Standing, *, places: Places, now: datetime, may: bool) -> "list[WaveCard]":
    by_point: defaultdict[int | None, list[Parcel]] = defaultdict(list)
    for parcel in standing.parcels:
        by_point[parcel.point_id].append(parcel)
    before: defaultdict[int | None, int] = defaultdict(int)
    cards = []
    for wave in waves:
        found = outlook(wave, now=now, pace=pace_of(by_point[wave.point_id], now=now), before=before[wave.point_id])
        before[wave.point_id] += len(wave.unpacked)
        if wave.here:
            cards.append(_card(wave, found, standing.drops.get(wave.point_id or 0), places=places, now=now, may=may))
    return cards


def _card(wave: Wave, found: Outlook, drop: DropPoint | None, *, places: Places, now: datetime, may: bool) -> WaveCard:
    point = places.point_by_id(wave.point_id)
    left = int((wave.leave_by - now).total_seconds())
    day = almaty_day(wave.at, now=now)
    return WaveCard(
        key=f"{wave.at:%Y%m%d%H%M}-{wave.point_id or 0}",
        title=gettext("%(day)s до %(time)s") % {"day": day[:1].upper() + day[1:], "time": almaty_time(wave.at)},
        point=point.name if point else gettext("точка не названа"),
        drop=f"{drop.name}, {drop.address}".rstrip(", ") if drop else gettext("пункт приёма не указан"),
        left=_left(found, left, wave, now=now),
        level=found.level.value,
        counts=_counts(wave),
        outlook=_outlook(found, wave),
        outlook_level="danger" if found.will_miss else "",
        parcels=tuple(_line(parcel) for parcel in wave.here),
        packed=len(wave.packed),
        may_hand=may and bool(wave.packed),
    )


def _left(found: Outlook, left: int, wave: Wave, *, now: datetime) -> str:
    if found.level is Level.OVER:
        late = time_left(int((now - wave.at).total_seconds()))
        return gettext("срок прошёл %(late)s назад") % {"late": late}
    if left <= 0:
        return gettext("пора было выезжать в %(time)s") % {"time": almaty_time(wave.leave_by)}
    return gettext("выезжать через %(left)s, в %(time)s") % {
        "left": time_left(left),
        "time": almaty_time(wave.leave_by),
    }


def _counts(wave: Wave) -> str:
    told = [plural(len(wave.here), "заказ", "заказов")]
    if wave.packed:
        told.append(
            gettext("собрано %(packed)s, %(places)s")
            % {"packed": len(wave.packed), "places": plural(wave.places, "место", "мест")}
        )
    if wave.unpacked:
        told.append(gettext("не собрано %(unpacked)s") % {"unpacked": len(wave.unpacked)})
    return " · ".join(told)


def _outlook(found: Outlook, wave: Wave) -> str:
    if found.level is Level.OVER:
        return gettext("Опоздание войдёт в долю задержек. Передайте как можно скорее")
    if found.will_miss is None:
        return gettext("Темп сборки пока не виден: мало собрано за последние часы") if wave.unpacked else ""
    if found.will_miss:
        return gettext("При нынешнем темпе не успеть %(missed)s из %(waiting)s") % {
            "missed": found.will_miss,
            "waiting": len(wave.unpacked),
        }
    return gettext("При нынешнем темпе успеваем") if wave.unpacked else gettext("Всё собрано")


def _line(parcel: Parcel) -> ParcelLine:
    return ParcelLine(
        code=parcel.code,
        url=f"/orders/{parcel.code}/",
        no=order_groups(parcel.code),
        note=plural(parcel.places, "место", "мест") if parcel.packed else "",
        packed=parcel.packed,
        chip=Chip(gettext("собран"), "ok", "check") if parcel.packed else Chip(gettext("не собран"), "warn", "package"),
    )


def _batches(standing: Standing, *, now: datetime) -> "list[Batch]":
    """The presses that wait for Kaspi, the newest first."""
    told: defaultdict[tuple[datetime, str], list[HandedOver]] = defaultdict(list)
    for one in standing.handed:
        told[one.handed_at, str(one.batch)].append(one)
    return [
        _batch(handed_at, batch, handed, now=now) for (handed_at, batch), handed in sorted(told.items(), reverse=True)
    ]


def _batch(handed_at: datetime, batch: str, handed: Sequence[HandedOver], *, now: datetime) -> Batch:
    unseen = now - handed_at > CONFIRMED_WITHIN
    note = (
        gettext("Kaspi до сих пор их не видит. Проверьте, что посылки приняли")
        if unseen
        else gettext("ждём подтверждения Kaspi")
    )
    return Batch(
        title=gettext("%(orders)s в %(time)s, %(who)s")
        % {
            "orders": plural(len(handed), "заказ", "заказов"),
            "time": almaty_time(handed_at),
            "who": handed[0].actor_label,
        },
        note=note,
        url=f"/waves/{batch}/take-back/",
        level="warn" if unseen else "",
    )


def _drops(standing: Standing, wanted: OrderFilter, places: Places, error: DropForm | None) -> "list[DropForm]":
    forms = []
    for point in places.points_of(places.shop(wanted.shop) if wanted.shop else None):
        drop, shop = standing.drops.get(point.pk), places.shop_by_id(point.shop_id).slug
        if error is not None and (error.shop, error.code) == (shop, point.code):
            forms.append(error)
        elif drop is None:
            forms.append(DropForm(shop, point.code, point.name))
        else:
            minutes = str(drop.road_minutes)
            forms.append(DropForm(shop, point.code, point.name, drop.name, drop.address, minutes))
    return forms


def _points(wanted: OrderFilter, places: Places) -> tuple[PointLink, ...]:
    points = places.points_of(places.shop(wanted.shop) if wanted.shop else None)
    if len(points) < 2:
        return ()
    choices = [PointLink(_url(wanted, point=None), gettext("Все точки"), wanted.point is None)]
    return (*choices, *(PointLink(_url(wanted, point=one.code), one.name, one.code == wanted.point) for one in points))


def _url(wanted: OrderFilter, **changed: str | None) -> str:
    query = urlencode(
        {name: value for name, value in ({"shop": wanted.shop, "point": wanted.point} | changed).items() if value}
    )
    return f"/waves/{'?' + query if query else ''}"


def _notice(standing: Standing) -> Notice | None:
    if not standing.more:
        return None
    text = gettext("Показаны %(most)s самых срочных. Выберите точку, чтобы видеть остальные.") % {"most": MOST}
    return Notice(gettext("Посылок больше, чем на странице."), text, "accent", "info")
