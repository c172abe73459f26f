"""External translation: a Word file is sent and returned aligned; the translator needs no account."""

import datetime as dt
import io
import re
import zipfile

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from documents import dashboard, mails, services
from documents.models import AlignedBlock, Document, Step, Text, TranslationLink
from documents.permissions import NotAllowed
from documents.translating import external
from documents.translating.alignment import counts_of, rows_of
from documents.translating.dashboard import translations_returned
from documents.translating.intake import MAIL_BACK
from documents.translating.services import baselines_of, start_translation
from foundation.jobs.services import run_job
from foundation.mail.models import Mail
from foundation.pages import wrong_links
from foundation.refusals import Refused
from tests.documents.libreoffice import converted
from tests.factories.documents import make_draft
from tests.factories.files import checked
from tests.factories.membership import make_staff
from texts.schema import plain_text, walk

pytestmark = pytest.mark.django_db
BLOCKS = [
    {"h1": "Attendance", "id": "head"},
    {"n": "It was attended by {t:people} people.{note:rate}", "id": "first"},
    {"n": "See {see:first} and the *list*.", "id": "second"},
    {"list": [{"item": {"p": "one;", "id": "one"}, "id": "item-one"}, {"item": {"p": "two.", "id": "two"}}]},
    {"quote": [{"p": "Said so.", "id": "said"}], "by": "A delegate", "id": "quote"},
]
FRENCH = {
    "Attendance": "Participation",
    "It was attended by ": "Y ont participé ",
    " people.": " personnes.",
    "See ": "Voir le ",
    " and the ": " et la ",
    "list": "liste",
    "one;": "un ;",
    "two.": "deux.",
    "Said so.": "Il l’a dit.",
    "A delegate": "Un délégué",
    "The rate was ": "Le taux était de ",
    "A note": "Une note",
}


@pytest.fixture
def note(app) -> Document:
    return make_draft(BLOCKS, symbol="IC/2010/9")


def sent(document: Document, **more):
    values = {"translator_name": "T. Raducteur", "due_on": dt.date(2090, 1, 1), "actor": None, **more}
    assignment = external.request_translation(document=document, language="fr", **values)
    assert run_job(str(assignment.job_id)) == "ready"
    assignment.refresh_from_db()
    return assignment


def translated(content: bytes, words: dict[str, str]) -> bytes:
    """Replace the right column and the footnotes, as a translator does."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name == "word/footnotes.xml":
                text = _written_over(text.decode(), words).encode()
            elif name == "word/document.xml":
                rows = re.split(r"(<w:tr>.*?</w:tr>)", text.decode(), flags=re.DOTALL)
                text = "".join(_right_column(row, words) for row in rows).encode()
            target.writestr(name, text)
    return made.getvalue()


def _right_column(row: str, words: dict[str, str]) -> str:
    head, cell, right = row.rpartition("<w:tc>")
    return head + cell + _written_over(right, words) if row.startswith("<w:tr>") else row


def _written_over(xml: str, words: dict[str, str]) -> str:
    def other(found: re.Match[str]) -> str:
        return f">{words.get(found[1], found[1])}</w:t>"

    return re.sub(r">([^<]+)</w:t>", other, xml)


def handed_back(assignment, content: bytes, actor=None):
    returned = external.return_file(assignment=assignment, file=checked("fr.docx", content), actor=actor)
    state = run_job(str(returned.job_id))
    returned.refresh_from_db()
    returned.job.refresh_from_db()
    assert state == "ready", returned.job.error
    return returned


def texts_in(content: dict) -> list[str]:
    return [plain_text(n) for n in walk(content) if n["type"] in {"paragraph", "heading"}]


def test_it_leaves_with_words_and_due_date_and_returns_aligned(note) -> None:
    assignment = sent(note)
    assert assignment.words == 21
    body = zipfile.ZipFile(io.BytesIO(assignment.file.read())).read("word/document.xml").decode()
    assert ("Mots à traduire" in body or "Words to translate" in body, "21" in body) == (True, True)
    returned = handed_back(assignment, translated(assignment.file.read(), FRENCH))
    assert (returned.taken, returned.report) == (8, [])
    french = Text.objects.get(part__document=note, language="fr")
    english = Text.objects.get(part__document=note, language="en")
    assert texts_in(french.content) == [
        "Participation",
        "Y ont participé  personnes.",
        "Voir le  et la liste.",
        "un ;",
        "deux.",
        "Il l’a dit.",
    ]
    assert [n["type"] for n in walk(french.content)] == [n["type"] for n in walk(english.content)]
    ids = [[n["attrs"].get("id") for n in walk(c) if n.get("attrs")] for c in (french.content, english.content)]
    assert ids[0] == ids[1]
    assert (
        plain_text(
            {"type": "doc", "content": next(n for n in walk(french.content) if n["type"] == "footnote")["content"]}
        )
        == "Le taux était de ."
    )
    counts = counts_of(rows_of(english.content, french.content, baselines_of([french])[french.pk]))
    assert (counts.translated, counts.open) == (7, 0)
    note.refresh_from_db()
    assert note.title_fr == "Une note"


def test_what_the_original_has_become_since_makes_it_behind(note) -> None:
    assignment = sent(note)
    part = note.parts.get()
    changed = [{"h1": "Attendance at large", "id": "head"}, *BLOCKS[1:]]
    from tests.factories.documents import KEYS, NOTES
    from texts.compact import content_from_compact

    content = content_from_compact(changed, keys=KEYS, notes=NOTES)
    services.set_text(part=part, language="en", content=content, actor=None)
    handed_back(assignment, translated(assignment.file.read(), FRENCH))
    french = Text.objects.get(part=part, language="fr")
    rows = rows_of(
        Text.objects.get(part=part, language="en").content, french.content, baselines_of([french])[french.pk]
    )
    assert {row.block: row.state for row in rows}["head"] == "behind"


def test_nothing_written_here_meanwhile_is_overwritten(note) -> None:
    first = sent(note)
    handed_back(first, translated(first.file.read(), FRENCH))
    again = sent(note)
    text = Text.objects.get(part__document=note, language="fr")
    text.content["content"][0]["content"] = [{"type": "text", "text": "Présence"}]
    services.set_text(part=text.part, language="fr", content=text.content, actor=None)
    content = translated(again.file.read(), {"Participation": "Assistance", "deux.": "deux !"})
    returned = handed_back(again, content)
    assert (returned.taken, returned.report) == (
        1,
        ["“Attendance” has changed since the file was sent, so the translator’s text was not used: “Assistance”"],
    )
    text.refresh_from_db()
    assert (texts_in(text.content)[0], texts_in(text.content)[4]) == ("Présence", "deux !")
    assert Step.objects.filter(text=text).count() == text.step_number


def test_a_file_handed_back_twice_changes_nothing_the_second_time(note) -> None:
    assignment = sent(note)
    content = translated(assignment.file.read(), FRENCH)
    handed_back(assignment, content)
    before = Text.objects.get(part__document=note, language="fr")
    handed_back(assignment, content)
    after = Text.objects.get(part__document=note, language="fr")
    assert (after.content, after.step_number) == (before.content, before.step_number)


def test_text_that_did_not_align_is_reported(note) -> None:
    assignment = sent(note)
    content = translated(assignment.file.read(), {"one;": "un ;"})
    returned = handed_back(assignment, content)
    assert (returned.taken, returned.report) == (1, ["6 paragraphs were returned untranslated."])
    assert AlignedBlock.objects.filter(text__language="fr", block="one", confirmed_at=None).count() == 1


def test_another_file_is_refused_in_words(note) -> None:
    assignment, other = sent(note), sent(make_draft(["Other."]))
    returned = external.return_file(assignment=assignment, file=checked("x.docx", other.file.read()))
    assert run_job(str(returned.job_id)) == "failed"
    returned.job.refresh_from_db()
    assert returned.job.error == "This file belongs to another translation. Upload the file for this one."
    assert not Text.objects.filter(part__document=note, language="fr").exists()


# --- The personal link ------------------------------------------------------------------------------------------------
def link_of(assignment) -> str:
    wished = Mail.objects.get(kind=external.MAIL)
    from foundation.jobs.models import Job

    run_job(str(Job.objects.get(kind="mail.send", key=str(wished.pk)).pk))
    return re.search(r"/(?:fr/)?documents/translations/[\w-]+/", mail.outbox[-1].body)[0]


def test_the_translator_needs_no_account(client, note) -> None:
    assignment = sent(note, translator_email="t@translators.example")
    link = link_of(assignment)
    assert not TranslationLink.objects.filter(token_hash__contains=link.rstrip("/").rpartition("/")[2]).exists()
    page = client.get(link)
    assert (page.status_code, page["Cache-Control"], page.cookies.keys()) == (200, "private, no-store", set())
    file = client.get(f"{link}file/")
    content = b"".join(file.streaming_content)
    back = SimpleUploadedFile("retour.docx", translated(content, FRENCH))
    assert client.post(link, {"file": back}).status_code == 302
    returned = assignment.returns.get()
    assert run_job(str(returned.job_id)) == "ready"
    assert Text.objects.filter(part__document=note, language="fr").exists()
    assert returned.returned_by is None


def test_a_wrong_a_closed_and_a_late_link_are_answered_alike(client, note) -> None:
    assignment = sent(note, translator_email="t@translators.example")
    link = link_of(assignment)
    wrong = client.get("/fr/documents/translations/nonsense/")
    external.close_translation(assignment=assignment, actor=make_staff("editor"))
    closed = client.get(link)
    token = link.rstrip("/").rpartition("/")[2]
    # The page links to itself in other languages, so replace the token before comparing.
    same = wrong.content.decode().replace("nonsense", token) == closed.content.decode()
    assert (wrong.status_code, closed.status_code, same) == (404, 404, True)
    assignment.refresh_from_db()
    with translation.override("en"), pytest.raises(Refused, match="This translation is closed"):
        external.return_file(assignment=assignment, file=checked("x.docx", assignment.file.read()))
    late = dt.datetime(2090, 3, 1, tzinfo=dt.UTC)
    other = sent(note)
    assert [external.is_open(other, moment) for moment in (other.expires_at, late)] == [False, False]


def test_guessed_links_are_slowed_and_so_is_a_right_one_from_the_same_network(client, note, same_minute) -> None:
    link = link_of(sent(note, translator_email="t@translators.example"))
    guesses = [f"/documents/translations/guess{number}/" for number in range(wrong_links.WRONG_LINKS_A_MINUTE + 2)]
    assert [client.get(guess).status_code for guess in guesses] == [404] * (len(guesses) - 2) + [429] * 2
    slowed = [client.get(link), client.get(f"{link}file/"), client.get("/s/guess/")]
    assert [(answer.status_code, answer["Retry-After"]) for answer in slowed] == [(429, "60")] * 3
    assert client.get(link, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_staff_ask_fetch_and_hand_back(client, note) -> None:
    client.force_login(make_staff("editor"))
    address = f"/documents/drafts/{note.pk}/travelling/"
    fields = {"language": "fr", "due_on": "2090-01-01", "translator_name": "T. Raducteur"}
    answer = client.post(address, fields)
    assert answer.status_code == 302, answer.content.decode()[answer.content.decode().index("<main") :][:3000]
    assignment = note.translation_assignments.get()
    run_job(str(assignment.job_id))
    assignment.refresh_from_db()
    page = client.get(f"{address}{assignment.pk}/").content.decode()
    assert ("21" in page, f"{address}{assignment.pk}/file/" in page) == (True, True)
    back = SimpleUploadedFile("fr.docx", translated(assignment.file.read(), FRENCH))
    client.post(f"{address}{assignment.pk}/", {"file": back})
    run_job(str(assignment.returns.get().job_id))
    assert "8 paragraphs added" in client.get(f"{address}{assignment.pk}/").content.decode()
    bad = client.post(f"{address}{assignment.pk}/", {"file": SimpleUploadedFile("x.docx", b"x")})
    assert (bad.status_code, "The file is not a Word file" in bad.content.decode()) == (400, True)


# --- Translators of the secretariat, and the dashboard ----------------------------------------------------------------
def test_a_translator_takes_a_file_for_themselves_and_sends_it_to_nobody(client, note) -> None:
    translator = make_staff("translator")
    client.force_login(translator)
    address = f"/documents/drafts/{note.pk}/travelling/"
    page = client.get(address).content.decode()
    assert ("Create file" in page, "translator_email" in page, f'href="{note.draft_url}"' in page) == (
        True,
        False,
        False,
    )
    fields = {"language": "fr", "due_on": "2090-01-01", "translator_email": "x@example.org", "translator_name": "X"}
    answer = client.post(address, fields)
    assert answer.status_code == 302, answer.content.decode()[answer.content.decode().index("<main") :][:3000]
    assignment = note.translation_assignments.get()
    assert (assignment.translator_name, assignment.translator_email, Mail.objects.count()) == (str(translator), "", 0)
    page = client.get(f"{address}{assignment.pk}/").content.decode()
    assert f"{address}{assignment.pk}/close/" not in page
    with pytest.raises(NotAllowed):
        values = {"language": "fr", "due_on": dt.date(2090, 1, 1), "translator_name": "X", "actor": translator}
        external.request_translation(document=note, translator_email="x@example.org", **values)


def test_the_translators_view_leads_to_no_page_that_is_closed_to_them(client, note) -> None:
    start_translation(part=note.parts.get(), language="fr", actor=None)
    client.force_login(make_staff("translator"))
    page = client.get(f"/documents/drafts/{note.pk}/translation/fr/").content.decode()
    own = {link for link in re.findall(r'href="(/documents/drafts/[^"#?]*)', page) if not link.endswith("/edit/")}
    assert f"/documents/drafts/{note.pk}/travelling/" in own
    assert {link: client.get(link).status_code for link in own} == dict.fromkeys(own, 200)


def test_the_requester_is_notified_of_the_return_and_finds_it_on_the_dashboard(note) -> None:
    editor, now = make_staff("editor"), timezone.now()
    assignment = sent(note, actor=editor)
    assert translations_returned() == []
    returned = handed_back(assignment, translated(assignment.file.read(), FRENCH))
    wished = Mail.objects.get()
    assert (wished.kind, wished.recipient) == (MAIL_BACK, editor.email)
    email = mails.translation_returned(language="en", returned_id=returned.pk)
    assert email.subject == "Translation returned (French): IC/2010/9 – A note"
    place = f"/documents/drafts/{note.pk}/travelling/{assignment.pk}/"
    assert ("8 paragraphs added to the text." in email.text, place in email.text) == (True, True)
    assert [item.url for item in dashboard.items(editor, now) if item.url == place] == [place]
    external.close_translation(assignment=assignment, actor=editor)
    assert (translations_returned(), mails.translation_returned(language="en", returned_id=returned.pk)) == ([], None)


def test_a_requester_who_returns_the_file_is_not_notified(note) -> None:
    editor = make_staff("editor")
    assignment = sent(note, actor=editor)
    handed_back(assignment, translated(assignment.file.read(), FRENCH), actor=editor)
    assert Mail.objects.count() == 0


# --- Edited files -----------------------------------------------------------------------------------------------------
def worked_in(content: bytes) -> bytes:
    """Edit the file as translators do: retype a cell, split a paragraph, empty one, delete a row, add two."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        body = source.read("word/document.xml").decode()
    rows = re.findall(r"<w:tr>.*?</w:tr>", body, flags=re.DOTALL)

    def row_of(words: str) -> str:
        return next(row for row in rows if words in row)

    def right(row: str, paragraphs: list[str]) -> str:
        written = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
        return row[: row.rindex("<w:p>")] + written + "</w:tc></w:tr>"

    one = row_of("one;")
    added = one.replace("one;", "", 1)
    changed = {
        row_of("Attendance"): right(row_of("Attendance"), ["Participation"]),
        one: one[: one.rindex("one;")] + "un ;" + one[one.rindex("one;") + 4 :] + right(added, ["Rang ajouté."]),
        row_of("two."): row_of("two.").replace(
            "</w:p></w:tc></w:tr>", "</w:p><w:p><w:r><w:t>et demi.</w:t></w:r></w:p></w:tc></w:tr>"
        ),
        row_of("Said so."): right(row_of("Said so."), [""]),
        row_of("A delegate"): "",
    }
    for before, after in changed.items():
        assert body.count(before) == 1
        body = body.replace(before, after)
    body = body.replace("<w:sectPr>", "<w:p><w:r><w:t>Note du traducteur.</w:t></w:r></w:p><w:sectPr>")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            target.writestr(name, body.encode() if name == "word/document.xml" else source.read(name))
    return made.getvalue()


def took_what_it_could(note, returned) -> None:
    french = Text.objects.get(part__document=note, language="fr")
    texts = [node for node in walk(french.content) if node["type"] in {"heading", "paragraph"}]
    assert [[inner.get("text", inner["type"]) for inner in node["content"]] for node in (texts[0], *texts[3:])] == [
        ["Participation"],
        ["un ;"],
        ["two.", "line_break", "et demi."],
        ["Said so."],
    ]
    assert [node["type"] for node in texts[2]["content"]] == ["text", "cross_reference", "text", "text", "text"]
    assert returned.taken == 3
    assert sorted(returned.report) == sorted(
        [
            "“Said so.” is empty in the returned file.",
            "“A delegate” is missing from the returned file.",
            "Added after “one;”, with no original, so not used: “Rang ajouté.”",
            "Added after “Said so.”, with no original, so not used: “Note du traducteur.”",
            "2 paragraphs were returned untranslated.",
        ]
    )


def test_an_edited_file_is_aligned_and_the_rest_is_reported(note) -> None:
    assignment = sent(note)
    took_what_it_could(note, handed_back(assignment, worked_in(assignment.file.read())))


@pytest.mark.long
def test_so_is_one_that_libreoffice_saved(note, tmp_path) -> None:
    assignment = sent(note)
    took_what_it_could(note, handed_back(assignment, converted(worked_in(assignment.file.read()), tmp_path, "docx")))
