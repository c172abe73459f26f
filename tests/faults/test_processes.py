"""Kill each process of a running portal: nothing that was acknowledged is lost, and the portal recovers."""

import logging
import signal
import threading
import time
from collections import Counter

import psycopg2
import pytest

from tests.faults import acts
from tests.running import crowding, kill, parent_of, processes_of

pytestmark = pytest.mark.long
# Seconds on an otherwise idle machine.
RESTART_SECONDS = 15
WITHOUT_REDIS_SECONDS = 3
PATIENCE = 120
log = logging.getLogger(__name__)


def pdf_workers(demo) -> tuple[int, list[int]]:
    """Return the processes of the PDF worker, including its children."""
    all_of_it = processes_of(demo.folder, "celery", "-Q", "pdf")
    [master] = [pid for pid in all_of_it if parent_of(pid) not in all_of_it]
    return master, [pid for pid in all_of_it if pid != master]


@pytest.mark.parametrize("killed", ["the process with the job", "the worker with all it forked"])
def test_interrupted_job_starts_again_within_15_seconds_and_ends_once(demo, killed):
    editor = demo.sign_in("editor")
    acts.wait_for_the_queue(demo)
    holding = psycopg2.connect(demo.database_url)
    try:
        # The job reaches the storing of its file and waits there until it is killed.
        with holding.cursor() as cursor:
            cursor.execute("LOCK TABLE foundation_storedfile IN EXCLUSIVE MODE")
        job_id = acts.ask_for_the_pdf(demo, editor)
        demo.until(lambda: acts.job(demo, job_id) == ("running", 1), seconds=30, what="the job runs")
        master, forked = pdf_workers(demo)
        crowded = crowding()
        kill(forked if killed == "the process with the job" else [master, *forked])
        took = demo.until(lambda: acts.job(demo, job_id)[1] == 2, seconds=60, what="a second attempt")
    finally:
        holding.rollback()
        holding.close()
    demo.until(lambda: acts.job(demo, job_id)[0] == "ready", seconds=30, what="the file is ready")
    assert acts.job(demo, job_id) == ("ready", 2)
    assert took < RESTART_SECONDS * max(crowded, crowding())
    log.info(f"{killed}: started again after {took:.1f} s")


def test_no_acknowledged_vote_is_lost_when_web_processes_die(demo):
    """Forms are sent again; every vote with a receipt is in the ledger once."""
    heads = [demo.sign_in(f"head.{code}") for code in ("au", "fr", "ca", "ph")]
    acknowledged: list[int] = []
    seen: Counter[int] = Counter()
    stop = threading.Event()

    def go_on_voting(head) -> None:
        while not stop.is_set():
            answer, receipt = acts.vote(head)
            seen[answer.status] += 1
            if receipt:
                acknowledged.append(receipt)

    threads = [threading.Thread(target=go_on_voting, args=[head]) for head in heads]
    for thread in threads:
        thread.start()
    kills, began = 0, time.monotonic()
    while (kills < 5 or len(acknowledged) <= 20) and time.monotonic() - began < PATIENCE:
        time.sleep(3)
        web = processes_of(demo.folder, "gunicorn")
        forked = [pid for pid in web if parent_of(pid) in web]
        if forked:
            kill([forked[kills % len(forked)]])
            kills += 1
    time.sleep(2)
    stop.set()
    for thread in threads:
        thread.join()
    demo.until(lambda: demo.sign_in("head.au").get("/").status == 200, seconds=30, what="the portal answers")
    assert kills >= 5 and len(acknowledged) > 20
    assert len(set(acknowledged)) == len(acknowledged)
    assert set(acknowledged) <= acts.recorded_votes(demo)
    assert set(seen) <= {0, 200}, seen
    log.info(f"{kills} processes killed, {len(acknowledged)} receipts, answers {dict(seen)}")


def test_people_go_on_without_redis_and_the_jobs_run_when_it_is_back(demo):
    editor, head = demo.sign_in("editor"), demo.sign_in("head.au")
    [valkey] = processes_of(demo.folder, "valkey-server")
    crowded = crowding()
    kill([valkey], signal.SIGSTOP)  # worst case: it accepts connections and never answers
    try:
        began = time.monotonic()
        answer, receipt = acts.vote(head)
        voted = time.monotonic()
        assert receipt, answer
        job_id = acts.ask_for_the_pdf(demo, editor)
        requested = time.monotonic()
        assert acts.job(demo, job_id)[0] == "waiting"
    finally:
        kill([valkey])  # its daemon starts another at the same address
    took = demo.until(lambda: acts.job(demo, job_id)[0] == "ready", seconds=60, what="the job ran after all")
    assert max(voted - began, requested - voted) < WITHOUT_REDIS_SECONDS * max(crowded, crowding())
    log.info(
        f"without Redis: vote {voted - began:.2f} s, request {requested - voted:.2f} s; "
        f"ready {took:.1f} s after its return"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["restart", "crash"])
def test_postgresql_goes_away_and_all_is_well_without_help(demo, number):
    head, editor = demo.sign_in("head.au"), demo.sign_in("editor")
    seen: Counter[int] = Counter()
    receipts: list[str] = []
    stop = threading.Event()

    def go_on(browser, path) -> None:
        while not stop.is_set():
            if path:
                seen[browser.get(path).status] += 1
            else:
                answer, receipt = acts.vote(browser)
                seen[answer.status] += 1
                receipts.extend([receipt] if receipt else [])

    requests = [(demo.sign_in("head.fr"), "/"), (editor, "/documents/"), (head, None), (demo.sign_in("head.ca"), None)]
    threads = [threading.Thread(target=go_on, args=request) for request in requests]
    for thread in threads:
        thread.start()
    time.sleep(2)
    servers = processes_of(demo.folder, "pginstall18/bin/postgres", "-D")
    [postgres] = [pid for pid in servers if parent_of(pid) not in servers]
    kill([postgres], number)
    time.sleep(8)
    began = time.monotonic()
    while seen[200] <= 20 and time.monotonic() - began < PATIENCE:
        time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    well = demo.until(lambda: head.get("/votes/").status == 200, seconds=30, what="pages again")
    answer, receipt = acts.vote(head)
    assert receipt, answer
    job_id = acts.ask_for_the_pdf(demo, editor)
    ready = demo.until(lambda: acts.job(demo, job_id)[0] == "ready", seconds=60, what="workers found their way back")
    assert set(receipts) <= acts.recorded_votes(demo)
    assert set(seen) <= {200, 503}, seen
    assert seen[200] > 20
    log.info(f"answers {dict(seen)}; {len(receipts)} receipts; well {well:.1f} s after; a PDF {ready:.1f} s")
