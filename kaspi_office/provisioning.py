"""Makes companies, shops, points, people and API keys from a document (contract §2), once or again.

Works as the application's role under row security: a company's id is taken from the sequence first, then its scope is
opened, then the row is written. One transaction for the whole document: nothing is left half-made.
"""

from datetime import datetime
from typing import Any, Final, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone

from integrations import accounts
from kaspi_office import blueprint
from kaspi_office.blueprint import CompanyPlan, KeyPlan, MemberPlan, PointPlan, ShopPlan, WrongDocument
from orders.models import ShopPulse
from staff import access, audit, keys
from staff.errors import Refused
from staff.models import ApiKey, Company, Member, MemberPoint, PointOfSale, Shop, User
from staff.scoping import company_scope, tell_database
from staff.signin import addresses

Row = TypeVar("Row", bound=models.Model)
# Two provisions at once would race for the same slugs: the second waits for this advisory lock.
LOCK: Final = 0x0FF1CE
PATIENCE: Final = "60s"


def provision(document: object) -> dict[str, Any]:
    """Carry out a document of contract §2 and answer the same tree with an `id` on every node.

    An API key carries `secret` only in the answer of the run that made it; tokens and passwords are never answered.
    Raises WrongDocument, and then nothing is changed.
    """
    plans = blueprint.read(document)
    now = timezone.now()
    with transaction.atomic():
        _wait_for_turn()
        return {"companies": [_build(plan, now=now) for plan in plans]}


def find_company(slug: str) -> int | None:
    """The id of the company of that slug, whichever it is: the one thing known of it outside its scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT office_company(%s)", [slug])
        found: int | None = cursor.fetchone()[0]
        return found


def _build(plan: CompanyPlan, *, now: datetime) -> dict[str, Any]:
    company_id = find_company(plan.slug) or _next_company_id()
    with company_scope(company_id):
        return _Builder(plan, company_id, now).build()


class _Builder:
    """Makes one company, inside its scope. `changed` collects what was really made or altered, for the audit."""

    def __init__(self, plan: CompanyPlan, company_id: int, now: datetime) -> None:
        self.plan = plan
        self.company_id = company_id
        self.by = access.rule("provision", company_id)
        self.now = now
        self.changed: list[str] = []

    def build(self) -> dict[str, Any]:
        plan = self.plan
        wanted = {"name": plan.name} | ({"mfa": plan.mfa} if plan.mfa else {})
        company = self._put(Company, {"id": self.company_id, "slug": plan.slug}, wanted, plan.slug)
        made = {
            "id": str(company.public_id),
            "slug": company.slug,
            "name": company.name,
            "mfa": company.mfa,
            "shops": [self._shop(shop) for shop in plan.shops],
            "members": [self._member(member) for member in plan.members],
            "api_keys": [self._key(key) for key in plan.api_keys],
        }
        if self.changed:
            subject, details = ("company", company.public_id), {"changed": self.changed}
            audit.record(self.by, "company.provisioned", subject=subject, now=self.now, details=details)
        return made

    def _shop(self, plan: ShopPlan) -> dict[str, Any]:
        wanted = {"name": plan.name, "merchant_uid": plan.merchant_uid}
        if plan.expiry_policy:
            wanted["expiry_policy"] = plan.expiry_policy
        taken = Shop.objects.filter(merchant_uid=plan.merchant_uid).exclude(slug=plan.slug).first()
        if taken is not None:
            raise WrongDocument(
                f"{plan.path}.merchant_uid", f"{plan.merchant_uid!r} is the shop {taken.slug!r} already"
            )
        shop = self._put(Shop, {"slug": plan.slug}, wanted, plan.slug)
        ShopPulse.objects.bulk_create([ShopPulse(company_id=shop.company_id, shop_id=shop.pk)], ignore_conflicts=True)
        points = [self._point(shop, point) for point in plan.points]
        if plan.token is not None and not accounts.is_in_force(shop.pk, plan.token):
            self._connect(shop, plan.token, plan.path)
        head = {"id": str(shop.public_id), "slug": shop.slug, "name": shop.name, "merchant_uid": shop.merchant_uid}
        return head | {"expiry_policy": shop.expiry_policy, "points": points}

    def _connect(self, shop: Shop, token: str, path: str) -> None:
        try:
            accounts.connect(shop, token, by=self.by, now=self.now)
        except Refused as refusal:
            raise WrongDocument(f"{path}.token", f"cannot be a token ({refusal.sentence})") from None

    def _point(self, shop: Shop, plan: PointPlan) -> dict[str, Any]:
        wanted = {"name": plan.name, "city_code": plan.city, "schedule": plan.schedule, "zone": plan.zone}
        if plan.exceptions is not None:
            wanted["exceptions"] = plan.exceptions
        point = self._put(PointOfSale, {"shop_id": shop.pk, "code": plan.code}, wanted, f"{shop.slug}/{plan.code}")
        hours = {"schedule": point.schedule, "exceptions": point.exceptions, "zone": point.zone}
        return {"id": str(point.public_id), "code": point.code, "name": point.name, "city": point.city_code} | hours

    def _member(self, plan: MemberPlan) -> dict[str, Any]:
        user = self._user(plan)
        wanted = {"name": plan.name, "role": plan.role}
        member = self._put(Member, {"user_id": user.pk}, wanted, plan.email)
        head = {"id": str(member.public_id), "email": user.email, "name": member.name, "role": member.role}
        return head | {"points": self._points_of(member, plan)}

    def _user(self, plan: MemberPlan) -> User:
        """The person; somebody who also works for another company keeps his name and password."""
        user = User.objects.filter(email=plan.email).first()
        if user is None:
            if plan.password is None:
                raise WrongDocument(f"{plan.path}.password", "a new person needs one")
            made = User.objects.create_user(plan.email, plan.password, name=plan.name)
            addresses.confirm(made)
            return made
        if not _works_elsewhere(user):
            if plan.password is not None and not user.check_password(plan.password):
                user.set_password(plan.password)
                self.changed.append(f"{plan.email}: password")
            user.name = plan.name
            user.save(update_fields=["name", "password"])
        return user

    def _points_of(self, member: Member, plan: MemberPlan) -> list[str]:
        """Give the member exactly the points of the plan, and answer what he has."""
        places = {f"{point.shop.slug}/{point.code}": point for point in PointOfSale.objects.select_related("shop")}
        present = {row.point_id for row in MemberPoint.objects.filter(member_id=member.pk)}
        if plan.points is not None:
            unknown = [number for number, place in enumerate(plan.points) if place not in places]
            if unknown:
                number = unknown[0]
                raise WrongDocument(f"{plan.path}.points[{number}]", f"there is no point {plan.points[number]!r}")
            given = {places[place].pk for place in plan.points}
            if given != present:
                self.changed.append(f"{plan.email}: points")
            MemberPoint.objects.filter(member_id=member.pk).exclude(point_id__in=given).delete()
            for point_id in sorted(given - present):
                MemberPoint.objects.create(member_id=member.pk, point_id=point_id)
            present = given
        return sorted(place for place, point in places.items() if point.pk in present)

    def _key(self, plan: KeyPlan) -> dict[str, Any]:
        shown = {}
        if not ApiKey.objects.filter(name=plan.name, revoked_at=None).exists():
            secret, prefix, digest = keys.make()
            ApiKey.objects.create(name=plan.name, prefix=prefix, digest=digest)
            shown = {"secret": secret}
        wanted = {"scopes": list(plan.scopes)}
        key = self._put(ApiKey, {"name": plan.name, "revoked_at": None}, wanted, f"key {plan.name}")
        return {"id": str(key.public_id), "name": key.name, "scopes": key.scopes} | shown

    def _put(self, model: type[Row], identity: dict[str, Any], wanted: dict[str, Any], label: str) -> Row:
        """Make the row or bring it up to date, and remember that it was not so before."""
        row = model._default_manager.filter(**identity).first()
        if row is None:
            self.changed.append(label)
            made: Row = model._default_manager.create(**identity, **wanted)
            return made
        different = {name: value for name, value in wanted.items() if getattr(row, name) != value}
        for name, value in different.items():
            setattr(row, name, value)
        if different:
            self.changed.append(f"{label}: {', '.join(sorted(different))}")
            row.save(update_fields=list(different))
        return row


def _wait_for_turn() -> None:
    with connection.cursor() as cursor:
        for limit in ("lock_timeout", "statement_timeout"):
            cursor.execute("SELECT set_config(%s, %s, true)", [limit, PATIENCE])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _next_company_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('staff_company', 'id'))")
        fresh: int = cursor.fetchone()[0]
        return fresh


def _works_elsewhere(user: User) -> bool:
    """Row security shows a person's memberships in all companies to himself only, so ask as him."""
    tell_database("app.user", str(user.pk))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM staff_member WHERE user_id = %s AND company_id <> app_company())", [user.pk]
        )
        answer: bool = cursor.fetchone()[0]
    tell_database("app.user", "")
    return answer
