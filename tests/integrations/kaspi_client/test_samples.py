"""The samples of the API reference, read as they stand (kaspi-api §2.8, §3, §4)."""

from datetime import UTC, datetime
from decimal import Decimal

from integrations.kaspi import jsonapi, parse
from integrations.kaspi.facts import Address, City, KaspiOrder, MerchantProduct, PhoneState
from tests.integrations.kaspi_client.conversation import SAMPLES, sample

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def read_order() -> KaspiOrder:
    document = jsonapi.decode((SAMPLES / "orders.json").read_bytes())
    page = parse.order_page(document, page=0, size=100, requested_at=NOW)
    assert (len(page.orders), page.faulty, page.page_count, page.total_count) == (1, (), 1, 1)
    return page.orders[0]


def test_the_order_keeps_its_identity_and_state() -> None:
    order = read_order()
    assert (order.kaspi_id, order.code) == ("NzEyMzQ1Njc4", "712345678")
    assert (order.state, order.status, order.assembled) == ("KASPI_DELIVERY", "ACCEPTED_BY_MERCHANT", True)
    assert (order.is_kaspi_delivery, order.delivery_mode) == (True, "DELIVERY_REGIONAL_TODOOR")
    assert (order.payment_mode, order.credit_term, order.pickup_point_id) == ("PREPAID", None, "30000001_PP1")


def test_the_moments_of_the_order_are_utc() -> None:
    order = read_order()
    assert order.created_at == datetime(2026, 1, 1, 7, 0, tzinfo=UTC)
    assert order.approved_at == datetime(2026, 1, 1, 7, 0, 12, 345000, tzinfo=UTC)
    assert order.planned_delivery_at == datetime(2026, 1, 4, 18, 59, 59, 999000, tzinfo=UTC)
    assert order.courier_planned_at == datetime(2026, 1, 1, 15, 0, tzinfo=UTC)
    assert order.courier_handed_at is order.completed_at is order.status_changed_at is order.reservation_at is None


def test_the_money_of_the_order_is_decimal_with_two_places() -> None:
    order = read_order()
    assert str(order.total_price) == "24990.00"
    assert str(order.delivery_cost) == str(order.delivery_cost_for_seller) == "0.00"


def test_the_buyer_of_the_order_has_a_phone_with_the_country_code() -> None:
    buyer = read_order().buyer
    assert (buyer.first_name, buyer.last_name) == ("Айгуль", "С")
    assert (buyer.phone, buyer.phone_state, buyer.kaspi_id) == ("+77011234567", PhoneState.REAL, "NzAxMTIzNDU2Nw")


def test_the_delivery_facts_are_read_from_the_nested_object() -> None:
    order = read_order()
    assert order.waybill_url == "https://kaspi.kz/shop/api/waybill/712345678"
    assert (order.waybill_number, order.express, order.returned_to_warehouse) == ("12345678", False, False)
    assert (order.origin_point, order.origin_city_code) == ("PP1", "750000000")
    assert order.address == Address(town="Караганда", formatted="Караганда")


def test_links_to_entries_without_data_leave_the_entries_unknown() -> None:
    assert read_order().entries is None


def test_the_raw_order_is_kept_as_it_came() -> None:
    assert read_order().raw == sample("orders")["data"][0]


def test_the_entry_has_its_sku_money_and_place() -> None:
    (entry,) = parse.entries(sample("entries"))
    assert (entry.kaspi_id, entry.number, entry.unit_type, entry.quantity) == ("NzEyMzQ1Njc4IyMw", 0, "PIECES", 2)
    assert (entry.base_price, entry.total_price, entry.delivery_cost) == (Decimal(12495), Decimal(24990), 0)
    assert (entry.sku, entry.name) == ("A100", "Чайник 1,7 л")
    assert (entry.category_code, entry.category_title) == ("Master - Electric kettles", "Электрочайники")
    assert (entry.master_id, entry.point_id, entry.weight_grams) == ("MTAyNTI5OTYz", "MzAwMDAwMDFfUFAx", None)


def test_the_master_product_names_its_merchant_product() -> None:
    product = parse.master_product(sample("master_product")["data"])
    assert (product.code, product.name, product.manufacturer) == ("102529963", "Чайник NoName 1,7 л", "NoName")
    assert (product.category, product.merchant_product_id) == ("Электрочайники", "MzAwMDAwMDEjI0ExMDA")


def test_the_merchant_product_carries_the_sku() -> None:
    product = parse.merchant_product(sample("merchant_product")["data"])
    assert product == MerchantProduct("MzAwMDAwMDEjI0ExMDA", "A100", "Чайник 1,7 л", "NoName")


def test_the_point_has_its_address() -> None:
    point = parse.point(sample("point")["data"])
    assert (point.kaspi_id, point.display_name) == ("MzAwMDAwMDFfUFAx", "PP1")
    assert point.address == Address(
        town="г. Алматы",
        street="улица Абая",
        house="1",
        formatted="г. Алматы, улица Абая, 1",
        latitude=43.24,
        longitude=76.9,
    )


def test_the_city_has_its_kato_code() -> None:
    assert parse.city(sample("city")["data"]) == City("NzUwMDAwMDAw", "750000000", "Алматы", active=True)


def test_the_echo_of_a_write_names_its_order() -> None:
    assert parse.echoed_id(sample("accept_echo")) == "NzEyMzQ1Njc4"
