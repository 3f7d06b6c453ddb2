from django.urls import path

from orders.buyers import views

urlpatterns = [
    path("", views.buyers, name="buyers"),
    path("own/", views.own, name="own-phones"),
    path("messages/", views.messages_page, name="message-texts"),
    path("messages/<uuid:text>/remove/", views.remove_text, name="message-text-remove"),
    path("<uuid:buyer>/", views.buyer, name="buyer"),
    path("<uuid:buyer>/note/", views.note, name="buyer-note"),
    path("<uuid:buyer>/part/", views.part, name="buyer-part"),
    path("<uuid:buyer>/rejoin/", views.rejoin, name="buyer-rejoin"),
]
