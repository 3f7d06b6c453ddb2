from django.urls import path

from catalog.matching import views

urlpatterns = [
    path("catalog/matches/", views.matches, name="catalog-matches"),
    path("catalog/matches/<uuid:public_id>/", views.match, name="catalog-match"),
    path("catalog/matches/<uuid:public_id>/decide/", views.decide, name="catalog-match-decide"),
    path("catalog/matches/<uuid:public_id>/sure/", views.bind_sure, name="catalog-match-sure"),
]
