"""How sure it is that two names are of one good: what is certain, what contradicts, and the index against plain counting."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.matching.reading import verdict_of
from catalog.matching.scoring import CERTAIN, CONTRADICTED, SURE, Index, Match, Named, Reason, barcode_of, words_of
from catalog.models import Verdict
from integrations.kaspi.simulator.goods import GOODS

SHOP = [Named(number, good.name, good.brand) for number, good in enumerate(GOODS)]


def best(name: str, brand: str = "", barcode: str = "") -> Match | None:
    return next(iter(Index(SHOP).best(Named(0, name, brand, barcode))), None)


def good(match: Match | None) -> str:
    assert match is not None
    return GOODS[match.key].sku


@pytest.mark.parametrize(
    ("name", "brand", "sku"),
    [
        ("Saya Kettle чайник 1.7л", "SAYA", "SAY-KTL-17"),
        ("СМАРТФОН TULPAR Х5 8/256ГБ ГРАФИТ", "Tulpar", "TLP-X5-256-GR"),
        ("Телевизор Altyn 43 4K", "", "ALT-TV43-4K"),
        ("Накопитель SSD Tulpar NVMe 1 ТБ", "Tulpar", "TLP-NVME-1T"),
        ("Дрель шуруповёрт Bereke 18В", "Bereke", "BRK-DRL-18"),
    ],
)
def test_other_words_for_a_good_find_it(name: str, brand: str, sku: str) -> None:
    assert good(best(name, brand)) == sku


def test_the_same_barcode_is_certain_whatever_the_name() -> None:
    index = Index([Named(1, "Чайник", barcode="4 600000-000017"), Named(2, "Утюг")])
    found = index.best(Named(0, "Утюг", barcode="04600000000017"))
    assert found == (Match(1, CERTAIN, ((Reason.BARCODE, "4600000000017"),)),)


@pytest.mark.parametrize(
    ("name", "brand", "reason"),
    [
        ("Смартфон Tulpar X7 8/256 ГБ, графит", "Tulpar", Reason.OTHER_MODEL),
        ("Смартфон Tulpar X5 8/256 ГБ, графит", "Nomad", None),
        ("Чайник Kettle 1,7 л", "Bureau", Reason.OTHER_BRAND),
    ],
)
def test_what_contradicts_keeps_the_score_low_and_is_told(name: str, brand: str, reason: Reason | None) -> None:
    match = best(name, brand)
    assert match is not None
    told = {one for one, _ in match.why}
    assert (reason in told and match.score <= CONTRADICTED) if reason else match.score > CONTRADICTED


def test_the_same_name_is_sure_and_the_reasons_are_told() -> None:
    match = best("Робот-пылесос Nomad R2, белый", "Nomad")
    assert match is not None and match.score >= SURE
    assert dict(match.why)[Reason.MODEL] == "r2"
    assert dict(match.why)[Reason.BRAND] == "Nomad"


def test_two_equally_good_offers_are_a_person_s_to_choose() -> None:
    index = Index([Named(1, "Кабель USB-C"), Named(2, "Кабель USB-C")])
    assert verdict_of(index.best(Named(0, "Кабель USB-C"))) is Verdict.REVIEW
    assert verdict_of(Index([Named(1, "Кабель USB-C")]).best(Named(0, "Кабель USB-C"))) is Verdict.CERTAIN
    assert verdict_of(Index(SHOP).best(Named(0, "Гвозди"))) is Verdict.NONE


def test_words_are_those_of_a_person() -> None:
    assert words_of("Чайник 1,7 л, «Ёлка» X5") == ["чайник", "1.7", "л", "елка", "x5"]
    assert [barcode_of(text) for text in ("4600000000017", "46", "abc", "0000000000")] == ["4600000000017", "", "", ""]


NAMES = st.lists(
    st.sampled_from(["чайник", "утюг", "saya", "nomad", "x5", "x7", "1,7", "256", "белый"]), min_size=1, max_size=5
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(shop=st.lists(NAMES, min_size=1, max_size=12), asked=NAMES)
def test_the_index_finds_what_looking_at_every_good_would(shop: list[str], asked: str) -> None:
    goods = [Named(number, name) for number, name in enumerate(shop)]
    index = Index(goods)
    every = [index._judge(Named(0, asked), frozenset(words_of(asked)), one.key) for one in goods]
    scores = sorted((match.score for match in every if match.score >= 35), reverse=True)
    assert [match.score for match in index.best(Named(0, asked))] == scores[:3]


@given(one=NAMES, other=NAMES)
def test_who_is_asked_for_whom_does_not_matter(one: str, other: str) -> None:
    goods = [Named(1, one), Named(2, other)]
    index = Index(goods)
    there, back = (next((m.score for m in index.best(Named(0, a)) if m.key == b), 0) for a, b in ((one, 2), (other, 1)))
    assert there == back
