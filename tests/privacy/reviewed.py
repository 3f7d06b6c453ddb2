"""Columns of text that hold nothing of a person, each group with its reason."""

from collections.abc import Iterable, Mapping

# Words of ours and of Kaspi's, numbers of orders and goods, names of shops, points and things.
_GROUPS: Mapping[str, Iterable[str]] = {
    "names of rights and tables": (
        "auth.Group.name",
        "auth.Permission.codename",
        "auth.Permission.name",
        "contenttypes.ContentType.app_label",
        "contenttypes.ContentType.model",
    ),
    "the company, its shops, points and desks": (
        *("staff.Company.slug", "staff.Company.name"),
        *("staff.Shop.slug", "staff.Shop.name", "staff.Shop.merchant_uid"),
        *("staff.PointOfSale.code", "staff.PointOfSale.name", "staff.PointOfSale.city_code"),
        *("staff.PointOfSale.schedule", "staff.PointOfSale.exceptions", "staff.PointOfSale.zone"),
        *("staff.CompanyRole.code", "staff.CompanyRole.name", "staff.CompanyRole.rights"),
        *("staff.CounterDesk.name", "staff.CounterDesk.digest"),
    ),
    "keys of programs, links and requests: random, or their digests": (
        *("staff.ApiKey.name", "staff.ApiKey.prefix", "staff.ApiKey.digest", "staff.ApiKey.scopes"),
        *("staff.Invitation.digest", "staff.Invitation.role", "staff.Invitation.shops", "staff.Invitation.points"),
        *("staff.IdempotentRequest.key", "staff.IdempotentRequest.digest"),
        *("staff.AuditEntry.request_id", "staff.Disclosure.request_id"),
        *("staff.AuditSeal.digest", "staff.AuditSeal.mac", "staff.AuditSeal.key_id"),
    ),
    "kinds and verbs of ours": (
        "orders.ReturnCase.sources",
        *("staff.AuditEntry.actor_kind", "staff.AuditEntry.action", "staff.AuditEntry.subject_kind"),
        *("staff.Disclosure.actor_kind", "staff.ExportFile.kind", "staff.ExportFile.problem", "staff.Letter.problem"),
        *("integrations.KaspiAction.actor_kind", "integrations.TokenCheck.actor_kind"),
        *("orders.OrderCell.place", "orders.LearnedLesson.lesson"),
        *("orders.HandedOver.actor_kind", "orders.DropPoint.name", "orders.DropPoint.address"),
        *("orders.Evidence.actor_kind", "orders.Evidence.media_type", "orders.Evidence.digest"),
        *(
            "orders.DateMove.actor_kind",
            "orders.Evidence.actor_kind",
            "orders.Evidence.media_type",
            "orders.Evidence.digest",
        ),
        *("orders.PrintedPaper.actor_kind", "orders.PrintedPaper.stage", "orders.PrintedPaper.waybill_number"),
        *("orders.OrderEvent.actor_kind", "orders.OrderEvent.stage_before", "orders.OrderEvent.stage_after"),
        *("orders.WordVersion.actor_kind",),
        *("orders.CabinetImport.name", "orders.CabinetImport.digest", "orders.CabinetImport.problem"),
        *("orders.CabinetImport.missing", "orders.CabinetImport.extra", "orders.CabinetLine.code"),
        *("orders.CabinetLine.title", "orders.CabinetLine.conflicts", "orders.CabinetFacts.status"),
        *("orders.CabinetFacts.cancel_reason", "orders.CabinetFacts.courier_service", "orders.OrderChange.facts"),
        *("orders.DeadlineAlert.due_kind", "orders.DeadlineAlert.sending", "orders.DeadlineWatch.due_kind"),
        "integrations.FeedEvent.payload",
        *("orders.ShelfCount.stage", "quality.QualityDay.metric", "quality.QualityDay.formula"),
        *(
            "quality.OwnProfile.code",
            "quality.OwnProfile.title",
            "quality.OwnProfile.source",
            "quality.OwnProfile.quoted",
        ),
        *("quality.OwnProfile.confidence", "quality.OwnProfile.formula", "quality.OwnProfile.rules"),
        *("quality.OwnProfile.ladder", "quality.ProfileAssignment.profile", "quality.KaspiNumber.metric"),
        *("quality.QualitySnapshot.profile", "quality.QualitySnapshot.metric", "quality.QualitySnapshot.formula"),
        *("quality.QualitySnapshot.status", "quality.QualitySnapshot.digest", "quality.QualityAlert.metric"),
        *("quality.QualityAlert.kind", "quality.QualityAlert.profile", "quality.QualityAlert.details"),
        *("quality.Ruling.metric", "quality.Dispute.metric", "quality.Sanction.metric", "quality.FactChange.before"),
        *("integrations.Duty.name", "integrations.Duty.last_problem", "catalog.Movement.reason"),
    ),
    "the company's own papers: their text comes from the shop, an order's words are never kept in them": (
        *("orders.WordTemplate.name", "orders.WordVersion.file", "orders.WordVersion.digest"),
    ),
    "the exchange: tokens of shops, ids of orders, sentences of ours": (
        *("integrations.KaspiAccount.token_cipher", "integrations.KaspiAccount.token_tail"),
        *("integrations.KaspiAccount.token_print", "integrations.KaspiAccount.last_problem"),
        *("integrations.TokenCheck.cipher", "integrations.TokenCheck.tail", "integrations.TokenCheck.found"),
        *("integrations.TokenCheck.problem", "integrations.PollSlot.cursor"),
        *("integrations.KaspiAction.kaspi_id", "integrations.KaspiAction.code", "integrations.FeedEvent.code"),
        *("integrations.ParkedOrder.kaspi_id", "integrations.ParkedOrder.code", "integrations.ParkedOrder.problem"),
    ),
    "the order itself and its goods": (
        *("orders.Order.kaspi_id", "orders.Order.code", "orders.Order.state", "orders.Order.status"),
        *("orders.Order.payment_mode", "orders.Order.delivery_mode", "orders.Order.pickup_point_id"),
        *("orders.Order.town", "orders.Order.waybill_number", "orders.Order.cancellation_reason"),
        *("orders.Order.first_item", "orders.Order.first_sku", "orders.Order.due_kind", "orders.Order.fault"),
        *("orders.MessageTemplate.key", "orders.MessageTemplate.name", "orders.MessageTemplate.text"),
        *("orders.OrderEntry.kaspi_id", "orders.OrderEntry.sku", "orders.OrderEntry.name"),
        *("orders.OrderEntry.master_id", "orders.OrderEntry.category", "orders.OrderEntry.unit_type"),
        *("catalog.Offer.sku", "catalog.Offer.name", "catalog.Offer.category", "catalog.Offer.brand"),
        *("catalog.Offer.barcode", "catalog.Offer.card_code", "catalog.Offer.commission_group"),
        *("catalog.Offer.stock_sku", "catalog.Offer.off_reason"),
        *("catalog.CityPrice.city_code", "catalog.PriceChange.city_code"),
        *(
            f"catalog.PriceLoad.{name}"
            for name in ("name", "form", "digest", "content", "titles", "samples", "columns")
        ),
        *(
            "catalog.PriceLoad.fixes",
            "catalog.PriceLoad.problem",
            "catalog.PriceLoad.wish",
            "catalog.PriceColumns.digest",
        ),
        *(
            "catalog.PriceColumns.columns",
            "catalog.PriceLine.sku",
            "catalog.PriceLine.before",
            "catalog.PriceLine.after",
        ),
        *(f"catalog.PriceProblem.{name}" for name in ("sku", "title", "value", "code", "told")),
        *("catalog.ComeBack.sku", "orders.ReturnCase.due_kind", "orders.Claim.due_kind", "orders.Claim.number"),
        *("catalog.StockItem.sku", "catalog.StockItem.place", "catalog.Reservation.sku", "catalog.Movement.sku"),
    ),
}
NOBODYS = frozenset(name for group in _GROUPS.values() for name in group)
