"""Profiles that a company writes down itself."""

import pytest

from orders.models import ChangedDay
from quality import buckets
from quality.formulas import BY_ARRIVAL, FORMULA
from quality.models import OwnProfile, QualityDay
from quality.profiles import assigned, own
from staff.clock import database_now
from staff.errors import NotVisible, Refused
from staff.models import AuditEntry
from tests.api.test_quality import cancelled_yesterday
from tests.cast import Cast
from tests.quality.test_assigned import assign, judged_by, write


def retire(cast: Cast, code: str) -> None:
    with cast.alma.scope():
        own.retire(code, cast.alma.shop("alma-tech"), by=cast.aigerim.actor, now=database_now())


def test_own_profiles_are_numbered_one_after_another_for_each_company(cast: Cast) -> None:
    assert [write(cast) for _ in range(11)] == [f"own-{n}" for n in range(1, 12)]
    assert write(cast) == "own-12"
    assert write(cast, by=cast.chingiz) == "own-1"


def test_a_profile_is_kept_with_who_wrote_it_and_a_trace(cast: Cast) -> None:
    code = write(
        cast, {"title": "Осторожные", "source": "Письмо Kaspi", "quoted": "«не выше 2 %»", "confidence": "medium"}
    )
    with cast.alma.scope():
        found = assigned.find(code)
        entry = AuditEntry.objects.get(action="quality.profile_written")
    assert (found.title, found.source, found.entered_by) == ("Осторожные", "Письмо Kaspi", "Айгерим")
    assert (entry.subject_id, entry.details["name"]) == (code, "Осторожные")


def test_a_retired_profile_is_not_offered_and_not_assigned(cast: Cast) -> None:
    code = write(cast)
    retire(cast, code)
    with cast.alma.scope():
        assert code not in {one.code for one in assigned.offered()}
        assert [one.code for one in assigned.own_profiles(retired=True)] == [code]
    with pytest.raises(Refused, match="убран"):
        assign(cast, code)
    with pytest.raises(Refused, match="уже убран"):
        retire(cast, code)


@pytest.mark.parametrize("days", [0, 5])
def test_a_profile_that_judges_a_shop_now_or_soon_is_not_retired(cast: Cast, days: int) -> None:
    code = write(cast)
    assign(cast, code, days=days)
    with pytest.raises(Refused, match="сначала назначьте другой"):
        retire(cast, code)


def test_a_profile_that_was_replaced_is_retired_and_still_judges_its_days(cast: Cast) -> None:
    code = write(cast)
    assign(cast, code, ago=5)
    assign(cast, "guide-5")
    retire(cast, code)
    assert [judged_by(cast, days).code for days in (-6, -5, -1, 0)] == ["v2-2026", code, code, "guide-5"]


def test_the_code_of_nobody_and_of_another_company_cannot_be_retired(cast: Cast) -> None:
    write(cast, by=cast.chingiz)
    for code in ("own-1", "own-99", "v2-2026", "x\x00"):
        with pytest.raises(NotVisible):
            retire(cast, code)


def test_a_manager_of_a_point_writes_no_profile(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        write(cast, by=cast.bolat)
    assert refused.value.status == 403


def test_no_more_than_forty_are_kept(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "MOST", 2)
    write(cast)
    first = write(cast)
    with pytest.raises(Refused, match="Уберите лишние"):
        write(cast)
    retire(cast, first)
    assert write(cast) == "own-3"


def test_a_profile_of_another_formula_has_its_days_counted(cast: Cast) -> None:
    cancelled_yesterday(cast)
    write(cast, {"formula": BY_ARRIVAL.version, "cancelled-window": "120"})
    with cast.alma.scope():
        assert ChangedDay.objects.filter(shop_id=cast.alma.shop("alma-tech").pk).count() == 121
    buckets.recount_due()
    with cast.alma.scope():
        assert set(QualityDay.objects.values_list("formula", flat=True)) == {FORMULA.version, BY_ARRIVAL.version}


def test_a_profile_of_the_usual_formula_has_nothing_counted_again(cast: Cast) -> None:
    cancelled_yesterday(cast)
    write(cast)
    with cast.alma.scope():
        assert not ChangedDay.objects.exists()
        assert OwnProfile.objects.count() == 1
