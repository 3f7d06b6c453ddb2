"""What coming in costs, and what is written down of a key."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff.clock import database_now
from staff.models import ApiKey, MemberPoint, Role
from tests.cast import Cast
from tests.rights.crew import FOREMAN, Crew

# As many questions as the release before roles could be changed and shops given: session, user, membership, the member
# with his rights, points and shops; the settings of the wall and savepoints are no questions.
OF_A_MEMBER, OF_A_KEY = 4, 2
SETTINGS = ("set_config", "SAVEPOINT", "SET TRANSACTION")


def questions(captured: CaptureQueriesContext) -> list[str]:
    return [one["sql"] for one in captured.captured_queries if not any(word in one["sql"] for word in SETTINGS)]


@pytest.mark.parametrize("who", [Role.OWNER, Role.ORDER_MANAGER, Role.COURIER, FOREMAN])
def test_a_member_comes_in_by_four_questions(crew: Crew, who: str) -> None:
    browser = crew.browser(who)
    with CaptureQueriesContext(connection) as captured:
        # It redirects or refuses and asks nothing more.
        browser.get("/orders/")
    assert len(questions(captured)) == OF_A_MEMBER, "\n".join(questions(captured))


def test_a_key_comes_in_by_two_questions(crew: Crew) -> None:
    program = crew.cast.alma.program(crew.secret)
    program.get("/api/v1/orders/none")
    with CaptureQueriesContext(connection) as captured:
        program.get("/api/v1/orders?nonsense=1")
    assert len(questions(captured)) == OF_A_KEY, "\n".join(questions(captured))


def test_shops_opened_later_come_with_a_shop_given_whole(crew: Crew) -> None:
    with crew.cast.alma.scope():
        actor = crew.actor(FOREMAN)
        assert actor.shops == {crew.cast.alma.shop("alma-tech").pk}
        assert (
            len(actor.points or ()) == 2 and not MemberPoint.objects.filter(member=crew.people[FOREMAN].member).exists()
        )


def used_at(cast: Cast) -> object:
    with cast.alma.scope():
        return ApiKey.objects.get(name="all").last_used_at


def test_the_use_of_a_key_is_written_down_once_a_minute(cast: Cast) -> None:
    program = cast.alma.program()
    assert used_at(cast) is None
    program.get("/api/v1/shops")
    first = used_at(cast)
    program.get("/api/v1/shops")
    assert first is not None and used_at(cast) == first
    with cast.alma.scope():
        ApiKey.objects.filter(name="all").update(last_used_at=database_now() - timedelta(minutes=5))
    program.get("/api/v1/shops")
    assert used_at(cast) == first


def test_a_request_does_not_fail_by_the_note(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staff.middleware._NOTE_USE", "SELECT no_such_thing()")
    assert cast.alma.program().get("/api/v1/shops").status_code == 200
    assert used_at(cast) is None
