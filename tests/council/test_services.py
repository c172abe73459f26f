import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from council import services
from council.models import AgendaChange, AgendaItem, Meeting
from foundation.editing import Clash
from foundation.refusals import Refused
from tests.factories.council import is_whole, make_agenda, make_item, make_meeting, outline
from tests.factories.documents import make_issued
from tests.factories.schedule import make_occasion, make_slot

pytestmark = pytest.mark.django_db


def version(meeting):
    return Meeting.objects.values_list("order_version", flat=True).get(pk=meeting.pk)


def move(meeting, item, parent, position, **more):
    return services.move_item(item=item, parent=parent, position=position, expected=version(meeting), **more)


# --- Meetings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "number", "slug", "address"),
    [
        ("session", 99, "session-99", "/council/99/"),
        ("standing-committee", 6, "standing-committee-6", "/council/standing-committee/6/"),
        ("informal-consultations", None, "informal-2010-11-29", "/council/consultations/2010-11-29/"),
    ],
)
def test_a_meeting_has_its_permanent_id_and_address(kind, number, slug, address):
    meeting = make_meeting(number, kind=kind)
    assert (meeting.slug, meeting.get_absolute_url(), meeting.occasion.place_en) == (slug, address, "Geneva")


def test_a_second_meeting_of_one_number_or_day_is_refused():
    make_meeting(99)
    make_meeting(kind="informal-consultations")
    for values in ({"number": 99}, {"kind": "informal-consultations"}):
        with pytest.raises(Refused):
            make_meeting(**values)
    assert Meeting.objects.count() == 2


def test_a_session_without_a_number_is_refused():
    with pytest.raises(Refused):
        services.create_meeting(kind="session", title="S", begins_on=dt.date(2010, 1, 1), ends_on=dt.date(2010, 1, 1))


def test_only_editors_change_meetings(head, publisher):
    meeting, items = make_agenda()
    for act in (
        lambda actor: services.edit_meeting(meeting=meeting, expected=1, title_en="X", actor=actor),
        lambda actor: services.add_item(meeting=meeting, title="X", actor=actor),
        lambda actor: services.edit_item(item=items["Opening"], expected=1, title_en="X", actor=actor),
        lambda actor: move(meeting, items["Opening"], None, 1, actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            act(head)
        act(publisher)


# --- The tree ---------------------------------------------------------------------------------------------------------

BELOW_DEBATE = ["1 Opening", "2 Debate", "2.1 Segment", "2.1 (a) Keynotes", "2.1 (b) Launch", "3 Closing"]
AGENDA = ["1 Opening", "2 Segment", "2.1 Keynotes", "2.2 Launch", "3 Debate", "4 Closing"]


@pytest.mark.parametrize(
    ("title", "parent", "position", "after"),
    [
        ("Closing", None, 0, ["1 Closing", "2 Opening", "3 Segment", "3.1 Keynotes", "3.2 Launch", "4 Debate"]),
        ("Launch", "Segment", 0, ["1 Opening", "2 Segment", "2.1 Launch", "2.2 Keynotes", "3 Debate", "4 Closing"]),
        ("Debate", "Segment", 1, ["1 Opening", "2 Segment", "2.1 Keynotes", "2.2 Debate", "2.3 Launch", "3 Closing"]),
        ("Keynotes", None, 1, ["1 Opening", "2 Keynotes", "3 Segment", "3.1 Launch", "4 Debate", "5 Closing"]),
        ("Segment", "Debate", 0, BELOW_DEBATE),
        ("Opening", None, 0, AGENDA),
    ],
)  # fmt: skip
def test_an_item_moves_with_all_below_it(title, parent, position, after):
    meeting, items = make_agenda()
    moved = move(meeting, items[title], items.get(parent), position)
    assert (outline(meeting), is_whole(meeting)) == (after, True)
    services.undo_move(meeting=meeting, moved=moved)
    assert (outline(meeting), is_whole(meeting)) == (AGENDA, True)


def test_a_move_against_an_older_order_is_refused_and_undo_after_another_move_too():
    meeting, items = make_agenda()
    first = move(meeting, items["Closing"], None, 0)
    move(meeting, items["Debate"], None, 0)
    before = outline(meeting)
    with pytest.raises(Clash):
        services.move_item(item=items["Opening"], parent=None, position=3, expected=first.order_version)
    with pytest.raises(Clash):
        services.undo_move(meeting=meeting, moved=first)
    assert outline(meeting) == before


def test_moves_that_make_no_tree_are_refused():
    meeting, items = make_agenda()
    below = make_item(meeting, "Third", items["Keynotes"])
    make_item(meeting, "Fourth", below)
    _other, foreign = make_agenda()
    before = outline(meeting)
    for parent, position in ((items["Keynotes"], 0), (items["Segment"], 0), (items["Debate"], 0), (None, 9)):
        if parent is items["Debate"]:  # one level too deep for its sub-items
            with pytest.raises(Refused):
                move(meeting, items["Segment"], parent, position)
            continue
        with pytest.raises(Refused):
            move(meeting, items["Segment"], parent, position)
    with pytest.raises(Clash):
        move(meeting, items["Opening"], foreign["Segment"], 0)
    with pytest.raises(Refused):
        move(meeting, items["Opening"], None, 1, order=[items["Opening"].pk])
    assert (outline(meeting), is_whole(meeting)) == (before, True)


def test_a_fifth_level_is_refused():
    meeting, items = make_agenda()
    third = make_item(meeting, "Third", items["Keynotes"])
    fourth = make_item(meeting, "Fourth", third)
    with pytest.raises(Refused):
        make_item(meeting, "Fifth", fourth)
    assert meeting.items.filter(title_en="Fifth").count() == 0


def test_the_database_itself_holds_one_item_a_place():
    from django.db import IntegrityError, connection, transaction

    meeting, items = make_agenda()
    with pytest.raises(IntegrityError), transaction.atomic():
        AgendaItem.objects.filter(pk=items["Closing"].pk).update(position=0)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert is_whole(meeting)


# --- Items ------------------------------------------------------------------------------------------------------------


def test_a_later_save_is_a_clash_that_holds_both_texts():
    _meeting, items = make_agenda()
    services.edit_item(item=items["Opening"], expected=1, title_en="Opening of the session")
    with pytest.raises(Clash) as caught:
        services.edit_item(item=items["Opening"], expected=1, title_en="Welcome", description_en="By the Chair")
    assert caught.value.differences() == [
        ("title_en", "Opening of the session", "Welcome"),
        ("description_en", "", "By the Chair"),
    ]


def test_an_edit_of_what_was_taken_off_keeps_what_was_typed():
    meeting, items = make_agenda()
    services.remove_item(item=items["Opening"], expected=1, expected_order=version(meeting), reason="Not needed")
    with pytest.raises(Clash) as caught:
        services.edit_item(item=items["Opening"], expected=1, title_en="Welcome")
    assert (caught.value.current, caught.value.wanted) == (None, {"title_en": "Welcome"})


def test_move_is_no_clash_for_an_editor_of_the_text():
    meeting, items = make_agenda()
    move(meeting, items["Opening"], None, 3)
    services.edit_item(item=items["Opening"], expected=1, title_en="Welcome")
    assert outline(meeting)[-1] == "4 Welcome"


def test_taken_off_with_all_below_it_and_put_back_with_its_text():
    meeting, items = make_agenda()
    services.remove_item(item=items["Segment"], expected=1, expected_order=version(meeting), reason="Next year")
    assert (outline(meeting), is_whole(meeting)) == (["1 Opening", "2 Debate", "3 Closing"], True)
    gone = meeting.items.tombstones().order_by("pk").values_list("title_en", "state", "reason")
    assert list(gone) == [(title, "deleted", "Next year") for title in ("Segment", "Keynotes", "Launch")]
    services.restore_item(item=items["Launch"])
    services.restore_item(item=items["Segment"])
    services.restore_item(item=items["Keynotes"])
    assert outline(meeting) == ["1 Opening", "2 Debate", "3 Closing", "4 Launch", "5 Segment", "5.1 Keynotes"]
    assert is_whole(meeting)


def test_moved_to_another_meeting_says_where():
    meeting, items = make_agenda()
    other = make_meeting(kind="informal-consultations")
    services.remove_item(
        item=items["Debate"], expected=1, expected_order=version(meeting), reason="Settled there", moved_to=other
    )
    row = AgendaItem.objects.get(pk=items["Debate"].pk)
    assert (row.state, row.moved_to, row.reason) == ("moved", other, "Settled there")


def test_a_removal_against_an_older_text_or_order_is_refused():
    meeting, items = make_agenda()
    seen = version(meeting)
    services.edit_item(item=items["Opening"], expected=1, title_en="Welcome")
    with pytest.raises(Clash):
        services.remove_item(item=items["Opening"], expected=1, expected_order=seen, reason="Old")
    move(meeting, items["Debate"], items["Closing"], 0)
    with pytest.raises(Clash):  # it would also remove the debate, which was not below it when the page was opened
        services.remove_item(item=items["Closing"], expected=1, expected_order=seen, reason="Old")
    with pytest.raises(Refused):
        services.remove_item(item=items["Closing"], expected=1, expected_order=version(meeting), reason=" ")
    assert meeting.items.tombstones().count() == 0


def test_days_and_slots_of_another_meeting_are_refused():
    _meeting, items = make_agenda()
    foreign = make_slot(make_occasion(), "Panel", "09:00", "10:00")
    for values in ({"day": dt.date(2010, 12, 3)}, {"slot": foreign}):
        with pytest.raises(Refused):
            services.edit_item(item=items["Opening"], expected=1, **values)
    services.edit_item(item=items["Opening"], expected=1, day=dt.date(2010, 12, 2))


def test_codes_are_given_once_and_stay():
    meeting = make_meeting()
    codes = [make_item(meeting, "General debate").code for _ in range(2)]
    item = meeting.items.get(code=codes[0])
    services.edit_item(item=item, expected=1, title_en="Debate")
    item.refresh_from_db()
    assert (codes, item.code) == (["general-debate", "general-debate-2"], "general-debate")


# --- Notices to other editors -----------------------------------------------------------------------------------------


def test_every_change_is_logged_and_expires_cached_pages(editor):
    meeting, items = make_agenda()
    document = make_issued()
    began, revision = meeting.agenda_version, meeting.occasion.revision
    services.edit_item(item=items["Opening"], expected=1, title_en="Welcome", actor=editor)
    move(meeting, items["Closing"], None, 0, actor=editor)
    paper = services.attach_paper(meeting=meeting, item=items["Debate"], document=document, actor=editor)
    services.detach_paper(paper=paper, actor=editor)
    decision = services.record_decision(meeting=meeting, text="Noted", actor=editor)
    services.edit_decision(decision=decision, expected=1, state="adopted", actor=editor)
    services.remove_item(
        item=items["Launch"], expected=1, expected_order=version(meeting), reason="Next year", actor=editor
    )
    services.restore_item(item=items["Launch"], actor=editor)
    changes = AgendaChange.objects.filter(meeting=meeting, version__gt=began).order_by("version")
    assert [(change.act, change.actor) for change in changes] == [
        (act, editor)
        for act in ("edited", "moved", "supplied", "supplied", "supplied", "supplied", "removed", "restored")
    ]
    meeting.occasion.refresh_from_db()
    assert meeting.occasion.revision == revision + 8


def test_paper_is_added_to_an_item_once():
    meeting, items = make_agenda()
    document = make_issued()
    for item in (None, items["Debate"]):
        services.attach_paper(meeting=meeting, document=document, item=item)
        with pytest.raises(Refused):
            services.attach_paper(meeting=meeting, document=document, item=item)
    _other, foreign = make_agenda()
    with pytest.raises(Refused):
        services.attach_paper(meeting=meeting, document=document, item=foreign["Debate"])
    assert meeting.papers.count() == 2
