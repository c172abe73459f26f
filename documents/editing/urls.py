"""Below /documents/drafts/; the names live in the namespace `documents`."""

from django.urls import include, path

from documents.editing import comments, views

urlpatterns = [
    path(
        "<int:pk>/<slug:part>/<slug:language>/edit/",
        include(
            [
                path("", views.edit, name="edit"),
                path("state/", views.state, name="edit-state"),
                path("steps/", views.steps, name="edit-steps"),
                path("poll/", views.poll, name="edit-poll"),
                path("presence/", views.presence, name="edit-presence"),
                path("comments/", comments.comments, name="edit-comments"),
                path("figures/", views.figures, name="edit-figures"),
                path("figures/list/", views.figure_list, name="edit-figure-list"),
                path("figures/reviewed/", views.figures_reviewed, name="edit-figures-reviewed"),
            ]
        ),
    ),
]
