"""Company › Shop › PointOfSale, its people and keys, and what they did (architecture.md §2)."""

from typing import Any, ClassVar, cast

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from staff.ids import public_id_field
from staff.scoping import CompanyModel, SameCompanyKey


class Role(models.TextChoices):
    """Who somebody is in a company; what that allows stands in `staff.permissions`."""

    OWNER = "owner", "Владелец"
    ADMIN = "admin", "Администратор"
    ORDER_MANAGER = "order_manager", "Менеджер заказов"
    CATALOG_MANAGER = "catalog_manager", "Менеджер товаров"
    COURIER = "courier", "Курьер"
    ANALYST = "analyst", "Аналитик"


class Mfa(models.TextChoices):
    """Whether a company asks its people for a second factor."""

    OFF = "off", "не требуется"
    REQUIRED = "required", "обязателен"


class ExpiryPolicy(models.TextChoices):
    """What we do when nobody accepted in time (capabilities.md §6.4).

    MIRROR: mark and free the stock, send nothing, wait for Kaspi's own cancel. PUSH: send the cancel too.
    OFF: only mark as overdue.
    """

    MIRROR = "mirror", "Отметить и ждать отмены от Kaspi"
    PUSH = "push", "Отменить и отправить отмену в Kaspi"
    OFF = "off", "Только отметить просрочку"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str, *, name: str = "") -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who signs in by e-mail. Belongs to companies through Member; carries no tenant data."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email


class Company(models.Model):
    """The tenant."""

    public_id = public_id_field()
    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=200)
    mfa = models.CharField(max_length=10, choices=Mfa.choices, default=Mfa.OFF)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Shop(CompanyModel):
    """One shop on Kaspi, that is one merchant id."""

    public_id = public_id_field()
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    merchant_uid = models.CharField(max_length=30)
    expiry_policy = models.CharField(max_length=10, choices=ExpiryPolicy.choices, default=ExpiryPolicy.MIRROR)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "slug"], name="shop_slug_once"),
            models.UniqueConstraint(fields=["company", "merchant_uid"], name="shop_merchant_once"),
        ]

    def __str__(self) -> str:
        return self.name


class PointOfSale(CompanyModel):
    """A warehouse or shop floor of a shop, with the hours in which its acceptance clock runs."""

    public_id = public_id_field()
    shop = SameCompanyKey(Shop)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    city_code = models.CharField(max_length=12, blank=True)
    # {"mon": ["09:00", "18:00"], "sun": null}; several spans a day are lunch breaks. See orders.deadlines.
    schedule = models.JSONField(default=dict)
    # {"2026-12-16": null, "2026-12-31": ["09:00", "14:00"]}
    exceptions = models.JSONField(default=dict, blank=True)
    zone = models.CharField(max_length=40, default="Asia/Almaty")

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "shop", "code"], name="point_code_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Member(CompanyModel):
    """A person's place in a company: the role, and for a manager the points he may see."""

    public_id = public_id_field()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "user"], name="member_once"),
        ]

    def __str__(self) -> str:
        return self.name


class MemberPoint(CompanyModel):
    """A point that a member may see."""

    member = SameCompanyKey(Member)
    point = SameCompanyKey(PointOfSale)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "member", "point"], name="member_point_once"),
        ]


class ApiKey(CompanyModel):
    """A key of an integrator. Only its prefix and a digest are kept; the secret is shown once."""

    public_id = public_id_field()
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "name"], condition=Q(revoked_at__isnull=True), name="live_key_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AuditEntry(CompanyModel):
    """Who did what to which thing. Added to and read, never changed; no keys out, so that it survives what it tells of."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    details = models.JSONField(default=dict)
    request_id = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "-at"], name="audit_by_time"),
            models.Index(fields=["company", "subject_kind", "subject_id"], name="audit_by_subject"),
        ]


class IdempotentRequest(CompanyModel):
    """A write of the REST API under an Idempotency-Key: the first answer, kept 24 h (reliability.md §5.6)."""

    api_key = SameCompanyKey(ApiKey)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "api_key", "key"], name="idempotency_key_once"),
        ]


def as_user(user: object) -> User:
    """Narrow Django's request.user."""
    return cast(User, user)
