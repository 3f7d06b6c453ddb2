"""Several fields of an offer changed together, as programs write them: all of them or none."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from catalog.binding import bind
from catalog.models import How, Offer
from catalog.offers.changing import lock, put_on, set_price, take_off
from catalog.offers.describing import FIELDS, describe
from catalog.offers.finding import to_change
from catalog.offers.places import drop_city, sell_at
from staff.access import Actor
from staff.cities import towns
from staff.errors import Refused
from staff.formats import ALMATY
from staff.models import PointOfSale


def patch(
    offer: Offer,
    said: Mapping[str, Any],
    *,
    points: Mapping[str, PointOfSale],
    by: Actor,
    now: datetime,
    how: How = How.API,
) -> Offer:
    """Change what is named in `said` (the fields of the API) and leave the rest; answers the offer as it is now.

    `points` of its shop by code, as the actor sees them. Raises Refused as the verbs of the fields do: nothing is changed
    then.
    """
    row = to_change(offer, by=by)
    done: dict[str, Any] = {"by": by, "now": now, "how": how}
    with transaction.atomic():
        row = lock(row, said.get("version"))
        words = {name: said[name] for name in FIELDS if name in said}
        row = describe(row, words, **done)
        if "stock_sku" in said:
            row = bind(row, said["stock_sku"], **done)
        if "price" in said:
            row = set_price(row, Decimal(said["price"]), **done)
        _write_cities(row, said.get("city_prices", {}), done)
        _write_points(row, said.get("points", {}), points, done)
        _write_sale(row, said, done)
    row.refresh_from_db()
    return row


def _write_cities(row: Offer, prices: Mapping[str, int | None], done: Mapping[str, Any]) -> None:
    for city, price in prices.items():
        if city not in towns():
            sentence = gettext("Такого города в списке Kaspi нет: %(city)s") % {"city": city[:20]}
            raise Refused("unknown_city", sentence, status=400, field="city_prices")
        if price is None:
            drop_city(row, city, **done)
        else:
            set_price(row, Decimal(price), city=city, **done)


def _write_points(
    row: Offer, said: Mapping[str, bool | None], points: Mapping[str, PointOfSale], done: Mapping[str, Any]
) -> None:
    for code, sold in said.items():
        if code not in points:
            sentence = gettext("Такой точки у магазина нет: %(code)s") % {"code": code[:20]}
            raise Refused("unknown_point", sentence, status=400, field="points")
        sell_at(row, points[code], sold, **done)


def _write_sale(row: Offer, said: Mapping[str, Any], done: Mapping[str, Any]) -> None:
    wanted = said.get("on_sale")
    if wanted is True:
        put_on([row], **done)
    elif wanted is False:
        until: date | None = said.get("off_until")
        if until is not None and until <= done["now"].astimezone(ALMATY).date():
            sentence = gettext("День возврата – завтра или позже, например 2026-12-01")
            raise Refused("bad_day", sentence, status=400, field="off_until")
        take_off([row], reason=said.get("off_reason", ""), until=until, **done)
