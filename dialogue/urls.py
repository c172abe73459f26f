from django.urls import include, path

from dialogue.views import contributions, importing, management, moderation, public, selection

app_name = "dialogue"

editing_pages = [
    path("", management.manage, name="manage"),
    path("details/", management.dialogue_edit, name="edit"),
    path("publish/", management.publish, name="publish"),
    path("conclude/", management.conclude, name="conclude"),
    path("questions/add/", management.topic_add, name="topic_add"),
    path("questions/order/", management.topics_order, name="topics_order"),
    path("questions/<int:topic_id>/", management.topic_edit, name="topic_edit"),
    path("questions/<int:topic_id>/remove/", management.topic_remove, name="topic_remove"),
    path("visits/add/", management.visits_add, name="visits_add"),
    path("visits/<int:report_id>/remove/", management.visits_remove, name="visits_remove"),
    path("import/", importing.upload, name="import"),
    path("import/<uuid:upload_id>/", importing.preview, name="import_preview"),
    path("import/<uuid:upload_id>/refused.csv", importing.refused, name="import_refused"),
    path("import/<uuid:upload_id>/cancel/", importing.cancel, name="import_cancel"),
    path("comments/", selection.comments, name="comments"),
    path("comments/order/<int:topic_id>/", selection.comments_order, name="comments_order"),
    path("comments/add/<int:contribution_id>/", selection.comment_add, name="comment_add"),
    path("comments/<int:selected_id>/", selection.comment_edit, name="comment_edit"),
    path("comments/<int:selected_id>/remove/", selection.comment_remove, name="comment_remove"),
    path("summary/", selection.summary, name="summary"),
    path("summary/add/", selection.paragraph_add, name="paragraph_add"),
    path("summary/order/", selection.paragraphs_order, name="paragraphs_order"),
    path("summary/<int:paragraph_id>/", selection.paragraph_edit, name="paragraph_edit"),
    path("summary/<int:paragraph_id>/remove/", selection.paragraph_remove, name="paragraph_remove"),
]

dialogue_pages = [
    path("", public.dialogue, name="dialogue"),
    path("contribute/", contributions.contribute, name="contribute"),
    path("contribute/received/", contributions.received, name="received"),
    path("contributions/<int:contribution_id>/", public.contribution, name="contribution"),
    path("contributions.<str:kind>", moderation.contributions_table, name="contributions_table"),
    path("moderation/", moderation.moderation, name="moderation"),
    path("moderation/<int:contribution_id>/", moderation.moderate, name="moderate"),
    path("edit/", include(editing_pages)),
]

urlpatterns = [
    path("", public.dialogues, name="list"),
    path("new/", management.dialogue_add, name="new"),
    path("<slug:slug>/", include(dialogue_pages)),
]
