"""The part of the team's page that lists the shared computers."""

from datetime import datetime

from staff.access import Actor
from staff.counter import desks
from staff.counter.page_models import DeskLine, DesksSection, PointOption
from staff.formats import almaty_moment
from staff.models import CounterDesk
from staff.permissions import Permission
from staff.places import Places


def desks_section(by: Actor, places: Places, *, now: datetime) -> DesksSection | None:
    """None for who may not open or close one."""
    if not by.may(Permission.STAFF_MANAGE):
        return None
    return DesksSection(
        desks=tuple(_line(desk, now=now) for desk in desks.open_desks(by, now=now)),
        points=tuple(
            PointOption(f"{places.shop_by_id(point.shop_id).slug}/{point.code}", point.name) for point in places.points
        ),
    )


def _line(desk: CounterDesk, *, now: datetime) -> DeskLine:
    return DeskLine(
        name=desk.name,
        point=desk.point.name,
        opened=f"{desk.opened_by.name}, {almaty_moment(desk.created_at, now=now)}",
        close_url=f"/staff/desks/{desk.public_id}/close/",
    )
