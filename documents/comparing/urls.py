"""Addresses below /documents/, in the namespace `documents`."""

from django.urls import path

from documents.comparing import views

urlpatterns = [
    path("compare/", views.comparison, name="compare"),
    path("compare/request/", views.comparison_request, name="comparison-request"),
    path("compare/<int:pk>/", views.comparison_file, name="comparison-file"),
    path("compare/<int:pk>/file/", views.comparison_download, name="comparison-download"),
    path("drafts/<int:pk>/states/", views.draft_save_point, name="draft-save-point"),
]
