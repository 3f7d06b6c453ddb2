"""Who works in a company: people, their roles and places, invitations, shifts, shared desks, keys of programs."""

from typing import Any, ClassVar, cast

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from staff.ids import public_id_field
from staff.languages import later as _
from staff.models.company import PointOfSale, Shop
from staff.scoping import CompanyModel, SameCompanyKey


class Role(models.TextChoices):
    """Who somebody is in a company; what that allows stands in `staff.permissions`."""

    OWNER = "owner", _("Владелец")
    ADMIN = "admin", _("Администратор")
    ORDER_MANAGER = "order_manager", _("Менеджер заказов")
    CATALOG_MANAGER = "catalog_manager", _("Менеджер товаров")
    COURIER = "courier", _("Курьер")
    ANALYST = "analyst", _("Аналитик")


class Reach(models.TextChoices):
    """Whose orders a role sees: the company's, those of the member's shops and points, or those given to him."""

    COMPANY = "company", _("все магазины и точки")
    POINTS = "points", _("свои точки")
    OWN = "own", _("свои заказы")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str, *, name: str = "") -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class Language(models.TextChoices):
    """What a person reads. Each language is named in itself."""

    RU = "ru", "Русский"
    KK = "kk", "Қазақша"
    EN = "en", "English"


class User(AbstractBaseUser):
    """A person who signs in by e-mail. Belongs to companies through Member; carries no tenant data."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.RU)
    # The password was told to the person by somebody: nothing opens until it is changed.
    must_change_password = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email


def as_user(user: object) -> User:
    """Narrow Django's request.user."""
    return cast(User, user)


class CompanyRole(CompanyModel):
    """How a company changed a role, or made one of its own. A built-in role without a row has the rights of
    `staff.permissions.ROLES`; the owner's never has one.
    """

    code = models.CharField(max_length=20)
    # Blank for a built-in role: it keeps its translated name.
    name = models.CharField(max_length=60, blank=True)
    rights = models.JSONField(default=list)
    reach = models.CharField(max_length=10, choices=Reach.choices)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "code"], name="company_role_once"),
        ]


class Member(CompanyModel):
    """A person's place in a company: the role, and where its reach is not the whole company, his shops and points."""

    public_id = public_id_field()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    # A `Role`, or the code of the company's own `CompanyRole`.
    role = models.CharField(max_length=20)
    is_active = models.BooleanField(default=True)
    # Argon2 of the digits by which he takes over a shared counter PC; blank: he has none.
    pin = models.CharField(max_length=128, blank=True)
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


class MemberShop(CompanyModel):
    """A shop that a member may see with all its points, those opened later included."""

    member = SameCompanyKey(Member)
    shop = SameCompanyKey(Shop)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "member", "shop"], name="member_shop_once"),
        ]


class Invitation(CompanyModel):
    """A one-time link into a company. Only a digest of its secret is kept."""

    public_id = public_id_field()
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    # Blank: a link or QR handed over in person; who opens it names his address.
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=20)
    # Ids of shops and points of this company, checked when the invitation is accepted.
    shops = models.JSONField(default=list)
    points = models.JSONField(default=list)
    invited_by = SameCompanyKey(Member)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = SameCompanyKey(Member, null=True, on_delete=models.SET_NULL)

    class Meta(CompanyModel.Meta):
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "-created_at"], name="invitation_by_time")]


class Shift(CompanyModel):
    """Who held a point from when to when. A member holds one point at a time; a point may be held by several."""

    member = SameCompanyKey(Member)
    point = SameCompanyKey(PointOfSale)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "member"], condition=Q(ended_at__isnull=True), name="one_open_shift"
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company", "point", "-began_at"], name="shift_by_point")]


class CounterDesk(CompanyModel):
    """A shared computer at a point, on which people change by PIN. Only a digest of its cookie is kept."""

    public_id = public_id_field()
    point = SameCompanyKey(PointOfSale)
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    opened_by = SameCompanyKey(Member)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)


class ApiKey(CompanyModel):
    """A key of an integrator. Only its prefix and a digest are kept; the secret is shown once."""

    public_id = public_id_field()
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    # The member who made it: his dismissal ends it. None: provisioned.
    made_by = SameCompanyKey(Member, null=True, on_delete=models.SET_NULL)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "name"], condition=Q(revoked_at__isnull=True), name="live_key_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ApiKeyShop(CompanyModel):
    """A shop that a key is limited to; a key without any opens all of them."""

    api_key = SameCompanyKey(ApiKey)
    shop = SameCompanyKey(Shop)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "api_key", "shop"], name="api_key_shop_once"),
        ]
