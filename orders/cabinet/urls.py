from django.urls import path

from orders.cabinet import views

urlpatterns = [
    path("orders/import/", views.imports, name="cabinet-imports"),
    path("orders/import/<uuid:public_id>/", views.batch, name="cabinet-import"),
    path("orders/import/<uuid:public_id>/apply/", views.apply, name="cabinet-apply"),
]
