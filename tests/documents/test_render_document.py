import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pypdf import PdfReader

from documents.management.commands import render_document as command
from documents.models import Rendition
from foundation.jobs.models import Job
from foundation.jobs.services import run_job
from tests.factories.documents import make_draft, make_issued

pytestmark = pytest.mark.django_db


def run(symbol: str, output: Path, **more: object) -> None:
    call_command("render_document", symbol, language="en", format="pdf", output=str(output), **more)


@pytest.fixture
def worker(monkeypatch) -> None:
    """Run a worker that takes all waiting jobs while the command waits."""

    def work(_seconds: float) -> None:
        for job in Job.objects.filter(state="waiting"):
            run_job(str(job.pk))

    monkeypatch.setattr(command.time, "sleep", work)


def test_it_waits_for_the_job_and_writes_the_file(tmp_path, worker, capsys) -> None:
    make_issued(["Some words."], symbol="MC/2317")
    run("MC/2317", tmp_path / "note.pdf")
    content = (tmp_path / "note.pdf").read_bytes()
    assert "Some words." in PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert f"{len(content)} bytes, 1 page" in capsys.readouterr().out


def test_a_draft_is_rendered_too(tmp_path, worker) -> None:
    make_draft(["Draft words."], symbol="MC/2318")
    run("MC/2318", tmp_path / "draft.pdf")
    assert (tmp_path / "draft.pdf").read_bytes().startswith(b"%PDF-")


def test_without_a_worker_it_says_so(tmp_path, monkeypatch) -> None:
    make_issued(symbol="MC/2317")
    monkeypatch.setattr(command.time, "sleep", lambda seconds: None)
    with pytest.raises(CommandError, match=r"No worker of the queue pdf answered within 0 seconds"):
        run("MC/2317", tmp_path / "x.pdf", worker_wait=0)
    assert not (tmp_path / "x.pdf").exists()
    assert Job.objects.filter(state="waiting", kind="documents.render").exists()


def test_a_failed_rendering_is_reported(tmp_path, monkeypatch) -> None:
    make_issued(symbol="MC/2317")

    def fail(_seconds: float) -> None:
        Job.objects.update(state="failed", error="It broke its limits.")

    monkeypatch.setattr(command.time, "sleep", fail)
    with pytest.raises(CommandError, match=r"The rendering failed: It broke its limits\."):
        run("MC/2317", tmp_path / "x.pdf")


@pytest.mark.parametrize(
    ("symbol", "language", "message"),
    [("MC/1", "en", "no document with the symbol MC/1"), ("MC/2319", "fr", "MC/2319 has no text in this language: fr")],
)
def test_a_missing_document_or_language_is_reported(tmp_path, symbol, language, message) -> None:
    make_draft(symbol="MC/2319")
    with pytest.raises(CommandError, match=message):
        call_command("render_document", symbol, language=language, format="pdf", output=str(tmp_path / "x.pdf"))
    assert Rendition.objects.count() == 0


def test_a_missing_folder_is_reported_before_anything_is_requested(tmp_path) -> None:
    make_draft(symbol="MC/2319")
    with pytest.raises(CommandError, match="does not exist"):
        run("MC/2319", tmp_path / "nowhere" / "x.pdf")
    assert Job.objects.count() == 0
