from django.urls import path

from staff.exports import pages

urlpatterns = [
    path("files/", pages.files, name="files"),
    path("files/<uuid:public_id>/", pages.download, name="file"),
    path("files/<uuid:public_id>/state/", pages.row, name="file-state"),
    path("staff/journal/export/", pages.ask_journal, name="journal-export"),
]
