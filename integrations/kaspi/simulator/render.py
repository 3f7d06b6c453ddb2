"""Orders as JSON:API, field by field as in kaspi-api §2.8, §3 and §4.

An order is drawn once per version: rendered bytes are kept on it, so that a page of unchanged orders is a join.
"""

import json
from collections.abc import Callable
from typing import Any

from . import cities, ids
from .settings import Settings
from .world import Customer, Entry, Merchant, Order, Point, World

Json = dict[str, Any]
MASKED_PHONE = "+0(000)-000-00-00"


def dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Pen:
    """Draws for one caller: `base` is the simulator's own address up to /v2, which goes into every link."""

    def __init__(self, world: World, base: str) -> None:
        self.world = world
        self.base = base

    def kept(self, order: Order, part: str, draw: Callable[[], bytes]) -> bytes:
        key = (self.base, self.world.settings.revision)
        drawn = order.drawn.get(part)
        if drawn is None or drawn[0] != key:
            drawn = order.drawn[part] = (key, draw())
        return drawn[1]

    # Orders

    def order(self, order: Order, *, linked: bool = False) -> bytes:
        """`linked`: with the entries' ids, as when the entries are included."""
        if not linked:
            return self.kept(order, "order", lambda: dump(self._order(order)))
        return self.kept(order, "linked order", lambda: dump(self._linked(order)))

    def _linked(self, order: Order) -> Json:
        drawn = self._order(order)
        names = [
            {"type": "orderentries", "id": ids.encode(ids.entry_key(order.code, entry.number))}
            for entry in order.entries
        ]
        drawn["relationships"]["entries"]["data"] = names
        return drawn

    def _order(self, order: Order) -> Json:
        buyer = ids.encode(order.customer.phone)
        relationships = self.order_relationships(order.id)
        relationships["user"]["data"] = {"type": "customers", "id": buyer}
        return {
            "type": "orders",
            "id": order.id,
            "attributes": self.order_attributes(order),
            "relationships": relationships,
            "links": {"self": f"{self.base}/orders/{order.id}"},
        }

    def order_relationships(self, order_id: str) -> Json:
        return {name: {"links": self._links(f"orders/{order_id}", name)} for name in ("user", "entries")}

    def _links(self, owner: str, name: str) -> Json:
        return {"self": f"{self.base}/{owner}/relationships/{name}", "related": f"{self.base}/{owner}/{name}"}

    def order_attributes(self, order: Order) -> Json:
        merchant = self.world.merchant(order.merchant)
        shown = {
            "code": order.code,
            "totalPrice": order.total,
            "paymentMode": order.payment,
            "creationDate": order.created,
            "approvedByBankDate": order.approved,
            "deliveryCost": order.delivery_cost,
            "deliveryCostForSeller": order.seller_delivery_cost,
            "isKaspiDelivery": order.kaspi_delivery,
            "deliveryMode": order.mode,
            "deliveryAddress": order.address,
            "signatureRequired": order.signature_required,
            "preOrder": order.pre_order,
            "pickupPointId": ids.point_key(order.merchant, order.point),
            "state": order.state,
            "status": order.status,
            "assembled": order.assembled,
            "customer": customer_of(order, self.world.settings),
            "originAddress": _origin(merchant, self.world.point(merchant, order.point)),
        }
        if order.kaspi_delivery:
            shown["kaspiDelivery"] = self._kaspi_delivery(order)
        return shown | _present(order) | order.overrides

    def _kaspi_delivery(self, order: Order) -> Json:
        shop_api = self.base.removesuffix("/v2")
        return {
            "waybill": f"{shop_api}/waybill/{order.code}" if order.waybill_number else None,
            "waybillNumber": order.waybill_number,
            "courierTransmissionPlanningDate": order.courier_planned,
            "courierTransmissionDate": order.courier_taken,
            "express": order.express,
            "returnedToWarehouse": order.returned_to_warehouse,
        }

    def customer(self, order: Order) -> bytes:
        return self.kept(order, "customer", lambda: dump(self._customer(order)))

    def _customer(self, order: Order) -> Json:
        buyer = customer_of(order, self.world.settings)
        attributes = {name: buyer[name] for name in ("firstName", "lastName", "cellPhone")}
        return self._leaf("customers", ids.encode(order.customer.phone), attributes)

    def _leaf(self, kind: str, identifier: str, attributes: Json) -> Json:
        links = {"self": f"{self.base}/{kind}/{identifier}"}
        return {"type": kind, "id": identifier, "attributes": attributes, "relationships": {}, "links": links}

    # Entries and goods

    def entries(self, order: Order) -> bytes:
        return self.kept(order, "entries", lambda: b",".join(dump(self.entry(order, entry)) for entry in order.entries))

    def entry(self, order: Order, entry: Entry) -> Json:
        identifier = ids.encode(ids.entry_key(order.code, entry.number))
        owner = f"orderentries/{identifier}"
        product = {"type": "masterproducts", "id": ids.encode(entry.product_code)}
        point = {"type": "pointofservices", "id": ids.encode(ids.point_key(order.merchant, order.point))}
        return {
            "type": "orderentries",
            "id": identifier,
            "attributes": self._entry_attributes(entry),
            "relationships": {
                "product": {"links": self._links(owner, "product"), "data": product},
                "deliveryPointOfService": {"links": self._links(owner, "deliveryPointOfService"), "data": point},
            },
            "links": {"self": f"{self.base}/{owner}"},
        }

    def _entry_attributes(self, entry: Entry) -> Json:
        shown: Json = {
            "unitType": entry.unit_type,
            "quantity": entry.quantity,
            "totalPrice": float(entry.price * entry.quantity),
            "entryNumber": entry.number,
        }
        if not self.world.settings.hide_offer:
            shown["offer"] = {"code": entry.sku, "name": entry.name}
        if entry.weight is not None:
            shown["weight"] = entry.weight
        return shown | {
            "category": {"code": f"Master - {entry.group}", "title": entry.category},
            "deliveryCost": 0.0,
            "basePrice": entry.price,
            "isImeiRequired": entry.needs_imei,
        }

    def master_product(self, merchant: Merchant, entry: Entry) -> Json:
        identifier = ids.encode(entry.product_code)
        card = {"code": entry.product_code, "name": entry.name, "manufacturer": entry.brand, "category": entry.category}
        drawn = self._leaf("masterproducts", identifier, card)
        own = {"type": "merchantproducts", "id": ids.encode(ids.merchant_product_key(merchant.uid, entry.sku))}
        links = self._links(f"masterproducts/{identifier}", "merchantProduct")
        drawn["relationships"] = {"merchantProduct": {"links": links, "data": own}}
        return drawn

    def merchant_product(self, merchant: Merchant, entry: Entry) -> Json:
        identifier = ids.encode(ids.merchant_product_key(merchant.uid, entry.sku))
        attributes = {"code": entry.sku, "name": entry.name, "manufacturer": entry.brand}
        return self._leaf("merchantproducts", identifier, attributes)

    # Places

    def point(self, merchant: Merchant, point: Point) -> Json:
        identifier = ids.encode(ids.point_key(merchant.uid, point.code))
        drawn = self._leaf("pointofservices", identifier, {"address": _street(point), "displayName": point.code})
        links = self._links(f"pointofservices/{identifier}", "city")
        drawn["relationships"] = {"city": {"links": links, "data": {"type": "cities", "id": ids.encode(point.city)}}}
        return drawn

    def city(self, code: str) -> Json:
        return self._leaf("cities", ids.encode(code), {"code": code, "name": cities.name_of(code), "active": True})

    # Answers to writes

    def echo(self, order_id: str, attributes: Json) -> Json:
        """The answer to a status change repeats what was sent (§4): it says nothing about the stored order."""
        relationships = self.order_relationships(order_id)
        relationships["user"]["data"] = None
        links = {"self": f"{self.base}/orders/{order_id}"}
        data = {
            "type": "orders",
            "id": order_id,
            "attributes": attributes,
            "relationships": relationships,
            "links": links,
        }
        return {"data": data, "included": []}

    def operation(self, kind: str, identifier: str, attributes: Json) -> Json:
        drawn = self._leaf(kind, identifier, attributes)
        drawn["relationships"] = {"entry": {"links": self._links(f"{kind}/{identifier}", "entry"), "data": None}}
        return {"data": drawn, "included": []}


def customer_of(order: Order, settings: Settings) -> Json:
    """Phones of archived orders are masked; of some shops all are (kaspi-api §2.2)."""
    buyer: Customer = order.customer
    masked = settings.mask_all_phones or order.state == "ARCHIVE"
    return {
        "id": ids.encode(buyer.phone),
        "name": None,
        "firstName": buyer.first_name,
        "lastName": buyer.last_name,
        "cellPhone": MASKED_PHONE if masked else buyer.phone,
    }


def _present(order: Order) -> Json:
    """Attributes that Kaspi shows only when there is something to show."""
    optional = {
        "plannedDeliveryDate": order.planned,
        "reservationDate": order.reserved,
        "completionDate": order.completed,
        "creditTerm": order.credit_term,
        "recipient": order.recipient,
        "phoneAlias": order.phone_alias if order.state == "DELIVERY" else None,
        "cancellationReason": order.cancellation_reason,
        "isImeiRequired": any(entry.needs_imei for entry in order.entries) or None,
    }
    return {name: value for name, value in optional.items() if value is not None}


def _street(point: Point) -> Json:
    town = f"г. {cities.name_of(point.city)}"
    return {
        "streetName": point.street,
        "streetNumber": point.house,
        "town": town,
        "district": None,
        "building": None,
        "apartment": None,
        "formattedAddress": f"{town}, {point.street}, {point.house}",
        "latitude": point.latitude,
        "longitude": point.longitude,
    }


def _origin(merchant: Merchant, point: Point) -> Json:
    address = _street(point)
    city = {"id": ids.encode(point.city), "code": point.city, "name": cities.name_of(point.city), "active": True}
    return {
        "id": ids.encode(ids.point_key(merchant.uid, point.code)),
        "displayName": point.code,
        "city": city,
        "address": {name: address[name] for name in ("town", "streetName", "formattedAddress")},
    }
