"""One exchange with Kaspi over HTTP: bounded, without redirects, and sure about what may have been sent.

Measured: httpx's own transport falls to 0.15 of the ideal at 64 connections, the aiohttp one keeps 0.92 (stack §10).
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from integrations.kaspi import jsonapi
from integrations.kaspi.errors import NoInformation, NotFound, RateLimited, Rejected, TokenRefused, Transient, Unsent

MAX_BYTES: Final = 10_000_000  # decoded
CONNECT_SECONDS: Final = 3.0
POOL_SECONDS: Final = 10.0
SHORTEST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 300.0
KASPI_DOMAIN: Final = "kaspi.kz"
FILES_DOMAIN: Final = "cdnkaspi.kz"


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer, its body decoded and within bounds."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_json(self) -> bool:
        return "json" in self.headers.get("content-type", "").lower()

    @property
    def retry_after(self) -> float | None:
        return retry_after(self.headers.get("retry-after", ""), now=datetime.now(UTC))


def open_http(*, connections: int) -> httpx.AsyncClient:
    """A client for all shops of a process, with at most `connections` open at once. Belongs to one event loop.

    Keeps no cookies: a session that Kaspi gives one shop must not travel with another shop's token.
    """
    verify = httpx.create_ssl_context(trust_env=False)

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=connections, ssl=verify)
        made = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
        # It would send a PUT whose answer was lost once more by itself, and Kaspi would weigh a line twice. There is no
        # public name for this; aiohttp's own test client does the same.
        made._retry_connection = False
        return made

    return httpx.AsyncClient(
        transport=AiohttpTransport(verify=verify, client=session, trust_env=False),
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS, pool=POOL_SECONDS),
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        trust_env=False,
        follow_redirects=False,
    )


async def exchange(http: httpx.AsyncClient, request: httpx.Request, *, limit: int = MAX_BYTES) -> Answer:
    """Send `request` once and read the whole answer. The caller sets the total time.

    Raises Unsent when no connection came about, Transient when it broke, NoInformation when the body is over `limit`
    bytes or cannot be unpacked.
    """
    try:
        response = await http.send(request, stream=True, follow_redirects=False)
        try:
            return Answer(response.status_code, response.headers, await _body(response, limit))
        finally:
            await response.aclose()
    except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
        family = Unsent if _never_left(error) else Transient
        raise family(f"the connection failed: {type(error.__cause__ or error).__name__}") from error


def check(answer: Answer) -> None:
    """Raise the family of a failed answer (kaspi-api §1.5, reliability §5.2); pass a success."""
    status = answer.status
    if 200 <= status < 300:
        return
    if status in (401, 403):
        raise TokenRefused(status)
    if status == 429:
        raise RateLimited("HTTP 429", answer.retry_after)
    if status == 408 or status >= 500:
        raise Transient(f"HTTP {status}", answer.retry_after)
    if status < 400:
        raise NoInformation(f"HTTP {status}: redirects are not followed")
    title = _title(answer)
    if status != 404:
        raise Rejected(status, title or "")
    # Tomcat's own page answers unknown paths and requests without Accept: it says nothing about the order asked for.
    if title is None:
        raise NoInformation("HTTP 404 without JSON")
    raise NotFound(status, title)


def retry_after(value: str, *, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, a number or a date, held within 1 s to 5 min; None when unreadable."""
    value = value.strip()
    if re.fullmatch(r"[+-]?\d{1,20}", value):
        seconds = float(value)
    else:
        try:
            date = parsedate_to_datetime(value)
        except (ValueError, TypeError, OverflowError):
            return None
        seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    return min(LONGEST_PAUSE, max(SHORTEST_PAUSE, seconds))


def file_address(url: str, *, base: httpx.URL) -> tuple[httpx.URL, bool]:
    """Where a file named by Kaspi lies, and whether that host may see the token.

    Source: kaspi-api §2.9, reliability §4 row 30. The token goes to the host of the API and to kaspi.kz over https,
    not to Kaspi's file host; any other host raises NoInformation.
    """
    # httpx and the transport each read the address, so it must not hold anything the two could read apart.
    if not url or re.search(r"[\s\\@]", url):
        raise NoInformation("the address of a file is not one")
    try:
        address = base.join(url)
    except httpx.InvalidURL:
        raise NoInformation("the address of a file is not one") from None
    ours = _origin(address) == _origin(base) or _lies_under(KASPI_DOMAIN, address)
    if not ours and not _lies_under(FILES_DOMAIN, address):
        raise NoInformation("a file lies on a host that is not Kaspi's")
    return address, ours


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _lies_under(domain: str, url: httpx.URL) -> bool:
    return url.scheme == "https" and url.port is None and f".{url.host}".endswith(f".{domain}")


def _title(answer: Answer) -> str | None:
    """Kaspi's words in a JSON answer, "" when it has none; None when the answer is not JSON."""
    try:
        return jsonapi.error_titles(jsonapi.decode(answer.body)) if answer.is_json else None
    except NoInformation:
        return None


async def _body(response: httpx.Response, limit: int) -> bytes:
    # httpx unpacks a whole chunk at once, however far it swells; zlib stops where told (reliability §1.3 row 21).
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "deflate", ""):
        raise NoInformation("the body is packed in a way we did not ask for")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding in ("gzip", "deflate") else None
    assert isinstance(response.stream, httpx.AsyncByteStream)
    taken = bytearray()
    try:
        async for chunk in response.stream:
            taken += unpacker.decompress(chunk, limit + 1 - len(taken)) if unpacker else chunk
            if len(taken) > limit:
                raise NoInformation(f"the body is larger than {limit} bytes")
    except zlib.error:
        raise NoInformation("the body cannot be unpacked") from None
    if unpacker and not unpacker.eof:
        raise NoInformation("the packed body is cut off")
    return bytes(taken)


def _never_left(error: Exception) -> bool:
    # The transport reports every aiohttp connection error as ConnectTimeout, a reset after sending included, so the
    # cause decides where there is one.
    cause = error.__cause__ or error
    if isinstance(cause, aiohttp.ClientError):
        return isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
