"""Addresses that tenants give: none leads into our own network (reliability.md §4, row 28)."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from integrations.outgoing import BlockedAddress, NotReached, Outgoing, Reply, check_address, is_public

NAME, PUBLIC = "hooks.example", "93.184.216.34"
Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "http://127.1",
        "https://127.1/",
        "https://127.0.0.1/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://localhost/",
        "https://localhost./",
        "https://printer/",
        "https://db.internal/",
        "https://user@hooks.example/",
        "https://user:pass@hooks.example/",
        "https://hooks.example:25/",
        "https://hooks.example:8443/",
        "file:///etc/passwd",
        "gopher://hooks.example/",
        "https://hооks.example/",  # two Cyrillic letters
        "https://１２７.0.0.1/",
        "https://ⓛocalhost/",
        "https://hooks.example\\@10.0.0.1/",
        "https://hooks.example/a b",
        "https://hooks.example\r\nHost: x/",
        "https://-bad.example/",
        "https:///path",
        "https://",
        "",
        "https://hooks.example/" + "a" * 2000,
    ],
)
def test_an_address_that_can_be_seen_to_be_wrong_is_refused(url: str) -> None:
    with pytest.raises(BlockedAddress):
        check_address(url)


@pytest.mark.parametrize(
    "url", ["https://hooks.example/a?b=1", "https://Hooks.Example:443/", "https://xn--80ao21a.kz/"]
)
def test_an_ordinary_address_is_taken(url: str) -> None:
    assert check_address(url)


PRIVATE = """
127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 192.0.2.1
198.18.0.1 240.0.0.1 :: ::1 fe80::1 fe80::1%eth0 fc00::1 ff02::1 2001:db8::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1
::7f00:1 64:ff9b::a00:1 64:ff9b:1::1 2002:7f00:1:: 2001:0:a00:1:: words
"""


@pytest.mark.parametrize("address", [*PRIVATE.split(), ""])
def test_an_address_of_a_private_place_is_none_of_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_one(address: str) -> None:
    assert is_public(address)


class Canary(httpcore.AsyncNetworkBackend):
    """Stands where the network is: notes whom a connection was asked for, and leads all of them to one server."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.asked: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.asked.append(host)
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self.port, timeout=timeout)


def resolver(*answers: Sequence[str]) -> Callable[[str], Any]:
    """Answers one after another, the last one from then on."""
    left = list(answers)

    async def resolve(host: str) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], []]
)
def test_a_name_that_leads_inside_brings_no_connection(addresses: list[str]) -> None:
    canary = Canary()
    outgoing = Outgoing(resolve=resolver(addresses), network=canary)
    with pytest.raises(BlockedAddress):
        asyncio.run(outgoing.send("POST", f"https://{NAME}/"))
    assert canary.asked == []


def test_a_name_whose_real_answer_is_this_machine_brings_no_connection() -> None:
    async def knock() -> int:
        seen = 0

        async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal seen
            seen += 1
            writer.close()

        async with await asyncio.start_server(count, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            for host in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
                outgoing = Outgoing(resolve=resolver([host]), network=Canary(port))
                with pytest.raises(BlockedAddress):
                    await outgoing.send("GET", f"https://{NAME}/")
        return seen

    assert asyncio.run(knock()) == 0


def test_a_name_that_changes_its_mind_is_asked_anew_and_refused(server: "Server") -> None:
    """The first call goes to the address that was checked; the second finds the name inside."""
    outgoing, canary = server.outgoing(resolver([PUBLIC], ["10.0.0.1"]))

    async def both() -> None:
        async with server.running(reply(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), canary):
            assert (await outgoing.send("GET", f"https://{NAME}/")).status == 200
            with pytest.raises(BlockedAddress):
                await outgoing.send("GET", f"https://{NAME}/")

    asyncio.run(both())
    assert canary.asked == [PUBLIC]


def test_tls_and_host_go_by_the_name_and_a_redirect_is_only_told(server: "Server") -> None:
    told = b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    answer, heard, asked = server.call(told)
    assert (answer.status, answer.headers["location"]) == (302, "https://127.0.0.1/")
    assert f"\r\nhost: {NAME}\r\n" in heard.lower() and server.names == [NAME]
    assert asked == [PUBLIC]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000, "larger than 1000"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", "packed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx", "within 1 s"),
        (b"", "within 1 s"),
    ],
)
def test_size_and_time_are_bounded(server: "Server", told: bytes, words: str) -> None:
    with pytest.raises(NotReached, match=words):
        server.call(told)


class Server:
    """A receiver with a certificate of its own for `NAME`."""

    def __init__(self, folder: Path) -> None:
        key, certificate = _certificate()
        file = folder / "server.pem"
        file.write_bytes(key + certificate)
        self.names: list[str | None] = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(file)
        self.context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self.trust = ssl.create_default_context(cadata=certificate.decode())

    def outgoing(self, resolve: Callable[[str], Any]) -> tuple[Outgoing, Canary]:
        canary = Canary()
        return Outgoing(resolve=resolve, network=canary, trust=self.trust), canary

    @asynccontextmanager
    async def running(self, handle: Handle, canary: Canary) -> AsyncIterator[None]:
        server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=self.context)
        canary.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    def call(self, told: bytes) -> tuple[Reply, str, list[str]]:
        outgoing, canary = self.outgoing(resolver([PUBLIC]))
        heard: list[bytes] = []

        async def once() -> Reply:
            async with self.running(reply(told, heard), canary):
                return await outgoing.send("POST", f"https://{NAME}/hook", content=b"{}", seconds=1, limit=1000)

        return asyncio.run(once()), heard[0].decode(), canary.asked


def reply(told: bytes, heard: list[bytes] | None = None) -> Handle:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if heard is not None:
            heard.append(head)
        writer.write(told)
        await writer.drain()
        # Said what it had to say, it keeps the line open: who waits for more must know when to stop.
        await reader.read()
        writer.close()

    return handle


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def _certificate() -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    return key.private_bytes(pem, form, plain), made.public_bytes(pem)
