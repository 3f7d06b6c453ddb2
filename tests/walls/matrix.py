"""Every address × everybody who might ask, judged by what the answers say and what the database keeps (reliability.md §2, 14–17).

Each judge answers sentences about what is wrong; none means sound. Status codes alone would not do: answers are searched
for the words of the other company, a foreign thing is compared with one that does not exist, and after every write the
rows of the company are compared with those before.
"""

import html
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final
from unittest import mock
from urllib.parse import unquote
from uuid import UUID

from django.db import connection, transaction
from django.http import QueryDict
from django.http.request import HttpHeaders
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from integrations.kaspi.simulator import ids
from tests.cast import Person
from tests.walls.house import OWN_ROLE, STAGES, Estate, House, seen_in, tenant_models, undone
from tests.walls.routes import FORMS, SLUGS, Door, Route, Thing, routes

JSON: Final = "application/json"
FRAGMENT: Final = {"HX-Request": "true"}
# Masked CSRF tokens, ids of requests whole and short, the microseconds of a pulse; challenges of passkeys, and the secret
# that an app for codes is offered, as text and as a picture.
CHANGING: Final = (
    # A sealed cursor.
    r"gAAAA[\w-]+=*",
    # The number of a form that is to be taken once.
    r'(?<=name="key"value=")[0-9a-f-]{36}',
    # A key just made, the beginning of it, and its address.
    *(r"kz_live_\w+", r"(?<=/integrations/keys/)[0-9a-f-]{36}"),
    *(r"\b\w{64}\b", r"\b[0-9a-f]{32}\b", r"(?<=>)[0-9a-f]{8}(?=<)", r"\b\d{16}\b"),
    *(r'(?<=challenge":")[\w-]+', r"(?<=>)[A-Z2-7]{32}(?=<)", r'(?<=d=")(?:M\d+h1v1h-1z)+'),
)


@dataclass(frozen=True)
class Names:
    """How things of one company are called in addresses, queries and forms."""

    codes: tuple[str, ...]
    serial: str
    public_id: str
    kaspi_id: str
    action_id: str
    desk: str
    point_id: str
    file: str
    feed_version: str
    cabinet_import: str
    price_load: str
    card: str
    card_upload: str
    supplier_list: str
    batch: str
    member: str
    invitation: str
    key: str
    template: str
    buyer: str
    text: str
    role: str
    wave: str
    stock_paper: str
    case: str
    claim: str
    shop: str
    point: str
    phone: str
    surname: str
    sku: str
    proof: str

    @classmethod
    def of(cls, estate: Estate, *, shop: str, point: str) -> "Names":
        order = estate.new
        return cls(
            codes=tuple(one.code for one in estate.orders),
            serial=str(order.pk),
            public_id=str(order.public_id),
            kaspi_id=order.kaspi_id,
            action_id=str(estate.action.public_id),
            desk=str(estate.desk.public_id),
            point_id=str(estate.desk.point.public_id),
            file=str(estate.file.public_id),
            feed_version=str(estate.feed_version.public_id),
            cabinet_import=str(estate.cabinet_import.public_id),
            price_load=str(estate.price_load.public_id),
            card=str(estate.card.public_id),
            card_upload=str(estate.card_upload.public_id),
            supplier_list=str(estate.supplier_list.public_id),
            batch=str(estate.printed.batch),
            member=str(estate.member.public_id),
            invitation=str(estate.invitation.public_id),
            key=str(estate.key.public_id),
            template=str(estate.template.public_id),
            buyer=str(estate.buyer.public_id),
            text=str(estate.text.public_id),
            role=OWN_ROLE,
            wave=str(estate.wave),
            stock_paper=str(estate.stock_paper),
            case=str(estate.case.public_id),
            claim=str(estate.claim.public_id),
            shop=shop,
            point=point,
            phone=order.phone,
            surname=order.buyer_last_name,
            sku=order.first_sku,
            proof=str(estate.proof.public_id),
        )

    @property
    def all(self) -> tuple[str, ...]:
        """Everything but the serial, which is too short to be told from other numbers."""
        rest = (
            self.public_id,
            self.kaspi_id,
            self.action_id,
            self.desk,
            self.point_id,
            self.file,
            self.feed_version,
            self.cabinet_import,
            self.price_load,
            self.card,
            self.card_upload,
            self.supplier_list,
            self.batch,
            self.member,
            self.invitation,
            self.key,
            self.template,
            self.buyer,
            self.text,
            self.role,
            self.wave,
            self.stock_paper,
            self.case,
            self.claim,
            self.shop,
            self.point,
            self.phone,
            self.surname,
            self.sku,
            self.proof,
        )
        return (*self.codes, *rest)

    def things(self, thing: Thing) -> tuple[str, ...]:
        orders = tuple(dict.fromkeys((self.codes[0], self.public_id, self.kaspi_id, self.serial)))
        known = {
            Thing.SHOP: (self.shop,),
            Thing.ORDER: orders,
            Thing.ACTION: (self.action_id,),
            Thing.DESK: (self.desk,),
            Thing.POINT: (self.point_id,),
            Thing.FILE: (self.file,),
            Thing.FEED_VERSION: (self.feed_version,),
            Thing.IMPORT: (self.cabinet_import,),
            Thing.PRICE_LOAD: (self.price_load,),
            Thing.CARD: (self.card,),
            Thing.CARD_UPLOAD: (self.card_upload,),
            Thing.SUPPLIER_LIST: (self.supplier_list,),
            Thing.BATCH: (self.batch,),
            Thing.MEMBER: (self.member,),
            Thing.INVITATION: (self.invitation,),
            Thing.KEY: (self.key,),
            Thing.TEMPLATE: (self.template,),
            Thing.BUYER: (self.buyer,),
            Thing.TEXT: (self.text,),
            Thing.ROLE: (self.role,),
            Thing.WAVE: (self.wave,),
            Thing.PAPER: (self.stock_paper,),
            Thing.RETURN: (self.case,),
            Thing.CLAIM: (self.claim,),
            Thing.OFFER: (self.sku,),
        }
        return known.get(thing, ("",))

    def queries(self) -> tuple[dict[str, str], ...]:
        searched = ({"q": word} for word in (self.codes[0], self.phone[-7:], self.surname, self.sku))
        return ({"shop": self.shop}, {"point": self.point}, *searched)


NOBODY: Final = Names(
    codes=tuple(str(999_000_000 + number) for number in range(len(STAGES))),
    serial="2000000001",
    public_id=str(UUID(int=7 << 76 | 2 << 62)),
    kaspi_id=ids.encode("999000000"),
    action_id=str(UUID(int=7 << 76 | 2 << 62 | 1)),
    desk=str(UUID(int=7 << 76 | 2 << 62 | 2)),
    point_id=str(UUID(int=7 << 76 | 2 << 62 | 3)),
    file=str(UUID(int=7 << 76 | 2 << 62 | 3)),
    feed_version=str(UUID(int=7 << 76 | 2 << 62 | 9)),
    cabinet_import=str(UUID(int=7 << 76 | 2 << 62 | 7)),
    price_load=str(UUID(int=7 << 76 | 2 << 62 | 9)),
    card=str(UUID(int=7 << 76 | 2 << 62 | 7)),
    card_upload=str(UUID(int=7 << 76 | 2 << 62 | 7)),
    supplier_list=str(UUID(int=7 << 76 | 2 << 62 | 7)),
    batch=str(UUID(int=7 << 76 | 2 << 62 | 7)),
    member=str(UUID(int=7 << 76 | 2 << 62 | 4)),
    invitation=str(UUID(int=7 << 76 | 2 << 62 | 5)),
    key=str(UUID(int=7 << 76 | 2 << 62 | 6)),
    template=str(UUID(int=7 << 76 | 2 << 62 | 7)),
    buyer=str(UUID(int=7 << 76 | 2 << 62 | 7)),
    text=str(UUID(int=7 << 76 | 2 << 62 | 8)),
    role="no-such-role",
    wave=str(UUID(int=7 << 76 | 2 << 62 | 7)),
    stock_paper=str(UUID(int=7 << 76 | 2 << 62 | 7)),
    case=str(UUID(int=7 << 76 | 2 << 62 | 7)),
    claim=str(UUID(int=7 << 76 | 2 << 62 | 8)),
    shop="no-such-shop",
    point="PP99",
    phone="7099999999",
    surname="Никакой",
    sku="NO-SUCH-SKU",
    proof=str(UUID(int=7 << 76 | 2 << 62 | 7)),
)


@dataclass(frozen=True)
class Ask:
    """One request."""

    route: Route
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        query = "".join(f" {name}={value}" for name, value in self.query.items())
        return f"{self.method} {self.path}{query}{' (fragment)' if self.headers else ''}"


@dataclass(frozen=True)
class Answer:
    status: int
    text: str

    def without(self, names: Names) -> "Answer":
        """The answer with what differs from request to request, and the names asked for, blotted out."""
        text = "".join(unquote(html.unescape(self.text)).split()).replace("+", "")
        for pattern in CHANGING:
            text = re.sub(pattern, "•", text)
        for name in sorted(names.all, key=len, reverse=True):
            text = text.replace(name, "•").replace(name[-7:] if name == names.phone else name, "•")
        return replace(self, text=text)


def asks(route: Route, names: Names) -> Iterator[Ask]:
    """All requests to an address that are made of these names, always in the same order."""
    entry = route.entry
    choices = [[(name, slug) for slug in SLUGS[name]] for name in route.parameters if name in SLUGS]
    named = next((name for name in route.parameters if name not in SLUGS), None)
    for method, thing in itertools.product(entry.methods, names.things(entry.thing)):
        for number, chosen in enumerate(itertools.product(*choices)):
            # What stands deeper in an address is of the thing that it begins with.
            deeper = {name: str(getattr(names, name)) for name in route.parameters if name not in (*SLUGS, named)}
            values = dict(chosen) | ({named: thing} if named else {}) | deeper
            path = "/" + route.pattern
            for name, value in values.items():
                path = re.sub(rf"<\w+:{name}>", value, path)
            path += f"?{entry.asked}={thing}" if entry.asked else ""
            ask = Ask(route, method, path, form=_form(route, path, names) if method != "GET" else {})
            yield ask
            # Variants of a kind need not be asked of every shelf and every verb.
            if number == 0 and entry.door is Door.PAGE and (method != "GET" or is_read(route, "fragment")):
                yield replace(ask, headers=FRAGMENT)
            if number == 0 and entry.thing is Thing.NOTHING and method == "GET":
                yield from (replace(ask, query=query) for query in names.queries() if is_read(route, *query))


def _form(route: Route, path: str, names: Names) -> Mapping[str, Any]:
    if route.pattern in ("orders/accept/", "orders/assemble/"):
        return {"pick": list(names.codes)}
    if route.pattern.startswith("orders/auto-accept/"):
        return {"shop": names.shop, "wait_minutes": "5", "margin_minutes": "30", "on": "1", "stop": "1"}
    if route.pattern == "waves/drop-point/":
        return {"shop": names.shop, "point": names.point, "name": "Пункт приёма"}
    if route.pattern.endswith("/paper/"):
        return {"template": names.template}
    if route.pattern == "catalog/upload/export/":
        return {"shop": names.shop, "form": "own"}
    if route.pattern == "documents/print/":
        return {"pick": list(names.codes), "print": "label:order"}
    if route.pattern == "documents/put-aside/":
        return {"order": names.codes[0]}
    if route.pattern == "catalog/place/":
        return {"shop": "alma-tech", "point": names.point, "sku": names.sku, "place": "A-1"}
    if route.pattern == "api/v1/offers/<str:sku>":
        return {"price": 1990}
    if route.pattern == "api/v1/offers/bulk":
        return {"offers": [{"sku": names.sku, "shop": names.shop, "price": 1990}]}
    if route.pattern == "api/v1/stock/bulk":
        return {"stock": [{"sku": names.sku, "shop": names.shop, "point": names.point, "on_hand": 3}]}
    if route.pattern == "catalog/new/":
        return {"shop": names.shop, "sku": "NEW-1", "name": "Новый"}
    if route.pattern == "catalog/bulk/":
        return {"do": "on", "pick": [f"{names.shop}/{names.sku}"]}
    if route.pattern == "catalog/oversold/stop/":
        return {"point": f"{names.shop}/{names.point}", "sku": names.sku}
    if route.pattern == "catalog/warehouses/":
        return {"point": f"{names.shop}/{names.point}", "home": ""}
    if route.pattern == "catalog/replenishment/export/":
        return {"shop": names.shop}
    if route.pattern.startswith("catalog/feed/"):
        return {"shop": names.shop, "on": "no", "available": "0"}
    if route.pattern.startswith("catalog/repricing/"):
        return {"sku": names.sku, "url": "https://kaspi.kz/shop/p/card-1/", "stop": "no"}
    if route.pattern.startswith("catalog/prices/"):
        return {"skus": names.sku, "price": "1 990", "begins": "2099-01-01T00:00", "sure": "1"}
    if route.pattern == "catalog/cards/new/":
        return {"shop": names.shop, "sku": "NEW-1"}
    if route.pattern == "catalog/cards/send/":
        return {"shop": names.shop, "card": [names.card]}
    if route.pattern == "orders/actions/undo/":
        return {"action": [names.action_id]}
    if route.pattern.endswith("/courier"):
        # To a program nobody is null; a form has an empty word for it.
        return {"courier": None}
    return FORMS.get(path.rstrip("/").rpartition("/")[2], {})


def put(client: Client, ask: Ask) -> Answer:
    """Make the request; the answer with its address of redirection and its events for the page.

    In a transaction of its own, for an answer may mark the one that it finds as to be rolled back.
    """
    client.raise_request_exception = False
    kind = JSON if ask.route.entry.door is Door.PROGRAM else MULTIPART_CONTENT
    with transaction.atomic():
        if ask.method == "GET":
            response = client.get(ask.path, ask.query, headers=dict(ask.headers))
        else:
            say = client.patch if ask.method == "PATCH" else client.post
            response = say(ask.path, dict(ask.form), content_type=kind, headers=dict(ask.headers))
    told = " ".join(response.headers.get(name, "") for name in ("Location", "HX-Redirect", "HX-Trigger"))
    return Answer(response.status_code, f"{response.getvalue().decode(errors='replace')} {told}")


def known_routes() -> list[Route]:
    from tests.walls.routes import TABLE

    return [route for route in routes() if route.pattern in TABLE]


class _Spy(QueryDict):
    """A query that notes which of its names are read."""

    read: ClassVar[set[str]] = set()

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.read.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        self.read.add(key)
        return super().getlist(key, default)

    def __iter__(self) -> Iterator[str]:
        self.read.update(ALL_NAMES[:-1])
        return super().__iter__()

    def lists(self) -> Any:
        self.read.update(ALL_NAMES[:-1])
        return super().lists()


ALL_NAMES: Final = ("q", "shop", "point", "fragment")
_READ: dict[str, frozenset[str]] = {}


def is_read(route: Route, name: str) -> bool:
    """Whether the page looks at this name of a query; unless it was looked over, it is taken to."""
    return name in _READ.get(route.pattern, ALL_NAMES)


def look_over(house: House) -> None:
    """Open each page once as its owner, and note what it reads of its query, and whether it looks if a fragment is asked
    for: more need not be asked of it.
    """
    if _READ:
        return
    client, names = house.cast.aigerim.browser(), _of_alma(house)
    # `SLUGS` of a kind share one view; the first will do.
    pages = [route for route in known_routes() if route.entry.door is Door.PAGE and "GET" in route.entry.methods]
    header = HttpHeaders.__getitem__

    def noted(headers: HttpHeaders, name: str) -> str:
        _Spy.read.update(["fragment"] if name.lower().startswith("hx-") else [])
        return header(headers, name)

    spied = mock.patch("django.core.handlers.wsgi.QueryDict", _Spy)
    with spied, mock.patch.object(HttpHeaders, "__getitem__", noted):
        for route in pages:
            _Spy.read.clear()
            with undone():
                put(client, next(iter(asks(route, names))))
            _READ[route.pattern] = frozenset(_Spy.read)


# --- the judges --------------------------------------------------------------------------------------------------------


def anonymous(house: House) -> Iterator[str]:
    """Nobody is let in without a session or a key, and is told nothing."""
    names, client = _of_alma(house), Client()
    refused = {Door.PAGE: (302, 401), Door.PROGRAM: (401,), Door.PUBLIC: range(200, 500)}
    for route in known_routes():
        for ask in asks(route, names):
            with undone(), _unchanged(house, ask) as changes:
                answer = put(client, ask)
            yield from changes
            if answer.status not in refused[route.entry.door]:
                yield f"nobody: {ask} is answered {answer.status}"
            yield from _leaks("nobody", ask, answer, house.alma.words | house.bereke.words, names)


def foreign(house: House, *, every_name: bool = True) -> Iterator[str]:
    """Another company's things are as if they did not exist. `every_name`: orders are asked for by all of their names,
    not by two only.
    """
    cast, names, nobody = house.cast, Names.of(house.alma, shop="alma-dom", point="PP2"), NOBODY
    if not every_name:
        names, nobody = (replace(one, kaspi_id=one.codes[0], serial=one.codes[0]) for one in (names, nobody))
    yield from _like_nothing(house, cast.chingiz, names, cast.bereke.program(), house.alma.words, nobody=nobody)


def of_another_point(house: House) -> Iterator[str]:
    """To a manager, what is at a point that is not his does not exist. A key sees all points of its company."""
    # Goods are the shop's, whatever point sells them.
    names = replace(_of_alma(house), sku="ANOTHER-SKU")
    yield from _like_nothing(house, house.cast.daniyar, names, None, house.of_the_point)


def without_right(house: House) -> Iterator[str]:
    """One's own company, but not one's right: 403, whatever is asked about."""
    names = _of_alma(house)
    clients = {Door.PAGE: house.idle.browser(), Door.PROGRAM: house.blind_program()}
    for route in known_routes():
        if not route.access or route.entry.door not in clients:
            continue
        for ask in asks(route, names):
            with undone(), _unchanged(house, ask) as changes:
                answer = put(clients[route.entry.door], ask)
            yield from changes
            if answer.status != 403:
                yield f"without the right: {ask} is answered {answer.status}"
            yield from _leaks("without the right", ask, answer, house.of_the_point, names)


def with_right(house: House) -> Iterator[str]:
    """Who may, gets it: else all of the above would be proved by a closed shop."""
    code = house.alma.new.code
    names = replace(_of_alma(house), kaspi_id=code, serial=code)
    clients = {Door.PAGE: house.cast.aigerim.browser(), Door.PROGRAM: house.cast.alma.program()}
    for route in known_routes():
        shown = False
        for ask in asks(route, names):
            if route.entry.door not in clients:
                continue
            with undone():
                answer = put(clients[route.entry.door], ask)
            shown = shown or bool(
                seen_in(answer.text, house.of_the_point if "order" in route.pattern else house.alma.words)
            )
            if answer.status in (401, 403, 404) or answer.status >= 500:
                yield f"Айгерим: {ask} is answered {answer.status}"
        if route.entry.shows and not shown:
            yield f"Айгерим: {route.pattern} shows nothing of her company"


JUDGES: Final = (anonymous, foreign, of_another_point, without_right, with_right)


def _of_alma(house: House) -> Names:
    return Names.of(house.alma, shop="alma-dom", point="PP1")


def _like_nothing(
    house: House,
    person: Person,
    names: Names,
    program: Client | None,
    words: frozenset[str],
    *,
    nobody: Names = NOBODY,
) -> Iterator[str]:
    browser, rights = person.browser(), person.actor.rights
    for route in known_routes():
        client = program if route.entry.door is Door.PROGRAM else browser
        if client is None or route.entry.door is Door.PUBLIC:
            continue
        # Who lacks the right is told so before anything is looked for.
        expected = 404 if client is program or route.access <= rights else 403
        for ask, twin in zip(asks(route, names), asks(route, nobody), strict=True):
            with undone(), _unchanged(house, ask) as changes:
                answer = put(client, ask)
            if not (route.entry.own and person.company.id == house.cast.alma.id):
                yield from changes
            if answer.status >= 500 or (route.entry.thing is not Thing.NOTHING and answer.status != expected):
                yield f"{person.name}: {ask} is answered {answer.status}"
            if not _alike(client, ask, answer, names, twin):
                yield f"{person.name}: {ask} ({answer.status}) differs from {twin}"
            yield from _leaks(person.name, ask, answer, words, names)


def _alike(client: Client, ask: Ask, answer: Answer, names: Names, twin: Ask) -> bool:
    """Whether a foreign thing is answered as one that does not exist. Asked again if not: a minute may have ended.

    Who names nothing asks the same twice, which would tell nothing.
    """
    if ask == twin:
        return True
    for _ in range(3):
        with undone():
            nothing = put(client, twin)
        if answer.without(names) == nothing.without(NOBODY):
            return True
        with undone():
            answer = put(client, ask)
    return False


def _leaks(who: str, ask: Ask, answer: Answer, words: frozenset[str], names: Names) -> Iterator[str]:
    seen = seen_in(answer.text, words - set(names.all))
    if seen:
        yield f"{who}: {ask} ({answer.status}) tells {', '.join(seen[:5])}"


# Rows that the present transaction has written or tried to, also within savepoints that were rolled back since.
_WRITTEN: Final = """
SELECT coalesce(sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
                    + pg_stat_get_xact_tuples_deleted(oid)), 0)
FROM pg_class WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace
"""


class _unchanged:
    """Compares the rows of «Алма» before and after a write; used within `undone`.

    Reading all tables takes longer than most answers, so it is done only where the server has counted a row as written.
    """

    def __init__(self, house: House, ask: Ask) -> None:
        self.house = house
        self.ask = ask
        self.tables = [model._meta.db_table for model in tenant_models()]
        self.found: list[str] = []

    def __enter__(self) -> list[str]:
        # What the judges write is rolled back, so the rows before one request are those before every other.
        if self.ask.method != "GET" and not self.house.rows:
            self.house.rows.update(self._rows())
        self.written = self._written()
        return self.found

    def __exit__(self, *_: object) -> None:
        after = self._rows() if self.ask.method != "GET" and self._written() != self.written else {}
        self.found += [f"{self.ask} changed {table}" for table in after if after[table] != self.house.rows[table]]

    def _written(self) -> int:
        if self.ask.method == "GET":
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_WRITTEN, [self.tables])
            return int(cursor.fetchone()[0])

    def _rows(self) -> dict[str, tuple[int, int]]:
        one = "SELECT '{0}', count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM {0} t WHERE company_id = {1}"
        alma = self.house.cast.alma
        with alma.scope(), connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(one.format(table, alma.id) for table in self.tables))
            return {table: (count, digest) for table, count, digest in cursor.fetchall()}
