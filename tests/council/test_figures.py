import datetime as dt

import pytest

from council import figures, search, services
from schedule import services as schedule
from tests.factories.council import FIRST_DAY, make_agenda, make_item, make_meeting
from texts.registry import Figure, annex_makers, draw, resolve
from texts.schema import check_content, clean_content

pytestmark = pytest.mark.django_db


def key(name, slug="session-99"):
    return f"council.meeting:{slug}:{name}"


def value(name, slug="session-99"):
    figure = resolve([key(name, slug)])[key(name, slug)]
    return (figure.kind, figure.value, figure.status)


@pytest.fixture
def session():
    meeting, items = make_agenda(make_meeting(99))
    occasion = meeting.occasion
    slot = schedule.add_slot(
        occasion=occasion,
        starts_at=occasion.moment(FIRST_DAY, dt.time(10)),
        ends_at=occasion.moment(FIRST_DAY, dt.time(13)),
        title="Morning",
    )
    for name, more in {
        "Late": {"capacity": "chair", "state": "cancelled"},
        "Panellist": {"capacity": "panellist"},
        "Noor": {"function": {"en": "High Commissioner", "fr": "Haut-Commissaire"}},
    }.items():
        schedule.add_appearance(occasion=occasion, slot=slot, name=name, **more)
    services.edit_item(item=items["Keynotes"], expected=1, slot=slot, day=FIRST_DAY, is_highlight=True)
    return meeting, items


def test_what_a_meeting_says_of_itself(session):
    assert {name: value(name) for name in ("ordinal", "dates", "date", "place", "title", "highlights")} == {
        "ordinal": ("ordinal", 99, "ok"),
        "dates": ("dates", ["2010-11-29", "2010-12-02"], "ok"),
        "date": ("date", "2010-11-29", "ok"),
        "place": ("text", {"en": "Geneva"}, "ok"),
        "title": ("text", {"en": "Session 99", "fr": "Session"}, "ok"),
        "highlights": ("count", 1, "ok"),
    }


def test_what_an_item_says(session):
    assert {name: value(name) for name in ("item.keynotes.date", "item.keynotes.title", "chair.keynotes")} == {
        "item.keynotes.date": ("date", "2010-11-29", "ok"),
        "item.keynotes.title": ("text", {"en": "Keynotes"}, "ok"),
        "chair.keynotes": ("text", {"en": "Noor, High Commissioner", "fr": "Noor, Haut-Commissaire"}, "ok"),
    }
    assert value("item.launch.date") == ("date", None, "not-yet")
    assert value("chair.launch") == ("text", None, "not-yet")


def test_what_is_not_there_internal_or_taken_off_is_missing(session):
    meeting, items = session
    services.edit_item(item=items["Segment"], expected=1, is_internal=True)
    services.remove_item(item=items["Debate"], expected=1, expected_order=meeting.order_version, reason="Gone")
    for name in ("item.keynotes.title", "item.debate.title", "item.nothing.date", "chair.keynotes", "nonsense"):
        assert value(name)[1:] == (None, "missing")
    assert value("highlights") == ("count", 0, "ok")
    assert value("dates", "session-98")[1:] == (None, "missing")
    assert value("ordinal", make_meeting(kind="informal-consultations").slug)[1:] == (None, "missing")


def test_the_number_of_queries_does_not_grow(session, django_assert_num_queries):
    names = {"ordinal", "highlights", "item.keynotes.date", "chair.keynotes"}
    with django_assert_num_queries(3):
        figures.provide({"session-99": names})
    for number in range(5):
        make_agenda(make_meeting(110 + number))
    with django_assert_num_queries(3):
        answers = figures.provide({f"session-{number}": names for number in (99, *range(110, 115))})
    assert len(answers) == 24
    assert all(isinstance(figure, Figure) for figure in answers.values())


def test_the_agenda_as_a_table_in_the_language_of_the_document(session):
    drawn = draw(key("agenda"), "fr")
    assert (drawn.status, drawn.table_rows[2]) == ("ok", ["2.1", "Keynotes", "lundi 29 novembre 2010"])
    assert [row[1] for row in draw(key("highlights"), "en").table_rows] == ["Keynotes"]
    assert draw(key("nonsense"), "en").status == "missing"


def test_the_annex_is_the_tree_with_live_titles_and_days(session):
    meeting, items = session
    make_item(meeting, "Third", items["Keynotes"], description="In  two\nlines")
    maker = annex_makers()["council.meeting"]
    blocks = maker.build("session-99", "en")
    content = clean_content({"type": "doc", "content": blocks})
    assert check_content(content) == []
    first, segment = content["content"][0]["content"][:2]
    assert first["content"][0]["content"][0]["attrs"]["key"] == key("item.opening.title")
    keynotes = segment["content"][1]["content"][0]
    assert [part["type"] for part in keynotes["content"][0]["content"]] == ["figure", "text", "figure", "text"]
    third = keynotes["content"][1]
    assert third["attrs"]["style"] == "letters"
    assert third["content"][0]["content"][1]["content"][0]["text"] == "In two lines"
    assert maker.build("session-98", "en") == []


# --- Search -----------------------------------------------------------------------------------------------------------


def test_the_search_finds_what_the_asker_may_see(session, head, editor, django_assert_num_queries):
    meeting, items = session
    services.edit_item(item=items["Segment"], expected=1, is_internal=True)
    services.record_decision(meeting=meeting, item=items["Launch"], text="A découverte was launched")
    services.record_decision(meeting=meeting, text="The DÉCOUVERTE was noted")

    def found(person, text):
        return [hit.url for hit in search.hits(person, text, "en")]

    assert found(head, "keynotes") == found(None, "keynotes") == []
    assert found(editor, "keynotes") == ["/council/99/agenda/#keynotes"]
    assert found(head, "decouverte") == ["/council/99/agenda/#decisions"]
    assert found(editor, "decouverte") == ["/council/99/agenda/#launch", "/council/99/agenda/#decisions"]
    assert found(None, "  ") == []
    with django_assert_num_queries(3):
        search.hits(None, "session", "en")
