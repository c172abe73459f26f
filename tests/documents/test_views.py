import datetime as dt
import re

import pytest
from django.urls import reverse

from documents import services
from documents.models import Document, ShortAddress
from documents.renditions import OF_EVERY_ISSUE
from documents.search import hits
from tests.factories.documents import ANNEX, NOTE, make_draft, make_issued, make_rendition
from tests.factories.membership import make_delegate, make_staff
from texts.registry import Figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(app):
    return make_issued(NOTE, annex=ANNEX, symbol="MC/INF/302")


def page(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


# --- Reading ----------------------------------------------------------------------------------------------------------
def test_the_page_is_set_like_the_pdf_with_anchors(client, note) -> None:
    shown = page(client, "/documents/MC/INF/302/en/")
    for markup in (
        '<p id="p2" class="numbered"><a class="number" href="#p2">2.</a>',
        '<a class="reference" href="#p3">paragraph 3</a>',
        '<a class="reference" href="#annex-1">Annex I</a>',
        '<sup class="footnote-call"><a id="fnref-1" href="#fn-1">1</a></sup>',
        '<li id="fn-2" value="2">',
        '<section class="annex" id="annex-1">',
        "(English only)",
    ):
        assert markup in shown
    assert shown.count("<h1") == 1


def test_the_contents_read_figures_and_references_as_the_headings_do(client, app) -> None:
    blocks = [{"h1": "{t:ordinal|ordinal-words|capital} session, {see:one}{note:rate}"}, {"n": "Words.", "id": "one"}]
    make_issued([*blocks, {"lettered": "{t:people} people"}], symbol="MC/7")
    shown = page(client, "/documents/MC/7/en/")
    entries = re.findall(r'<a href="#[^"]+">([^<]+)</a>', shown)
    assert entries == ["Ninety-ninth session, paragraph 1", "A. 178 people"]
    assert '<section class="footnotes" aria-label="Note 1">' in shown


def test_an_issued_page_is_kept_for_the_public_until_something_changes(
    client, note, clock, django_assert_num_queries
) -> None:
    first = client.get("/documents/MC/INF/302/en/")
    clock["second"] += 1
    with django_assert_num_queries(1):
        again = client.get("/documents/MC/INF/302/en/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, first["Cache-Control"]) == (304, "public, max-age=0, must-revalidate")
    services.withdraw_document(document=note, actor=None, reason="A mistake")
    gone = client.get("/documents/MC/INF/302/en/", headers={"If-None-Match": first["ETag"]})
    assert (gone.status_code, b"A mistake" in gone.content, b"178" in gone.content) == (410, True, False)


def test_the_kept_overview_changes_when_a_file_is_made_and_a_revision_is_released(client, note) -> None:
    assert "in preparation" in page(client, "/documents/MC/INF/302/")
    for format in OF_EVERY_ISSUE:
        make_rendition(note, format)
    assert "in preparation" not in page(client, "/documents/MC/INF/302/")
    revision = services.create_revision(document=note, actor=None)
    services.issue_document(document=revision, language="en", actor=None)
    assert "Rev.1" not in page(client, "/documents/MC/INF/302/")
    services.release_document(document=revision, actor=None)
    assert 'href="/documents/MC/INF/302/Rev.1/"' in page(client, "/documents/MC/INF/302/")


def test_a_signed_in_reader_gets_a_private_page(sign_in, note) -> None:
    response = sign_in(make_delegate()).get("/documents/MC/INF/302/en/")
    assert response["Cache-Control"] == "private, no-store"


def test_an_unknown_symbol_says_what_there_is(client, note) -> None:
    shown = page(client, "/documents/MC/INF/303/", 404)
    assert "MC/INF/303" in shown
    assert 'href="/documents/MC/INF/302/"' in shown
    assert ("Documents with similar symbols" in shown, "Latest documents" in shown) == (True, False)
    unlike = page(client, "/documents/XYZ/", 404)
    assert 'href="/documents/MC/INF/302/"' in unlike
    assert ("Documents with similar symbols" in unlike, "Latest documents" in unlike) == (False, True)


def test_an_unknown_language_leads_to_those_that_exist(client, note) -> None:
    for address in ("/documents/MC/INF/302/fr/", "/documents/MC/INF/302/fr.pdf", "/documents/MC/INF/302/de/"):
        assert 'href="/documents/MC/INF/302/en/"' in page(client, address, 404)


def test_a_symbol_in_small_letters_is_corrected(client, note) -> None:
    assert client.get("/documents/mc/inf/302")["Location"] == "/documents/MC/INF/302/"


def test_what_one_may_not_see_is_like_what_does_not_exist(client) -> None:
    make_issued(["Secret words."], symbol="IC/2010/8", title_en="Secret title", audience="member-states")
    make_draft(["Draft words."], symbol="IC/2010/7", title_en="Draft title")
    for symbol in ("IC/2010/8", "IC/2010/7"):
        for address in ("/", "/en/", "/en.pdf", "/en.docx", "/fr/", "/en/pdf/status/"):
            shown = page(client, f"/documents/{symbol}{address}", 404)
            assert ("Secret" in shown, "Draft" in shown) == (False, False)
    for address in ("/documents/", "/fr/documents/", "/documents/?year=2010", "/documents/?state=draft"):
        shown = page(client, address)
        assert ("Secret" in shown, "Draft" in shown) == (False, False)


def test_the_list_filters_and_keeps_its_filters_in_the_address(client) -> None:
    make_issued(symbol="MC/1", title_en="Note of the Council", body="council")
    make_issued(symbol="MC/2", title_en="Report of the year before", kind="report", dated=dt.date(2009, 5, 1))

    def listed(query: str) -> list[str]:
        shown = page(client, f"/documents/{query}")
        return [symbol for symbol in ("MC/1", "MC/2") if f'href="/documents/{symbol}/"' in shown]

    assert listed("") == ["MC/1", "MC/2"]
    assert listed("?kind=report") == ["MC/2"]
    assert listed("?body=council") == ["MC/1"]
    assert listed("?year=2009") == ["MC/2"]
    assert listed("?year=1999&kind=nonsense") == ["MC/1", "MC/2"]


def test_the_list_costs_the_same_for_one_and_for_many(client, django_assert_max_num_queries) -> None:
    for number in range(3):
        make_issued(symbol=f"MC/{100 + number}")
    with django_assert_max_num_queries(5):
        shown = page(client, "/documents/")
    assert [number for number in range(3) if f"/documents/MC/{100 + number}/" not in shown] == []


# --- Files ------------------------------------------------------------------------------------------------------------
def test_a_file_is_served_so_that_nothing_in_it_runs(client, note) -> None:
    made = make_rendition(note)
    response = client.get("/documents/MC/INF/302/en.pdf")
    assert b"".join(response.streaming_content) == made.file.read()
    assert {name: response[name] for name in ("Content-Type", "X-Content-Type-Options", "Content-Disposition")} == {
        "Content-Type": "application/pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline; filename=\"MC-INF-302 EN.pdf\"; filename*=UTF-8''MC-INF-302%20EN.pdf",
    }
    assert "sandbox" in response["Content-Security-Policy"]
    again = client.get("/documents/MC/INF/302/en.pdf", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_a_file_that_is_not_there_yet_shows_how_its_job_stands(client, note) -> None:
    waiting = page(client, "/documents/MC/INF/302/en.pdf", 202)
    assert 'hx-get="/documents/MC/INF/302/en/pdf/status/"' in waiting
    make_rendition(note)
    ready = page(client, "/documents/MC/INF/302/en/pdf/status/")
    assert ("hx-get" in ready, 'href="/documents/MC/INF/302/en.pdf"' in ready) == (False, True)


def test_a_failed_job_shows_its_reason(client, note) -> None:
    from foundation.jobs.models import Job

    Job.objects.update(state="failed", error="It broke its limits.")
    shown = page(client, "/documents/MC/INF/302/en/pdf/status/")
    assert ("It broke its limits." in shown, "hx-get" in shown) == (True, False)


# --- Drafts -----------------------------------------------------------------------------------------------------------
def test_a_draft_lists_its_figures_with_what_is_red(sign_in, editor, app) -> None:
    draft = make_draft(["{t:people} and {t:later} and {t:people}."], symbol="MC/7")
    shown = page(sign_in(editor), draft.draft_url)
    assert "“votes (docs_tests.facts:one:later)”: not available yet" in shown
    assert 'class="figure-problem">[not available yet]' in shown
    assert "List of participants" in shown
    assert reverse("documents:draft-issue", args=[draft.pk, "en"]) not in shown
    app.values["people"] = Figure("count", 177, "participants")
    assert 'lang="en">177</span>' in page(sign_in(editor), draft.draft_url)


def test_a_publisher_issues_and_sees_what_prevents_it(sign_in, publisher, app) -> None:
    red, sound = make_draft(["{t:later}"], symbol="MC/8"), make_draft(["{t:people}"], symbol="MC/9")
    client = sign_in(publisher)
    refused = client.post(reverse("documents:draft-issue", args=[red.pk, "en"]))
    assert (refused.status_code, b"docs_tests.facts:one:later" in refused.content) == (409, True)
    assert client.post(reverse("documents:draft-issue", args=[sound.pk, "en"])).url == "/documents/MC/9/"
    assert list(Document.objects.exclude(issued_at=None).values_list("symbol", flat=True)) == ["MC/9"]


def test_an_annex_is_made_by_a_button(sign_in, editor, app) -> None:
    draft = make_draft()
    client = sign_in(editor)
    assert 'value="docs_tests.facts one"' in page(client, draft.draft_url)
    client.post(reverse("documents:draft-annex", args=[draft.pk]), {"source": "docs_tests.facts one"})
    assert list(draft.parts.values_list("kind", "title", "maker", "maker_subject")) == [
        ("main", "", "", ""),
        ("annex", "Facts: The one", "docs_tests.facts", "one"),
    ]


def test_the_button_of_the_pdf_answers_with_the_state_of_its_job(sign_in, editor) -> None:
    draft = make_draft()
    address = reverse("documents:draft-render", args=[draft.pk, "en", "pdf"])
    response = sign_in(editor).post(address, headers={"HX-Request": "true"})
    rendition = draft.renditions.get()
    assert f'hx-get="/documents/drafts/{draft.pk}/renditions/{rendition.pk}/"' in response.content.decode()


def masthead(document: Document, **changed: object) -> dict[str, object]:
    return {
        "symbol": document.symbol,
        "kind": "note",
        "dated": "2010-09-20",
        "distribution": "general",
        "audience": "public",
        "original_language": "en",
        "title_en": document.title,
        "edit_version": document.edit_version,
    } | changed


def test_a_second_editor_of_the_masthead_meets_the_clash(sign_in, editor) -> None:
    draft = make_draft(title_en="Before")
    address = reverse("documents:draft-masthead", args=[draft.pk])
    first, second = masthead(draft, title_en="Ours"), masthead(draft, title_en="Theirs")
    client = sign_in(editor)
    assert client.post(address, first).status_code == 302
    clash = client.post(address, second)
    assert (clash.status_code, b"Ours" in clash.content, b"Theirs" in clash.content) == (409, True, True)
    draft.refresh_from_db()
    assert draft.title_en == "Ours"


def test_what_the_form_does_not_offer_is_ignored(sign_in, editor) -> None:
    draft = make_draft()
    more = masthead(draft, issued_at="2010-01-01", released_at="2010-01-01", derestricted_at="2010-01-01", revision=9)
    sign_in(editor).post(reverse("documents:draft-masthead", args=[draft.pk]), more)
    draft.refresh_from_db()
    assert (draft.issued_at, draft.released_at, draft.derestricted_at, draft.revision) == (None, None, None, 1)


# --- Search and short addresses ---------------------------------------------------------------------------------------
def test_the_search_finds_paragraphs_of_what_one_may_see(note) -> None:
    make_issued(["Quotation of a closed paper."], symbol="IC/2010/8", audience="member-states")

    def found(person: object, text: str) -> list[tuple[str, str]]:
        return [(hit.title, hit.url) for hit in hits(person, text, "en")]

    attended = ("MC/INF/302 – A note, paragraph 2", "/documents/MC/INF/302/en/#p2")
    assert found(None, "ATTENDED péople") == [attended]
    assert found(None, "mc/inf") == [("MC/INF/302 – A note", "/documents/MC/INF/302/")]
    assert found(None, "closed paper") == []
    assert found(make_delegate(), "closed paper") == [("IC/2010/8 – A note", "/documents/IC/2010/8/en/#" + anchor())]
    assert found(None, "' & | ! :* <script>") == []
    draft = make_draft(symbol="IC/2010/9", title_en="Not yet issued")
    assert [found(person, "ic/2010/9") for person in (None, make_delegate(), make_staff("moderator"))] == [[], [], []]
    assert found(make_staff("editor"), "ic/2010/9") == [("IC/2010/9 – Not yet issued", draft.draft_url)]


def anchor() -> str:
    return Document.objects.get(symbol="IC/2010/8").issues.get().blocks.get().anchor


def test_who_has_issued_sees_how_the_files_come_along_and_the_public_asks_by_the_link(client, note) -> None:
    make_rendition(note, "docx")
    client.force_login(make_staff("publisher"))
    shown = page(client, "/documents/MC/INF/302/")
    assert re.findall(r'hx-get="([^"]*/status/)"', shown) == [
        "/documents/MC/INF/302/en/pdf/status/",
        "/documents/MC/INF/302/en/archive.pdf/status/",
    ]
    client.logout()
    assert "hx-get" not in page(client, "/documents/MC/INF/302/")


def test_the_search_costs_the_same_for_one_and_for_many(django_assert_max_num_queries) -> None:
    make_issued(["The same words."] * 20)
    with django_assert_max_num_queries(2):
        assert len(hits(None, "same words", "en")) == 20


def test_a_short_address_leads_where_it_was_given(rf) -> None:
    from documents.views.public import short_address

    ShortAddress.objects.create(alias="societies", target="/workshops/2010/societies-and-identities/")
    response = short_address(rf.get("/go/societies"), alias="societies")
    assert (response.status_code, response.url) == (302, "/workshops/2010/societies-and-identities/")
