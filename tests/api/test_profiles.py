"""Profiles of thresholds through the API: which one holds, all there are, and a number by another one."""

from typing import Any

from quality.formulas import Metric
from tests.api.asking import get
from tests.api.test_quality import cancelled, cancelled_yesterday
from tests.cast import Cast
from tests.quality.test_assigned import assign, write


def profiles(cast: Cast, **query: Any) -> dict[str, dict[str, Any]]:
    rows = get(cast.alma.program(), "quality/profiles", **query).body["results"]
    return {row["code"]: row for row in rows}


def test_the_profile_in_force_is_told_for_each_shop(cast: Cast) -> None:
    assign(cast, "historic-10")
    program = cast.alma.program()
    told = [get(program, "quality", shop=slug).body["profile"] for slug in ("alma-tech", "alma-dom")]
    assert told == ["historic-10", "v2-2026"]
    assert cancelled(cast, shop="alma-tech")["thresholds"]["critical"] == 0.1


def test_thresholds_tell_their_window_and_how_far_they_are_believed(cast: Cast) -> None:
    told = cancelled(cast, shop="alma-tech")["thresholds"]
    assert (told["window_days"], told["window_end"], told["confidence"]) == (30, "yesterday", "high")


def test_a_number_by_another_profile_changes_nothing(cast: Cast) -> None:
    code = write(cast, {"cancelled-window": "1", "cancelled-critical": "2", "cancelled-window-end": "today"})
    for n in range(11):
        cancelled_yesterday(cast, fault="buyer" if n else "seller")
    asked = cancelled(cast, shop="alma-tech", profile=code)
    own = cancelled(cast, shop="alma-tech")
    assert (asked["denominator"], own["denominator"]) == (0, 11)
    assert (asked["thresholds"]["critical"], own["thresholds"]["critical"]) == (0.02, 0.03)


def test_orders_behind_a_number_by_another_profile_are_those_of_its_window(cast: Cast) -> None:
    cancelled_yesterday(cast)
    code = write(cast, {"cancelled-window": "1", "cancelled-window-end": "today"})
    program, path = cast.alma.program(), "quality/cancelled/orders"
    assert len(get(program, path, shop="alma-tech").body["results"]) == 1
    assert get(program, path, shop="alma-tech", profile=code).body["results"] == []


def test_a_profile_of_nobody_and_of_another_company_is_not_found(cast: Cast) -> None:
    code = write(cast, by=cast.chingiz)
    for asked in (code, "kaspi"):
        assert get(cast.alma.program(), "quality", shop="alma-tech", profile=asked).status == 404


def test_all_profiles_are_told_with_where_they_are_from_and_whom_they_judge(cast: Cast) -> None:
    code = write(cast, {"title": "Осторожные", "source": "Письмо"})
    assign(cast, code, shop="alma-dom")
    write(cast, by=cast.chingiz)
    told = profiles(cast)
    assert {name: row["shops"] for name, row in told.items()} == {
        "v2-2026": ["alma-tech"],
        "guide-5": [],
        "historic-10": [],
        code: ["alma-dom"],
    }
    assert (told[code]["title"], told[code]["source"], told[code]["entered_by"]) == ("Осторожные", "Письмо", "Айгерим")
    assert told["historic-10"]["ladder"][0] == {"kind": "warning", "days": None}
    assert set(told["guide-5"]["rules"]) == {metric.value for metric in Metric}
    assert profiles(cast, shop="alma-tech")[code]["shops"] == []
