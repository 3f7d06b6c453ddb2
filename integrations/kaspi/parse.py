"""Kaspi's JSON to facts: pure functions that raise NoInformation and nothing else.

Names and shapes of the fields: kaspi-api §2.2, §2.8, §3.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from integrations.kaspi import fields, jsonapi
from integrations.kaspi.errors import NoInformation
from integrations.kaspi.facts import (
    Address,
    Buyer,
    City,
    EntryDevices,
    Faulty,
    KaspiEntry,
    KaspiOrder,
    MasterProduct,
    MerchantProduct,
    OrderPage,
    PhoneState,
    Point,
)
from integrations.kaspi.jsonapi import Json

Side = Mapping[tuple[str, str], Json]  # resources sent along, by type and id

RAW_BYTES: Final = 64 * 1024
ALONE: Final[Side] = {}


# --- documents -------------------------------------------------------------------------------------------------------


def order_page(document: Json, *, page: int, size: int, requested_at: datetime) -> OrderPage:
    """A page of the list. NoInformation when the page as a whole cannot be believed; a bad order becomes Faulty."""
    resources = jsonapi.collection(document)
    total = jsonapi.count(document, "totalCount")
    pages = jsonapi.count(document, "pageCount")
    if not resources and page * size < total:
        raise NoInformation(f"page {page} is empty although there are {total} orders")
    side = jsonapi.included(document)
    read = [_order_or_faulty(resource, side) for resource in resources]
    return OrderPage(
        orders=tuple(item for item in read if isinstance(item, KaspiOrder)),
        faulty=tuple(item for item in read if isinstance(item, Faulty)),
        page_count=pages,
        total_count=total,
        requested_at=requested_at,
    )


def order_by_code(document: Json, *, code: str) -> KaspiOrder | None:
    """The order with this code, or None when Kaspi says that there is none."""
    resources = jsonapi.collection(document)
    if not resources:
        if jsonapi.count(document, "totalCount") > 0:
            raise NoInformation("the list is empty although its count is not")
        return None
    side = jsonapi.included(document)
    for resource in resources:
        if fields.text(fields.attributes(resource), "code") == code:
            return order(resource, side)
    raise NoInformation("the answer holds another order than the one asked for")


def order_by_id(document: Json, *, kaspi_id: str) -> KaspiOrder:
    """The order with this id."""
    found = order(jsonapi.resource(document), jsonapi.included(document))
    # Ids come with and without base64 padding (kaspi-api §1.4).
    if found.kaspi_id.rstrip("=") != kaspi_id.rstrip("="):
        raise NoInformation("the answer holds another order than the one asked for")
    return found


def echoed_id(document: Json) -> str:
    """The order that the echo of a write names. It does not prove that Kaspi acted (kaspi-api §4)."""
    return fields.identity(jsonapi.resource(document), "orders")


def entries(document: Json) -> tuple[KaspiEntry, ...]:
    """The lines of an order, by number."""
    return tuple(sorted((entry(item) for item in jsonapi.collection(document)), key=lambda line: line.number))


def operation_echo(document: Json, *, kind: str) -> None:
    """The answer to an operation on a line names its kind. It does not prove that Kaspi acted (kaspi-api §4)."""
    fields.identity(jsonapi.resource(document), kind)


def partial_cancel_echo(document: Json) -> None:
    """The answer to a change of weights lists what was asked for, in plain JSON (kaspi-api §4)."""
    if not isinstance(document.get("orderCancelEntries"), list):
        raise NoInformation("`orderCancelEntries` is not a list")


def imeis(document: Json) -> tuple[EntryDevices, ...]:
    """The IMEIs of an order by line (kaspi-api §4, q4027); lines without any are not there."""
    lines = fields.attributes(jsonapi.resource(document)).get("entries")
    if not isinstance(lines, list):
        raise NoInformation("`entries` is not a list")
    return tuple(_entry_devices(line) for line in lines if isinstance(line, dict))


def _entry_devices(line: Json) -> EntryDevices:
    number = fields.quantity(line, "entryNumber")
    items = line.get("items")
    if number is None or number != int(number) or not isinstance(items, list):
        raise fields.Flaw("entryNumber", fields.Expected.QUANTITY)
    named = [item.get("imei") for item in items if isinstance(item, dict)]
    devices = tuple(tuple(str(one) for one in imei) for imei in named if isinstance(imei, list))
    return EntryDevices(int(number), devices)


def cities(document: Json) -> tuple[City, ...]:
    return tuple(city(item) for item in jsonapi.collection(document))


# --- resources -------------------------------------------------------------------------------------------------------


def order(resource: Any, side: Side = ALONE) -> KaspiOrder:
    """One order; `side` holds the resources sent along with it."""
    bare = _order_itself(resource)
    facts = fields.attributes(resource)
    origin = fields.part(facts, "originAddress")
    # The guide lists the delivery fields flat, live answers nest them (kaspi-api §2.2).
    delivery = facts | {name: value for name, value in fields.part(facts, "kaspiDelivery").items() if value is not None}
    user_id = fields.related(resource, "user")
    user = fields.attributes(side.get(("customers", user_id)))
    return replace(
        bare,
        address=address(facts.get("deliveryAddress")),
        buyer=_person(fields.part(facts, "customer"), user, kaspi_id=user_id),
        recipient=_recipient(fields.part(facts, "recipient")),
        origin_point=fields.text(origin, "displayName"),
        origin_city_code=fields.text(fields.part(origin, "city"), "code"),
        waybill_url=fields.text(delivery, "waybill"),
        waybill_number=fields.text(delivery, "waybillNumber"),
        courier_planned_at=fields.moment(delivery, "courierTransmissionPlanningDate"),
        courier_handed_at=fields.moment(delivery, "courierTransmissionDate"),
        express=fields.flag(delivery, "express"),
        returned_to_warehouse=fields.flag(delivery, "returnedToWarehouse"),
        first_mile_courier=fields.text(delivery, "firstMileCourier"),
        entries=_entries_alongside(resource, side),
    )


def _order_itself(resource: Any) -> KaspiOrder:
    kaspi_id = fields.identity(resource, "orders")
    facts = fields.attributes(resource)
    approved_at = fields.moment(facts, "approvedByBankDate")
    created_at = fields.moment(facts, "creationDate") or approved_at
    if created_at is None:
        raise fields.Flaw("creationDate", fields.Expected.MOMENT)
    return KaspiOrder(
        kaspi_id=kaspi_id,
        code=fields.identifier(facts.get("code"), "code", fields.CODE_LENGTH),
        state=fields.word(facts, "state"),
        status=fields.word(facts, "status"),
        total_price=fields.money(facts, "totalPrice"),
        payment_mode=fields.text(facts, "paymentMode"),
        credit_term=fields.months(facts, "creditTerm"),
        created_at=created_at,
        approved_at=approved_at,
        planned_delivery_at=fields.moment(facts, "plannedDeliveryDate"),
        reservation_at=fields.moment(facts, "reservationDate"),
        completed_at=fields.moment(facts, "completionDate"),
        status_changed_at=fields.moment(facts, "statusChangeDate"),
        delivery_cost=fields.money(facts, "deliveryCost"),
        delivery_cost_for_seller=fields.money(facts, "deliveryCostForSeller"),
        is_kaspi_delivery=fields.flag(facts, "isKaspiDelivery"),
        delivery_mode=fields.text(facts, "deliveryMode"),
        signature_required=fields.flag(facts, "signatureRequired"),
        pre_order=fields.flag(facts, "preOrder"),
        pickup_point_id=fields.text(facts, "pickupPointId"),
        assembled=fields.flag(facts, "assembled"),
        phone_alias=fields.text(facts, "phoneAlias"),
        cancellation_reason=fields.text(facts, "cancellationReason"),
        imei_required=fields.flag(facts, "isImeiRequired"),
        raw=resource,
    )


def entry(resource: Any) -> KaspiEntry:
    kaspi_id = fields.identity(resource, "orderentries")
    facts = fields.attributes(resource)
    offer, category = fields.part(facts, "offer"), fields.part(facts, "category")
    quantity = fields.quantity(facts, "quantity")
    number = fields.quantity(facts, "entryNumber")
    if quantity is None or number is None or number != int(number):
        raise fields.Flaw("quantity" if quantity is None else "entryNumber", fields.Expected.QUANTITY)
    return KaspiEntry(
        kaspi_id=kaspi_id,
        number=int(number),
        unit_type=fields.text(facts, "unitType"),
        quantity=quantity,
        base_price=fields.money(facts, "basePrice"),
        total_price=fields.money(facts, "totalPrice"),
        delivery_cost=fields.money(facts, "deliveryCost"),
        weight_grams=fields.quantity(facts, "weight"),
        min_allowed_weight=fields.quantity(facts, "minAllowedWeight"),
        category_code=fields.text(category, "code"),
        category_title=fields.text(category, "title"),
        sku=fields.text(offer, "code"),
        name=fields.text(offer, "name"),
        master_id=fields.related(resource, "product"),
        point_id=fields.related(resource, "deliveryPointOfService"),
        imei_required=fields.flag(facts, "isImeiRequired"),
    )


def master_product(resource: Any) -> MasterProduct:
    kaspi_id = fields.identity(resource, "masterproducts")
    facts = fields.attributes(resource)
    return MasterProduct(
        kaspi_id=kaspi_id,
        code=fields.text(facts, "code"),
        name=fields.text(facts, "name"),
        manufacturer=fields.text(facts, "manufacturer"),
        category=fields.text(facts, "category"),
        merchant_product_id=fields.related(resource, "merchantProduct"),
    )


def merchant_product(resource: Any) -> MerchantProduct:
    kaspi_id = fields.identity(resource, "merchantproducts")
    facts = fields.attributes(resource)
    return MerchantProduct(
        kaspi_id=kaspi_id,
        code=fields.text(facts, "code"),
        name=fields.text(facts, "name"),
        manufacturer=fields.text(facts, "manufacturer"),
    )


def point(resource: Any) -> Point:
    kaspi_id = fields.identity(resource, "pointofservices")
    facts = fields.attributes(resource)
    return Point(
        kaspi_id=kaspi_id, display_name=fields.text(facts, "displayName"), address=address(facts.get("address"))
    )


def city(resource: Any) -> City:
    kaspi_id = fields.identity(resource, "cities")
    facts = fields.attributes(resource)
    active = facts.get("active") is None or fields.flag(facts, "active")
    return City(kaspi_id=kaspi_id, code=fields.text(facts, "code"), name=fields.text(facts, "name"), active=active)


def customer(resource: Any) -> Buyer:
    return _person(fields.attributes(resource), kaspi_id=fields.identity(resource, "customers"))


def address(source: Any) -> Address | None:
    """An address, or None when nothing in it is known."""
    facts = source if isinstance(source, dict) else fields.NOTHING
    found = Address(
        town=fields.text(facts, "town"),
        street=fields.text(facts, "streetName"),
        house=", ".join(filter(None, (fields.text(facts, "streetNumber"), fields.text(facts, "building")))),
        apartment=fields.text(facts, "apartment"),
        formatted=fields.text(facts, "formattedAddress"),
        latitude=fields.degrees(facts, "latitude", 90),
        longitude=fields.degrees(facts, "longitude", 180),
    )
    return found if found != Address() else None


def phone(value: Any) -> tuple[str, PhoneState]:
    """A phone as "+7XXXXXXXXXX", or "" with the reason (reliability §4 row 16)."""
    written = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    digits = re.sub(r"[\s()+.-]", "", written)
    if re.fullmatch(r"0{7,}|[78]0{10}", digits) or re.fullmatch(r"[0-9]*[*•xX#][0-9*•xX#]*", digits):
        return "", PhoneState.MASKED
    local = re.fullmatch(r"[78]?([1-9][0-9]{9})", digits, re.ASCII)
    # A plus announces the country, so what follows must be ours.
    if local and (not written.lstrip().startswith("+") or re.fullmatch(r"7[0-9]{10}", digits)):
        return f"+7{local[1]}", PhoneState.REAL
    return "", PhoneState.ABSENT


# --- parts -----------------------------------------------------------------------------------------------------------


def _order_or_faulty(resource: Any, side: Side) -> KaspiOrder | Faulty:
    try:
        return order(resource, side)
    except fields.Flaw as flaw:
        named = resource if isinstance(resource, dict) else fields.NOTHING
        return Faulty(
            kaspi_id=fields.text(named, "id")[: fields.ID_LENGTH],
            code=fields.text(fields.attributes(resource), "code")[: fields.CODE_LENGTH],
            problem=flaw.problem,
            raw_text=json.dumps(resource, ensure_ascii=False)
            .encode(errors="replace")[:RAW_BYTES]
            .decode(errors="ignore"),
        )


def _entries_alongside(resource: Json, side: Side) -> tuple[KaspiEntry, ...] | None:
    """The lines sent along; None unless every one is there and understood: half an order would be worse than none."""
    links = fields.part(fields.part(resource, "relationships"), "entries").get("data")
    if not isinstance(links, list) or not links:
        return None
    found = [side.get(("orderentries", fields.text(link, "id"))) if isinstance(link, dict) else None for link in links]
    try:
        return entries({"data": found})
    except fields.Flaw:
        return None


def _person(*sources: Json, kaspi_id: str) -> Buyer:
    """A buyer from several places that may each know a part; the first to know wins."""
    phones = [phone(source.get("cellPhone")) for source in sources]
    rank = (PhoneState.REAL, PhoneState.MASKED, PhoneState.ABSENT)
    number, state = min(phones, key=lambda found: rank.index(found[1]))
    return Buyer(
        kaspi_id=_first(sources, "id") or kaspi_id,
        first_name=_first(sources, "firstName") or _first(sources, "name"),
        last_name=_first(sources, "lastName"),
        phone=number,
        phone_state=state,
    )


def _recipient(source: Json) -> Buyer | None:
    found = _person(source, kaspi_id="")
    return found if found != Buyer() else None


def _first(sources: Iterable[Json], name: str) -> str:
    return next(filter(None, (fields.text(source, name) for source in sources)), "")
