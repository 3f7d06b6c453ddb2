"""Addresses of the orders (contract §4)."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from integrations.models import ActionKind
from orders import action_views, bulk_views, cell_views, lesson_views, point_page, reschedule_views, views, watch_page
from orders.buyers import contact_views
from orders.evidence import views as evidence
from orders.facts import gaps_view
from orders.filters import SHELVES
from orders.lifecycle import Shelf
from orders.past.views import past
from orders.route.views import route
from orders.shelves.standing import slug_of


class ShelfConverter(StringConverter):
    regex = "|".join(slug_of(shelf) for shelf in Shelf)

    def to_python(self, value: str) -> Shelf:
        return SHELVES[value]

    def to_url(self, value: str) -> str:
        return slug_of(Shelf(value))


class ActionConverter(StringConverter):
    regex = "|".join(kind.replace("_", "-") for kind in ActionKind.values)

    def to_python(self, value: str) -> ActionKind:
        return ActionKind(value.replace("-", "_"))

    def to_url(self, value: str) -> str:
        return str(value).replace("_", "-")


register_converter(ShelfConverter, "shelf")
register_converter(ActionConverter, "action")

urlpatterns = [
    path("", include("orders.auto_accept.urls")),
    path("", include("orders.documents.urls")),
    path("", include("orders.privacy.urls")),
    path("", include("orders.waves.urls")),
    path("", include("orders.documents.word.urls")),
    path("", include("orders.returns.urls")),
    path("buyers/", include("orders.buyers.urls")),
    path("", include("orders.cabinet.urls")),
    path("", include("orders.radar.urls")),
    path("", include("orders.oversold.urls")),
    path("", include("orders.profit.urls")),
    path("orders/", views.orders, name="orders"),
    path("orders/search/", views.search, name="search"),
    path("orders/route/", route, name="route"),
    path("orders/lessons/code-first/", lesson_views.learn_code_first, name="learn-code-first"),
    path("orders/watch/", watch_page.watch, name="watch"),
    path("orders/accept/", bulk_views.accept, name="accept-many"),
    path("orders/assemble/", bulk_views.pack, name="assemble-many"),
    path("orders/actions/undo/", bulk_views.undo, name="undo-many"),
    path("orders/actions/<uuid:action>/undo/", action_views.undo, name="undo"),
    path("orders/<shelf:shelf>/", views.shelf, name="shelf"),
    path("orders/<shelf:shelf>/pulse/", views.pulse, name="pulse"),
    path("orders/<shelf:shelf>/export/", views.export, name="export"),
    path("orders/<str:ref>/", views.order, name="order"),
    path("orders/<str:ref>/past/", past, name="past"),
    path("orders/<str:ref>/row/", views.row, name="row"),
    path("orders/<str:ref>/courier/", action_views.give, name="courier"),
    path("orders/<str:ref>/cell/", cell_views.cell, name="cell"),
    path("orders/<str:ref>/message/", contact_views.message, name="message"),
    path("orders/<str:ref>/call/", contact_views.call, name="call"),
    path("orders/<str:ref>/note/", contact_views.note, name="note"),
    path("orders/<str:ref>/phone/", contact_views.phone, name="phone"),
    path("orders/<str:ref>/waybill/", views.waybill, name="waybill"),
    path("orders/<str:ref>/reschedule/", reschedule_views.reschedule, name="reschedule"),
    path("orders/<str:ref>/evidence/", evidence.evidence, name="evidence"),
    path("orders/<str:ref>/evidence/pack/", evidence.packed, name="evidence-pack"),
    path("orders/<str:ref>/evidence/<uuid:proof>/", evidence.one, name="evidence-file"),
    path("orders/<str:ref>/<action:kind>/", action_views.act, name="act"),
    path("integrations/<slug:slug>/gaps/", gaps_view.gaps, name="gaps"),
    path("staff/points/", point_page.add, name="point_add"),
    path("staff/points/<uuid:point>/", point_page.change, name="point_change"),
]
