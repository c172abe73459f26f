"""The discussion note of the cycle: every number is computed from rows and frozen when the note is issued."""

import io

import pypdf
import pytest
from django.core.management import call_command
from django.db import connection

from documents.assembly import assemble
from documents.models import Document, Issue
from tests.texts.printed_notes import notes_placed
from texts.material import numbering_of
from texts.registry import resolve
from texts.rendering import pdf
from workshops import services
from workshops.models import Participant, Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cycle")]

WORKSHOP = "workshops.workshop:2010-societies-and-identities"
SURVEY = "surveys.survey:societies-2010"
PUBLISHED = {
    f"{WORKSHOP}:participants": 178,
    f"{WORKSHOP}:states": 66,
    f"{WORKSHOP}:organizations": 12,
    f"{WORKSHOP}:ngos": 8,
    f"{WORKSHOP}:dates": ["2010-07-19", "2010-07-20"],
    f"{SURVEY}:attendance": 178,
    f"{SURVEY}:responses": 28,
    f"{SURVEY}:response_rate": [28, 178],
    f"{SURVEY}:all.understanding": [28, 28],
    "surveys.survey:council-sessions-2010:outcomes": 4,
    "dialogue.dialogue:migration-and-integration:topics": 4,
    "dialogue.dialogue:migration-and-integration:visits": 350,
    "dialogue.dialogue:migration-and-integration:dates": ["2010-07-12", "2010-07-25"],
    "votes.ballot:topics-2011:options": 3,
    "votes.ballot:topics-2011:choose": 2,
    "council.meeting:session-99:ordinal": 99,
    "council.meeting:session-99:dates": ["2010-11-29", "2010-12-02"],
    "council.meeting:session-99:highlights": 5,
    "workshops.year:2011:budget_total": {"amount": "200000", "currency": "USD"},
    "workshops.year:2011:budget_per_workshop": {"amount": "100000", "currency": "USD"},
}
ROUNDED = {
    f"{SURVEY}:score.general": 82,
    f"{SURVEY}:score.objectives": 80,
    f"{SURVEY}:score.content": 81,
}


def words_of(document: Document) -> str:
    """Return the text of the document's PDF, as extracted by a reader, on one line."""
    issue = Issue.objects.filter(document=document, language="en").first()
    material = issue.content if issue else assemble(document, "en")
    content, facts = pdf.render(material)
    assert facts["report"] == []
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u2060", "").split())


def note() -> Document:
    return Document.objects.get(symbol="IC/2010/9")


def draft() -> Document:
    return Document.objects.get(symbol="IC/2010/9/Rev.1")


def test_figures_have_the_published_values():
    figures = resolve([*PUBLISHED, *ROUNDED])
    assert {key: figures[key].value for key in PUBLISHED} == PUBLISHED
    assert {key: round(figures[key].value) for key in ROUNDED} == ROUNDED
    # The published numbers are less than half a unit from the exact values.
    assert all(abs(figures[key].value - shown) < 0.5 for key, shown in ROUNDED.items())


def test_reported_visits_and_the_majority_carry_what_they_rest_on():
    visits, majority = resolve(
        ["dialogue.dialogue:migration-and-integration:visits", "votes.ballot:theme-2011:majority"]
    ).values()
    assert (visits.qualified, bool(visits.source)) == ("more-than", True)
    for_it, answered = majority.value
    assert answered / 2 < for_it < answered


def test_note_has_twenty_paragraphs_three_footnotes_and_two_annexes():
    for document in (note(), draft()):
        issue = document.issues.first()
        material = issue.content if issue else assemble(document, "en")
        numbers = numbering_of(material)
        assert list(numbers.paragraphs.values()) == [str(number) for number in range(1, 21)]
        assert list(numbers.footnotes.values()) == ["1", "2", "3"]
        assert [part["kind"] for part in material["parts"]] == ["main", "annex", "annex"]


def test_each_footnote_of_the_note_is_on_the_page_of_its_call():
    for material in (note().issues.get(language="en").content, assemble(draft(), "en")):
        content, facts = pdf.render(material)
        placed = notes_placed(content)
        assert len(placed) == 3
        assert [footnote.page for _call, footnote in placed] == [call.page for call, _footnote in placed]
        assert all(call.height > footnote.height for call, footnote in placed)
        assert facts["report"] == []


def test_pdf_says_every_number_of_the_cycle():
    text = words_of(note())
    for sentence in (
        "IC/2010/9",
        "Distr.: Restricted",
        "Original: English",
        "20 September 2010",
        "There were 178 participants, from 66 Member and Observer States, 12 international organizations and 8",
        "the private sector, academia and the media",
        "19–20 July 2010",
        "the Government of Australia",
        "visited more than 350 times",
        "Twenty-eight of them did so, and overall satisfaction stood at 82%",
        "It yielded four outcomes",
        "Ninety-ninth Session of the Council",
        "Ms. Navanethem Pillay, United Nations High Commissioner for Human Rights",
        "A majority of those that answered preferred",
        "three topics for intersessional workshops",
        "USD 200,000 in all, that is USD 100,000 for each workshop. Approximately two thirds",
        "20. Donors are invited",
        "Learning Benefit",
        "80%",
        "Approximately 60% of those who answered",
        "61% stated outright",
        "81% Satisfaction",
        "response rate: 16% (28/178)",
        "(English only)",
        "Annex II",
    ):
        assert sentence in text


def test_a_participant_less_changes_the_draft_and_not_what_was_issued():
    before = words_of(note())
    workshop = Workshop.objects.by_permanent_ids(["2010-societies-and-identities"]).get()
    person = Participant.objects.filter(workshop=workshop).attended().order_by("pk").first()
    services.remove_participant(participant=person, expected=person.edit_version)

    text = words_of(draft())
    assert "There were 177 participants" in text
    assert "(28/177)" in text
    assert words_of(note()) == before


def test_same_draft_gives_the_same_bytes():
    material = assemble(draft(), "en")
    assert pdf.render(material)[0] == pdf.render(material)[0]


def test_french_and_spanish_write_the_figures_their_own_way():
    from texts.reading import read

    ordinal = resolve(["council.meeting:session-99:ordinal"])["council.meeting:session-99:ordinal"]
    share = resolve(["workshops.year:2011:officials_share"])["workshops.year:2011:officials_share"]
    assert [read(ordinal, "ordinal-words", language, gender="f") for language in ("fr", "es")] == [
        "quatre-vingt-dix-neuvième",
        "nonagésima novena",
    ]
    assert [read(share, "approximately", language) for language in ("fr", "es")] == [
        "environ deux tiers",
        "aproximadamente dos tercios",
    ]


def test_loading_again_changes_nothing():
    before = contents()
    call_command("load_demo", verbosity=0)
    assert contents() == before


def contents() -> dict[str, str]:
    """Return a hash of every table except those of jobs and emails in progress."""
    with connection.cursor() as cursor:
        hashes = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM \"{table}\" t"
            )
            hashes[table] = cursor.fetchone()
    return hashes
