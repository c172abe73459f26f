"""Addresses of the editor below /documents/drafts/, in the URL namespace `documents`."""

from django.urls import include, path

from documents.views import editor, editor_comments

urlpatterns = [
    path(
        "<int:pk>/<slug:part>/<slug:language>/edit/",
        include(
            [
                path("", editor.edit, name="edit"),
                path("state/", editor.state, name="edit-state"),
                path("steps/", editor.steps, name="edit-steps"),
                path("poll/", editor.poll, name="edit-poll"),
                path("presence/", editor.presence, name="edit-presence"),
                path("comments/", editor_comments.comments, name="edit-comments"),
                path("figures/", editor.figures, name="edit-figures"),
                path("figures/list/", editor.figure_list, name="edit-figure-list"),
                path("figures/reviewed/", editor.figures_reviewed, name="edit-figures-reviewed"),
            ]
        ),
    ),
]
