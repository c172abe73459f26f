"""Addresses below /documents/drafts/, in the namespace `documents`."""

from django.urls import path

from documents.translating import views

_TEXT = "<int:pk>/<slug:part>/<doclanguage:language>/translation/"

urlpatterns = [
    path("<int:pk>/translation/<doclanguage:language>/", views.translation, name="translation"),
    path(f"{_TEXT}start/", views.translation_start, name="translation-start"),
    path(f"{_TEXT}align/", views.translation_align, name="translation-align"),
    path(f"{_TEXT}confirm/", views.translation_confirm, name="translation-confirm"),
    path(f"{_TEXT}<slug:block>/", views.translation_block, name="translation-block"),
]
