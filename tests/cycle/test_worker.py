"""Rendering the note through the real queue: a Celery worker, Valkey, and the command that waits for the file."""

import io
import os
import signal
import time
from collections.abc import Iterator

import pypdf
import pytest
from django.core.management import CommandError, call_command

from documents.models import Document, Rendition
from documents.renditions import request_rendition
from foundation.jobs import services as jobs
from foundation.jobs.models import Job
from tests.workers import worker

pytestmark = [pytest.mark.worker, pytest.mark.usefixtures("cycle")]


@pytest.fixture
def committed(django_db_blocker) -> Iterator[None]:
    """Commit what these tests write, so that the worker sees it, and delete the drafts' files afterwards."""
    with django_db_blocker.unblock():
        yield
        Rendition.objects.filter(issue=None).delete()


def draft() -> Document:
    return Document.objects.get(symbol="IC/2010/9/Rev.1")


def test_command_writes_the_file_that_the_worker_made(committed, tmp_path):
    target = tmp_path / "note.pdf"
    with worker("pdf"):
        call_command(
            "render_document",
            "IC/2010/9/Rev.1",
            language="en",
            format="pdf",
            output=target,
            worker_wait=60,
            verbosity=0,
        )
    pages = pypdf.PdfReader(io.BytesIO(target.read_bytes())).pages
    assert "There were 178 participants" in " ".join(" ".join(page.extract_text() for page in pages).split())


def test_command_reports_that_no_worker_answers_and_keeps_the_request(committed, tmp_path):
    with pytest.raises(CommandError, match="No worker of the queue pdf answered within 1 seconds"):
        call_command(
            "render_document", "IC/2010/9/Rev.1", language="en", format="pdf", output=tmp_path / "n.pdf", worker_wait=1
        )
    assert Job.objects.filter(kind="documents.render", state=Job.State.WAITING).count() == 1
    Job.objects.filter(kind="documents.render", state=Job.State.WAITING).update(state=Job.State.FAILED)


def test_job_of_a_killed_worker_starts_again_and_ends_once(committed):
    """Another worker takes the job when the lease of the dead one has expired."""
    with worker("pdf") as first:
        rendition = request_rendition(document=draft(), language="en", format="pdf")
        job = wait_until(rendition.job_id, lambda job: job.attempt >= 1, seconds=60)
        os.killpg(first.pid, signal.SIGKILL)
    if job.state == Job.State.RUNNING:
        Job.objects.filter(pk=job.pk).update(lease_until=job.started_at)
        with worker("pdf"):
            jobs.sweep()
            job = wait_until(rendition.job_id, lambda job: job.is_finished, seconds=60)
    job.refresh_from_db()
    assert job.state == Job.State.READY
    assert Rendition.objects.get(pk=rendition.pk).is_ready


def wait_until(job_id, holds, *, seconds: float) -> Job:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        job = Job.objects.get(pk=job_id)
        if holds(job):
            return job
        time.sleep(0.02)
    raise AssertionError(f"the job is still {job.state} in attempt {job.attempt}")
