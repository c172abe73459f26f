"""Personal links, mounted at `s/`. They need no sign-in."""

from django.urls import path

from surveys.views import personal

app_name = "survey_links"
urlpatterns = [
    path("<str:token>/", personal.answer, name="answer"),
]
