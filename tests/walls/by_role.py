"""Every address × method × role: what a role may not do is refused, and what it may do shows its own orders only.

Expectations come from the tables of rights and from a slow look at each order of the company, never from the code under
test: an answer is searched for the number of every order and the phone of every buyer (reliability.md §2, 14–17, §4 rows
1, 4, 6).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.test import Client

from kaspi_office.provisioning import provision
from orders.lifecycle import Stage
from orders.models import Order
from staff.models import Reach, Role
from staff.permissions import ROLES, Permission
from tests.cast import Person, document
from tests.walls import matrix
from tests.walls.house import House, seen_in, undone
from tests.walls.matrix import Answer, Ask, Names, asks, known_routes, put
from tests.walls.routes import Door, Thing

METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# Roles that live at a point are given PP1 of «Алма Техника».
POINT: Final = "alma-tech/PP1"


@dataclass(frozen=True)
class Player:
    """Somebody of a role, with the numbers and the phones of the orders that are his to see."""

    role: Role
    person: Person
    codes: frozenset[str]
    phones: frozenset[str]

    @property
    def rights(self) -> frozenset[Permission]:
        return ROLES[self.role].rights

    def __str__(self) -> str:
        return str(self.role.value)


@dataclass(frozen=True)
class Team:
    """One person of each role, and all there is to be seen in the company."""

    players: tuple[Player, ...]
    codes: frozenset[str]
    phones: frozenset[str]


def gather(house: House) -> Team:
    """Hire one person of each role into «Алма»; the courier is given one order of own delivery."""
    wanted = document()
    wanted["companies"][0]["members"] += [_member(role) for role in Role]
    provision(wanted)
    people = {role: Person(house.cast.alma, _email(role), f"Роль {role.value}") for role in Role}
    with house.cast.alma.scope():
        courier = people[Role.COURIER].member
        given = Order.objects.filter(stage=Stage.DELIVERY, point__code="PP1").first()
        assert given is not None
        Order.objects.filter(pk=given.pk).update(courier_id=courier.pk)
        orders = list(Order.objects.select_related("shop", "point"))
    players = tuple(_player(role, people[role], orders) for role in Role)
    return Team(players, frozenset(order.code for order in orders), frozenset(order.phone for order in orders))


def _email(role: Role) -> str:
    return f"{role.value.replace('_', '-')}@roles.example"


def _member(role: Role) -> dict[str, object]:
    points = [POINT] if ROLES[role].reach is not Reach.COMPANY else []
    return {
        "email": _email(role),
        "password": "unused in tests",
        "name": f"Роль {role.value}",
        "role": role,
        "points": points,
    }


def _player(role: Role, person: Person, orders: list[Order]) -> Player:
    """The slow look: order by order, by the words of the table of roles."""
    member_id = person.member.pk
    rights, reach = ROLES[role].rights, ROLES[role].reach
    mine: Callable[[Order], bool] = {
        Reach.COMPANY: lambda order: True,
        Reach.POINTS: lambda order: order.point is not None and f"{order.shop.slug}/{order.point.code}" == POINT,
        Reach.OWN: lambda order: order.courier_id == member_id,
    }[reach]
    seen = [order for order in orders if Permission.ORDERS_VIEW in rights and mine(order)]
    phones = [order.phone for order in seen if Permission.BUYERS_SEE in rights]
    return Player(role, person, frozenset(order.code for order in seen), frozenset(phones))


# --- judges ------------------------------------------------------------------------------------------------------------


def lacking_the_right(house: House, team: Team, player: Player) -> Iterator[str]:
    """What a role has no right to is refused, told nothing of, and changes nothing."""
    client, names = player.person.browser(), _names(house)
    for route in known_routes():
        if route.entry.door is not Door.PAGE or route.access <= player.rights:
            continue
        for ask in asks(route, names):
            with undone(), matrix._unchanged(house, ask) as changes:
                answer = put(client, ask)
            yield from (f"{player}: {change}" for change in changes)
            if answer.status not in (403, 404):
                yield f"{player}: {ask} is answered {answer.status}"
            yield from _too_much(team, player, ask, answer)


def with_the_right(house: House, team: Team, player: Player) -> Iterator[str]:
    """What a role may open works, and shows no order and no phone that is not the role's to see.

    Who may see everything cannot be shown too much; that his pages work is `matrix.with_right`'s to say.
    """
    if (player.codes, player.phones) == (team.codes, team.phones):
        return
    client, names = player.person.browser(), _names(house)
    shown: set[str] = set()
    for route in known_routes():
        if route.entry.door is not Door.PAGE or not route.access <= player.rights:
            continue
        for ask in asks(route, names):
            with undone():
                answer = put(client, ask)
            if answer.status >= 500:
                yield f"{player}: {ask} is answered {answer.status}"
            yield from _too_much(team, player, ask, answer)
            shown |= set(seen_in(answer.text, player.codes))
    if shown != player.codes:
        yield f"{player}: never sees {sorted(player.codes - shown)}"


def orders_one_by_one(house: House, team: Team, player: Player) -> Iterator[str]:
    """Each order by its number: opened if it is the role's to see, else the same answer as for a number that is nobody's."""
    client = player.person.browser()
    if Permission.ORDERS_VIEW not in player.rights:
        return
    for code in sorted(team.codes):
        with undone(), transaction.atomic():
            status = client.get(f"/orders/{code}/").status_code
        if status != (200 if code in player.codes else 404):
            yield f"{player}: the order {code} is answered {status}"


def wrong_methods(house: House, team: Team, player: Player) -> Iterator[str]:
    """A method that an address does not know changes nothing and tells nothing (reliability.md §4, row 6)."""
    browser, program, names = player.person.browser(), house.cast.alma.program(), _names(house)
    # The key notes that it was used, once a minute: now, and not at the first of the questions.
    program.get("/api/v1/shops")
    for route in known_routes():
        entry = route.entry
        ask = next(iter(asks(route, names)))
        client = program if entry.door is Door.PROGRAM else browser
        for method in METHODS:
            if method in entry.methods or (method == "HEAD" and "GET" in entry.methods):
                continue
            wrong = Ask(route, method, ask.path)
            with undone(), matrix._unchanged(house, wrong) as changes:
                answer = _put(client, wrong)
            yield from (f"{player}: {change}" for change in changes)
            allowed = (200, 403, 404, 405) if method == "OPTIONS" else (403, 404, 405)
            if answer.status not in allowed and not (answer.status == 302 and "/login" in answer.text):
                yield f"{player}: {method} {ask.path} is answered {answer.status}"
            yield from _too_much(team, player, wrong, answer)


JUDGES: Final = (lacking_the_right, with_the_right, orders_one_by_one)


def _names(house: House) -> Names:
    return Names.of(house.alma, shop="alma-tech", point="PP1")


def _too_much(team: Team, player: Player, ask: Ask, answer: Answer) -> Iterator[str]:
    """Orders and phones in the answer that the role must not see; what the request itself named tells nothing."""
    said = f"{ask.path} {' '.join(map(str, ask.query.values()))} {ask.form}"
    hidden = (team.codes - player.codes) | (team.phones - player.phones)
    told = [word for word in seen_in(answer.text, hidden) if word not in said and not _ending_in(word, said)]
    if told:
        yield f"{player}: {ask} ({answer.status}) tells {', '.join(told[:5])}"


def _ending_in(word: str, said: str) -> bool:
    """Phones are searched for by their last digits."""
    return any(word.endswith(digits) for digits in re.findall(r"\d{7,}", said))


def _put(client: Client, ask: Ask) -> Answer:
    client.raise_request_exception = False
    with transaction.atomic():
        response = client.generic(ask.method, ask.path, b"", content_type="application/json")
    told = " ".join(response.headers.get(name, "") for name in ("Location", "HX-Redirect"))
    return Answer(response.status_code, f"{response.content.decode(errors='replace')} {told}")


def expected_things() -> Mapping[Thing, int]:
    """How many addresses name each kind of thing; none of them may be forgotten by the judges."""
    counts = dict.fromkeys(Thing, 0)
    for route in known_routes():
        counts[route.entry.thing] += 1
    return counts
