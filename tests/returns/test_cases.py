"""What staff tells of a return: each deed by its right, once, and told in the history and the journal."""

from datetime import timedelta

import pytest
from django.test import Client

from orders.lifecycle import Stage
from orders.models import ChangedDay, Order, ReturnCase
from orders.returns.silence import settle_due
from orders.returns.states import Deed
from orders.shelves.around import look_around
from staff.clock import database_now
from staff.errors import Refused
from staff.models import AuditEntry, Member
from staff.places import visible
from tests.cast import Cast
from tests.returns.telling import age, case_of, say, take_up, tell, told_of


def deeds(cast: Cast) -> list[str]:
    with cast.alma.scope():
        return list(
            AuditEntry.objects.filter(action__startswith="return.").order_by("id").values_list("action", flat=True)
        )


def test_an_application_is_taken_up_once_and_told(cast: Cast) -> None:
    order = cast.place(Stage.COMPLETED)
    assert take_up(cast, order).pk == take_up(cast, order).pk
    assert [one["return"] for one in told_of(cast, order)] == ["opened"]
    assert deeds(cast) == ["return.opened"]


def test_only_what_was_issued_comes_back(cast: Cast) -> None:
    order = cast.place(Stage.PICKUP)
    with pytest.raises(Refused, match="not_issued"):
        take_up(cast, order)


def test_a_dispute_goes_its_way(cast: Cast) -> None:
    order = cast.place(Stage.RETURN_ACCEPTED)
    case = tell(cast, case_of(cast, order), Deed.REJECT, Deed.DISPUTE)
    assert (case.state, case.due_kind) == ("disputed", "return_dispute")
    case = tell(cast, case, Deed.ANSWER)
    assert (case.state, case.due_at) == ("disputed", None)
    assert tell(cast, case, Deed.WIN).state == "won"
    assert deeds(cast) == ["return.reject", "return.dispute", "return.answer", "return.win"]


def test_the_same_deed_twice_is_told_once(cast: Cast) -> None:
    case = case_of(cast, cast.place(Stage.RETURN_ACCEPTED))
    tell(cast, case, Deed.ACCEPT, Deed.ACCEPT)
    assert deeds(cast) == ["return.accept"]


def test_who_may_take_goods_back_may_not_decide_by_that(cast: Cast) -> None:
    from staff.models import CompanyRole, Reach

    case = case_of(cast, cast.place(Stage.RETURN_REQUESTED))
    with cast.alma.scope():
        rights = ["orders.view", "orders.take_back"]
        CompanyRole.objects.create(code="storeman", name="Кладовщик", rights=rights, reach=Reach.POINTS)
        Member.objects.filter(pk=cast.bolat.member.pk).update(role="storeman")
    assert tell(cast, case, Deed.RECEIVE).state == "deciding"
    with pytest.raises(Refused, match="forbidden"):
        tell(cast, case, Deed.ACCEPT)


def test_a_reason_of_quality_enters_the_fourth_number_with_a_trace(cast: Cast) -> None:
    order = cast.place(Stage.RETURNED)
    with cast.alma.scope():
        ChangedDay.objects.all().delete()
    assert say(cast, case_of(cast, order), "defect").return_for_quality
    assert told_of(cast, order)[-1] == {"return": "reason", "return_reason": "defect", "for_quality": True}
    with cast.alma.scope():
        entry = AuditEntry.objects.get(action="return.reason")
        assert (entry.before["return_for_quality"], entry.after["return_for_quality"]) == (False, True)
        assert ChangedDay.objects.exists()


def test_a_reason_is_corrected_with_a_note_only(cast: Cast) -> None:
    order = cast.place(Stage.RETURNED)
    case = case_of(cast, order)
    say(cast, case, "defect")
    with pytest.raises(Refused, match="note_needed"):
        say(cast, case, "size_mismatch")
    assert not say(cast, case, "size_mismatch", "экспертиза брака не нашла").return_for_quality
    assert told_of(cast, order)[-1]["text"] == "экспертиза брака не нашла"


def test_a_quality_mark_of_the_export_is_not_taken_away_without_a_word(cast: Cast) -> None:
    order = cast.place(Stage.RETURNED)
    with cast.alma.scope():
        Order.objects.filter(pk=order.pk).update(return_for_quality=True)
    with pytest.raises(Refused, match="note_needed"):
        say(cast, case_of(cast, order), "unsuitable")


def test_goods_that_were_never_issued_are_no_return_for_quality(cast: Cast) -> None:
    order = cast.place(Stage.KD_RETURNING)
    assert not say(cast, case_of(cast, order), "damaged").return_for_quality


@pytest.mark.parametrize(
    ("deeds_told", "after"),
    [((Deed.ARRIVE,), "silent"), ((Deed.RECEIVE,), "silent"), ((Deed.REJECT, Deed.DISPUTE), "lost")],
)
def test_silence_speaks_when_its_time_has_come(cast: Cast, deeds_told: tuple[Deed, ...], after: str) -> None:
    order = cast.place(Stage.COMPLETED)
    case = tell(cast, take_up(cast, order), *deeds_told)
    assert settle_due() == 0
    age(cast, case, days=20)
    assert settle_due() == 1
    case = case_of(cast, order)
    assert (case.state, case.sources["state"]["by"]) == (after, "clock")
    assert settle_due() == 0 and told_of(cast, order)[-1] == {"return": "silence", "return_state": after}


def test_a_decision_made_in_time_and_told_late_takes_the_place_of_silence(cast: Cast) -> None:
    case = tell(cast, take_up(cast, cast.place(Stage.COMPLETED)), Deed.RECEIVE)
    age(cast, case, days=20)
    settle_due()
    case = tell(cast, case, Deed.REJECT)
    assert (case.state, case.sources["state"]["instead"]["value"]) == ("rejected", "silent")


def test_a_deadline_that_the_calendar_has_moved_is_looked_at_again(cast: Cast) -> None:
    case = tell(cast, take_up(cast, cast.place(Stage.COMPLETED)), Deed.RECEIVE)
    with cast.alma.scope():
        ReturnCase.objects.update(due_at=database_now() - timedelta(hours=1))
    assert settle_due() == 0
    assert case_of(cast, case.order).due_at == case.due_at


def test_what_burns_is_told_to_who_may_see_it_the_soonest_first(cast: Cast) -> None:
    deciding = case_of(cast, cast.place(Stage.RETURN_ACCEPTED))
    home = case_of(cast, cast.place(Stage.KD_RETURNING))
    other = case_of(cast, cast.place(Stage.RETURN_ACCEPTED, point="PP2"))
    board = cast.bolat.browser().get("/radar/").content.decode()
    assert "Решить о возврате" in board and f"/returns/{deciding.public_id}/" in board
    # Goods on their way back stand in the step of the shelf, once.
    assert f"/orders/{home.order.code}/" in board and f"/returns/{home.public_id}/" not in board
    assert f"/returns/{other.public_id}/" not in board


def test_while_returns_lie_at_the_drop_point_the_shelf_warns(cast: Cast) -> None:
    desk: Client = cast.bolat.browser()
    case = case_of(cast, cast.place(Stage.RETURN_REQUESTED))
    assert "не примет новые заказы" not in desk.get("/orders/kaspi-delivery/").content.decode()
    tell(cast, case, Deed.ARRIVE)
    for path in ("/orders/kaspi-delivery/", "/returns/"):
        page = desk.get(path).content.decode().replace("\u00a0", " ")
        assert "не примет новые заказы" in page and "Склад Абая 52: 1 возврат" in page
    assert "не примет новые заказы" not in cast.daniyar.browser().get("/orders/kaspi-delivery/").content.decode()


def test_other_companies_returns_block_nobody(cast: Cast) -> None:
    tell(cast, case_of(cast, cast.place(Stage.RETURN_REQUESTED)), Deed.ARRIVE)
    with cast.bereke.scope():
        actor = cast.chingiz.actor
        assert not look_around(visible(actor), shop=None, by=actor).blocked
