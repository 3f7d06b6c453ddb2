"""The shops and points that somebody may see: what every page and every list of the API starts from."""

from dataclasses import dataclass

from django.db import connection

from staff.access import Actor, OfficeRequest
from staff.errors import NotVisible
from staff.models import PointOfSale, Shop
from staff.scoping import current_company

# Everything of a point but its public id, which no page names.
POINT = ("id", "company_id", "shop_id", "code", "name", "city_code", "schedule", "exceptions", "zone", "keeps_at_id")
_SHOP = tuple(field.attname for field in Shop._meta.concrete_fields)
# Asked by every page, so it is plain SQL: building it through the ORM took longer than running it.
_VISIBLE = f"""
SELECT c.name, {", ".join(f"s.{name}" for name in _SHOP)}, p.told
FROM staff_company c
LEFT JOIN staff_shop s ON s.company_id = c.id
LEFT JOIN LATERAL (
  SELECT json_agg(json_build_object({", ".join(f"'{name}', {name}" for name in POINT)}) ORDER BY name, id) AS told
  FROM staff_pointofsale WHERE company_id = s.company_id AND shop_id = s.id AND (%s::bigint[] IS NULL OR id = ANY(%s))
) p ON true
WHERE c.id = %s ORDER BY s.name, s.id
"""  # noqa: S608  names of our own columns


@dataclass(frozen=True, slots=True)
class Places:
    """Visible shops by name, and their points. A shop without visible points is seen by those who see it whole."""

    shops: tuple[Shop, ...]
    points: tuple[PointOfSale, ...]
    company_name: str = ""

    def shop(self, slug: str) -> Shop:
        """The shop of this slug. Raises NotVisible."""
        found = next((shop for shop in self.shops if shop.slug == slug), None)
        if found is None:
            raise NotVisible(slug)
        return found

    def shop_by_id(self, shop_id: int) -> Shop:
        return next(shop for shop in self.shops if shop.pk == shop_id)

    def points_of(self, shop: Shop | None) -> tuple[PointOfSale, ...]:
        """The points of a shop; of every visible shop without one."""
        return tuple(point for point in self.points if shop is None or point.shop_id == shop.pk)

    def points_by_code(self, code: str, *, shop: Shop | None) -> tuple[PointOfSale, ...]:
        """Points of this code: several when shops use the same code and none is chosen. Raises NotVisible."""
        found = tuple(point for point in self.points_of(shop) if point.code == code)
        if not found:
            raise NotVisible(code)
        return found

    def point_by_id(self, point_id: int | None) -> PointOfSale | None:
        return next((point for point in self.points if point.pk == point_id), None)


def visible(actor: Actor) -> Places:
    """What this actor may see, in one query."""
    points = None if actor.points is None else sorted(actor.points)
    with connection.cursor() as cursor:
        cursor.execute(_VISIBLE, [points, points, current_company()])
        rows = [(row[0], row[1:-1], row[-1]) for row in cursor.fetchall()]
    # Who sees some points only, sees the shops of these and those given to him; a company without shops is one row of
    # its name alone.
    seen = [
        (shop, told or ())
        for _, shop, told in rows
        if shop[0] is not None and (told or points is None or shop[0] in actor.shops)
    ]
    return Places(
        tuple(Shop.from_db("default", _SHOP, shop) for shop, _ in seen),
        tuple(PointOfSale(**point) for _, told in seen for point in told),
        rows[0][0],
    )


def places_of(request: OfficeRequest) -> Places:
    """What the person of this request may see; asked once per request."""
    found: Places | None = getattr(request, "_places", None)
    if found is None:
        found = visible(request.actor)
        request._places = found  # type: ignore[attr-defined]
    return found


def chosen_shop(request: OfficeRequest) -> Shop | None:
    """The shop that the address names (`?shop=`), or the only one there is. Raises NotVisible."""
    places = places_of(request)
    slug = request.GET.get("shop", "")
    if slug:
        return places.shop(slug)
    return places.shops[0] if len(places.shops) == 1 else None
