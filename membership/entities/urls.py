from django.urls import path, re_path

from membership.entities.views import entries, groups, importing

ENTRY = r"^entries/(?P<code>[-a-z0-9]+)/"
KIND = r"(?P<kind>status|suspension|group)/"

urlpatterns = [
    path("import/", importing.upload, name="register_import"),
    path("import/<uuid:upload_id>/", importing.preview, name="register_import_preview"),
    path("import/<uuid:upload_id>/refused.csv", importing.refused, name="register_import_refused"),
    path("import/<uuid:upload_id>/cancel/", importing.cancel, name="register_import_cancel"),
    path("new/", entries.entry_new, name="entry_new"),
    path("entries/", entries.entry_list, name="entries"),
    path("entries/<slug:code>/", entries.entry, name="entry"),
    path("entries/<slug:code>/history/", entries.entry_history, name="entry_history"),
    path("entries/<slug:code>/details/", entries.entry_details, name="entry_details"),
    path("entries/<slug:code>/names/new/", entries.names_succeed, name="names_succeed"),
    path("entries/<slug:code>/names/<int:name_id>/", entries.names_correct, name="names_correct"),
    re_path(ENTRY + KIND + r"new/$", entries.period_add, name="period_add"),
    re_path(ENTRY + KIND + r"(?P<row_id>[0-9]{1,18})/$", entries.period_edit, name="period_edit"),
    re_path(ENTRY + KIND + r"(?P<row_id>[0-9]{1,18})/remove/$", entries.period_remove, name="period_remove"),
    path("groups/new/", groups.group_new, name="group_new"),
    path("groups/<slug:code>/", groups.group, name="group"),
    path("groups/<slug:code>/names/", groups.group_edit, name="group_edit"),
]
