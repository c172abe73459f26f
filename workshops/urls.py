from django.urls import include, path

from workshops.views import planning, public, registration, staff

app_name = "workshops"

workshop_pages = [
    path("", public.workshop, name="workshop"),
    path("programme/", public.programme, name="programme"),
    path("programme.ics", public.programme_ics, name="programme_ics"),
    path("participants/", public.participants, name="participants"),
    path("participants.<str:kind>", public.participants_table, name="participants_table"),
    path("materials/", public.materials, name="materials"),
    path("materials/<int:material_id>/", public.material, name="material"),
    path("register/", registration.register, name="register"),
    path("register/sent/", registration.register_sent, name="register_sent"),
    path("edit/", planning.workshop_edit, name="workshop_edit"),
    path("edit/days/", planning.workshop_days, name="workshop_days"),
    path("edit/participants/", staff.participants, name="manage_participants"),
    path("edit/participants.<str:kind>", staff.participants_table, name="manage_participants_table"),
    path("edit/participants/attendance/", staff.attendance, name="attendance"),
    path("edit/participants/add/", staff.participant_add, name="participant_add"),
    path("edit/participants/<int:participant_id>/", staff.participant_edit, name="participant_edit"),
    path("edit/participants/<int:participant_id>/confirm/", staff.participant_confirm, name="participant_confirm"),
    path(
        "edit/participants/<int:participant_id>/successor/", staff.participant_hand_over, name="participant_hand_over"
    ),
    path("edit/participants/<int:participant_id>/cancel/", staff.participant_cancel, name="participant_cancel"),
    path("edit/participants/<int:participant_id>/remove/", staff.participant_remove, name="participant_remove"),
    path("edit/materials/add/", planning.material_add, name="material_add"),
    path("edit/materials/<int:material_id>/", planning.material_edit, name="material_edit"),
    path("edit/materials/<int:material_id>/remove/", planning.material_remove, name="material_remove"),
]

year_pages = [
    path("", public.year, name="year"),
    path("edit/", planning.year_edit, name="year_edit"),
    path("edit/themes/add/", planning.theme_add, name="theme_add"),
    path("edit/themes/<slug:slug>/", planning.theme_edit, name="theme_edit"),
    path("edit/topics/add/", planning.topic_add, name="topic_add"),
    path("edit/topics/<slug:slug>/", planning.topic_edit, name="topic_edit"),
    path("edit/workshops/add/", planning.workshop_add, name="workshop_add"),
    path("edit/budget/add/", planning.line_add, name="line_add"),
    path("edit/budget/<int:line_id>/", planning.line_edit, name="line_edit"),
    path("edit/budget/<int:line_id>/remove/", planning.line_remove, name="line_remove"),
    path("edit/contributions/add/", planning.contribution_add, name="contribution_add"),
    path("edit/contributions/<int:contribution_id>/", planning.contribution_edit, name="contribution_edit"),
    path("edit/contributions/<int:contribution_id>/remove/", planning.contribution_remove, name="contribution_remove"),
    path("<slug:slug>/", include(workshop_pages)),
]

urlpatterns = [
    path("", public.years, name="years"),
    # Addresses of personal links contain /s/, so that logs omit their tokens.
    path("s/<str:token>/", registration.personal, name="personal"),
    path("s/<str:token>/materials/<int:material_id>/", registration.personal_material, name="personal_material"),
    path("<int:year>/", include(year_pages)),
]
