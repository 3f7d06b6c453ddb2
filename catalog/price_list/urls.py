from django.urls import path

from catalog.price_list import views

urlpatterns = [
    path("catalog/upload/", views.loads, name="price-loads"),
    path("catalog/upload/template.xlsx", views.template, name="price-template"),
    path("catalog/upload/export/", views.export, name="price-export"),
    path("catalog/upload/<uuid:public_id>/", views.load, name="price-load"),
    path("catalog/upload/<uuid:public_id>/stop/", views.stop, name="price-stop"),
    path("catalog/upload/<uuid:public_id>/columns/", views.columns, name="price-columns"),
    path("catalog/upload/<uuid:public_id>/fix/", views.fix, name="price-fix"),
    path("catalog/upload/<uuid:public_id>/apply/", views.apply, name="price-apply"),
    path("catalog/upload/<uuid:public_id>/undo/", views.undo, name="price-undo"),
    path("catalog/upload/<uuid:public_id>/errors.xlsx", views.errors, name="price-errors"),
]
