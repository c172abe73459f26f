"""Every kind of document in every language, with a footnote at the end of every text."""

import datetime as dt

import pytest

from documents import services
from documents.assembly import assemble
from documents.blueprints import blueprints
from foundation.text import LANGUAGES
from tests.texts.printed_notes import with_notes, words_placed
from texts.rendering import pdf

pytestmark = pytest.mark.django_db
TWO_LINES = "The exchange turned on what had worked, for whom, and what it asked of everybody concerned. " * 2


@pytest.mark.parametrize("name", list(blueprints()))
def test_every_note_of_a_template_begins_on_the_page_of_its_call(name) -> None:
    document = services.create_from_blueprint(
        blueprint=blueprints()[name],
        subjects={},
        languages=LANGUAGES,
        actor=None,
        title_en="A paper",
        dated=dt.date(2010, 9, 1),
    )
    for language in LANGUAGES:
        content, facts = pdf.render(with_notes(assemble(document, language), TWO_LINES))
        placed = words_placed(content)
        calls = {word[4:]: place for word, place in placed.items() if word.startswith("call")}
        notes = {word[4:]: place for word, place in placed.items() if word.startswith("note")}
        assert len(calls) >= 3
        assert {key: place.page for key, place in notes.items()} == {key: place.page for key, place in calls.items()}
        assert all(calls[key].height > notes[key].height for key in calls)
        assert facts["report"] == []
