import datetime as dt

import pytest

from documents import services
from documents.editing.authority import TextClosed, editable_texts, refuse_closed
from documents.models import Document, Part, Rendition
from documents.search import hits
from foundation.refusals import Refused
from tests.factories.documents import KEYS, make_draft, make_issued
from texts.compact import content_from_compact
from texts.registry import Figure

pytestmark = pytest.mark.django_db
LATER = dt.datetime(2010, 10, 12, 9, 0, tzinfo=dt.UTC)


def begin(document, language="en", reason="A table was cut off."):
    return services.begin_reissue(document=document, language=language, reason=reason, actor=None, now=LATER)


def write(document, blocks) -> None:
    part = document.parts.get(kind=Part.Kind.MAIN)
    services.set_text(part=part, language="en", content=content_from_compact(blocks, keys=KEYS), actor=None)


def words_of(issue) -> str:
    return issue.content["parts"][0]["content"]["content"][0]["content"][0]["text"]


def test_a_reissue_keeps_symbol_and_figures_and_bears_asterisk_and_reason(app) -> None:
    document = make_issued(["With a mistaek: {t:people}."], symbol="MC/2317")
    app.values["people"] = Figure("count", 12, "participants")
    begin(document)
    write(document, ["With a mistake: {t:people}."])
    issue = services.reissue_document(document=document, language="en", actor=None, now=LATER)
    first = document.issues.get(number=1)
    assert issue.content["reissue"] == {
        "asterisk": "*",
        "words": "Reissued for technical reasons on 12 October 2010: A table was cut off.",
    }
    assert issue.content["masthead"] == first.content["masthead"]
    assert issue.content["figures"] == first.content["figures"]
    assert [words_of(first), words_of(issue)] == ["With a mistaek: ", "With a mistake: "]
    assert (issue.number, issue.reason, issue.content_hash != first.content_hash) == (2, "A table was cut off.", True)


def test_each_reissue_has_its_own_files_and_the_earlier_ones_stay() -> None:
    document = make_issued()
    begin(document)
    services.reissue_document(document=document, language="en", actor=None, now=LATER)
    files = Rendition.objects.filter(document=document).values_list("issue__number", "format")
    assert sorted(files) == [(number, file) for number in (1, 2) for file in ("docx", "pdf", "pdfa")]


def test_the_texts_are_open_only_while_a_reissue_is_under_way() -> None:
    document = make_issued()
    text = editable_texts().get(part__document=document)
    with pytest.raises(TextClosed):
        refuse_closed(text)
    begin(document)
    refuse_closed(editable_texts().get(part__document=document))
    services.reissue_document(document=document, language="en", actor=None, now=LATER)
    with pytest.raises(TextClosed):
        refuse_closed(editable_texts().get(part__document=document))
    with pytest.raises(Refused, match=r"Issued documents cannot be edited\. Create a revision\."):
        write(document, ["Afterwards."])


def test_a_reissue_that_is_given_up_puts_the_texts_back() -> None:
    document = make_issued(["As issued."])
    begin(document)
    write(document, ["Something else."])
    services.cancel_reissue(document=document, language="en", actor=None)
    content = document.parts.get().texts.get().content
    assert (content, document.issues.count()) == (document.issues.get().content["parts"][0]["content"], 1)


def test_readers_and_search_find_the_last_issue_alone() -> None:
    document = make_issued(["Once upon a zebra."], symbol="MC/2317")
    begin(document)
    write(document, ["Once upon an okapi."])
    assert [hit.url for hit in hits(None, "zebra", "en")] == ["/documents/MC/2317/en/#" + _first_block(document)]
    services.reissue_document(document=document, language="en", actor=None, now=LATER)
    assert (hits(None, "zebra", "en"), len(hits(None, "okapi", "en"))) == ([], 1)


def _first_block(document: Document) -> str:
    return document.issues.get().content["parts"][0]["content"]["content"][0]["attrs"]["id"]


def test_a_reissue_is_refused_with_the_reason() -> None:
    with pytest.raises(Refused, match=r"Only issued documents can be reissued\."):
        begin(make_draft())
    document = make_issued()
    with pytest.raises(Refused, match="Enter the reason for the reissue"):
        begin(document, reason=" ")
    begin(document)
    with pytest.raises(Refused, match=r"A technical reissue in that language is already in progress\."):
        begin(document)


def test_a_corrigendum_may_concern_one_language() -> None:
    document = make_issued(symbol="MC/2317")
    corrigendum = services.create_revision(document=document, actor=None, relation="corr", concerns_language="en")
    part = corrigendum.parts.get()
    services.set_text(part=part, language="en", content=content_from_compact(["Read twelve."]), actor=None)
    services.set_text(part=part, language="fr", content=content_from_compact(["Lire douze."]), actor=None)
    with pytest.raises(Refused, match=r"This document applies to another language only\."):
        services.issue_document(document=corrigendum, language="fr", actor=None)
    issue = services.issue_document(document=corrigendum, language="en", actor=None)
    head = issue.content["masthead"]
    assert (head["symbol"], head["concerns"], head["relation"]) == (
        "MC/2317/Corr.1",
        "English only",
        "Corrigendum to MC/2317",
    )


@pytest.mark.parametrize(
    ("relation", "language", "reason"), [("rev", "en", "Only a corrigendum"), ("corr", "es", "not been issued in that")]
)
def test_one_language_alone_is_for_corrigenda_of_what_exists(relation, language, reason) -> None:
    with pytest.raises(Refused, match=reason):
        services.create_revision(document=make_issued(), actor=None, relation=relation, concerns_language=language)
