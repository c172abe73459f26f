"""Addresses of the demonstration only; production does not include them."""

from django.urls import path

from foundation.pages.styleguide import styleguide
from idm_portal import views

urlpatterns = [
    path("mail/", views.demo_mail_list, name="demo-mail-list"),
    path("mail/<int:mail_id>/", views.demo_mail_detail, name="demo-mail-detail"),
    path("styleguide/", styleguide, name="styleguide"),
]
