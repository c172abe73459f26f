"""Addresses below /documents/, in the namespace `documents`. Personal links are left out of the access log."""

from django.urls import path

from documents.translating import external_views

urlpatterns = [
    path("drafts/<int:pk>/travelling/", external_views.assignment_list, name="assignments"),
    path("drafts/<int:pk>/travelling/<int:assignment>/", external_views.assignment_page, name="assignment"),
    path("drafts/<int:pk>/travelling/<int:assignment>/file/", external_views.assignment_file, name="assignment-file"),
    path(
        "drafts/<int:pk>/travelling/<int:assignment>/close/", external_views.assignment_close, name="assignment-close"
    ),
    path("translations/<str:token>/", external_views.link, name="translation-link"),
    path("translations/<str:token>/file/", external_views.link_file, name="translation-link-file"),
]
