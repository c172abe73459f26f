"""Workers, sweeper and beat of a running portal that stop without ending, and Valkey away for a minute under load."""

import logging
import signal
import threading
import time
from collections import Counter

import pytest

from tests.faults import acts
from tests.running import crowding, kill, processes_of

pytestmark = pytest.mark.long
RECOVERY_SECONDS = 60
log = logging.getLogger(__name__)


def unsent(demo) -> int:
    return demo.rows("SELECT count(*) FROM foundation_mail WHERE state IN ('waiting', 'failed')")[0][0]


def background(demo) -> dict[str, list[int]]:
    """Return the processes of each kind, with what they have forked."""
    commands = {
        "worker": ("celery", "urgent,default"),
        "pdf-worker": ("celery", "-Q", "pdf"),
        "sweeper": ("sweep_jobs",),
        "beat": ("celery", "beat"),
    }
    return {name: processes_of(demo.folder, *command) for name, command in commands.items()}


def test_background_processes_that_are_stopped_are_replaced_within_a_minute(demo):
    editor, head = demo.sign_in("editor"), demo.sign_in("head.au")
    acts.wait_for_the_queue(demo)
    demo.until(lambda: unsent(demo) == 0, seconds=60, what="all mail is sent")
    before = background(demo)
    assert all(before.values()), before
    crowded = crowding()
    kill([pid for pids in before.values() for pid in pids], signal.SIGSTOP)
    _answer, receipt = acts.vote(head)
    job_id = acts.ask_for_the_pdf(demo, editor)
    assert receipt
    patience = RECOVERY_SECONDS * max(1.0, crowded)
    took = demo.until(lambda: acts.job(demo, job_id)[0] == "ready", seconds=patience, what="the file is ready")
    took += demo.until(lambda: unsent(demo) == 0, seconds=patience - took, what="the receipt is sent")
    demo.until(
        lambda: all(pids and not set(pids) & set(before[name]) for name, pids in background(demo).items()),
        seconds=patience,
        what="every process was replaced",
    )
    demo.until(lambda: head.get("/readyz/jobs").status == 200, seconds=30, what="jobs are taken")
    log.info(f"all four stopped: recovered after {took:.1f} s")


def test_valkey_away_for_a_minute_under_load_and_emptied_loses_nothing(demo):
    heads, editor = [demo.sign_in(f"head.{code}") for code in ("au", "fr")], demo.sign_in("editor")
    acts.wait_for_the_queue(demo)
    seen: Counter[int] = Counter()
    receipts: list[int] = []
    jobs: list[str] = []
    stop = threading.Event()

    def go_on_voting(head) -> None:
        while not stop.wait(0.5):
            answer, receipt = acts.vote(head)
            seen[answer.status] += 1
            receipts.extend([receipt] if receipt else [])

    threads = [threading.Thread(target=go_on_voting, args=[head]) for head in heads]
    for thread in threads:
        thread.start()
    time.sleep(3)
    [valkey] = processes_of(demo.folder, "valkey-server")
    kill([valkey], signal.SIGSTOP)
    time.sleep(30)
    jobs.append(acts.ask_for_the_pdf(demo, editor))
    time.sleep(30)
    crowded = crowding()
    kill([valkey])  # its daemon starts another, which is empty
    time.sleep(2)
    stop.set()
    for thread in threads:
        thread.join()
    patience = RECOVERY_SECONDS * max(1.0, crowded)
    took = demo.until(lambda: acts.job(demo, jobs[0])[0] == "ready", seconds=patience, what="the file is ready")
    took += demo.until(lambda: unsent(demo) == 0, seconds=patience - took, what="all receipts are sent")
    assert len(receipts) > 10 and set(receipts) <= acts.recorded_votes(demo)
    assert set(seen) == {200}, seen
    again = acts.ask_for_the_pdf(demo, editor)
    demo.until(lambda: acts.job(demo, again)[0] == "ready", seconds=60, what="workers go on")
    sent = "SELECT recipient, subject, count(*) FROM foundation_keptmail GROUP BY 1, 2, text HAVING count(*) > 1"
    assert demo.rows(sent) == []
    log.info(f"{len(receipts)} receipts, answers {dict(seen)}; all done {took:.1f} s after its return")
