from django.urls import path

from schedule import views

app_name = "schedule"
urlpatterns = [
    path("<int:occasion_id>/edit/", views.timetable, name="timetable"),
    path("<int:occasion_id>/edit/details/", views.details, name="details"),
    path("<int:occasion_id>/edit/release/", views.release, name="release"),
    path("<int:occasion_id>/edit/<str:day>/order/", views.order, name="order"),
    path("<int:occasion_id>/edit/slots/add/", views.slot_add, name="slot_add"),
    path("<int:occasion_id>/edit/slots/<int:slot_id>/", views.slot_edit, name="slot_edit"),
    path("<int:occasion_id>/edit/slots/<int:slot_id>/move/", views.slot_move, name="slot_move"),
    path("<int:occasion_id>/edit/slots/<int:slot_id>/remove/", views.slot_remove, name="slot_remove"),
    path("<int:occasion_id>/edit/slots/<int:slot_id>/people/add/", views.appearance_add, name="appearance_add"),
    path("<int:occasion_id>/edit/people/<int:appearance_id>/", views.appearance_edit, name="appearance_edit"),
    path(
        "<int:occasion_id>/edit/people/<int:appearance_id>/remove/", views.appearance_remove, name="appearance_remove"
    ),
    path("<int:occasion_id>/edit/rooms/add/", views.room_add, name="room_add"),
    path("<int:occasion_id>/edit/rooms/<int:room_id>/", views.room_edit, name="room_edit"),
    path("<int:occasion_id>/edit/rooms/<int:room_id>/remove/", views.room_remove, name="room_remove"),
]
