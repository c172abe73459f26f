import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.importing.services import request_import
from documents.models import Act, Document, WordImport
from foundation.jobs.models import Job
from foundation.jobs.services import run_job
from tests.factories.files import checked
from tests.factories.membership import make_staff
from tests.factories.word_files import WordFile
from tests.factories.word_notes import TYPINGS, SecretariatNote

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    person = make_staff("editor")
    client.force_login(person)
    return person


def note() -> bytes:
    file = WordFile(header="Draft of the harbour office")
    file.p("IC/2031/7")
    file.p("Ports and people", style="Title")
    file.p("1.\tFirst of all, with __underlined__ words.", underline=False)
    file.p("2.\tThen this.")
    return file.bytes()


def upload(content: bytes, name: str = "A note.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_becomes_a_draft_of_the_editor_and_the_page_tells_what_became_of_it(client, editor) -> None:
    answer = client.post("/documents/drafts/import/", {"file": upload(note()), "language": "en"}, follow=True)
    word_import = WordImport.objects.get()
    assert "hx-trigger" in answer.content.decode()
    assert run_job(str(word_import.job_id)) == "ready"
    document = Document.objects.get()
    assert (document.symbol, document.title, document.is_draft) == ("IC/2031/7", "Ports and people", True)
    assert Act.objects.filter(document=document, kind="imported", person=editor).count() == 1
    page = client.get(f"/documents/drafts/import/{word_import.pk}/").content.decode()
    assert (document.draft_url in page, "Draft of the harbour office" in page) == (True, True)
    fragment = client.get(f"/documents/drafts/import/{word_import.pk}/", HTTP_HX_REQUEST="true").content.decode()
    assert ("<html" in fragment, document.draft_url in fragment) == (False, True)


def test_a_job_run_twice_makes_one_draft(editor) -> None:
    word_import = request_import(file=checked("n.docx", note()), language="en", actor=editor)
    assert run_job(str(word_import.job_id)) == "ready"
    Job.objects.filter(pk=word_import.job_id).update(state="waiting", attempt=0)
    assert run_job(str(word_import.job_id)) == "ready"
    assert Document.objects.count() == 1


def test_a_file_that_is_not_a_word_file_is_refused_beside_the_field(client, editor) -> None:
    answer = client.post("/documents/drafts/import/", {"file": upload(b"%PDF-1.7"), "language": "en"})
    assert (answer.status_code, "The file is not a Word file" in answer.content.decode()) == (400, True)
    assert WordImport.objects.count() == 0


def test_a_symbol_that_is_taken_is_refused_before_anything_is_read(client, editor) -> None:
    run_job(str(request_import(file=checked("n.docx", note()), language="en", actor=editor).job_id))
    fields = {"file": upload(note()), "language": "en", "symbol": "IC/2031/7"}
    assert "is already in use." in client.post("/documents/drafts/import/", fields).content.decode()
    # The symbol in the file is left out if it is in use.
    again = request_import(file=checked("n.docx", note()), language="en", actor=editor)
    run_job(str(again.job_id))
    again.refresh_from_db()
    assert (again.document.symbol, again.notices[-1]) == (None, "The symbol in the file, IC/2031/7, was not used")


def test_a_refusal_inside_the_job_is_shown_as_a_sentence(client, editor) -> None:
    file = WordFile()
    for _each in range(1001):
        file.p("Word.{note}")
    word_import = request_import(file=checked("n.docx", file.bytes()), language="en", actor=editor)
    assert run_job(str(word_import.job_id)) == "failed"
    page = client.get(f"/documents/drafts/import/{word_import.pk}/").content.decode()
    assert "The text has 1001 footnotes. Reduce them to 1000 or fewer." in page
    assert Document.objects.count() == 0


def test_the_note_of_ten_pages_comes_through_the_page(client, editor) -> None:
    content = SecretariatNote.of_ten_pages().write(TYPINGS["typed"])
    client.post("/documents/drafts/import/", {"file": upload(content), "language": "en", "title": "Mine"})
    word_import = WordImport.objects.get()
    assert run_job(str(word_import.job_id)) == "ready"
    word_import.refresh_from_db()
    assert (word_import.document.title, word_import.document.parts.count(), word_import.left_out) == ("Mine", 3, [])
