"""The demo companies: two sellers with two shops each, as the simulator's scenario `demo` knows them, and stock."""

import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from catalog import stock
from catalog.models import Movement, Offer
from integrations.kaspi.simulator.goods import Good, goods_of
from integrations.kaspi.simulator.hours import DEMO_SCHEDULE
from integrations.kaspi.simulator.tokens import token_for
from kaspi_office.provisioning import find_company, provision
from staff.formats import ALMATY as ZONE
from staff.models import Member, MemberPoint, PointOfSale, Role, Shift, Shop
from staff.scoping import company_scope, current_company

PASSWORD: Final = "almaty-2026"  # noqa: S105  printed by `up`; these companies exist in the simulator only
ALMATY, ASTANA, SHYMKENT = "750000000", "710000000", "511010000"
# The window of the numbers, and some days more.
SHIFT_DAYS: Final = 40
HOURS: Final = {day: list(spans[0]) for day, spans in DEMO_SCHEDULE.items()}


class Login(NamedTuple):
    email: str
    name: str
    role: str
    points: tuple[str, ...]
    who: str


LOGINS: Final = {
    "alma": (
        Login("owner@alma.example", "Айгерим", "owner", (), "Айгерим owns «ТОО Алма»: everything of two shops"),
        Login("m1@alma.example", "Болат", "order_manager", ("alma-tech/PP1",), "Болат, orders of «Склад Абая 52»"),
        Login("m2@alma.example", "Данияр", "order_manager", ("alma-tech/PP2",), "Данияр, orders of «Розыбакиева 247»"),
    ),
    "bereke": (Login("owner@bereke.example", "Чингиз", "owner", (), "Чингиз owns «ИП Береке»: another company"),),
}


def is_real_kaspi() -> bool:
    """Whether KASPI_BASE_URL is kaspi.kz, where no demo shop exists."""
    host = urlsplit(settings.KASPI_BASE_URL).hostname or ""
    return host == "kaspi.kz" or host.endswith(".kaspi.kz")


def load(*, now: datetime) -> list[Login]:
    """Make the demo companies with offers and counted stock, or leave what is there. Answers who can sign in."""
    with transaction.atomic():
        for made in provision(document())["companies"]:
            company_id = find_company(made["slug"])
            assert company_id is not None
            with company_scope(company_id):
                _fill(now=now)
    return [login for logins in LOGINS.values() for login in logins]


def document() -> dict[str, Any]:
    """What `provision` makes of the demo. Tokens are those of the simulator's merchants."""
    alma = [
        _shop(
            "alma-tech",
            "Алма Техника",
            "30000001",
            "mirror",
            PP1=("Склад Абая 52", ALMATY),
            PP2=("Розыбакиева 247", ALMATY),
        ),
        _shop("alma-dom", "Алма Дом", "30000002", "push", PP1=("Мангилик Ел 55", ASTANA)),
    ]
    bereke = [
        _shop("bereke-tools", "Береке Инструменты", "30000003", "mirror", PP1=("Склад Райымбека 348", ALMATY)),
        _shop("bereke-sad", "Береке Сад", "30000004", "mirror", PP1=("Тауке хана 12", SHYMKENT)),
    ]
    return {"companies": [_company("alma", "ТОО Алма", alma), _company("bereke", "ИП Береке", bereke)]}


def _company(slug: str, name: str, shops: list[dict[str, Any]]) -> dict[str, Any]:
    members = [
        {"email": login.email, "password": PASSWORD, "name": login.name, "role": login.role, "points": [*login.points]}
        for login in LOGINS[slug]
    ]
    return {"slug": slug, "name": name, "shops": shops, "members": members}


def _shop(slug: str, name: str, uid: str, policy: str, **points: tuple[str, str]) -> dict[str, Any]:
    rows = [{"code": code, "name": title, "city": city, "schedule": HOURS} for code, (title, city) in points.items()]
    head = {"slug": slug, "name": name, "merchant_uid": uid, "token": token_for(uid), "expiry_policy": policy}
    return head | {"points": rows}


def _fill(*, now: datetime) -> None:
    for shop in Shop.objects.order_by("id"):
        goods = goods_of(shop.merchant_uid)
        Offer.objects.bulk_create([_offer(shop, good) for good in goods], ignore_conflicts=True)
        for point in PointOfSale.objects.filter(shop_id=shop.pk).order_by("id"):
            counted = set(Movement.objects.filter(point_id=point.pk, reason="counted").values_list("sku", flat=True))
            fresh = {good.sku: _pieces(shop, point, good) for good in goods if good.sku not in counted}
            stock.count(point_id=point.pk, quantities=fresh, now=now)
    _hold_shifts(now=now)


def _hold_shifts(*, now: datetime) -> None:
    """Who held which point on the days that are over, so that the numbers of these days have somebody to ask."""
    held = Shift.objects.filter(ended_at__isnull=False).values("member_id")
    managers = Member.objects.filter(role=Role.ORDER_MANAGER).exclude(pk__in=held)
    places = MemberPoint.objects.filter(member_id__in=managers.values("pk")).order_by("member_id", "id")
    today = now.astimezone(ZONE).date()
    for member_id, point_id in places.values_list("member_id", "point_id"):
        Shift.objects.bulk_create(
            _shift(member_id, point_id, today - timedelta(days=day)) for day in range(SHIFT_DAYS, 0, -1)
        )


def _shift(member_id: int, point_id: int, day: date) -> Shift:
    opens, closes = (datetime.combine(day, time.fromisoformat(clock), ZONE) for clock in DEMO_SCHEDULE["mon"][0])
    place = {"company_id": current_company(), "member_id": member_id, "point_id": point_id}
    return Shift(began_at=opens, ended_at=closes, **place)


def _offer(shop: Shop, good: Good) -> Offer:
    return Offer(
        company_id=shop.company_id,
        shop_id=shop.pk,
        sku=good.sku,
        name=good.name,
        category=good.category,
        price=Decimal(good.price),
    )


def _pieces(shop: Shop, point: PointOfSale, good: Good) -> int:
    """Always the same: of ten goods one has run out, one is the last, the cheap ones lie in heaps."""
    chance = zlib.crc32(f"{shop.merchant_uid}/{point.code}/{good.sku}".encode())
    if chance % 10 < 2:
        return chance % 10
    return 8 + chance // 10 % (30 if good.price > 50_000 else 120)
