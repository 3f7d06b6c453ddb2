"""Papers of the storekeeper: read from what is typed or scanned, posted once, and never below nothing."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import DocumentKind, Movement, Offer, StockDocument, StockItem
from catalog.papers.lines import MOST_LINES, read
from catalog.papers.posting import Posting, post
from staff.clock import database_now
from staff.errors import Refused
from tests.cast import Cast

KNOWN = {"KTL-17": "KTL-17", "4870000000017": "KTL-17", "R2": "R2"}
KETTLE, PP1 = "KTL-17", "PP1"


@pytest.mark.parametrize("apart", ["\t", ";", ", ", "   "])
def test_a_line_is_a_code_and_a_quantity(apart: str) -> None:
    assert read(f"KTL-17{apart}5\n\nR2{apart}0", KNOWN).pieces == {"KTL-17": 5, "R2": 0}


@given(st.lists(st.sampled_from(["KTL-17", "4870000000017", "R2"]), max_size=30))
def test_what_a_scanner_types_counts_by_itself(scanned: list[str]) -> None:
    told = read("\r\n".join(scanned), KNOWN)
    assert told.pieces == {sku: sum(KNOWN[code] == sku for code in scanned) for sku in map(KNOWN.get, scanned)}


def test_what_cannot_be_read_is_told_by_its_line() -> None:
    told = read("KTL-17 два\nнет 1\nR2 -1\nR2 1000001\nR2 ٣\nKTL-17 2", KNOWN)
    assert [(one.number, one.code) for one in told.bad] == [
        (1, "bad_quantity"), (2, "unknown"), (3, "bad_quantity"), (4, "bad_quantity"), (5, "bad_quantity"),
    ]  # fmt: skip
    assert read("R2\n" * (MOST_LINES + 1), KNOWN).bad[0].code == "too_many_lines"


def paper(cast: Cast, kind: DocumentKind, pieces: int, *, key: UUID | None = None, to: str = "") -> StockDocument:
    with cast.alma.scope():
        points = [cast.alma.point("alma-tech", code) if code else None for code in (PP1, to)]
        assert points[0] is not None
        posting = Posting(kind, points[0], {KETTLE: pieces}, key or uuid4(), to_point=points[1])
        return post(posting, by=cast.aigerim.actor, now=database_now())


def lies(cast: Cast, code: str = PP1) -> int:
    with cast.alma.scope():
        return int(StockItem.objects.get(point__code=code, point__shop__slug="alma-tech", sku=KETTLE).on_hand)


@pytest.mark.django_db
def test_each_kind_moves_the_pieces_its_way_and_the_ledger_adds_up(cast: Cast) -> None:
    paper(cast, DocumentKind.COUNT, 10)
    paper(cast, DocumentKind.RECEIPT, 5)
    paper(cast, DocumentKind.WRITE_OFF, 2)
    paper(cast, DocumentKind.MOVE, 4, to="PP2")
    assert (lies(cast), lies(cast, "PP2")) == (9, 4)
    with cast.alma.scope():
        moved = Movement.objects.filter(point__code=PP1).order_by("id").values_list("on_hand_change", "by")
        assert [change for change, _ in moved] == [10, 5, -2, -4]
        assert {who for _, who in moved} == {"Айгерим"}
        assert StockItem.objects.get(point__code=PP1).written_off == 2
        assert list(StockDocument.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]


@pytest.mark.django_db
def test_the_same_paper_is_posted_once(cast: Cast) -> None:
    key = uuid4()
    assert paper(cast, DocumentKind.RECEIPT, 5, key=key) == paper(cast, DocumentKind.RECEIPT, 5, key=key)
    assert lies(cast) == 5


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "pieces", "to", "code"),
    [(DocumentKind.WRITE_OFF, 6, "", "not_there"), (DocumentKind.MOVE, 6, "PP2", "not_there"),
     (DocumentKind.MOVE, 1, "", "bad_point"), (DocumentKind.MOVE, 1, PP1, "bad_point")],
)  # fmt: skip
def test_a_paper_that_cannot_be_moves_nothing(cast: Cast, kind: DocumentKind, pieces: int, to: str, code: str) -> None:
    paper(cast, DocumentKind.COUNT, 5)
    with pytest.raises(Refused) as refused:
        paper(cast, kind, pieces, to=to)
    assert (refused.value.code, lies(cast)) == (code, 5)


@pytest.mark.django_db
def test_on_the_page_it_is_checked_first_and_then_posted(cast: Cast) -> None:
    point = cast.alma.point("alma-tech", PP1)
    with cast.alma.scope():
        Offer.objects.create(shop_id=point.shop_id, sku=KETTLE, name="Чайник", barcode="4870000000017")
    browser, form = cast.aigerim.browser(), {"kind": "count", "point": point.pk, "lines": "4870000000017 7\nнет 1"}
    form |= {"key": str(uuid4()), "note": "Инвентаризация"}
    wrong = browser.post("/catalog/papers/", form | {"step": "post"})
    assert (wrong.status_code, "Нет такого артикула" in wrong.content.decode()) == (400, True)
    form["lines"] = "4870000000017 7"
    checked = browser.post("/catalog/papers/", form)
    with cast.alma.scope():
        assert "Провести" in checked.content.decode() and not StockDocument.objects.exists()
    posted = browser.post("/catalog/papers/", form | {"step": "post"}, follow=True)
    assert "Чайник" in posted.content.decode() and lies(cast) == 7
    assert cast.bolat.browser().post("/catalog/papers/", form | {"step": "post"}).status_code == 403
