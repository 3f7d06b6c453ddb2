"""Whoever knows the address gets the file of one shop, and nobody else gets anything."""

import gzip
from datetime import timedelta

import pytest
from django.test import Client

from catalog.feed import opening
from catalog.feed.serving import takes_gzip
from catalog.models import FeedFetch
from staff.clock import database_now
from tests.cast import Cast
from tests.feed.files import Listing, lines_of, listing
from tests.walls import canaries

pytestmark = pytest.mark.django_db


@pytest.fixture
def alma(cast: Cast) -> Listing:
    made = listing(cast)
    made.add("A-1")
    made.make()
    return made


def renew(alma: Listing) -> str:
    """The old address."""
    with alma.company.scope():
        opening.renew(alma.shop, by=alma.cast.aigerim.actor, now=database_now())
    return alma.url


def switch(alma: Listing, on: bool) -> None:
    with alma.company.scope():
        opening.switch(alma.shop, on, by=alma.cast.aigerim.actor, now=database_now())


def test_the_file_comes_whole_and_leaves_no_cookie(alma: Listing) -> None:
    answer = alma.fetch()
    assert answer.getvalue() == alma.text()
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert int(answer.headers["Content-Length"]) == len(alma.text())
    assert not answer.cookies


def test_who_takes_gzip_gets_what_is_stored(alma: Listing) -> None:
    answer = alma.fetch(**{"Accept-Encoding": "deflate, gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content) == alma.text()


def test_who_has_the_file_is_told_so(alma: Listing) -> None:
    had = {coding: alma.fetch(**{"Accept-Encoding": coding}) for coding in ("identity", "gzip")}
    asked = [{"Accept-Encoding": coding, "If-None-Match": answer.headers["ETag"]} for coding, answer in had.items()]
    asked.append({"If-Modified-Since": had["gzip"].headers["Last-Modified"]})
    assert [alma.fetch(**headers).status_code for headers in asked] == [304] * 3
    assert len({answer.headers["ETag"] for answer in had.values()}) == 2, "two codings, two tags"
    alma.add("A-2")
    alma.make()
    assert [alma.fetch(**headers).status_code for headers in asked[:2]] == [200] * 2


def test_head_tells_the_size_alone(alma: Listing) -> None:
    answer = Client().head(alma.url)
    assert (answer.status_code, answer.getvalue()) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(alma.text())


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("", False), ("gzip;q=0", False), ("gzip; q=0.0", False)],
)
def test_gzip_goes_to_who_takes_it(accepted: str, taken: bool) -> None:
    assert takes_gzip(accepted) is taken


def test_unknown_old_and_switched_off_addresses_answer_alike(alma: Listing) -> None:
    old = renew(alma)
    fresh = listing(alma.cast)
    assert fresh.url != old
    switch(alma, False)
    answers = [Client().get(url) for url in ("/feed/" + "x" * 43 + ".xml", old, fresh.url)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, b"")}


def test_what_was_handed_out_before_is_not_handed_out_when_switched_on_again(alma: Listing) -> None:
    """Its prices and pieces are of then."""
    switch(alma, False)
    switch(alma, True)
    assert alma.fetch().status_code == 503
    alma.make()
    assert set(alma.lines()) == {"A-1"}


def test_it_is_the_address_that_decides_not_who_is_signed_in(alma: Listing) -> None:
    answer = alma.cast.chingiz.browser().get(alma.url)
    assert set(lines_of(answer.getvalue())) == {"A-1"}


def test_who_came_and_what_he_got_is_shown(alma: Listing) -> None:
    tag = alma.fetch(**{"User-Agent": "KaspiBot/1.0"}).headers["ETag"]
    alma.fetch(**{"User-Agent": "KaspiBot/1.0", "If-None-Match": tag})
    with alma.company.scope():
        notes = list(FeedFetch.objects.order_by("pk").values_list("status", "agent", "address"))
    assert notes == [(200, "KaspiBot/1.0", "127.0.0.1"), (304, "KaspiBot/1.0", "127.0.0.1")]
    page = alma.page()
    assert "забрали файл" in page and "файл у них уже был" in page


def test_that_nobody_came_for_hours_is_told(alma: Listing) -> None:
    alma.fetch()
    with alma.company.scope():
        FeedFetch.objects.update(at=database_now() - timedelta(hours=4))
    assert "Kaspi не приходил больше трёх часов" in alma.page()


def test_no_log_line_and_no_figure_holds_the_address(alma: Listing) -> None:
    renew(alma)
    with canaries.listening() as (log, bare):
        assert Client().get(alma.url).status_code == 404
    assert alma.secret in bare.getvalue()
    assert alma.secret not in log.getvalue()
    assert alma.secret not in Client().get("/metrics").content.decode()
