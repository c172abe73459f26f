"""Addresses of the demonstration alone; a production start does not mount them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
