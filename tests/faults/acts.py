"""What people do with the running portal during a fault, only over HTTP."""

import random
import re
from urllib.parse import urlsplit

from tests.running import Answer, Browser, RunningDemo

BALLOT = "topics-2011-open"
DRAFT = "IC/2010/9/Rev.1"


def vote(browser: Browser) -> tuple[Answer, str | None]:
    """Vote, and return the last answer and the hash of the entry if the State got a receipt."""
    form = browser.get(f"/votes/{BALLOT}/answer/")
    acting = re.search(r'name="acting_for" value="(\d+)"', form.body)
    if not acting:
        return form, None
    fields = {"acting_for": acting[1], "choices": random.sample("ABC", 2)}
    review = browser.post(f"/votes/{BALLOT}/answer/", fields, form=form.body)
    token = re.search(r'name="token" value="([^"]+)"', review.body)
    if not token:
        return review, None
    answer = browser.post(f"/votes/{BALLOT}/answer/send/", {**fields, "token": token[1]}, form=review.body)
    receipt = re.search(r"/receipts/([0-9a-f]{64})/$", urlsplit(answer.url).path)
    return answer, receipt[1] if receipt and answer.status == 200 else None


def recorded_votes(demo: RunningDemo) -> set[str]:
    sql = """SELECT hash FROM votes_ledgerentry e JOIN votes_ballot b ON b.id = e.ballot_id
             WHERE b.slug = %s AND e.kind = 'vote'"""
    return {entry for (entry,) in demo.rows(sql, BALLOT)}


def wait_for_the_queue(demo: RunningDemo) -> None:
    """Wait until no file is being made; after a start, those of the demonstration come first."""
    unfinished = "SELECT 1 FROM foundation_job WHERE queue = 'pdf' AND state IN ('waiting', 'running')"
    demo.until(lambda: not demo.rows(unfinished), seconds=90, what="the queue is empty")


def ask_for_the_pdf(demo: RunningDemo, editor: Browser) -> str:
    """Request the PDF of the draft again, and return the id of the job."""
    demo.rows("DELETE FROM documents_rendition WHERE issue_id IS NULL")
    [(draft,)] = demo.rows("SELECT id FROM documents_document WHERE symbol = %s", DRAFT)
    page = editor.get(f"/documents/drafts/{draft}/")
    answer = editor.post(f"/documents/drafts/{draft}/en/render/pdf/", {}, form=page.body)
    assert answer.status == 200, answer
    [(job,)] = demo.rows(
        "SELECT job_id FROM documents_rendition r JOIN documents_document d ON d.id = r.document_id"
        " WHERE d.id = %s AND r.issue_id IS NULL ORDER BY r.id DESC LIMIT 1",
        draft,
    )
    return str(job)


def job(demo: RunningDemo, job_id: str) -> tuple[str, int]:
    """Return the state of the job and its number of attempts."""
    [(state, attempt)] = demo.rows("SELECT state, attempt FROM foundation_job WHERE id = %s", job_id)
    return state, attempt
