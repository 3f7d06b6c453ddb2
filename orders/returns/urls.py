from django.urls import path, register_converter
from django.urls.converters import StringConverter

from orders.returns import claim_views, views
from orders.returns.states import Deed


class DeedConverter(StringConverter):
    regex = "|".join(Deed.values)

    def to_python(self, value: str) -> Deed:
        return Deed(value)


register_converter(DeedConverter, "deed")

urlpatterns = [
    path("returns/", views.returns, name="returns"),
    path("returns/claims/<uuid:claim>/", claim_views.claim, name="claim"),
    path("returns/claims/<uuid:claim>/proof/", claim_views.proof, name="claim-proof"),
    path("returns/<uuid:case>/", views.case, name="return"),
    path("returns/<uuid:case>/reason/", views.reason, name="return-reason"),
    path("returns/<uuid:case>/goods/", views.goods, name="return-goods"),
    path("returns/<uuid:case>/proof/", views.proof, name="return-proof"),
    path("returns/<uuid:case>/<deed:deed>/", views.move, name="return-move"),
    path("orders/<str:ref>/return/", views.open_return, name="return-open"),
    path("orders/<str:ref>/claim/", claim_views.open_claim, name="claim-open"),
]
