"""Below /documents/; the names live in the namespace `documents`. The personal link is dropped from the access log."""

from django.urls import path

from documents.translating import travel_views

urlpatterns = [
    path("drafts/<int:pk>/travelling/", travel_views.travelling_list, name="travelling"),
    path("drafts/<int:pk>/travelling/<int:travelling>/", travel_views.travelling_one, name="travelling-one"),
    path("drafts/<int:pk>/travelling/<int:travelling>/file/", travel_views.travelling_file, name="travelling-file"),
    path("drafts/<int:pk>/travelling/<int:travelling>/close/", travel_views.travelling_close, name="travelling-close"),
    path("translations/<str:token>/", travel_views.link, name="travelling-link"),
    path("translations/<str:token>/file/", travel_views.link_file, name="travelling-link-file"),
]
