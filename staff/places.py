"""The shops and points that somebody may see: what every page and every list of the API starts from."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject

from staff.access import Actor, OfficeRequest
from staff.errors import NotVisible
from staff.models import PointOfSale, Shop

# Everything of a point but its public id, which no page names.
POINT = ("id", "company_id", "shop_id", "code", "name", "city_code", "schedule", "exceptions", "zone")


@dataclass(frozen=True, slots=True)
class Places:
    """Visible shops by name, and their points. A shop without points is seen by those who see all points."""

    shops: tuple[Shop, ...]
    points: tuple[PointOfSale, ...]

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
    points = PointOfSale.objects.filter(shop_id=OuterRef("pk")).order_by("name", "id")
    if actor.points is not None:
        points = points.filter(pk__in=actor.points)
    told = ArraySubquery(points.values(told=JSONObject(**{name: name for name in POINT})))
    shops = Shop.objects.annotate(told=told).order_by("name", "id")
    if actor.points is not None:
        shops = shops.filter(Exists(points))
    seen = tuple(shops)
    return Places(seen, tuple(PointOfSale(**point) for shop in seen for point in shop.told))


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
