"""«Алма» with somebody of every role, and one order of own delivery at every kind of place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from django.test import Client

from kaspi_office.provisioning import provision
from orders import couriers
from orders.lifecycle import Stage
from orders.models import Order
from staff import keys
from staff.access import Actor, actor_of_key
from staff.clock import database_now
from staff.models import ApiKey, ApiKeyShop, Member, MemberShop, Reach, Role
from staff.people.roles import add_role
from staff.permissions import DESK, Permission
from tests.cast import Cast, Person, document

# Places, as seen from PP1 of «Алма Техника».
HERE, OTHER_POINT, NO_POINT, OTHER_SHOP = "here", "other point", "no point", "other shop"
PLACES = (HERE, OTHER_POINT, NO_POINT, OTHER_SHOP)
SKU = "CREW-1"
BUYER = {"firstName": "Гүлнар", "lastName": "Сейтқали", "cellPhone": "7015550042"}
# Somebody of an own role, whose reach is his places, with «Алма Техника» given whole.
FOREMAN = "foreman"
LIMITED_KEY = "key"
# Who sees orders where. The courier was given the one at PP1.
SEEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Role.OWNER: PLACES,
        Role.ADMIN: PLACES,
        Role.ORDER_MANAGER: (HERE,),
        Role.CATALOG_MANAGER: (),
        Role.COURIER: (HERE,),
        Role.ANALYST: PLACES,
        FOREMAN: (HERE, OTHER_POINT, NO_POINT),
    }
)
PEOPLE = tuple(SEEN)


@dataclass(frozen=True)
class Crew:
    cast: Cast
    people: Mapping[str, Person]
    orders: Mapping[str, Order]
    key: ApiKey
    secret: str

    def actor(self, who: str) -> Actor:
        if who == LIMITED_KEY:
            with self.cast.alma.scope():
                return actor_of_key(self.key)
        return self.people[who].actor

    def browser(self, who: str) -> Client:
        return self.people[who].browser()

    def codes(self, *places: str) -> set[str]:
        return {self.orders[place].code for place in places}


def gather(cast: Cast, stage: Stage = Stage.DELIVERY) -> Crew:
    where = {HERE: ("alma-tech", "PP1"), OTHER_POINT: ("alma-tech", "PP2"), NO_POINT: ("alma-tech", "PP1")}
    where[OTHER_SHOP] = ("alma-dom", "PP1")
    goods = [{"sku": SKU, "name": "Чайник", "quantity": 1, "price": 9000}]
    orders = {
        place: cast.place(stage, shop=shop, point=point, entries=goods, customer=BUYER)
        for place, (shop, point) in where.items()
    }
    people = _hire(cast)
    with cast.alma.scope():
        # As when Kaspi names a point that we do not know.
        Order.objects.filter(pk=orders[NO_POINT].pk).update(point=None)
        if stage is Stage.DELIVERY:
            courier = str(people[Role.COURIER].member.public_id)
            couriers.assign(orders[HERE], courier, by=cast.aigerim.actor, now=database_now())
        secret, key = _key(cast)
        orders = {place: Order.objects.get(pk=order.pk) for place, order in orders.items()}
    return Crew(cast, people, orders, key, secret)


def _hire(cast: Cast) -> dict[str, Person]:
    wanted = document()
    for role in (Role.ADMIN, Role.CATALOG_MANAGER, Role.COURIER, Role.ANALYST, FOREMAN):
        known = role if role in Role.values else Role.ORDER_MANAGER
        member = {"email": f"{role}@alma.example", "password": "unused in tests", "name": f"Имя {role}", "role": known}
        wanted["companies"][0]["members"].append(member)
    provision(wanted)
    others = {role: Person(cast.alma, f"{role}@alma.example", f"Имя {role}") for role in PEOPLE}
    people = others | {Role.OWNER: cast.aigerim, Role.ORDER_MANAGER: cast.bolat}
    with cast.alma.scope():
        rights = [right.value for right in DESK | {Permission.QUALITY_VIEW, Permission.CATALOG_VIEW}]
        code = add_role("Бригадир", rights=rights, reach=Reach.POINTS, by=cast.aigerim.actor, now=database_now())
        foreman = people[FOREMAN].member
        Member.objects.filter(pk=foreman.pk).update(role=code)
        MemberShop.objects.create(member_id=foreman.pk, shop_id=cast.alma.shop("alma-tech").pk)
    return people


def _key(cast: Cast) -> tuple[str, ApiKey]:
    secret, prefix, digest = keys.make()
    scopes = ["orders:read", "orders:write", "quality:read"]
    key = ApiKey.objects.create(name="of a shop", prefix=prefix, digest=digest, scopes=scopes)
    ApiKeyShop.objects.create(api_key_id=key.pk, shop_id=cast.alma.shop("alma-tech").pk)
    return secret, key


def with_rights(actor: Actor, *, less: frozenset[Permission]) -> Actor:
    return replace(actor, rights=actor.rights - less)
