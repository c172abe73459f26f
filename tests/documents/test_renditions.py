import io
import os
import re
import signal

import pytest
from pypdf import PdfReader

from documents import services
from documents.assembly import assemble
from documents.models import Rendition
from documents.renditions import request_rendition
from foundation.jobs.models import Job
from foundation.jobs.registry import JobRefused
from foundation.jobs.services import run_job
from tests.factories.documents import ANNEX, NOTE, make_draft, make_issued, make_rendition
from texts.registry import Figure
from texts.rendering import child_process, pdf
from texts.rendering.child_process import run_in_child
from texts.rendering.formats import render_format

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def warm_renderer() -> None:
    """Load styles and fonts first, as a worker does, because rendering runs in forked children."""
    pdf.warm()


@pytest.fixture
def note(app):
    return make_issued(NOTE, annex=ANNEX, symbol="IC/2010/9", session_line_en="First round", body="consultations")


def words_of(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s+", " ", text.replace("\xa0", " "))


def test_the_pdf_says_what_the_note_says(note) -> None:
    made = make_rendition(note)
    text = words_of(made.file.read())
    expected = [
        "International Organization for Migration IC/2010/9",
        "Informal Consultations First round",
        "Distr.: Restricted 20 September 2010 Original: English",
        "1. First of all. See Annex I and paragraph 3.",
        "Attendance 2. It was attended by 178 people. 1",
        "A. Topics 3. Two of these:",
        "(a) one; (b) two; (i) small",
        "1 The rate was 16%.",
        "Annex I. What they said (English only)",
        "Annex I What they said (English only) In the annex. 2",
        "2 The rate was 16%.",
        "IC/2010/9 Annex I page 2",
    ]
    squeezed = text.replace(" ", "")
    assert [words for words in expected if words.replace(" ", "") not in squeezed] == []
    assert (made.pages, made.report) == (2, [])


def test_the_pdf_is_tagged_in_its_language_under_its_title(note) -> None:
    reader = PdfReader(io.BytesIO(make_rendition(note).file.read()))
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata.title == "IC/2010/9 – A note"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data().decode()


@pytest.mark.parametrize("format", ["pdf", "docx", "html"])
def test_the_same_material_gives_the_same_bytes(note, format) -> None:
    material = note.issues.get().content
    assert render_format(material, format)[0] == render_format(material, format)[0]


def test_what_was_issued_is_rendered_once_and_kept_when_data_change(note, app) -> None:
    made = make_rendition(note)
    app.values["people"] = Figure("count", 177, "participants")
    again = request_rendition(document=note, language="en", format="pdf")
    assert (again.pk, again.job_id, again.file_id) == (made.pk, made.job_id, made.file_id)
    assert Rendition.objects.filter(document=note, format="pdf").count() == 1


def test_a_draft_is_rendered_again_only_when_something_changed(app) -> None:
    draft = make_draft(NOTE, annex=ANNEX)
    made = make_rendition(draft)
    jobs = Job.objects.count()
    assert request_rendition(document=draft, language="en", format="pdf").pk == made.pk
    assert Job.objects.count() == jobs
    app.values["people"] = Figure("count", 177, "participants")
    changed = make_rendition(draft)
    assert changed.pk != made.pk
    assert "attended by 177 people" in words_of(changed.file.read())


def test_a_text_edited_meanwhile_cannot_slip_in_under_the_hash(app) -> None:
    draft = make_draft(["Before."])
    wished = request_rendition(document=draft, language="en", format="pdf")
    part = draft.parts.get()
    services.set_text(part=part, language="en", content=services.EMPTY, actor=None)
    run_job(str(wished.job_id))
    wished.refresh_from_db()
    assert "Before." in words_of(wished.file.read())
    assert wished.material == {}


def test_a_job_run_twice_makes_one_file(note) -> None:
    wished = request_rendition(document=note, language="en", format="pdf")
    assert [run_job(str(wished.job_id)) for _once in range(2)] == ["ready", "not taken"]
    job = Job.objects.get(pk=wished.job_id)
    Job.objects.filter(pk=job.pk).update(state="waiting", attempt=0)
    assert run_job(str(job.pk)) == "ready"
    assert Rendition.objects.filter(document=note, format="pdf").exclude(file=None).count() == 1


def test_a_figure_without_a_value_is_drawn_and_reported(app) -> None:
    made = make_rendition(make_draft(["So many: {t:later}."]))
    assert "[not available yet]" in words_of(made.file.read())
    assert made.report == ["“votes (docs_tests.facts:one:later)”: not available yet"]


# --- Files are not fetched --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="http://127.0.0.1:9/x.png" alt="x">',
        '<img src="data:image/png;base64,iVBORw0KGgo=" alt="x">',
        '<img src="../../etc/passwd" alt="x">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<link rel="attachment" href="file:///etc/passwd">',
        "<style>@import url(http://127.0.0.1:9/x.css);</style>",
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) }</style><p style='font-family: x'>x</p>",
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>',
        '<object data="file:///etc/passwd"></object>',
        '<p style="background: url(http://127.0.0.1:9/x.png)">x</p>',
    ],
)
def test_every_request_for_a_file_is_denied_and_reported(markup) -> None:
    page = f'<html lang="en"><head><title>x</title></head><body>{markup}</body></html>'
    content, facts = pdf.render_markup(page, identifier="x")
    assert content.startswith(b"%PDF-")
    assert b"root:" not in content
    assert [line for line in facts["report"] if line.startswith("Not loaded:")] != []


def test_text_is_text_in_every_format(app) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;"
    draft = make_draft([{"n": evil}, {"h1": evil}], annex=[evil], title_en=evil)
    material = assemble(draft, "en")
    html = render_format(material, "html")[0].decode()
    assert ("<script" in html, "<img" in html) == (False, False)
    assert html.count("&lt;script&gt;") >= 4
    assert evil.replace(" ", "") in words_of(render_format(material, "pdf")[0]).replace(" ", "")


# --- Limits -----------------------------------------------------------------------------------------------------------
def test_a_rendering_without_end_is_stopped_and_its_process_is_gone(tmp_path) -> None:
    def endless() -> tuple[bytes, dict]:
        (tmp_path / "child").write_text(str(os.getpid()))
        signal.pause()
        return b"", {}

    with pytest.raises(JobRefused, match=r"longer than 2 seconds"):
        run_in_child(endless, wall_seconds=2)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "child").read_text()), 0)


def test_a_rendering_without_end_is_stopped_by_the_kernel_when_nobody_waits_for_it(tmp_path) -> None:
    """If the worker's process was killed at the job's limit, the child it had forked still ends."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        child_process._child(signal.pause, writing, 1 << 30, 60, 0.2)
    os.close(writing)
    os.close(reading)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGALRM


def test_a_rendering_that_eats_memory_is_stopped() -> None:
    with pytest.raises(JobRefused, match="memory"):
        run_in_child(lambda: (b"x" * (2 << 30), {}), memory=256 << 20)


def test_a_rendering_that_dies_is_reported() -> None:
    def dies() -> tuple[bytes, dict]:
        raise SystemExit("gone")

    with pytest.raises(RuntimeError, match="SystemExit: gone"):
        run_in_child(dies)


def test_a_failure_is_recorded_and_tried_again_only_when_asked(note, monkeypatch) -> None:
    from documents import tasks

    wished = request_rendition(document=note, language="en", format="pdf")

    def refuse(*_args: object) -> None:
        raise JobRefused("It broke its limits.")

    with monkeypatch.context() as broken:
        broken.setattr(tasks, "render_format", refuse)
        assert run_job(str(wished.job_id)) == "failed"
    again = request_rendition(document=note, language="en", format="pdf")
    assert (again.pk, again.job_id == wished.job_id) == (wished.pk, False)
    assert run_job(str(again.job_id)) == "ready"
    assert Job.objects.get(pk=wished.job_id).error == "It broke its limits."
