"""Every address of the product, found through the URL resolver, and what the matrix knows of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from integrations.models import ActionKind
from orders.lifecycle import Shelf
from orders.returns.states import Deed
from quality.formulas import Metric
from staff.permissions import Permission

SLUGS = {
    "shelf": tuple(shelf.value.replace("_", "-") for shelf in Shelf),
    "kind": tuple(kind.value.replace("_", "-") for kind in ActionKind),
    "metric": tuple(metric.value for metric in Metric),
    "deed": tuple(deed.value for deed in Deed),
}
FORMS: Mapping[str, Mapping[str, Any]] = {
    "cancel": {"reason": "MERCHANT_OUT_OF_STOCK", "comment": ""},
    "assemble": {"places": 1},
    "complete": {"code": "1234"},
    "cancel-entry": {"entry": 0, "quantity": 0, "reason": "out_of_stock"},
    "weigh": {"entry": 0, "grams": 1},
    "evidence": {"outcome": "no_answer"},
    "reschedule": {"to": "2026-01-01", "asked_by": "buyer", "planned": "2026-01-01T00:00:00Z"},
    "imei": {"entry": 0, "items": [["490154203237518"]]},
    "courier": {"courier": ""},
    "cell": {"place": "14"},
    "settle": {"outcome": "lost"},
    "category": {"category": "Master - Birds", "version": "1"},
    "restore": {"number": "1", "version": "1"},
    "decide": {"row": "2", "act": "skip"},
    "invite": {"name": "Санжар", "role": "order_manager", "place": ["alma-tech"]},
    "reason": {"reason": "defect"},
    "goods": {"restocked-0": "1"},
    "proof": {"kind": "note", "text": "Коробка помята"},
    "return": {"reason": "defect"},
    "claim": {"kind": "damaged", "amount": "1000", "since": "2026-11-22T10:00"},
    "new": {"name": "Старший смены", "rights": ["orders.view"], "reach": "points"},
    "token": {"token": "D" * 43 + "="},
    "expiry": {"expiry_policy": "off"},
    "seen": {"until": "1"},
    "shops": {"name": "Магазин", "merchant_uid": "77", "token": "D" * 43 + "="},
    "hand-over": {"pick": ["999000000"]},
    "message": {"template": "ordered", "way": "copied"},
    "call": {"outcome": "no_answer", "text": ""},
    "note": {"text": "Звонить после шести"},
    "phone": {"phone": "+7 701 000 11 22"},
    "own": {"phone": "+7 701 000 11 33"},
    "messages": {"key": "", "name": "Свой", "text": "Здравствуйте, {имя}."},
    "keys": {"name": "Программа", "scopes": ["orders:read"]},
    "tell": {"step": "1", "began_on": str(date.today() - timedelta(days=1))},
    "recall": {"began_on": str(date.today())},
    "rule": {"counts": "no", "note": "Проверено"},
    "dispute": {"note": "Покупатель подтвердил отказ"},
    "close": {"state": "lost", "outcome": "Kaspi не согласился"},
    "price": {"price": "1 990", "seen": "1001"},
    "stock": {"pieces": "3", "point": "PP1", "seen": ""},
    "sale": {"do": "off", "reason": "Брак"},
    "edit": {"brand": "Saya"},
    "bounds": {"floor": "1"},
    "points": {"point": "PP1", "sold": "no"},
    "city": {"city": "750000000"},
    "bind": {"stock_sku": ""},
    "kaspi": {"metric": "cancelled", "on": "2026-01-01", "value": "2,94"},
}


class Door(Enum):
    """Who is let in: anybody, people with a session, programs with a key."""

    PUBLIC = auto()
    PAGE = auto()
    PROGRAM = auto()


class Thing(Enum):
    """What the address names."""

    NOTHING = auto()
    SHOP = auto()
    ORDER = auto()
    ACTION = auto()
    DESK = auto()
    POINT = auto()
    FILE = auto()
    FEED_VERSION = auto()
    IMPORT = auto()
    PRICE_LOAD = auto()
    CARD = auto()
    CARD_UPLOAD = auto()
    SUPPLIER_LIST = auto()
    MEMBER = auto()
    INVITATION = auto()
    ROLE = auto()
    KEY = auto()
    WAVE = auto()
    PAPER = auto()
    BATCH = auto()
    TEMPLATE = auto()
    RETURN = auto()
    CLAIM = auto()
    BUYER = auto()
    OFFER = auto()
    TEXT = auto()


@dataclass(frozen=True)
class Entry:
    """One row of the matrix's table.

    `shows` is False where even who may sees no word of his company; `asked` names the parameter of the query that
    holds the thing, where it does not stand in the path.
    """

    door: Door
    methods: tuple[str, ...] = ("GET",)
    thing: Thing = Thing.NOTHING
    shows: bool = True
    asked: str = ""
    # A person of the company who is shown nothing foreign may still write a row of his own there.
    own: bool = False


@dataclass(frozen=True)
class Route:
    """An address with its parameters (name → converter) and the rights that its view declares, if it does."""

    pattern: str
    parameters: Mapping[str, str]
    access: frozenset[Permission]
    declared: bool

    @property
    def entry(self) -> Entry:
        return TABLE[self.pattern]


def page(*methods: str, thing: Thing = Thing.NOTHING, shows: bool = True) -> Entry:
    return Entry(Door.PAGE, methods or ("GET",), thing, shows)


def call(*methods: str, thing: Thing = Thing.NOTHING, shows: bool = True) -> Entry:
    return Entry(Door.PROGRAM, methods or ("GET",), thing, shows)


ANYBODY = Entry(Door.PUBLIC, shows=False)

TABLE: Mapping[str, Entry] = {
    "healthz": ANYBODY,
    "readyz": ANYBODY,
    "metrics": ANYBODY,
    "login/": Entry(Door.PUBLIC, ("GET", "POST"), shows=False),
    "login/code/": Entry(Door.PUBLIC, ("GET", "POST"), shows=False),
    "login/reset/": Entry(Door.PUBLIC, ("GET", "POST"), shows=False),
    "login/reset/new/": Entry(Door.PUBLIC, ("GET", "POST"), shows=False),
    "login/reset/<str:key>/": ANYBODY,
    "logout/": Entry(Door.PUBLIC, ("POST",), shows=False),
    "invite/<str:secret>/": Entry(Door.PUBLIC, ("GET", "POST"), shows=False),
    "counter/": Entry(Door.PUBLIC, ("GET", "POST"), shows=False),
    "counter/leave/": Entry(Door.PUBLIC, ("POST",), shows=False),
    "api/docs/": ANYBODY,
    "api/v1/openapi.json": ANYBODY,
    # Pages
    "": page(),
    "account/": page(),
    "account/app/": page("GET", "POST"),
    "account/app/remove/": page("POST", shows=False),
    "account/confirm/": page("GET", "POST", shows=False),
    "account/passkey/": page("GET", "POST"),
    "account/passkey/remove/": page("POST", shows=False),
    "account/password/": page("GET", "POST"),
    "account/recovery-codes/": page("POST", shows=False),
    "account/sessions/end/": page("POST", shows=False),
    "account/profile/": page("GET", "POST"),
    "account/profile/pin/": page("POST", shows=False),
    "company/": page("GET", "POST", shows=False),
    "files/": page(),
    "files/<uuid:public_id>/": page(thing=Thing.FILE, shows=False),
    "files/<uuid:public_id>/state/": page(thing=Thing.FILE, shows=False),
    "buyers/": page(),
    "buyers/own/": page("POST", shows=False),
    "buyers/messages/": page("GET", "POST"),
    "buyers/messages/<uuid:text>/remove/": page("POST", thing=Thing.TEXT, shows=False),
    "buyers/<uuid:buyer>/": page(thing=Thing.BUYER),
    "buyers/<uuid:buyer>/note/": page("POST", thing=Thing.BUYER, shows=False),
    "buyers/<uuid:buyer>/part/": page("POST", thing=Thing.BUYER, shows=False),
    "buyers/<uuid:buyer>/rejoin/": page("POST", thing=Thing.BUYER, shows=False),
    "privacy/": page(),
    "privacy/breach/": page(),
    "privacy/breach/export/": page("POST", shows=False),
    "privacy/forget/": page("GET", "POST", shows=False),
    "privacy/retention/": page("GET", "POST", shows=False),
    "documents/templates/": page("GET", "POST"),
    "documents/templates/example/": page(shows=False),
    "documents/templates/<uuid:template>/": page("GET", "POST", thing=Thing.TEMPLATE),
    "documents/templates/<uuid:template>/file/": page(thing=Thing.TEMPLATE, shows=False),
    "documents/templates/<uuid:template>/off/": page("POST", thing=Thing.TEMPLATE, shows=False),
    "documents/templates/<uuid:template>/on/": page("POST", thing=Thing.TEMPLATE, shows=False),
    "documents/templates/<uuid:template>/preview/": page("POST", thing=Thing.TEMPLATE, shows=False),
    "documents/templates/<uuid:template>/remove/": page("POST", thing=Thing.TEMPLATE, shows=False),
    "documents/templates/<uuid:template>/versions/": page("POST", thing=Thing.TEMPLATE, shows=False),
    "shift/": page("GET", "POST"),
    # Names orders of the shop that is asked for alone.
    "orders/auto-accept/": page(shows=False),
    "orders/auto-accept/rules/": page("POST", shows=False),
    "orders/auto-accept/switch/": page("POST", shows=False),
    "orders/auto-accept/stop/": page("POST", shows=False),
    "waves/": page(),
    "waves/hand-over/": page("POST", shows=False),
    "waves/drop-point/": page("POST", shows=False),
    "waves/<uuid:batch>/take-back/": page("POST", thing=Thing.WAVE, shows=False),
    "staff/": page(),
    "staff/desks/": page("POST", shows=False),
    "staff/points/": page("GET", "POST", shows=False),
    "staff/points/<uuid:point>/": page("GET", "POST", thing=Thing.POINT),
    "staff/desks/<uuid:desk>/close/": page("POST", thing=Thing.DESK, shows=False),
    "staff/invitations/<uuid:public_id>/renew/": page("POST", thing=Thing.INVITATION, shows=False),
    "staff/invitations/<uuid:public_id>/revoke/": page("POST", thing=Thing.INVITATION, shows=False),
    "staff/invite/": page("GET", "POST"),
    "staff/journal/": page(),
    "staff/journal/export/": page("POST", shows=False),
    "staff/members/<uuid:public_id>/": page("GET", "POST", thing=Thing.MEMBER),
    "staff/members/<uuid:public_id>/activate/": page("POST", thing=Thing.MEMBER, shows=False),
    "staff/members/<uuid:public_id>/deactivate/": page("POST", thing=Thing.MEMBER, shows=False),
    "staff/members/<uuid:public_id>/password/": page("POST", thing=Thing.MEMBER, shows=False),
    "staff/members/<uuid:public_id>/second-step/": page("POST", thing=Thing.MEMBER, shows=False),
    "staff/remind/": page("POST", shows=False),
    "staff/roles/<slug:code>/": page("GET", "POST", thing=Thing.ROLE),
    "staff/roles/<slug:code>/remove/": page("POST", thing=Thing.ROLE, shows=False),
    "staff/roles/<slug:code>/reset/": page("POST", thing=Thing.ROLE, shows=False),
    "staff/roles/new/": page("GET", "POST"),
    "staff/second-step/": page("GET", "POST"),
    "catalog/": page(),
    "catalog/place/": page("POST", shows=False),
    "catalog/papers/": page("GET", "POST"),
    "catalog/papers/<uuid:paper>/": page(thing=Thing.PAPER),
    "catalog/oversold/": page(),
    "catalog/oversold/stop/": page("POST", shows=False),
    "catalog/warehouses/": page("GET", "POST"),
    "catalog/new/": page("GET", "POST"),
    "catalog/bulk/": page("POST", shows=False),
    "catalog/<path:sku>/": page(thing=Thing.OFFER),
    **{
        f"catalog/<path:sku>/{part}/": page("POST", thing=Thing.OFFER, shows=False)
        for part in ("price", "stock", "sale", "edit", "bounds", "points", "city", "bind")
    },
    # Whoever knows the secret; what he gets is in tests/feed.
    "feed/<str:secret>.xml": ANYBODY,
    "catalog/feed/": page(),
    "catalog/feed/open/": page("POST", shows=False),
    "catalog/feed/renew/": page("POST", shows=False),
    "catalog/feed/switch/": page("POST", shows=False),
    "catalog/feed/make/": page("POST", shows=False),
    "catalog/feed/confirm/": page("POST", shows=False),
    "catalog/feed/versions/<uuid:public_id>/": page(thing=Thing.FEED_VERSION, shows=False),
    "catalog/repricing/": Entry(Door.PAGE, thing=Thing.SHOP, asked="shop"),
    "catalog/repricing/rule/": Entry(Door.PAGE, ("GET", "POST"), Thing.SHOP, shows=False, asked="shop"),
    "catalog/repricing/try/": Entry(Door.PAGE, thing=Thing.SHOP, shows=False, asked="shop"),
    **{
        f"catalog/repricing/{deed}/": Entry(Door.PAGE, ("POST",), Thing.SHOP, shows=False, asked="shop")
        for deed in ("rule/switch", "rule/remove", "stop", "waiting", "prices", "link")
    },
    "catalog/prices/": Entry(Door.PAGE, thing=Thing.SHOP, asked="shop"),
    "catalog/prices/new/": Entry(Door.PAGE, ("GET", "POST"), Thing.SHOP, shows=False, asked="shop"),
    "catalog/prices/cancel/": Entry(Door.PAGE, ("POST",), Thing.SHOP, shows=False, asked="shop"),
    "catalog/cards/": page(),
    "catalog/cards/new/": page("POST", shows=False),
    "catalog/cards/send/": page("POST", shows=False),
    "catalog/cards/uploads/<uuid:public_id>/": page(thing=Thing.CARD_UPLOAD),
    "catalog/cards/uploads/<uuid:public_id>/settle/": page("POST", thing=Thing.CARD_UPLOAD, shows=False),
    "catalog/cards/<uuid:public_id>/": page("GET", "POST", thing=Thing.CARD),
    "catalog/cards/<uuid:public_id>/category/": page("POST", thing=Thing.CARD, shows=False),
    "catalog/cards/<uuid:public_id>/ask/": page("POST", thing=Thing.CARD, shows=False),
    "catalog/cards/<uuid:public_id>/restore/": page("POST", thing=Thing.CARD, shows=False),
    "catalog/matches/": page("GET", "POST"),
    "catalog/matches/<uuid:public_id>/": page(thing=Thing.SUPPLIER_LIST),
    "catalog/matches/<uuid:public_id>/decide/": page("POST", thing=Thing.SUPPLIER_LIST, shows=False),
    "catalog/matches/<uuid:public_id>/sure/": page("POST", thing=Thing.SUPPLIER_LIST, shows=False),
    "catalog/costs/": page(),
    "catalog/costs/receive/": page("POST", shows=False),
    "catalog/costs/load/": page("POST", shows=False),
    "catalog/costs/take-back/": page("POST", shows=False),
    "catalog/tariffs/": page("GET", "POST"),
    "catalog/replenishment/": page(),
    "catalog/replenishment/terms/": page("POST", shows=False),
    "catalog/replenishment/export/": page("POST", shows=False),
    "profit/": page(),
    "profit/export/": page("POST", shows=False),
    "profit/expenses/": page("GET", "POST"),
    "profit/expenses/take-back/": page("POST", shows=False),
    "profit/pay/": page("POST", shows=False),
    "documents/": page(),
    "documents/print/": page("POST", shows=False),
    "documents/put-aside/": page("POST", shows=False),
    "documents/<uuid:batch>/": page(thing=Thing.BATCH, shows=False),
    "documents/<uuid:batch>/again/": page("POST", thing=Thing.BATCH, shows=False),
    "quality/": page(),
    "quality/rules/": page(),
    **{
        f"quality/rules/{deed}/": Entry(Door.PAGE, ("POST",), Thing.SHOP, shows=False, asked="shop")
        for deed in ("assign", "new", "retire", "warning")
    },
    "quality/plan/": page(),
    "quality/ladder/": page(),
    "quality/ladder/tell/": Entry(Door.PAGE, ("POST",), Thing.SHOP, shows=False, asked="shop"),
    "quality/ladder/recall/": Entry(Door.PAGE, ("POST",), Thing.SHOP, shows=False, asked="shop"),
    "quality/whatif/": page(),
    "quality/terms/": page(),
    "quality/terms/orders/": page(),
    "quality/terms/export/": Entry(Door.PAGE, ("POST",), shows=False, own=True),
    "quality/audit/": page(),
    "quality/audit/proof.txt": page(shows=False),
    "quality/audit/kaspi/": Entry(Door.PAGE, ("POST",), Thing.SHOP, shows=False, asked="shop"),
    "quality/history/": Entry(Door.PAGE, ("GET",), Thing.SHOP, asked="shop"),
    "quality/history/export/": Entry(Door.PAGE, ("POST",), shows=False, own=True),
    "quality/history/orders/": Entry(Door.PAGE, ("POST",), shows=False, own=True),
    "quality/import/": Entry(Door.PAGE, ("POST",), Thing.SHOP, shows=False, asked="shop"),
    "quality/disputes/": page(),
    "quality/orders/<str:ref>/": page(thing=Thing.ORDER),
    "quality/orders/<str:ref>/rule/": page("POST", thing=Thing.ORDER, shows=False),
    "quality/orders/<str:ref>/withdraw/": page("POST", thing=Thing.ORDER, shows=False),
    "quality/orders/<str:ref>/dispute/": page("POST", thing=Thing.ORDER, shows=False),
    "quality/orders/<str:ref>/close/": page("POST", thing=Thing.ORDER, shows=False),
    "integrations/": page(),
    "integrations/shops/": page("POST", shows=False),
    "integrations/keys/": page("POST", shows=False),
    "integrations/keys/<uuid:key>/replace/": page("POST", thing=Thing.KEY, shows=False),
    "integrations/keys/<uuid:key>/revoke/": page("POST", thing=Thing.KEY, shows=False),
    "integrations/leak/": page("GET", "POST", shows=False),
    "integrations/<slug:slug>/check/": page("POST", thing=Thing.SHOP, shows=False),
    "integrations/<slug:slug>/gaps/": page(thing=Thing.SHOP, shows=False),
    "integrations/<slug:slug>/token/": page("POST", thing=Thing.SHOP, shows=False),
    "integrations/<slug:slug>/resume/": page("POST", thing=Thing.SHOP, shows=False),
    "integrations/<slug:slug>/expiry/": page("POST", thing=Thing.SHOP, shows=False),
    "radar/": page(),
    "radar/pulse/": page(shows=False),
    "notices/": page(),
    "notices/seen/": page("POST", shows=False),
    "catalog/upload/": page("GET", "POST", shows=False),
    "catalog/upload/template.xlsx": page(shows=False),
    "catalog/upload/export/": page("POST", shows=False),
    "catalog/upload/<uuid:public_id>/": page(thing=Thing.PRICE_LOAD, shows=False),
    "catalog/upload/<uuid:public_id>/errors.xlsx": page(thing=Thing.PRICE_LOAD, shows=False),
    **{
        f"catalog/upload/<uuid:public_id>/{deed}/": page("POST", thing=Thing.PRICE_LOAD, shows=False)
        for deed in ("stop", "columns", "fix", "apply", "undo")
    },
    "orders/": page(shows=False),
    # They tell of files, and of what orders say only to whom a file told it.
    "orders/import/": page("GET", "POST", shows=False),
    "orders/import/<uuid:public_id>/": page(thing=Thing.IMPORT, shows=False),
    "orders/import/<uuid:public_id>/apply/": page("POST", thing=Thing.IMPORT, shows=False),
    "orders/search/": page(shows=False),
    "orders/lessons/code-first/": Entry(Door.PAGE, ("POST",), shows=False, own=True),
    "orders/route/": Entry(Door.PAGE, thing=Thing.MEMBER, shows=False, asked="courier"),
    "orders/accept/": page("POST", shows=False),
    "orders/assemble/": page("POST", shows=False),
    "orders/actions/undo/": page("POST", shows=False),
    "orders/actions/<uuid:action>/undo/": page("POST", thing=Thing.ACTION, shows=False),
    "orders/<shelf:shelf>/": page(),
    "orders/<shelf:shelf>/pulse/": page(shows=False),
    "orders/<shelf:shelf>/export/": Entry(Door.PAGE, ("POST",), shows=False, own=True),
    "orders/<str:ref>/": page(thing=Thing.ORDER),
    "orders/<str:ref>/return/": page("GET", "POST", thing=Thing.ORDER, shows=False),
    "orders/<str:ref>/claim/": page("GET", "POST", thing=Thing.ORDER, shows=False),
    "returns/": page(),
    "returns/<uuid:case>/": page(thing=Thing.RETURN),
    "returns/<uuid:case>/reason/": page("POST", thing=Thing.RETURN, shows=False),
    "returns/<uuid:case>/goods/": page("POST", thing=Thing.RETURN, shows=False),
    "returns/<uuid:case>/proof/": page("POST", thing=Thing.RETURN, shows=False),
    "returns/<uuid:case>/<deed:deed>/": page("POST", thing=Thing.RETURN, shows=False),
    "returns/claims/<uuid:claim>/": page("GET", "POST", thing=Thing.CLAIM),
    "returns/claims/<uuid:claim>/proof/": page("POST", thing=Thing.CLAIM, shows=False),
    "orders/<str:ref>/past/": page(thing=Thing.ORDER),
    "orders/<str:ref>/row/": page(thing=Thing.ORDER),
    "orders/<str:ref>/courier/": page("POST", thing=Thing.ORDER, shows=False),
    "orders/<str:ref>/cell/": page("GET", "POST", thing=Thing.ORDER, shows=False),
    "orders/<str:ref>/paper/": page("POST", thing=Thing.ORDER, shows=False),
    "orders/<str:ref>/message/": page("GET", "POST", thing=Thing.ORDER, shows=False),
    "orders/<str:ref>/call/": page("GET", "POST", thing=Thing.ORDER, shows=False),
    "orders/<str:ref>/note/": page("POST", thing=Thing.ORDER, shows=False),
    "orders/<str:ref>/phone/": page("GET", "POST", thing=Thing.ORDER, shows=False),
    "orders/watch/": page(shows=False),
    "orders/<str:ref>/reschedule/": page("GET", "POST", thing=Thing.ORDER, shows=False),
    "orders/<str:ref>/evidence/": page("GET", "POST", thing=Thing.ORDER, shows=False),
    "orders/<str:ref>/evidence/pack/": page(thing=Thing.ORDER, shows=False),
    "orders/<str:ref>/evidence/<uuid:proof>/": page(thing=Thing.ORDER, shows=False),
    "orders/<str:ref>/waybill/": page(thing=Thing.ORDER, shows=False),
    "orders/<str:ref>/<action:kind>/": page("GET", "POST", thing=Thing.ORDER, shows=False),
    # REST
    "api/v1/shops": call(),
    "api/v1/points": call(),
    "api/v1/orders": call(),
    "api/v1/orders/<str:id>": call(thing=Thing.ORDER),
    "api/v1/orders/<str:id>/history": call(thing=Thing.ORDER, shows=False),
    "api/v1/orders/<str:id>/couriers": call(thing=Thing.ORDER, shows=False),
    "api/v1/orders/<str:id>/courier": call("POST", thing=Thing.ORDER, shows=False),
    "api/v1/orders/<str:id>/accept": call("POST", thing=Thing.ORDER, shows=False),
    "api/v1/orders/<str:id>/cancel": call("POST", thing=Thing.ORDER, shows=False),
    "api/v1/orders/<str:id>/assemble": call("POST", thing=Thing.ORDER, shows=False),
    "api/v1/orders/<str:id>/send-code": call("POST", thing=Thing.ORDER, shows=False),
    "api/v1/orders/<str:id>/complete": call("POST", thing=Thing.ORDER, shows=False),
    "api/v1/orders/<str:id>/arrived": call("POST", thing=Thing.ORDER, shows=False),
    "api/v1/orders/<str:id>/returned": call("POST", thing=Thing.ORDER, shows=False),
    "api/v1/orders/<str:id>/cancel-entry": call("POST", thing=Thing.ORDER, shows=False),
    "api/v1/orders/<str:id>/weigh": call("POST", thing=Thing.ORDER, shows=False),
    "api/v1/orders/<str:id>/imei": call("GET", "POST", thing=Thing.ORDER, shows=False),
    "api/v1/actions/<str:id>": call(thing=Thing.ACTION),
    "api/v1/offers": call(),
    "api/v1/offers/bulk": call("POST", shows=False),
    "api/v1/offers/<str:sku>": call("GET", "PATCH", thing=Thing.OFFER),
    "api/v1/stock": call(),
    "api/v1/stock/bulk": call("POST", shows=False),
    # Rows of the transaction that asks are not told yet, and the house is one transaction.
    "api/v1/events": call(shows=False),
    "api/v1/competitor-prices": call("POST", shows=False),
    "api/v1/quality": call(shows=False),
    "api/v1/quality/profiles": call(),
    "api/v1/quality/<str:metric>/orders": call(shows=False),
    "api/v1/quality/<str:metric>/audit": call(shows=False),
}


def routes() -> list[Route]:
    """All of them, those that nobody has told the matrix of included."""
    return list(_walk(get_resolver(), "", {}))


def _walk(resolver: URLResolver, before: str, above: Mapping[str, str]) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        whole = before + str(pattern.pattern)
        parameters = {**above, **{name: type(kind).__name__ for name, kind in pattern.pattern.converters.items()}}
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, whole, parameters)
        elif isinstance(pattern, URLPattern):
            access = getattr(pattern.callback, "access", None)
            yield Route(whole, parameters, frozenset(access or ()), access is not None)


def unknown() -> list[str]:
    """What the table lacks, and what it has too much."""
    found = {route.pattern for route in routes()}
    return [f"{pattern} is not in the table" for pattern in sorted(found - TABLE.keys())] + [
        f"{pattern} is in the table and nowhere else" for pattern in sorted(TABLE.keys() - found)
    ]
