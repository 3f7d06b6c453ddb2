"""Kaspi's Merchant API, one method a call (kaspi-api §1–4).

No call repeats itself: whether to try again is the caller's decision. Reads raise Transient, Rejected, TokenRefused
or their kin; writes raise UnknownOutcome besides, whenever the request may have been applied. The echo of a write
proves nothing, so read the order back after each.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

import httpx

from integrations.kaspi import fields, jsonapi, parse
from integrations.kaspi.breaker import Breaker
from integrations.kaspi.calls import Call, document, pdf, single
from integrations.kaspi.errors import (
    Congested,
    KaspiError,
    NoInformation,
    NotFound,
    RateLimited,
    Transient,
)
from integrations.kaspi.facts import (
    Buyer,
    CancelReason,
    City,
    EntryDevices,
    KaspiEntry,
    KaspiOrder,
    MasterProduct,
    MerchantProduct,
    OrderPage,
    Point,
)
from integrations.kaspi.http import Answer, check, exchange, file_address
from integrations.kaspi.limits import Limiter

Read = TypeVar("Read")
OnCall = Callable[[str, str, float], None]

TOTAL_SECONDS: Final = 15.0
LONGEST_WINDOW: Final = timedelta(days=14)
LARGEST_PAGE: Final = 100
LONGEST_COMMENT: Final = 1000
UNDERWEIGHT: Final = "PRODUCT_UNDERWEIGHT"
MEDIA_TYPE: Final = "application/vnd.api+json"
# Library defaults met hangs and 403 at the layer in front of the API (kaspi-api §1.3).
USER_AGENT: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)


class KaspiClient:
    """The API as one shop sees it. `total_timeout`: seconds for everything, from the wait for a turn to the last byte.

    `on_call(call, outcome, seconds)` hears of every call. Raises ValueError for a token or merchant id that cannot
    stand in a header; the text of the error does not repeat it.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        base_url: str,
        token: str,
        merchant_uid: str,
        limiter: Limiter,
        breaker: Breaker,
        total_timeout: float = TOTAL_SECONDS,
        on_call: OnCall | None = None,
    ) -> None:
        if not re.fullmatch(r"[\x21-\x7e]+", token) or not re.fullmatch(r"[\x21-\x7e]*", merchant_uid):
            raise ValueError("a token and a merchant id are made of printable ASCII without blanks")
        self._http = http
        self._base = base_url.rstrip("/") + "/"
        self._token = token
        self._merchant_uid = merchant_uid
        self._limiter = limiter
        self._breaker = breaker
        self._total_timeout = total_timeout
        self._on_call = on_call or _unheard

    def __repr__(self) -> str:
        return f"KaspiClient({self._base!r}, merchant_uid={self._merchant_uid!r})"

    # --- orders ------------------------------------------------------------------------------------------------------

    async def list_orders(
        self,
        *,
        state: str | None,
        created_from: datetime,
        created_to: datetime,
        page: int,
        size: int = LARGEST_PAGE,
        with_entries: bool = True,
    ) -> OrderPage:
        """A page (from 0) of the orders created in a window of at most 14 days, both ends included.

        `state` None means all states. Raises ValueError, before any call, for arguments Kaspi would not take
        (kaspi-api §1.8).
        """
        _check_window(created_from, created_to)
        if page < 0 or not 1 <= size <= LARGEST_PAGE:
            raise ValueError(f"page {page} of {size}: pages start at 0 and hold 1 to {LARGEST_PAGE}")
        query = {
            "page[number]": str(page),
            "page[size]": str(size),
            "filter[orders][creationDate][$ge]": str(_milliseconds(created_from)),
            "filter[orders][creationDate][$le]": str(_milliseconds(created_to)),
            "include[orders]": "user,entries" if with_entries else "user",
        } | ({"filter[orders][state]": state} if state else {})
        requested_at = datetime.now(UTC)
        return await self._get(
            "list_orders",
            ("orders",),
            lambda document: parse.order_page(document, page=page, size=size, requested_at=requested_at),
            query,
        )

    async def order_by_code(self, code: str) -> KaspiOrder | None:
        """The order with the number the seller sees, or None when Kaspi says that there is none."""
        query = {"filter[orders][code]": code, "include[orders]": "user,entries"}
        return await self._get("order_by_code", ("orders",), lambda found: parse.order_by_code(found, code=code), query)

    async def order_by_id(self, kaspi_id: str) -> KaspiOrder:
        """The order with Kaspi's id; NotFound when there is none."""
        path = ("orders", kaspi_id)
        return await self._get("order_by_id", path, lambda found: parse.order_by_id(found, kaspi_id=kaspi_id))

    # --- what an order is made of ------------------------------------------------------------------------------------

    async def entries(self, order_id: str) -> tuple[KaspiEntry, ...]:
        """The lines of an order, by number."""
        return await self._get("entries", ("orders", order_id, "entries"), parse.entries)

    async def entries_with_sku(self, order_id: str) -> tuple[KaspiEntry, ...]:
        """The lines of an order; where Kaspi left out `offer`, two calls a line fetch SKU and name."""
        return tuple([line if line.sku else await self._named(line) for line in await self.entries(order_id)])

    async def entry(self, entry_id: str) -> KaspiEntry:
        return await self._get("entry", ("orderentries", entry_id), single(parse.entry))

    async def product_of_entry(self, entry_id: str) -> MasterProduct:
        path = ("orderentries", entry_id, "product")
        return await self._get("product_of_entry", path, single(parse.master_product))

    async def merchant_product(self, master_id: str) -> MerchantProduct:
        path = ("masterproducts", master_id, "merchantProduct")
        return await self._get("merchant_product", path, single(parse.merchant_product))

    async def point(self, point_id: str) -> Point:
        return await self._get("point", ("pointofservices", point_id), single(parse.point))

    async def point_of_entry(self, entry_id: str) -> Point:
        path = ("orderentries", entry_id, "deliveryPointOfService")
        return await self._get("point_of_entry", path, single(parse.point))

    async def city_of_point(self, point_id: str) -> City:
        return await self._get("city_of_point", ("pointofservices", point_id, "city"), single(parse.city))

    async def cities(self) -> tuple[City, ...]:
        return await self._get("cities", ("cities",), parse.cities)

    async def customer(self, order_id: str) -> Buyer:
        return await self._get("customer", ("orders", order_id, "user"), single(parse.customer))

    async def imeis(self, order_id: str) -> tuple[EntryDevices, ...]:
        """The IMEIs that Kaspi holds for the lines of an order."""
        return await self._get("imeis", ("orders", order_id, "imei"), parse.imeis)

    async def waybill(self, url: str) -> bytes:
        """The PDF behind `waybill_url`, at most 10 MB.

        The token goes to Kaspi's own hosts only; Kaspi's file host is read without it, and any other is refused with
        NoInformation before a call (kaspi-api §2.9, reliability §4 row 30).
        """
        address, ours = file_address(url, base=httpx.URL(self._base))
        headers = self._headers() if ours else {}
        return await self._request(Call("waybill", str(address), headers | self._manners("*/*")), pdf)

    # --- writes (kaspi-api §4) ---------------------------------------------------------------------------------------

    async def accept(self, order_id: str, code: str) -> None:
        await self._write("accept", order_id, {"code": code, "status": "ACCEPTED_BY_MERCHANT"})

    async def cancel(self, order_id: str, code: str, *, reason: str, comment: str) -> None:
        """Cancel with one of CancelReason and a comment of at most 1000 characters; ValueError for others."""
        if len(comment) > LONGEST_COMMENT:
            raise ValueError(f"the comment is longer than {LONGEST_COMMENT} characters")
        why = {"cancellationReason": CancelReason(reason).value, "cancellationComment": comment}
        await self._write("cancel", order_id, {"code": code, "status": "CANCELLED"} | why)

    async def assemble(self, order_id: str, *, places: int) -> None:
        """Packed for Kaspi Delivery in `places` parcels; the waybill appears seconds to minutes later."""
        if places < 1:
            raise ValueError("an order takes at least one place")
        await self._write("assemble", order_id, {"status": "ASSEMBLE", "numberOfSpace": str(places)})

    async def send_code(self, order_id: str, code: str) -> None:
        """Ask Kaspi to send the buyer a code. The order stays accepted although the echo says completed."""
        await self._complete("send_code", order_id, code, security_code="")

    async def complete(self, order_id: str, code: str, *, security_code: str) -> None:
        """Hand the order out with the buyer's four-digit code; ValueError for anything else."""
        if not re.fullmatch(r"[0-9]{4}", security_code):
            raise ValueError("the buyer's code has four digits")
        await self._complete("complete", order_id, code, security_code=security_code)

    async def arrived(self, order_id: str, code: str) -> None:
        """The goods of a pre-order are on the shelf."""
        await self._write("arrived", order_id, {"code": code, "status": "ARRIVED"})

    async def arrived_backward(self, order_id: str, code: str) -> None:
        """A refused or returned parcel has come back."""
        await self._write("arrived_backward", order_id, {"code": code, "status": "ARRIVED_BACKWARD"})

    # --- writes about one line (kaspi-api §4, q3214, q3215, q4026) ---------------------------------------------------

    async def cancel_entry(self, entry_id: str, *, remained: Decimal, reason: str, notes: str) -> None:
        """Leave only `remained` of a line; 0 takes it out of the order. ValueError for a reason Kaspi does not know."""
        attributes = {"notes": notes, "remainedQuantity": _number(remained), "reason": CancelReason(reason).value}
        await self._operate("cancel_entry", "orderEntryCancelOperation", entry_id, attributes)

    async def set_imei(self, entry_id: str, devices: Sequence[Sequence[str]]) -> None:
        """Name the devices of a line: one list a device, one IMEI a SIM slot. What was named before is replaced."""
        items = [{"imei": list(device)} for device in devices]
        await self._operate("set_imei", "orderEntryImeiOperation", entry_id, {"items": items})

    async def weigh(self, order_id: str, entry_id: str, *, grams: Decimal, quantity: Decimal, notes: str) -> None:
        """The line weighs so many grams, less than was ordered; 0 takes it out of the order."""
        change = {
            "entry": {"id": entry_id},
            "remainedWeight": _number(grams),
            "remainedQuantity": _number(quantity),
            "reason": UNDERWEIGHT,
            "notes": notes,
        }
        if order_id in ("", ".", ".."):
            raise ValueError("an id cannot be empty or made of dots")
        # This one address stands beside the versioned ones and speaks plain JSON.
        url = f"{self._base}orderPartialCancel/{quote(order_id, safe='')}"
        headers = self._headers() | self._manners("application/json") | {"Content-Type": "application/json"}
        call = Call("weigh", url, headers, json.dumps([change]).encode(), "PUT")
        await self._request(call, lambda answer: parse.partial_cancel_echo(document(answer)))

    # --- the older family (kaspi-api §7) ------------------------------------------------------------------------------

    async def plain(
        self,
        name: str,
        path: str,
        read: Callable[[Answer], Read],
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Read:
        """A call that speaks plain JSON; `path` is ours and never data. A body makes it a write, sent as text/plain."""
        headers = self._headers() | self._manners("application/json") | {"Content-Type": "text/plain"}
        url = f"{self._base}{path}" + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        return await self._request(Call(name, url, headers, body, "GET" if body is None else "POST"), read)

    # --- how it is done ----------------------------------------------------------------------------------------------

    async def _named(self, line: KaspiEntry) -> KaspiEntry:
        try:
            product = await self.product_of_entry(line.kaspi_id)
            named = await self.merchant_product(product.kaspi_id)
        except NotFound:
            return line  # the card is gone from the catalogue; the line itself still stands
        return replace(line, sku=named.code, name=named.name or product.name, master_id=product.kaspi_id)

    async def _complete(self, name: str, order_id: str, code: str, *, security_code: str) -> None:
        headers = {"X-Send-Code": "true", "X-Security-Code": security_code}
        await self._write(name, order_id, {"code": code, "status": "COMPLETED"}, headers)

    async def _write(
        self, name: str, order_id: str, attributes: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> None:
        body = json.dumps({"data": {"type": "orders", "id": order_id, "attributes": dict(attributes)}}).encode()
        call = Call(name, self._url(("orders",)), self._headers() | dict(headers or {}), body, "POST")

        def confirm(answer: Answer) -> None:
            if parse.echoed_id(document(answer)).rstrip("=") != order_id.rstrip("="):
                raise NoInformation("the echo names another order")

        await self._request(call, confirm)

    async def _operate(self, name: str, kind: str, entry_id: str, attributes: Mapping[str, object]) -> None:
        relationships = {"entry": {"data": {"type": "orderentries", "id": entry_id}}}
        data = {"type": kind, "attributes": dict(attributes), "relationships": relationships}
        call = Call(name, self._url((kind,)), self._headers(), json.dumps({"data": data}).encode(), "POST")
        await self._request(call, lambda answer: parse.operation_echo(document(answer), kind=kind))

    async def _get(
        self,
        name: str,
        path: Sequence[str],
        read: Callable[[jsonapi.Json], Read],
        query: Mapping[str, str] | None = None,
    ) -> Read:
        call = Call(name, self._url(path, query), self._headers())
        return await self._request(call, lambda answer: read(document(answer)))

    async def _request(self, call: Call, read: Callable[[Answer], Read]) -> Read:
        started, outcome = time.perf_counter(), "interrupted"
        try:
            self._breaker.admit()
            result = read(await self._answer(call))
            self._breaker.succeeded()
            outcome = "ok"
            return result
        except KaspiError as error:
            failure = call.failure(error)
            outcome = failure.outcome
            self._tell_breaker(failure)
            if failure is error:
                raise
            raise failure from error
        finally:
            self._on_call(call.name, outcome, time.perf_counter() - started)

    async def _answer(self, call: Call) -> Answer:
        """One exchange within the total time, the wait for a turn included: a caller's lease may be running out."""
        request = self._http.build_request(call.method, call.url, headers=call.headers, content=call.body)
        # A session that Kaspi gave one shop must not travel with another shop's token.
        request.headers.pop("Cookie", None)
        on_the_way = False
        try:
            async with asyncio.timeout(self._total_timeout):
                await self._limiter.acquire(within=self._total_timeout)
                on_the_way = True
                answer = await exchange(self._http, request)
        except TimeoutError:
            if on_the_way:
                raise Transient(f"no complete answer within {self._total_timeout:g} s") from None
            raise Congested("no turn within the time of the call") from None
        if answer.status == 429:
            raise RateLimited("HTTP 429", self._limiter.throttled(answer.retry_after))
        check(answer)
        return answer

    def _tell_breaker(self, failure: KaspiError) -> None:
        if failure.alive is True:
            self._breaker.succeeded()
        elif failure.alive is False:
            self._breaker.failed()

    def _url(self, path: Sequence[str], query: Mapping[str, str] | None = None) -> str:
        if any(step in ("", ".", "..") for step in path):
            raise ValueError("an id cannot be empty or made of dots")
        steps = "/".join(quote(step, safe="") for step in path)
        # Joined as text: httpx.URL would read the address four times over, a third of the time of a call.
        return f"{self._base}v2/{steps}" + (f"?{urlencode(query)}" if query else "")

    def _headers(self) -> dict[str, str]:
        shop = {"X-Merchant-Uid": self._merchant_uid} if self._merchant_uid else {}
        return self._manners(MEDIA_TYPE) | {"Content-Type": MEDIA_TYPE, "X-Auth-Token": self._token} | shop

    @staticmethod
    def _manners(accept: str) -> dict[str, str]:
        # Only gzip: it is the packing we can unpack within bounds.
        return {"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": USER_AGENT}


def _check_window(start: datetime, end: datetime) -> None:
    if start.utcoffset() is None or end.utcoffset() is None:
        raise ValueError("a window needs aware moments")
    if not timedelta(0) <= end - start <= LONGEST_WINDOW:
        raise ValueError(f"a window runs forward and over at most {LONGEST_WINDOW.days} days")


def _number(value: Decimal) -> int | float:
    """A whole number as such: Kaspi counts pieces in whole ones."""
    return int(value) if value == value.to_integral_value() else float(value)


def _milliseconds(moment: datetime) -> int:
    return (moment - fields.EPOCH) // fields.MILLISECOND


def _unheard(call: str, outcome: str, seconds: float) -> None:
    """Nobody listens."""
