from django.urls import path

from idm_portal.setup import views

urlpatterns = [
    path("", views.overview, name="setup"),
    path("dismiss/", views.dismiss, name="setup-dismiss"),
    path("organization/", views.organization, name="setup-organization"),
    path("register/", views.shipped_register, name="setup-register"),
    path("bodies/", views.bodies, name="setup-bodies"),
    path("mail/", views.mail, name="setup-mail"),
    path("mail/<int:mail_id>/", views.mail_status, name="setup-mail-status"),
]
