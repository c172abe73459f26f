"""Addresses below /documents/, in the namespace `documents`. Personal links are left out of the access log."""

from django.urls import path

from documents.translating import external_views

urlpatterns = [
    path("drafts/<int:pk>/travelling/", external_views.travelling_list, name="travelling"),
    path("drafts/<int:pk>/travelling/<int:travelling>/", external_views.travelling_one, name="travelling-one"),
    path("drafts/<int:pk>/travelling/<int:travelling>/file/", external_views.travelling_file, name="travelling-file"),
    path(
        "drafts/<int:pk>/travelling/<int:travelling>/close/", external_views.travelling_close, name="travelling-close"
    ),
    path("translations/<str:token>/", external_views.link, name="travelling-link"),
    path("translations/<str:token>/file/", external_views.link_file, name="travelling-link-file"),
]
