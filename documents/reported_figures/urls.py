"""Addresses below /documents/figures/, in the namespace `documents`."""

from django.urls import path

from documents.reported_figures import views

urlpatterns = [
    path("", views.reported_list, name="reported-list"),
    path("new/", views.reported_new, name="reported-new"),
    path("<slug:slug>/", views.reported, name="reported"),
    path("<slug:slug>/new-value/", views.reported_value, name="reported-value"),
]
