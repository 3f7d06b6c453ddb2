"""Who is told of a deadline that comes near. Pure."""

from collections.abc import Collection, Sequence

from staff.access import Actor
from staff.models import Role
from staff.permissions import Permission


def recipients(
    people: Sequence[Actor], on_shift: Collection[int], *, shop_id: int, point_id: int | None, last: bool
) -> tuple[Actor, ...]:
    """The managers of the order's point who hold it now; if nobody does, all of the point; with the last rung the owner too.

    A point without managers of its own is everybody's who may accept there. `on_shift`: ids of those who hold the point.
    """
    may = [one for one in people if one.may(Permission.ORDERS_ACCEPT)]
    theirs = [one for one in may if one.sees(shop_id=shop_id, point_id=point_id, courier_id=None)]
    on_duty = [one for one in theirs if one.id in on_shift]
    of_the_point = [one for one in theirs if one.points is not None]
    owners = [one for one in people if last and one.role == Role.OWNER]
    return tuple({one.id: one for one in [*(on_duty or of_the_point or theirs), *owners]}.values())
