from django.urls import include, path, re_path

from membership import views

app_name = "membership"
urlpatterns = [
    path("", views.account, name="account"),
    path("register/", views.register, name="register"),
    path("register/", include("membership.entities.urls")),
    re_path(r"^register\.(?P<kind>csv|xlsx)$", views.register_export, name="register_export"),
    path("delegation/", views.delegation, name="delegation"),
    path("delegation/choose/", views.delegation_choose, name="delegation_choose"),
    path("manage/", views.people, name="people"),
    re_path(r"^manage\.(?P<kind>csv|xlsx)$", views.people_export, name="people_export"),
    path("manage/new/", views.person_new, name="person_new"),
    path("manage/<int:person_id>/", views.person, name="person"),
    path("manage/<int:person_id>/role/", views.role_grant, name="role_grant"),
    path("manage/<int:person_id>/accreditation/", views.accreditation_add, name="accreditation_add"),
    re_path(r"^manage/(?P<person_id>[0-9]+)/(?P<act>close|open|second-factor)/$", views.person_act, name="person_act"),
    path("manage/roles/<int:role_id>/end/", views.role_end, name="role_end"),
    path("manage/accreditations/<int:accreditation_id>/end/", views.accreditation_end, name="accreditation_end"),
]
