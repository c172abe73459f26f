from django.urls import path

from membership.entities.views import importing

urlpatterns = [
    path("import/", importing.upload, name="register_import"),
    path("import/<uuid:upload_id>/", importing.preview, name="register_import_preview"),
    path("import/<uuid:upload_id>/refused.csv", importing.refused, name="register_import_refused"),
    path("import/<uuid:upload_id>/cancel/", importing.cancel, name="register_import_cancel"),
]
