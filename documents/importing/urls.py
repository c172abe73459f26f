"""Addresses below /documents/drafts/, in the namespace `documents`."""

from django.urls import path

from documents.importing import views

urlpatterns = [
    path("import/", views.import_new, name="import-new"),
    path("import/<int:pk>/", views.import_status, name="import"),
]
