"""Everything works behind PgBouncer in transaction mode, from sign-in to a job."""

import contextlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from bench.servers import gunicorn
from council.models import AgendaItem
from documents.models import Rendition
from foundation.jobs.models import Job
from tests.factories.council import make_agenda, make_meeting
from tests.factories.documents import make_draft
from tests.factories.membership import make_delegate, make_staff
from tests.factories.surveys import held_answers, make_link
from tests.factories.surveys import make_open as make_open_survey
from tests.factories.votes import make_open as make_open_ballot
from tests.running import Browser, free_port
from tests.workers import environment, worker
from votes.models import Vote

pytestmark = [pytest.mark.long, pytest.mark.worker, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"
SERVER_CONNECTIONS = 2  # shared by eight threads and a worker, so consecutive statements may use different connections
SECONDS = 120
JOBS = {"documents.render", "votes.tell_of_vote"}  # sending needs an email server, which this test does without
SETTINGS = """
[databases]
{name} = host={host} port={port} dbname={name} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
admin_users = {user}
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
"""


@pytest.fixture
def pooler(tmp_path_factory) -> Iterator[str]:
    """Return the address of this test's database through PgBouncer."""
    url = urlsplit(environment()["DATABASE_URL"])
    listen = free_port()
    folder = tmp_path_factory.mktemp("pgbouncer")
    file = folder / "pgbouncer.ini"
    file.write_text(
        SETTINGS.format(
            name=url.path[1:],
            host=url.hostname,
            port=url.port,
            user=url.username,
            password=url.password,
            listen=listen,
            size=SERVER_CONNECTIONS,
        )
    )
    command = [shutil.which("pgbouncer") or "/usr/sbin/pgbouncer", str(file)]
    if os.geteuid() == 0:  # it refuses to run as root
        for path in (folder, *folder.parents[:2]):
            path.chmod(0o711)
        os.chown(file, pwd.getpwnam("nobody").pw_uid, -1)
        command[1:1] = ["-u", "nobody"]
    file.chmod(0o400)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _again in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", listen), timeout=1):
                break
            time.sleep(0.1)
        yield f"postgresql://{url.username}@127.0.0.1:{listen}{url.path}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def shown(pooler: str, what: str) -> list[dict[str, object]]:
    """Return rows of PgBouncer's console."""
    console = psycopg2.connect(pooler.rpartition("/")[0] + "/pgbouncer")
    console.autocommit = True
    try:
        with console.cursor() as cursor:
            cursor.execute(f"SHOW {what}")
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    finally:
        console.close()


def sign_in(address: str, email: str) -> Browser:
    browser = Browser(address)
    page = browser.get("/accounts/login/")
    answer = browser.post("/accounts/login/", {"login": email, "password": PASSWORD}, form=page.body)
    assert (answer.status, urlsplit(answer.url).path) == (200, "/"), answer
    return browser


def vote(browser: Browser) -> str:
    """Vote and return the address of the receipt."""
    address = "/votes/topics/answer/"
    form = browser.get(address)
    review = browser.post(address, {"choices": ["A", "C"]}, form=form.body)
    token = re.search(r'name="token" value="([^"]+)"', review.body)[1]
    answer = browser.post(f"{address}send/", {"choices": ["A", "C"], "token": token}, form=review.body)
    assert answer.status == 200, answer
    return urlsplit(answer.url).path


def until(holds, what: str) -> None:
    ends = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < ends, f"still not: {what}"
        time.sleep(0.2)


def test_portal_works_behind_a_pooler_that_lends_connections_by_the_transaction(pooler):
    head = make_delegate("au", "head")
    editor = make_staff("editor")
    for person in (head, editor):
        person.set_password(PASSWORD)
        person.save()
    make_open_ballot("topics")
    link = f"/s/{make_link(make_open_survey().invitations.first())}/"
    meeting, items = make_agenda(make_meeting(99))
    draft = make_draft()
    changes = {"DATABASE_URL": pooler, "PORTAL_MODE": "test", "PORTAL_TEST_DATABASE": ""}

    with gunicorn("idm_portal.wsgi:application", settings.BASE_DIR, changes) as (port, _pid):
        address = f"http://127.0.0.1:{port}/"
        receipt = vote(sign_in(address, head.email))
        assert receipt == f"/votes/topics/receipts/{Vote.objects.get().entry.hash}/"
        assert Vote.objects.get().choices == ["A", "C"]

        anyone = Browser(address)
        page = anyone.get(link)
        sent = anyone.post(link, {"here": "review", "to": "send", "q-overall": "4"}, form=page.body)
        assert (sent.status, held_answers()) == (200, [{"overall": "4"}])

        staff = sign_in(address, editor.email)
        item = f"{meeting.get_absolute_url()}agenda/edit/items/{items['Opening'].pk}/"
        form = {"title_en": "Words of welcome", "kind": "item", "edit_version": "1"}
        assert staff.post(item, form, form=staff.get(item).body).status == 200
        assert AgendaItem.objects.get(pk=items["Opening"].pk).title_en == "Words of welcome"

        page = staff.get(f"/documents/drafts/{draft.pk}/")
        assert staff.post(f"/documents/drafts/{draft.pk}/en/render/pdf/", {}, form=page.body).status == 200
        with worker("pdf,default", DATABASE_URL=pooler):
            until(lambda: set(Job.objects.filter(state="ready").values_list("kind", flat=True)) >= JOBS, "the jobs ran")
        assert Rendition.objects.get(document=draft).is_ready

        [database] = [row for row in shown(pooler, "DATABASES") if row["name"] == connection.settings_dict["NAME"]]
        assert database["pool_mode"] in {None, "transaction"} and database["current_connections"] <= SERVER_CONNECTIONS
        assert len([row for row in shown(pooler, "CLIENTS") if row["database"] == database["name"]]) > 1
