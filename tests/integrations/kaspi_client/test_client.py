import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from integrations.kaspi.breaker import Breaker
from integrations.kaspi.client import KaspiClient
from integrations.kaspi.errors import (
    CircuitOpen,
    KaspiError,
    NoInformation,
    NotFound,
    RateLimited,
    Rejected,
    TokenRefused,
    Transient,
    UnknownOutcome,
    Unsent,
)
from integrations.kaspi.facts import KaspiEntry
from integrations.kaspi.limits import Limiter
from tests.integrations.kaspi_client.conversation import (
    CODE,
    ORDER_ID,
    TOKEN,
    Handler,
    accepted,
    answering,
    client,
    new_orders,
    sample,
    talk,
)

HTML = {"content-type": "text/html;charset=UTF-8"}
JSON = {"content-type": "application/vnd.api+json"}
ECHO = httpx.Response(200, json=sample("accept_echo"))
REQUEST = httpx.Request("GET", "https://kaspi.kz")


class Recorder:
    """Answers every request alike and keeps what it was asked."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.response


# What a failed answer means to a read and to a write.
FAMILIES: list[tuple[str, httpx.Response | Exception, type[KaspiError], type[KaspiError]]] = [
    ("400", httpx.Response(400, json={"errors": [{"title": "no"}]}), Rejected, Rejected),
    ("400 html", httpx.Response(400, text="<html>", headers=HTML), Rejected, Rejected),
    ("401 html", httpx.Response(401, text="<html>", headers=HTML), TokenRefused, TokenRefused),
    ("401 json", httpx.Response(401, json={"data": [], "meta": {}}), TokenRefused, TokenRefused),
    ("403 empty", httpx.Response(403), TokenRefused, TokenRefused),
    ("404 json", httpx.Response(404, json={"errors": [{"title": "no"}]}), NotFound, NotFound),
    ("404 html", httpx.Response(404, text="<html>", headers=HTML), NoInformation, UnknownOutcome),
    ("405", httpx.Response(405), Rejected, Rejected),
    ("408", httpx.Response(408), Transient, UnknownOutcome),
    ("409", httpx.Response(409, json={"errors": [{"title": "already"}]}), Rejected, Rejected),
    ("429", httpx.Response(429), RateLimited, RateLimited),
    ("500 html", httpx.Response(500, text="<html>", headers=HTML), Transient, UnknownOutcome),
    ("502 empty", httpx.Response(502), Transient, UnknownOutcome),
    ("503 json", httpx.Response(503, json={"data": []}), Transient, UnknownOutcome),
    ("302", httpx.Response(302, headers={"location": "https://evil.example/"}), NoInformation, UnknownOutcome),
    ("200 html", httpx.Response(200, text="<html>", headers=HTML), NoInformation, UnknownOutcome),
    ("200 list as html", httpx.Response(200, json=sample("orders"), headers=HTML), NoInformation, UnknownOutcome),
    ("200 empty", httpx.Response(200, headers=JSON), NoInformation, UnknownOutcome),
    ("204", httpx.Response(204), NoInformation, UnknownOutcome),
    ("200 cut", httpx.Response(200, text='{"data":[{"type"', headers=JSON), NoInformation, UnknownOutcome),
    ("200 null", httpx.Response(200, json={"data": None}), NoInformation, UnknownOutcome),
    ("200 list", httpx.Response(200, json=[]), NoInformation, UnknownOutcome),
    ("200 errors", httpx.Response(200, json={"errors": [{"title": "no"}]}), Rejected, Rejected),
    ("refused", httpx.ConnectError("", request=REQUEST), Unsent, Unsent),
    ("no connection in time", httpx.ConnectTimeout("", request=REQUEST), Unsent, Unsent),
    ("no room in the pool", httpx.PoolTimeout("", request=REQUEST), Unsent, Unsent),
    ("reset", httpx.ReadError("", request=REQUEST), Transient, UnknownOutcome),
    ("silence", httpx.ReadTimeout("", request=REQUEST), Transient, UnknownOutcome),
    ("nonsense", httpx.RemoteProtocolError("", request=REQUEST), Transient, UnknownOutcome),
]
NAMES = [name for name, *_ in FAMILIES]


@pytest.mark.parametrize(("response", "family"), [(answer, read) for _, answer, read, _ in FAMILIES], ids=NAMES)
def test_a_failed_read_has_its_family(response: httpx.Response | Exception, family: type[KaspiError]) -> None:
    with pytest.raises(KaspiError) as caught:
        talk(answering(response), new_orders)
    assert type(caught.value) is family


@pytest.mark.parametrize(("response", "family"), [(answer, write) for _, answer, _, write in FAMILIES], ids=NAMES)
def test_a_failed_write_has_its_family(response: httpx.Response | Exception, family: type[KaspiError]) -> None:
    with pytest.raises(KaspiError) as caught:
        talk(answering(response), accepted)
    assert type(caught.value) is family


@pytest.mark.parametrize("response", [answer for _, answer, *_ in FAMILIES], ids=NAMES)
def test_no_error_shows_the_token(response: httpx.Response | Exception) -> None:
    with pytest.raises(KaspiError) as caught:
        talk(answering(response), new_orders)
    assert TOKEN not in repr(caught.value) + caught.value.for_user + str(caught.value.__cause__)


def test_the_title_of_a_refusal_is_kept_and_bounded() -> None:
    with pytest.raises(Rejected) as caught:
        talk(answering(httpx.Response(400, json={"errors": [{"title": "x" * 9000}]})), accepted)
    assert caught.value.title == "x" * 500


def test_the_echo_of_another_order_proves_nothing() -> None:
    other = {"data": {"type": "orders", "id": "b3RoZXI", "attributes": {"status": "ACCEPTED_BY_MERCHANT"}}}
    with pytest.raises(UnknownOutcome):
        talk(answering(httpx.Response(200, json=other)), accepted)


def test_an_empty_list_with_a_count_is_no_information() -> None:
    lying = httpx.Response(200, json={"data": [], "meta": {"pageCount": 1, "totalCount": 5}})
    with pytest.raises(NoInformation):
        talk(answering(lying), new_orders)


def test_a_page_is_asked_for_as_the_reference_says() -> None:
    kaspi = Recorder(httpx.Response(200, json=sample("orders")))
    talk(kaspi, lambda shop: new_orders(shop, page=3, size=50))
    (request,) = kaspi.requests
    assert request.url.path == "/shop/api/v2/orders"
    assert dict(request.url.params) == {
        "page[number]": "3",
        "page[size]": "50",
        "filter[orders][creationDate][$ge]": "1766793600000",
        "filter[orders][creationDate][$le]": "1768003200000",
        "filter[orders][state]": "NEW",
        "include[orders]": "user,entries",
    }


def test_every_call_carries_its_headers() -> None:
    kaspi = Recorder(ECHO)
    talk(kaspi, accepted)
    headers = kaspi.requests[0].headers
    assert (headers["X-Auth-Token"], headers["X-Merchant-Uid"]) == (TOKEN, "30000001")
    assert headers["Accept"] == headers["Content-Type"] == "application/vnd.api+json"
    assert headers["User-Agent"].startswith("Mozilla/5.0")


def test_a_shop_without_a_merchant_id_sends_none() -> None:
    kaspi = Recorder(ECHO)
    talk(kaspi, accepted, merchant_uid="")
    assert "X-Merchant-Uid" not in kaspi.requests[0].headers


@pytest.mark.parametrize(
    ("days", "page", "size"), [(14.001, 0, 100), (-1, 0, 100), (1, -1, 100), (1, 0, 101), (1, 0, 0)]
)
def test_a_list_kaspi_would_refuse_is_never_asked_for(days: float, page: int, size: int) -> None:
    kaspi = Recorder(ECHO)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match=r"window|page"):
        talk(
            kaspi,
            lambda shop: shop.list_orders(
                state=None, created_from=start, created_to=start + timedelta(days=days), page=page, size=size
            ),
        )
    assert kaspi.requests == []


def test_a_naive_moment_is_never_asked_for() -> None:
    naive = datetime(2026, 1, 1)
    with pytest.raises(ValueError, match="aware"):
        talk(
            answering(ECHO),
            lambda shop: shop.list_orders(state=None, created_from=naive, created_to=naive, page=0),
        )


WRITES: list[tuple[str, Any, dict[str, str]]] = [
    ("accept", lambda shop: shop.accept(ORDER_ID, CODE), {"code": CODE, "status": "ACCEPTED_BY_MERCHANT"}),
    (
        "cancel",
        lambda shop: shop.cancel(ORDER_ID, CODE, reason="MERCHANT_OUT_OF_STOCK", comment="нет"),
        {
            "code": CODE,
            "status": "CANCELLED",
            "cancellationReason": "MERCHANT_OUT_OF_STOCK",
            "cancellationComment": "нет",
        },
    ),
    ("assemble", lambda shop: shop.assemble(ORDER_ID, places=2), {"status": "ASSEMBLE", "numberOfSpace": "2"}),
    ("send_code", lambda shop: shop.send_code(ORDER_ID, CODE), {"code": CODE, "status": "COMPLETED"}),
    (
        "complete",
        lambda shop: shop.complete(ORDER_ID, CODE, security_code="0042"),
        {"code": CODE, "status": "COMPLETED"},
    ),
    ("arrived", lambda shop: shop.arrived(ORDER_ID, CODE), {"code": CODE, "status": "ARRIVED"}),
    (
        "arrived_backward",
        lambda shop: shop.arrived_backward(ORDER_ID, CODE),
        {"code": CODE, "status": "ARRIVED_BACKWARD"},
    ),
]


@pytest.mark.parametrize(("ask", "attributes"), [write[1:] for write in WRITES], ids=[write[0] for write in WRITES])
def test_a_write_posts_what_the_reference_says(ask: Any, attributes: dict[str, str]) -> None:
    kaspi = Recorder(ECHO)
    talk(kaspi, ask)
    (request,) = kaspi.requests
    assert (request.method, request.url.path) == ("POST", "/shop/api/v2/orders")
    assert json.loads(request.content) == {"data": {"type": "orders", "id": ORDER_ID, "attributes": attributes}}


@pytest.mark.parametrize(("ask", "code"), [(WRITES[3][1], ""), (WRITES[4][1], "0042")], ids=["send_code", "complete"])
def test_the_code_of_the_buyer_travels_in_a_header(ask: Any, code: str) -> None:
    kaspi = Recorder(ECHO)
    talk(kaspi, ask)
    headers = kaspi.requests[0].headers
    assert (headers["X-Security-Code"], headers["X-Send-Code"]) == (code, "true")


@pytest.mark.parametrize(
    "ask",
    [
        lambda shop: shop.complete(ORDER_ID, CODE, security_code="123"),
        lambda shop: shop.complete(ORDER_ID, CODE, security_code="12345"),
        lambda shop: shop.complete(ORDER_ID, CODE, security_code="12a4"),
        lambda shop: shop.cancel(ORDER_ID, CODE, reason="BORED", comment=""),
        lambda shop: shop.cancel(ORDER_ID, CODE, reason="MERCHANT_OUT_OF_STOCK", comment="x" * 1001),
        lambda shop: shop.assemble(ORDER_ID, places=0),
        lambda shop: shop.order_by_id(".."),
        lambda shop: shop.entry(""),
    ],
)
def test_a_call_that_makes_no_sense_is_never_sent(ask: Any) -> None:
    kaspi = Recorder(ECHO)
    with pytest.raises(ValueError):
        talk(kaspi, ask)
    assert kaspi.requests == []


def test_the_code_of_the_buyer_is_in_no_repr_and_no_error() -> None:
    with pytest.raises(UnknownOutcome) as caught:
        talk(answering(httpx.Response(500)), lambda shop: shop.complete(ORDER_ID, CODE, security_code="7391"))
    assert "7391" not in repr(caught.value) + caught.value.for_user


def serving(**bodies: Any) -> Handler:
    """A Kaspi that knows these paths, written with _ for /, and answers 404 to others."""

    def handler(request: httpx.Request) -> httpx.Response:
        body = bodies.get(request.url.path.removeprefix("/shop/api/v2/").replace("/", "_"))
        return httpx.Response(200, json=body) if body else httpx.Response(404, json={"errors": [{"title": "no"}]})

    return handler


def test_an_order_is_found_by_its_code() -> None:
    order = talk(serving(orders=sample("orders")), lambda shop: shop.order_by_code(CODE))
    assert order is not None
    assert order.kaspi_id == ORDER_ID


def test_no_order_with_the_code_is_none() -> None:
    empty = {"data": [], "meta": {"pageCount": 0, "totalCount": 0}}
    assert talk(serving(orders=empty), lambda shop: shop.order_by_code("1")) is None


@pytest.mark.parametrize("body", [{"data": []}, {"data": [], "meta": {"totalCount": 1}}, sample("orders")])
def test_an_answer_without_the_order_or_its_absence_says_nothing(body: Any) -> None:
    with pytest.raises(NoInformation):
        talk(serving(orders=body), lambda shop: shop.order_by_code("1"))


def test_an_order_is_found_by_its_id() -> None:
    one = {"data": sample("orders")["data"][0]}
    order = talk(serving(orders_NzEyMzQ1Njc4=one), lambda shop: shop.order_by_id(ORDER_ID))
    assert order.code == CODE


def test_another_order_than_the_one_asked_for_says_nothing() -> None:
    one = {"data": sample("orders")["data"][0]}
    with pytest.raises(NoInformation):
        talk(serving(orders_b3RoZXI=one), lambda shop: shop.order_by_id("b3RoZXI"))


def test_an_id_with_a_slash_stays_one_step_of_the_path() -> None:
    kaspi = Recorder(httpx.Response(404, json={"errors": []}))
    with pytest.raises(NotFound):
        talk(kaspi, lambda shop: shop.order_by_id("a/../b+c=="))
    assert kaspi.requests[0].url.raw_path == b"/shop/api/v2/orders/a%2F..%2Fb%2Bc%3D%3D"


READS: list[tuple[str, Any, str]] = [
    ("orders_NzEyMzQ1Njc4_entries", lambda shop: shop.entries(ORDER_ID), "entries"),
    ("orderentries_E_product", lambda shop: shop.product_of_entry("E"), "master_product"),
    ("masterproducts_M_merchantProduct", lambda shop: shop.merchant_product("M"), "merchant_product"),
    ("pointofservices_P", lambda shop: shop.point("P"), "point"),
    ("orderentries_E_deliveryPointOfService", lambda shop: shop.point_of_entry("E"), "point"),
    ("pointofservices_P_city", lambda shop: shop.city_of_point("P"), "city"),
]


@pytest.mark.parametrize(("path", "ask", "body"), READS, ids=[read[0] for read in READS])
def test_each_read_knows_its_path(path: str, ask: Any, body: str) -> None:
    assert talk(serving(**{path: sample(body)}), ask)


def test_one_entry_all_cities_and_the_customer_are_read() -> None:
    entry, city = sample("entries")["data"][0], sample("city")["data"]
    customer = {"type": "customers", "id": "MQ", "attributes": {"firstName": "Айгуль", "cellPhone": "7011234567"}}
    kaspi = serving(
        orderentries_E={"data": entry}, cities={"data": [city]}, orders_NzEyMzQ1Njc4_user={"data": customer}
    )
    assert talk(kaspi, lambda shop: shop.entry("E")).sku == "A100"
    assert [found.name for found in talk(kaspi, lambda shop: shop.cities())] == ["Алматы"]
    assert talk(kaspi, lambda shop: shop.customer(ORDER_ID)).phone == "+77011234567"


def entries_without_offer() -> Any:
    lines = sample("entries")
    del lines["data"][0]["attributes"]["offer"]
    return lines


def line_with_sku(**bodies: Any) -> KaspiEntry:
    kaspi = serving(orders_NzEyMzQ1Njc4_entries=entries_without_offer(), **bodies)
    (line,) = talk(kaspi, lambda shop: shop.entries_with_sku(ORDER_ID))
    return line


def test_a_line_without_an_offer_gets_its_sku_through_the_product() -> None:
    line = line_with_sku(
        orderentries_NzEyMzQ1Njc4IyMw_product=sample("master_product"),
        masterproducts_MTAyNTI5OTYz_merchantProduct=sample("merchant_product"),
    )
    assert (line.sku, line.name) == ("A100", "Чайник 1,7 л")


def test_a_line_whose_card_is_gone_keeps_an_empty_sku() -> None:
    assert line_with_sku().sku == ""


PDF = httpx.Response(200, content=b"%PDF-1.7\n...", headers={"content-type": "application/pdf"})
SHOWN = [
    "https://kaspi.kz/shop/api/waybill/712345678",
    "https://KASPI.kz:443/waybill",
    "https://mc.kaspi.kz/waybill",
    "/shop/api/waybill/1",
]
REFUSED = [
    "",
    "http://kaspi.kz/waybill",
    "https://kaspi.kz:8443/waybill",
    "https://kaspi.kz.evil.example/waybill",
    "https://evilkaspi.kz/waybill",
    "https://kaspi.kz@evil.example/",
    "https://user:secret@kaspi.kz/",
    "https://evil.example\\@kaspi.kz/",
    "https://evil.example\\.kaspi.kz/",
    "https://evil.example/\n.kaspi.kz",
    "//evil.example/waybill",
    "https://169.254.169.254/",
    "file:///etc/passwd",
    "https://[::1",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("url", SHOWN)
def test_a_waybill_on_a_host_of_kaspi_is_read_with_the_token(url: str) -> None:
    kaspi = Recorder(PDF)
    assert talk(kaspi, lambda shop: shop.waybill(url)).startswith(b"%PDF-")
    assert kaspi.requests[0].headers["X-Auth-Token"] == TOKEN


def test_a_waybill_on_the_file_host_is_read_without_the_token() -> None:
    kaspi = Recorder(PDF)
    talk(kaspi, lambda shop: shop.waybill("https://files.cdnkaspi.kz/waybills/1.pdf"))
    assert not {"x-auth-token", "x-merchant-uid"} & set(kaspi.requests[0].headers)


@pytest.mark.parametrize("url", REFUSED)
def test_a_waybill_anywhere_else_is_never_asked_for(url: str) -> None:
    kaspi = Recorder(PDF)
    with pytest.raises(NoInformation):
        talk(kaspi, lambda shop: shop.waybill(url))
    assert kaspi.requests == []


def test_a_page_in_place_of_the_waybill_says_nothing() -> None:
    with pytest.raises(NoInformation):
        talk(answering(httpx.Response(200, text="<html>")), lambda shop: shop.waybill(SHOWN[0]))


def test_five_failures_shut_the_shop_and_nothing_more_is_sent() -> None:
    kaspi, breaker = Recorder(httpx.Response(500)), Breaker()
    for _ in range(5):
        with pytest.raises(Transient):
            talk(kaspi, new_orders, breaker=breaker)
    with pytest.raises(CircuitOpen):
        talk(kaspi, accepted, breaker=breaker)
    assert len(kaspi.requests) == 5


@pytest.mark.parametrize("status", [400, 401, 403, 429])
def test_refusals_do_not_shut_the_shop(status: int) -> None:
    breaker = Breaker()
    for _ in range(6):
        with pytest.raises(KaspiError):
            talk(answering(httpx.Response(status)), new_orders, breaker=breaker)
    assert not breaker.is_open


def test_a_429_slows_the_token_down_and_tells_how_long() -> None:
    limiter = Limiter(rate=8, clock=lambda: 100.0)
    with pytest.raises(RateLimited) as caught:
        talk(answering(httpx.Response(429, headers={"Retry-After": "45"})), new_orders, limiter=limiter)
    assert (caught.value.retry_after, limiter.rate) == (45, 4)


def test_a_503_tells_how_long_kaspi_asked_us_to_wait() -> None:
    with pytest.raises(Transient) as caught:
        talk(answering(httpx.Response(503, headers={"Retry-After": "120"})), new_orders)
    assert caught.value.retry_after == 120


def test_every_call_is_reported_with_its_outcome() -> None:
    heard: list[tuple[str, str]] = []

    def hear(call: str, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        heard.append((call, outcome))

    talk(answering(ECHO), accepted, on_call=hear)
    with pytest.raises(UnknownOutcome):
        talk(answering(httpx.Response(500)), accepted, on_call=hear)
    with pytest.raises(TokenRefused):
        talk(answering(httpx.Response(401)), new_orders, on_call=hear)
    assert heard == [("accept", "ok"), ("accept", "unknown_outcome"), ("list_orders", "token_refused")]


def test_the_token_is_in_no_repr() -> None:
    shop = client(httpx.AsyncClient())
    assert repr(shop) == "KaspiClient('https://kaspi.kz/shop/api/', merchant_uid='30000001')"


@pytest.mark.parametrize("token", ["", "a b", "ab\r\nX: y", "ключ"])
def test_a_token_that_fits_in_no_header_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(ValueError, match="printable") as caught:
        client(httpx.AsyncClient(), token=token)
    assert not token or token not in str(caught.value)


def test_a_cookie_given_to_one_shop_does_not_travel_with_another() -> None:
    kaspi = Recorder(httpx.Response(200, json=sample("orders"), headers={"set-cookie": "session=of-shop-1; Path=/"}))

    async def twice(shop: KaspiClient) -> None:
        await new_orders(shop)
        await new_orders(shop)

    talk(kaspi, twice)
    assert [request.headers.get("cookie") for request in kaspi.requests] == [None, None]
