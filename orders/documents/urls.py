from django.urls import path

from orders.documents import views

urlpatterns = [
    path("documents/", views.documents, name="documents"),
    path("documents/print/", views.print_out, name="print-out"),
    path("documents/put-aside/", views.put_aside, name="put-aside"),
    path("documents/<uuid:batch>/", views.paper, name="paper"),
    path("documents/<uuid:batch>/again/", views.again, name="print-again"),
]
