from django.urls import include, path, register_converter

from council.converters import CommitteeConverter, ConsultationsConverter, SessionConverter
from council.views import editing, public, speakers

register_converter(SessionConverter, "session")
register_converter(CommitteeConverter, "committee")
register_converter(ConsultationsConverter, "consultations")

app_name = "council"

meeting_pages = [
    path("", public.meeting, name="meeting"),
    path("agenda/", public.agenda, name="agenda"),
    path("agenda.ics", public.agenda_ics, name="agenda_ics"),
    path("agenda.<str:kind>", public.agenda_table, name="agenda_table"),
    path("agenda/items/<slug:code>/speakers/", speakers.speakers, name="speakers"),
    path("agenda/items/<slug:code>/speakers/inscribe/", speakers.speakers_inscribe, name="speakers_inscribe"),
    path("agenda/items/<slug:code>/speakers/withdraw/", speakers.speakers_withdraw, name="speakers_withdraw"),
    path("edit/", editing.meeting_edit, name="meeting_edit"),
    path("agenda/edit/", editing.agenda_edit, name="agenda_edit"),
    path("agenda/edit/changes/", editing.agenda_changes, name="agenda_changes"),
    path("agenda/edit/order/", editing.agenda_order, name="agenda_order"),
    path("agenda/edit/undo/", editing.agenda_undo, name="agenda_undo"),
    path("agenda/edit/items/add/", editing.item_add, name="item_add"),
    path("agenda/edit/items/<int:item_id>/", editing.item_edit, name="item_edit"),
    path("agenda/edit/items/<int:item_id>/move/", editing.item_move, name="item_move"),
    path("agenda/edit/items/<int:item_id>/remove/", editing.item_remove, name="item_remove"),
    path("agenda/edit/items/<int:item_id>/restore/", editing.item_restore, name="item_restore"),
    path("agenda/edit/items/<int:item_id>/speakers/", speakers.item_speakers, name="item_speakers"),
    path("agenda/edit/papers/add/", editing.paper_add, name="paper_add"),
    path("agenda/edit/papers/<int:paper_id>/remove/", editing.paper_remove, name="paper_remove"),
    path("agenda/edit/decisions/add/", editing.decision_add, name="decision_add"),
    path("agenda/edit/decisions/<int:decision_id>/", editing.decision_edit, name="decision_edit"),
]

# One set of pages for every kind of meeting; the converter turns the address into the permanent id.
urlpatterns = [
    path("", public.meetings, name="list"),
    path("add/", editing.meeting_add, name="meeting_add"),
    path("<session:slug>/", include(meeting_pages)),
    path("consultations/<consultations:slug>/", include(meeting_pages)),
    path("standing-committee/<committee:slug>/", include(meeting_pages)),
]
