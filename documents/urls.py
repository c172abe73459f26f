from django.urls import URLPattern, URLResolver, include, path

app_name = "documents"
urlpatterns: list[URLPattern | URLResolver] = [
    path("drafts/", include("documents.editing.urls")),
]
