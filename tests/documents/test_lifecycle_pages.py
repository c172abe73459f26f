import datetime as dt
import io

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from documents import services
from documents.assembly import assemble
from documents.models import Document, Part, Rendition, SymbolPattern
from documents.services.circulation import readers_version
from documents.tasks import render
from tests.factories.documents import make_draft, make_issued, make_rendition
from tests.factories.membership import make_delegate, make_person, make_staff
from texts.compact import content_from_compact
from texts.rendering import pdf

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


@pytest.fixture
def publisher(client):
    person = make_staff("publisher")
    client.force_login(person)
    return person


def html(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


# --- Symbols ----------------------------------------------------------------------------------------------------------
def test_an_administrator_sets_up_a_pattern_and_an_editor_takes_its_symbol(client) -> None:
    client.force_login(make_staff("administrator"))
    wrong = client.post("/documents/symbols/new/", {"body": "council", "pattern": "MC", "first_number": 1})
    assert "Enter a pattern that contains {number} once and, if needed, {year} or {session}." in wrong.content.decode()
    client.post("/documents/symbols/new/", {"body": "council", "pattern": "MC/{number}", "first_number": 2317})
    assert "MC/2317" in html(client, "/documents/symbols/")
    client.force_login(make_staff("editor"))
    values = {
        "title_en": "A paper",
        "dated": dt.date(2010, 9, 1),
        "body": "council",
    }
    document = services.create_document(actor=None, **values)
    assert "Assign the symbol MC/2317" in html(client, document.draft_url)
    client.post(reverse("documents:draft-symbol", args=[document.pk]))
    document.refresh_from_db()
    assert document.symbol == "MC/2317"


def test_two_administrators_do_not_write_over_each_other(client) -> None:
    client.force_login(make_staff("administrator"))
    row = services.add_pattern(actor=None, body="council", kind="", pattern="MC/{number}", first_number=1)
    values = {"body": "council", "kind": "", "pattern": "MC/{number}", "first_number": 5, "edit_version": 1}
    assert client.post(f"/documents/symbols/{row.pk}/", values).status_code == 302
    assert client.post(f"/documents/symbols/{row.pk}/", values | {"first_number": 9}).status_code == 409
    assert SymbolPattern.objects.get().first_number == 5


# --- Before the issue -------------------------------------------------------------------------------------------------
def test_the_issue_page_lists_placeholders_and_empty_texts(client, publisher) -> None:
    def warned(document: Document) -> tuple[bool, ...]:
        shown = html(client, reverse("documents:draft-issue", kwargs={"pk": document.pk, "language": "en"}))
        words = (
            "2 paragraphs from the template are still",
            "1 paragraph from the template is still",
            "The main text is empty.",
        )
        return tuple(part in shown for part in words)

    left = make_draft(["[Main points of the exchange.]", {"list": ["[first question];", "as decided."]}])
    one = make_draft(["[Dates, places, contacts.]", "[…]", "Delegations [of States] met."])
    empty = services.create_document(actor=None, title_en="Nothing", dated=dt.date(2010, 9, 1), symbol="IC/2010/77")
    written = make_draft(["A paragraph."])
    assert [warned(document) for document in (left, one, empty, written)] == [
        (True, False, False), (False, True, False), (False, False, True), (False, False, False),
    ]  # fmt: skip


# --- Papers without a symbol ------------------------------------------------------------------------------------------
def circulated(client, reader) -> Document:
    """Create a paper by the pages only: write it, name its readers, issue and release it."""
    client.post(
        "/documents/drafts/new/",
        {
            "title_en": "Elements", "kind": "non-paper", "dated": "2026-11-02", "distribution": "general",
            "audience": "public", "original_language": "en", "annex_marks": "everywhere",
        },
    )  # fmt: skip
    document = Document.objects.get(kind="non-paper")
    expires = (timezone.now() + WEEK).strftime("%Y-%m-%dT%H:%M")
    readers = {"people": reader.email, "expires_at": expires, "edit_version": readers_version(document)}
    client.post(reverse("documents:readers", args=[document.pk]), readers)
    client.post(reverse("documents:draft-issue", kwargs={"pk": document.pk, "language": "en"}))
    release = reverse("documents:circulated-act", kwargs={"pk": document.pk, "act": "release"})
    assert "Only its named readers can find it." in html(client, release)
    client.post(release, {"at": ""})
    document.refresh_from_db()
    return document


def test_a_non_paper_goes_from_its_first_form_to_its_named_reader_and_expires(client, publisher) -> None:
    reader = make_delegate("fr")
    document = circulated(client, reader)
    page = reverse("documents:circulated-page", kwargs={"pk": document.pk, "language": "en"})
    client.force_login(reader)
    answer = client.get(page)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert "Non-paper" in answer.content.decode()
    client.force_login(make_delegate("au"))
    html(client, page, 404)
    client.force_login(reader)
    Document.objects.filter(pk=document.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    for address in (page, document.overview_url, document.file_url("en", "pdf")):
        html(client, address, 404)


def test_a_named_reader_finds_it_on_the_dashboard_without_a_symbol(client, publisher) -> None:
    reader = make_delegate("fr")
    circulated(client, reader)
    client.force_login(reader)
    dashboard = html(client, "/")
    assert ("Elements" in dashboard, "None Elements" in dashboard) == (True, False)


def test_an_unknown_symbol_is_answered_where_papers_without_one_exist(client, publisher) -> None:
    circulated(client, make_delegate("fr"))
    make_issued(symbol="MC/2317")
    assert "MC/2317" in html(client, "/documents/MC/2318/", 404)


def test_readers_are_named_by_an_address_with_an_account(client, publisher) -> None:
    draft = services.create_document(actor=None, kind="non-paper", title_en="N", dated=dt.date(2010, 9, 1))
    address = reverse("documents:readers", args=[draft.pk])
    answer = client.post(address, {"people": "nobody@example.org", "expires_at": "2030-01-01T00:00"})
    assert "There is no account for nobody@example.org." in answer.content.decode()
    assert draft.named_readers.count() == 0


@pytest.mark.parametrize(("language", "mark"), [("en", "Non-paper"), ("fr", "Document officieux")])
def test_a_paper_without_a_symbol_is_printed_with_its_mark_on_every_page(language, mark) -> None:
    draft = services.create_document(
        actor=None, kind="non-paper", title_en="N", title_fr="N", dated=dt.date(2010, 9, 1)
    )
    long = content_from_compact(["A line of text."] * 80)
    for code in ("en", "fr"):
        services.set_text(part=draft.parts.get(), language=code, content=long, actor=None)
    content, _facts = pdf.render(assemble(draft, language))
    first, second, *_rest = (sheet.extract_text().split("\n") for sheet in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert first[0].endswith(f" {mark}")
    # Text extraction finds the running head after the page.
    assert [line for line in second if line != "A line of text."] == [mark, "page 2"]


# --- Reissue ----------------------------------------------------------------------------------------------------------
def test_a_reissue_from_its_reason_to_the_asterisk_and_the_earlier_text(client, publisher) -> None:
    document = make_issued(["A mistaek."], symbol="MC/2317")
    make_rendition(document, "docx")
    address = "/documents/MC/2317/en/reissue/"
    client.post(address, {"reason": "A misprint."})
    part = document.parts.get(kind=Part.Kind.MAIN)
    services.set_text(part=part, language="en", content=content_from_compact(["A mistake."]), actor=None)
    assert "A misprint." in html(client, address + "preview/")
    client.post(address, {"issue": "1"})
    client.logout()
    last, first = html(client, "/documents/MC/2317/en/"), html(client, "/documents/MC/2317/en/issues/1/")
    assert ("A mistake." in last, "* Reissued for technical reasons on" in last) == (True, True)
    assert ("A mistaek." in first, "Reissued for technical reasons on" in first) == (True, True)
    overview = html(client, "/documents/MC/2317/")
    assert "/documents/MC/2317/en/issues/1.docx" in overview
    assert client.get("/documents/MC/2317/en/issues/1.docx").status_code == 200


def test_a_reissue_is_previewed_as_a_file_that_no_reader_is_given(client, publisher) -> None:
    document = make_issued(["A mistaek."], symbol="MC/2317")
    services.begin_reissue(document=document, language="en", reason="A misprint.", actor=None)
    part = document.parts.get(kind=Part.Kind.MAIN)
    address = "/documents/MC/2317/en/reissue/preview.pdf"
    texts = []
    for words in ("A mistake.", "No mistake."):
        services.set_text(part=part, language="en", content=content_from_compact([words]), actor=None)
        assert client.get(address).status_code == 202
        preview = Rendition.objects.filter(document=document, issue=None).latest("pk")
        render(None, rendition_id=preview.pk)
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        page = pypdf.PdfReader(io.BytesIO(b"".join(answer.streaming_content))).pages[0].extract_text()
        texts.append([each in page for each in (words, "MC/2317*", "A misprint.", "Draft")])
    assert texts == [[True, True, True, True]] * 2
    assert Rendition.objects.filter(document=document, issue=None).count() == 2
    assert "preview" not in html(client, "/documents/MC/2317/")
    client.logout()
    assert client.get(address).status_code == 302
    assert client.get("/documents/MC/2317/en.pdf").status_code == 202


def test_the_footnote_of_a_reissue_is_printed_on_the_first_page(client, publisher) -> None:
    from texts.rendering.pdf import html_of

    document = make_issued(symbol="MC/2317")
    services.begin_reissue(document=document, language="en", reason="A misprint.", actor=None)
    issue = services.reissue_document(document=document, language="en", actor=None)
    printed = html_of(issue.content)
    printed = printed if isinstance(printed, str) else printed[0]
    assert 'MC/2317<span class="footnote" data-number="*">Reissued for technical reasons on' in printed


# --- Relations --------------------------------------------------------------------------------------------------------
def test_a_corrigendum_is_offered_for_the_issued_languages_alone(client, publisher) -> None:
    make_issued(symbol="MC/2317")
    page = html(client, "/documents/MC/2317/acts/derive/")
    assert [f'<option value="{code}"' in page for code in ("en", "fr", "es")] == [True, False, False]
    wrong = client.post("/documents/MC/2317/acts/derive/", {"relation": "corr", "concerns_language": "es"})
    assert (wrong.status_code, Document.objects.filter(relation="corr").count()) == (200, 0)
    right = client.post("/documents/MC/2317/acts/derive/", {"relation": "corr", "concerns_language": "en"})
    assert (right.status_code, Document.objects.get(relation="corr").symbol) == (302, "MC/2317/Corr.1")


def test_a_document_and_its_corrigendum_point_at_each_other(client) -> None:
    document = make_issued(symbol="MC/2317")
    corrigendum = services.create_revision(document=document, actor=None, relation="corr", concerns_language="en")
    assert "Corr.1" not in html(client, "/documents/MC/2317/en/")
    services.issue_document(document=corrigendum, language="en", actor=None)
    services.release_document(document=corrigendum, actor=None)
    assert 'href="/documents/MC/2317/Corr.1/"' in html(client, "/documents/MC/2317/en/")
    page = html(client, "/documents/MC/2317/Corr.1/en/")
    assert ("(English only)" in page, 'href="/documents/MC/2317/"' in page) == (True, True)


def test_the_list_shows_drafts_in_review_apart(client, publisher) -> None:
    plain, reviewed = make_draft(title_en="Plain"), make_draft(title_en="Reviewed")
    services.open_review(document=reviewed, actor=None)
    cleared = make_draft(title_en="Asked for clearance")
    services.name_clearers(document=cleared, people=[publisher], actor=None)
    listed = html(client, "/documents/?state=in-review")
    assert [document.title_en in listed for document in (plain, reviewed, cleared)] == [False, True, True]


def test_somebody_without_an_account_is_no_reader(client) -> None:
    make_person()
    assert client.get("/documents/circulated/1/").status_code == 302


def test_the_word_file_bears_mark_asterisk_and_reason() -> None:
    import io
    import zipfile

    from documents.assembly import assemble
    from texts.rendering.docx import render

    draft = services.create_document(actor=None, kind="non-paper", title_en="N", dated=dt.date(2010, 9, 1))
    material = assemble(draft, "en") | {"reissue": {"asterisk": "*", "words": "Reissued because of a misprint."}}
    content, _facts = render(material)
    written = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert ("Non-paper*" in written, "* Reissued because of a misprint." in written) == (True, True)
