"""What the tests of people do over and over, by the real verbs."""

from collections.abc import Callable
from typing import Any

import pytest

from staff.clock import database_now
from staff.errors import Refused
from staff.models import Member
from staff.people import invitations, members
from staff.people.joining import Caller, Newcomer, accept
from staff.people.members import Wanted
from tests.cast import Cast, Person

PP1, PP2, DOM = "alma-tech/PP1", "alma-tech/PP2", "alma-dom"
PASSWORD = "tulip-Almaty-2026-blue"


def invite(person: Person, role: str = "order_manager", *places: str, email: str = "", name: str = "Санжар") -> str:
    """The secret of a link that this person made."""
    with person.company.scope():
        wanted = Wanted(name, role, places)
        return invitations.invite(wanted, email=email, by=person.actor, now=database_now())[1]


def join(secret: str, email: str = "new@alma.example", name: str = "Санжар") -> Member:
    return accept(secret, who=Newcomer(name, email, PASSWORD), caller=Caller(), now=database_now())


def hired(cast: Cast, role: str, *places: str, by: Person | None = None, email: str = "") -> Person:
    """Somebody who came by a link."""
    email = email or f"{role}@alma.example"
    join(invite(by or cast.aigerim, role, *places), email, name=role.title())
    return Person(cast.alma, email, role.title())


def change(who: Person, by: Person, role: str, *places: str) -> None:
    with by.company.scope():
        members.change(who.member, Wanted(who.name, role, places), by=by.actor, now=database_now())


def do(verb: Callable[..., Any], who: Person, by: Person) -> Any:
    with by.company.scope():
        return verb(who.member, by=by.actor, now=database_now())


def refusal(work: Callable[[], object]) -> str:
    """The code by which it is refused."""
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code
