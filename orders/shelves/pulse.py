"""«Anything new?»: one small query while nothing has changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext

from orders.filters import OrderFilter, select
from orders.lifecycle import Shelf
from orders.shelves.around import Around
from orders.shelves.lines import Line
from orders.shelves.standing import View
from staff.errors import Refused

# An order is known from the moment its page was asked for, but seen only when that page is stored.
STORING = timedelta(seconds=30)
TOLD_EVERY = timedelta(minutes=1)
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Since:
    """What a page had seen: the pulse, its moment, the orders on the shelf, and how many of them were just in.

    `told` is when the page was last told anything: once a minute it hears how fresh it is, though nothing is new.
    """

    version: int
    at: datetime
    count: int
    just_in: int
    told: datetime

    @classmethod
    def seen(cls, view: View, lines: Sequence[Line]) -> "Since":
        now = view.around.now
        just_in = sum(line.first_seen_at > now - STORING for line in lines)
        return cls(view.around.version, now, view.count(), just_in, now)

    @classmethod
    def read(cls, text: str) -> "Since":
        """What `str` wrote. Raises Refused (400)."""
        if not re.fullmatch(r"\d{1,16}(-\d{1,16}){4}", text, re.ASCII):
            raise Refused("bad_value", gettext("Обновите страницу"), status=400, field="since")
        version, at, count, just_in, told = map(int, text.split("-"))
        return cls(version, _moment(at), count, just_in, _moment(told))

    def __str__(self) -> str:
        return f"{self.version}-{_micros(self.at)}-{self.count}-{self.just_in}-{_micros(self.told)}"

    def asked_again(self, around: Around) -> "Since":
        """The next question of the same page."""
        return replace(self, version=around.version, told=around.now)

    def is_stale(self, now: datetime) -> bool:
        return now - self.told > TOLD_EVERY


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * MICRO)


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / MICRO, UTC)


def newcomers(view: View, since: Since) -> int:
    """Orders that have come to the shelf since the page was made. New ones are counted by themselves; on other shelves,
    where orders also leave, by how many more there are."""
    if view.shelf is Shelf.NEW:
        wanted = OrderFilter(shop=view.wanted.shop, point=view.wanted.point, shelf=Shelf.NEW)
        later = select(view.request.actor, wanted, places=view.places).filter(first_seen_at__gt=since.at - STORING)
        return max(later.count() - since.just_in, 0)
    return max(view.count() - since.count, 0)
