from django.urls import path

from catalog.cards import views

urlpatterns = [
    path("catalog/cards/", views.cards, name="catalog-cards"),
    path("catalog/cards/new/", views.new, name="catalog-card-new"),
    path("catalog/cards/send/", views.send, name="catalog-cards-send"),
    path("catalog/cards/uploads/<uuid:public_id>/", views.upload, name="catalog-card-upload"),
    path("catalog/cards/uploads/<uuid:public_id>/settle/", views.settle, name="catalog-card-settle"),
    path("catalog/cards/<uuid:public_id>/", views.card, name="catalog-card"),
    path("catalog/cards/<uuid:public_id>/category/", views.category, name="catalog-card-category"),
    path("catalog/cards/<uuid:public_id>/ask/", views.ask, name="catalog-card-ask"),
    path("catalog/cards/<uuid:public_id>/restore/", views.restore, name="catalog-card-restore"),
]
