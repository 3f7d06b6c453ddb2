"""Any lists, applied one after another, leave what a plain dictionary says; twice is once; taken back is as before."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import LoadMode, PriceOutcome
from tests.price_list.desk import Desk

pytestmark = pytest.mark.django_db
KNOWN = ("A-11", "B-22", "C-33")
CELL = st.sampled_from(["", "", 0, 4, "yes", "no", "-1"])
ROWS = st.lists(
    st.tuples(
        st.sampled_from([*KNOWN, "N-44", "M-55"]),
        st.sampled_from(["", "Имя"]),
        st.just(""),
        st.sampled_from(["", 900, 1000, "дорого"]),
        CELL,
        CELL,
    ),
    max_size=6,
)
Shop = dict[str, tuple[Any, ...]]


def said(shop: Shop, rows: list[Any], *, whole: bool) -> Shop:
    """What the list says, the slow way."""
    found, met, named = dict(shop), set(), {row[0] for row in rows}
    for sku, name, _, price, *cells in rows:
        if price == "дорого" or "-1" in cells or sku in met:
            continue
        met.add(sku)
        if sku not in shop and not (name and price):
            continue
        was = found.get(sku, ("", None, 0, True, {}, {}, {}))
        pieces, sold = dict(was[4]), dict(was[5])
        for code, cell in zip(("PP1", "PP2"), cells, strict=True):
            if isinstance(cell, int):
                pieces[code] = cell
                sold |= {code: True} if cell and sold.get(code) is False else {}
            elif cell:
                sold[code] = cell == "yes"
        found[sku] = (name or was[0], price or was[1], was[2], was[3], pieces, sold, {})
    gone = {sku: (*row[:3], False, *row[4:]) for sku, row in found.items() if whole and sku not in named}
    return found | gone


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(first=ROWS, second=ROWS, whole=st.booleans())
def test_lists_do_what_a_dictionary_does(desk: Desk, first: list[Any], second: list[Any], whole: bool) -> None:
    mode = LoadMode.WHOLE if whole else LoadMode.LISTED
    with transaction.atomic():
        for number, sku in enumerate(KNOWN):
            desk.offer(sku, 1000, pieces=number or None)
        desk.apply(desk.kaspi(*first))
        before = desk.state()
        load = desk.kaspi(*second, mode=mode)
        expected = said(before, second, whole=whole)
        desk.apply(load, off=True)
        assert desk.state() == expected
        again = desk.kaspi(*second, mode=mode)
        assert (again.changed, again.added, again.off, desk.apply(again)) == (0, 0, 0, 0)
        assert desk.undo(load).moved == 0
        brought = {sku: (*row[:3], False, {}, row[5], row[6]) for sku, row in expected.items() if sku not in before}
        assert desk.state() == before | brought
        assert all(line.outcome == PriceOutcome.DONE for line in desk.lines(load).values())
        transaction.set_rollback(True)
