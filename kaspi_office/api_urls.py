"""Every address of the API."""

from django.urls import path

from catalog.api import views as catalog
from catalog.repricing.api import TellCompetitorPrices
from integrations import api as integrations
from kaspi_office import api_docs
from orders.api import views as orders
from quality import api as quality
from quality.audit.api import AuditNumber
from quality.profiles import api as profiles
from staff import api_views as staff

urlpatterns = [
    path("openapi.json", api_docs.openapi, name="openapi"),
    path("shops", staff.ListShops.as_view()),
    path("points", staff.ListPoints.as_view()),
    path("orders", orders.ListOrders.as_view()),
    path("orders/<str:id>", orders.ReadOrder.as_view()),
    path("orders/<str:id>/history", orders.ListHistory.as_view()),
    path("orders/<str:id>/couriers", orders.ListCouriers.as_view()),
    path("orders/<str:id>/courier", orders.GiveToCourier.as_view()),
    path("orders/<str:id>/accept", orders.AcceptOrder.as_view()),
    path("orders/<str:id>/cancel", orders.CancelOrder.as_view()),
    path("orders/<str:id>/assemble", orders.AssembleOrder.as_view()),
    path("orders/<str:id>/send-code", orders.SendCode.as_view()),
    path("orders/<str:id>/complete", orders.CompleteOrder.as_view()),
    path("orders/<str:id>/arrived", orders.MarkArrived.as_view()),
    path("orders/<str:id>/returned", orders.MarkReturned.as_view()),
    path("orders/<str:id>/cancel-entry", orders.CancelEntry.as_view()),
    path("orders/<str:id>/weigh", orders.Weigh.as_view()),
    path("orders/<str:id>/imei", orders.NameDevices.as_view()),
    path("actions/<str:id>", orders.ReadAction.as_view()),
    path("offers", catalog.ListOffers.as_view()),
    path("offers/bulk", catalog.ChangeOffers.as_view()),
    path("offers/<str:sku>", catalog.ChangeOffer.as_view()),
    path("stock", catalog.ListStock.as_view()),
    path("stock/bulk", catalog.CountStock.as_view()),
    path("competitor-prices", TellCompetitorPrices.as_view()),
    path("events", integrations.ListEvents.as_view()),
    path("quality", quality.ReadQuality.as_view()),
    path("quality/profiles", profiles.ListProfiles.as_view()),
    path("quality/<str:metric>/orders", quality.ListOrdersBehind.as_view()),
    path("quality/<str:metric>/audit", AuditNumber.as_view()),
]
