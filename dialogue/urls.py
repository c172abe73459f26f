from django.urls import include, path

from dialogue.views import contributing, managing, moderation, public, selecting

app_name = "dialogue"

editing_pages = [
    path("", managing.manage, name="manage"),
    path("details/", managing.dialogue_edit, name="edit"),
    path("publish/", managing.publish, name="publish"),
    path("conclude/", managing.conclude, name="conclude"),
    path("questions/add/", managing.topic_add, name="topic_add"),
    path("questions/order/", managing.topics_order, name="topics_order"),
    path("questions/<int:topic_id>/", managing.topic_edit, name="topic_edit"),
    path("questions/<int:topic_id>/remove/", managing.topic_remove, name="topic_remove"),
    path("visits/add/", managing.visits_add, name="visits_add"),
    path("visits/<int:report_id>/remove/", managing.visits_remove, name="visits_remove"),
    path("import/", managing.contributions_import, name="import"),
    path("comments/", selecting.comments, name="comments"),
    path("comments/order/<int:topic_id>/", selecting.comments_order, name="comments_order"),
    path("comments/add/<int:contribution_id>/", selecting.comment_add, name="comment_add"),
    path("comments/<int:selected_id>/", selecting.comment_edit, name="comment_edit"),
    path("comments/<int:selected_id>/remove/", selecting.comment_remove, name="comment_remove"),
    path("summary/", selecting.summary, name="summary"),
    path("summary/add/", selecting.paragraph_add, name="paragraph_add"),
    path("summary/order/", selecting.paragraphs_order, name="paragraphs_order"),
    path("summary/<int:paragraph_id>/", selecting.paragraph_edit, name="paragraph_edit"),
    path("summary/<int:paragraph_id>/remove/", selecting.paragraph_remove, name="paragraph_remove"),
]

dialogue_pages = [
    path("", public.dialogue, name="dialogue"),
    path("contribute/", contributing.contribute, name="contribute"),
    path("contribute/received/", contributing.received, name="received"),
    path("contributions/<int:contribution_id>/", public.contribution, name="contribution"),
    path("contributions.<str:kind>", moderation.contributions_table, name="contributions_table"),
    path("moderation/", moderation.moderation, name="moderation"),
    path("moderation/<int:contribution_id>/", moderation.moderate, name="moderate"),
    path("edit/", include(editing_pages)),
]

urlpatterns = [
    path("", public.dialogues, name="list"),
    path("new/", managing.dialogue_add, name="new"),
    path("<slug:slug>/", include(dialogue_pages)),
]
