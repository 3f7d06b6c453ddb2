"""The people and companies that tests are told with.

Айгерим owns «Алма», Болат manages its point PP1, Данияр its PP2. Чингиз owns «Береке» and must never see a thing of
Алма's. All are made by `provision`, as in life. Orders get to a stage by walking there: `place`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from django.http import HttpRequest
from django.test import Client

from integrations.kaspi.simulator.tokens import token_for
from kaspi_office.provisioning import find_company
from orders.facts import sync
from orders.lifecycle import Stage
from orders.models import Order
from staff.access import Actor, actor_of_key, actor_of_member
from staff.models import ApiKey, Member, PointOfSale, Shop, User
from staff.permissions import SCOPES
from staff.scoping import company_scope
from staff.signin.sudo import FRESH
from tests.kaspi import Kaspi
from tests.set_back import provisioned

ROUND_THE_CLOCK = {day: ["00:00", "24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
PASSWORD = "a long enough password"

# Stage → (kind of order, how it gets there): a call of the seller's, or a deed of Kaspi's or the buyer's.
WALKS: Mapping[Stage, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        Stage.NEW: ("pickup", ()),
        Stage.SIGNING: ("signature", ("accept",)),
        Stage.PICKUP: ("pickup", ("accept",)),
        Stage.DELIVERY: ("own_delivery", ("accept",)),
        Stage.KD_PREORDER: ("pre_order", ("accept",)),
        Stage.KD_PACKING: ("kaspi_delivery", ("accept",)),
        Stage.KD_HANDOVER: ("kaspi_delivery", ("accept", "packed")),
        Stage.KD_TRANSIT: ("kaspi_delivery", ("accept", "packed", "courier_collects")),
        Stage.KD_RETURNING: ("kaspi_delivery", ("accept", "packed", "courier_collects", "refused")),
        Stage.RETURN_REQUESTED: (
            "kaspi_delivery",
            ("accept", "packed", "courier_collects", "delivered", "return_requested"),
        ),
        Stage.RETURN_ACCEPTED: (
            "kaspi_delivery",
            ("accept", "packed", "courier_collects", "delivered", "return_requested", "scanned_back"),
        ),
        Stage.COMPLETED: ("pickup", ("accept", "buyer_collected")),
        Stage.CANCELLED: ("pickup", ("buyer_cancels",)),
        Stage.RETURNED: ("pickup", ("accept", "buyer_collected", "returned_to_shop")),
    }
)


def signed_in(user: User, *, proved_ago: float = 0) -> Client:
    """A client with the session of somebody who gave his password so many seconds ago."""
    client = Client()
    client.force_login(user)
    session = client.session
    request = HttpRequest()
    request.session = session
    record_authentication(request, user, "password")
    session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["at"] -= proved_ago
    session.save()
    return client


@dataclass(frozen=True)
class Person:
    """Somebody who signs in."""

    company: "Company" = field(repr=False)
    email: str
    name: str

    @property
    def user(self) -> User:
        return User.objects.get(email=self.email)

    @property
    def member(self) -> Member:
        with self.company.scope():
            found: Member = Member.objects.get(user_id=self.user.pk)
            return found

    @property
    def actor(self) -> Actor:
        """Who he is to the rules."""
        with self.company.scope():
            return actor_of_member(self.member)

    def browser(self, *, proved_ago: float = 0) -> Client:
        """A client that is signed in. Past 15 minutes after his proof the sensitive pages want another one."""
        return signed_in(self.user, proved_ago=proved_ago)

    def stale_browser(self) -> Client:
        """A client that signed in so long ago that sensitive pages ask for the password again."""
        return self.browser(proved_ago=FRESH + 1)


@dataclass(frozen=True)
class Company:
    """A company with the ids that rows are told by, and the secret of a key that may do everything."""

    id: int
    slug: str
    key_secret: str = field(repr=False)

    def scope(self) -> Any:
        return company_scope(self.id)

    def shop(self, slug: str) -> Shop:
        with self.scope():
            found: Shop = Shop.objects.get(slug=slug)
            return found

    def point(self, shop: str, code: str) -> PointOfSale:
        with self.scope():
            found: PointOfSale = PointOfSale.objects.get(shop__slug=shop, code=code)
            return found

    def program(self, secret: str = "") -> Client:
        """A client that speaks with an API key, by default the one with all scopes."""
        return Client(headers={"Authorization": f"Bearer {secret or self.key_secret}"})

    @property
    def key_actor(self) -> Actor:
        with self.scope():
            return actor_of_key(ApiKey.objects.get(name="all"))


@dataclass(frozen=True)
class Cast:
    """Everybody, and the Kaspi they all sell on."""

    kaspi: Kaspi
    alma: Company
    bereke: Company
    aigerim: Person
    bolat: Person
    daniyar: Person
    chingiz: Person

    def place(self, stage: Stage = Stage.NEW, *, shop: str = "alma-tech", point: str = "PP1", **spec: Any) -> Order:
        """An order at this stage, walked there through Kaspi and observed at every step.

        `spec` are keys of the simulator's control door: `customer`, `entries`, `kind`, `approved_minutes_ago`, …
        """
        company = self.alma if shop.startswith("alma") else self.bereke
        kind, walk = WALKS[stage]
        uid = company.shop(shop).merchant_uid
        wanted = {"merchant": uid, "point": point, "kind": kind} | spec
        code = self.kaspi.control("POST", "orders", wanted)["codes"][0]
        order = self.observe(company, shop, code)
        for step in walk:
            self._step(uid, order, step)
            order = self.observe(company, shop, code)
        assert order.stage == stage, f"{code} is at {order.stage}, not at {stage}"
        return order

    def observe(self, company: Company, shop: str, code: str) -> Order:
        """Read the order from Kaspi and write down what is seen, as polling does."""
        owner = company.shop(shop)
        fact = self.kaspi.call(owner.merchant_uid, lambda client: client.order_by_code(code))
        assert fact is not None
        with company.scope():
            sync.store(sync.place_of(owner), [fact], observed_at=datetime.now(UTC), by_id=True)
            found: Order = Order.objects.get(shop_id=owner.pk, code=code)
            return found

    def _step(self, uid: str, order: Order, step: str) -> None:
        if step == "accept":
            self.kaspi.call(uid, lambda client: client.accept(order.kaspi_id, order.code))
        else:
            self.kaspi.control("POST", f"orders/{order.code}", {"do": step})


def gather() -> Cast:
    """Make everybody. Needs a database."""
    kaspi = Kaspi()
    made = {company["slug"]: company for company in provisioned(document())["companies"]}
    for company in document()["companies"]:
        for shop in company["shops"]:
            kaspi.open_shop(shop["merchant_uid"], points=[point["code"] for point in shop["points"]])
    alma, bereke = _company(made["alma"]), _company(made["bereke"])
    return Cast(
        kaspi=kaspi,
        alma=alma,
        bereke=bereke,
        aigerim=Person(alma, "owner@alma.example", "Айгерим"),
        bolat=Person(alma, "m1@alma.example", "Болат"),
        daniyar=Person(alma, "m2@alma.example", "Данияр"),
        chingiz=Person(bereke, "owner@bereke.example", "Чингиз"),
    )


def document() -> dict[str, Any]:
    """The companies as `provision` takes them; a fresh copy, to be changed at will."""
    alma = {
        "slug": "alma",
        "name": "ТОО Алма",
        "shops": [
            _shop("alma-tech", "Алма Техника", "30000001", PP1="Склад Абая 52", PP2="Розыбакиева 247"),
            _shop("alma-dom", "Алма Дом", "30000002", PP1="Мангилик Ел 55"),
        ],
        "members": [
            _member("owner@alma.example", "Айгерим", "owner"),
            _member("m1@alma.example", "Болат", "order_manager", "alma-tech/PP1"),
            _member("m2@alma.example", "Данияр", "order_manager", "alma-tech/PP2"),
        ],
        "api_keys": [{"name": "all", "scopes": sorted(SCOPES)}],
    }
    bereke = {
        "slug": "bereke",
        "name": "ИП Береке",
        "shops": [_shop("bereke-tools", "Береке Инструменты", "30000003", PP1="Склад Райымбека 348")],
        "members": [_member("owner@bereke.example", "Чингиз", "owner")],
        "api_keys": [{"name": "all", "scopes": sorted(SCOPES)}],
    }
    return {"companies": [alma, bereke]}


def _company(made: dict[str, Any]) -> Company:
    company_id = find_company(made["slug"])
    assert company_id is not None
    return Company(company_id, made["slug"], made["api_keys"][0]["secret"])


def _shop(slug: str, name: str, uid: str, **points: str) -> dict[str, Any]:
    rows = [
        {"code": code, "name": title, "city": "750000000", "schedule": ROUND_THE_CLOCK}
        for code, title in points.items()
    ]
    return {"slug": slug, "name": name, "merchant_uid": uid, "token": token_for(uid), "points": rows}


def _member(email: str, name: str, role: str, *points: str) -> dict[str, Any]:
    return {"email": email, "password": PASSWORD, "name": name, "role": role, "points": list(points)}
