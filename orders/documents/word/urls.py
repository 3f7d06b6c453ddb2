from django.urls import path

from orders.documents.word import views

urlpatterns = [
    path("documents/templates/", views.templates, name="templates"),
    path("documents/templates/example/", views.example, name="template-example"),
    path("documents/templates/<uuid:template>/", views.template, name="template"),
    path("documents/templates/<uuid:template>/versions/", views.versions, name="template-versions"),
    path("documents/templates/<uuid:template>/file/", views.file, name="template-file"),
    path("documents/templates/<uuid:template>/preview/", views.preview, name="template-preview"),
    path("documents/templates/<uuid:template>/on/", views.on, name="template-on"),
    path("documents/templates/<uuid:template>/off/", views.off, name="template-off"),
    path("documents/templates/<uuid:template>/remove/", views.remove, name="template-remove"),
    path("orders/<str:ref>/paper/", views.paper, name="paper"),
]
