"""Calls to addresses that a tenant gave us: never into our own network (reliability.md §5.5, §4 row 28).

An address is looked at twice. `check_address` refuses what can be seen to be wrong when it is saved. When it is called, its
name is resolved anew, every address of it must be a public one, and the connection goes to the address that was checked,
so a name that changes its mind in between gains nothing. No redirects, bounded size and time.
"""

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore
import httpx

TOTAL_SECONDS: Final = 15.0
CONNECT_SECONDS: Final = 3.0
MOST_BYTES: Final = 1_000_000
LONGEST_ADDRESS: Final = 2_000
LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# Names that mean a place near us, whatever they resolve to.
NEAR: Final = frozenset({"localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion"})
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
LOCAL_NAT64: Final = ipaddress.ip_network("64:ff9b:1::/48")
V4_COMPATIBLE: Final = ipaddress.ip_network("::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str], Awaitable[Sequence[str]]]


class NotReached(Exception):
    """The call failed: no connection, no answer in time, or one larger than allowed."""


class BlockedAddress(NotReached):
    """The address may not be called. The text is for the log and names no address of ours."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


def check_address(url: str) -> str:
    """The name of the host of an address that may be called. Raises BlockedAddress for one that can be seen to be wrong."""
    if len(url) > LONGEST_ADDRESS or not url.isascii() or re.search(r"[\s\\\x00-\x20\x7f]", url):
        raise BlockedAddress("not an address in plain ASCII")
    try:
        parts, port = urlsplit(url), urlsplit(url).port
        read = httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        raise BlockedAddress("not an address") from None
    if parts.scheme != "https" or port not in (None, 443):
        raise BlockedAddress("only https on port 443")
    if "@" in parts.netloc:
        raise BlockedAddress("a user in the address")
    host = (parts.hostname or "").removesuffix(".")
    # Two readers that disagree about the host are how such checks are passed.
    if host != read.raw_host.decode().removesuffix("."):
        raise BlockedAddress("an ambiguous host")
    labels = host.split(".")
    if len(labels) < 2 or not all(map(LABEL.fullmatch, labels)) or labels[-1] in NEAR:
        raise BlockedAddress("not a public host name")
    # No public name ends in digits: `127.1`, `0x7f.1` and `2130706433` are addresses spelt otherwise.
    if not labels[-1][0].isalpha():
        raise BlockedAddress("a number instead of a name")
    return host


def is_public(text: str) -> bool:
    """Whether an address lies in the open internet, looked at through every dress of IPv4 in IPv6."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(map(_is_open, _faces(address)))


class Outgoing:
    """Makes such calls. Every call resolves anew and keeps no connection.

    `resolve` gives the addresses of a name, `network` opens the connections, `trust` are the certificates believed.
    """

    def __init__(
        self,
        *,
        resolve: Resolve | None = None,
        network: httpcore.AsyncNetworkBackend | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._network = _Guarded(resolve or _resolve, network or httpcore.AnyIOBackend())
        self._trust = trust or httpx.create_ssl_context(trust_env=False)

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        seconds: float = TOTAL_SECONDS,
        limit: int = MOST_BYTES,
    ) -> Reply:
        """One call and its whole answer, redirects included as they are. Raises BlockedAddress, NotReached."""
        check_address(url)
        asked = {"Accept-Encoding": "identity", **(headers or {})}
        try:
            async with (
                asyncio.timeout(seconds),
                self._client() as client,
                client.stream(method, url, headers=asked, content=content) as answer,
            ):
                return Reply(answer.status_code, answer.headers, await _body(answer, limit))
        except TimeoutError:
            raise NotReached(f"no whole answer within {seconds:g} s") from None
        except (httpx.HTTPError, OSError) as problem:
            raise NotReached(f"the connection failed: {type(problem).__name__}") from None

    def _client(self) -> httpx.AsyncClient:
        transport = _Transport(httpcore.AsyncConnectionPool(ssl_context=self._trust, network_backend=self._network))
        return httpx.AsyncClient(transport=transport, timeout=None, trust_env=False, follow_redirects=False)  # noqa: S113


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's own, over a pool whose connections are guarded."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool


@dataclass
class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects to addresses that it has checked itself; TLS goes by the name all the same."""

    resolve: Resolve
    network: httpcore.AsyncNetworkBackend = field(repr=False)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self.resolve(host)
        if not addresses or not all(map(is_public, addresses)):
            raise BlockedAddress("the name leads to an address that is not public")
        problem: Exception = httpcore.ConnectError("no address")
        for address in addresses[:2]:
            try:
                return await self.network.connect_tcp(address, port, timeout=CONNECT_SECONDS)
            except httpcore.ConnectError as failure:
                problem = failure
            except httpcore.ConnectTimeout as failure:
                problem = failure
        raise problem

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise BlockedAddress("a socket of this machine")

    async def sleep(self, seconds: float) -> None:
        await self.network.sleep(seconds)


async def _resolve(host: str) -> Sequence[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except socket.gaierror:
        raise NotReached("the name is not known") from None
    return list(dict.fromkeys(str(place[4][0]) for place in found))


async def _body(answer: httpx.Response, limit: int) -> bytes:
    if answer.headers.get("content-encoding", "identity") not in ("identity", ""):
        raise NotReached("the body is packed in a way we did not ask for")
    taken = bytearray()
    async for chunk in answer.aiter_raw():
        taken += chunk
        if len(taken) > limit:
            raise NotReached(f"the body is larger than {limit} bytes")
    return bytes(taken)


def _faces(address: Address) -> list[Address]:
    """The address, and the IPv4 ones that it may be a dress of: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    inside: list[Address] = [found for found in (address.ipv4_mapped, address.sixtofour) if found is not None]
    inside += list(address.teredo or ())
    if address in NAT64:
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    # A mapped or translated address is nothing of its own.
    return inside if address.ipv4_mapped or address in NAT64 else [address, *inside]


def _is_open(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (address in LOCAL_NAT64 or address in V4_COMPATIBLE):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
