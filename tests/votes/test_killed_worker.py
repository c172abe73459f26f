"""Votes over HTTP while web processes are killed and the ballot closes: every acknowledged vote is in the result."""

import contextlib
import datetime as dt
import http.client
import os
import random
import signal
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from bench.servers import gunicorn
from foundation.time.clock import database_now
from membership.models import Accreditation
from tests.factories.votes import make_delegation, make_open, make_secret
from tests.votes.test_verifier import exported
from votes import keys
from votes.models import Ballot, LedgerEntry, Vote
from votes.services import ensure_closed
from votes.verifier import verify

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
STATES, READERS, KILLS, SECONDS = 60, 8, 4, 15.0
SECRET = "c" * 32


def address_of_test_database() -> str:
    held = connection.settings_dict
    who = f"{quote(held['USER'])}:{quote(held['PASSWORD'])}@" if held["USER"] else ""
    return f"postgres://{who}{held['HOST']}:{held['PORT']}/{held['NAME']}"


def cookies_of(head: Accreditation) -> str:
    client = Client()
    client.force_login(head.person)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def sent(port: int, slug: str, cookie: str, form: dict[str, str]) -> tuple[int, str]:
    """Send one form once, and return (status, address of the receipt)."""
    reader = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"{cookie}; {settings.CSRF_COOKIE_NAME}={SECRET}",
    }
    try:
        body = urlencode(form | {"csrfmiddlewaretoken": SECRET})
        reader.request("POST", reverse("votes:answer_send", args=[slug]), body, headers)
        answer = reader.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")
    finally:
        reader.close()


def acknowledged(port: int, slug: str, cookie: str, form: dict[str, str]) -> str | None:
    """Send the form again after every broken connection, and return the receipt, or None if it was too late."""
    for _again in range(60):
        try:
            status, where = sent(port, slug, cookie, form)
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
            continue
        if status == 302:
            return where
        if status == 409:
            return None
        time.sleep(0.2)  # 503: the process started while the database accepted no more connections
    raise AssertionError(f"{form['token']} was never answered")


def kill_some(master: int, seconds: float) -> int:
    """Kill a web process from time to time; the server starts another."""
    killed, until = 0, time.monotonic() + seconds
    while time.monotonic() < until and killed < KILLS:
        time.sleep(seconds / (KILLS + 1))
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(random.choice(children)), signal.SIGKILL)
                killed += 1
    return killed


def send_all(
    port: int, slug: str, cookies: dict[str, str], turns: int, pause: float
) -> dict[tuple[str, str], str | None]:
    """Send all forms by eight clients at once; return the address of each receipt, or None if it came too late."""
    waiting = iter([(code, f"form-{turn}") for turn in range(turns) for code in cookies])
    receipts: dict[tuple[str, str], str | None] = {}
    faults: list[BaseException] = []
    turn_taking = threading.Lock()

    def read() -> None:
        try:
            while True:
                with turn_taking:
                    code, token = next(waiting, ("", ""))
                if not code:
                    return
                form = {"token": token, "choices": random.choice("ABC")}
                receipts[code, token] = acknowledged(port, slug, cookies[code], form)
                time.sleep(pause * random.random())
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=read) for _reader in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    assert faults == []
    return receipts


@pytest.mark.parametrize("is_secret", [False, True], ids=["open", "secret"])
def test_killed_web_processes_lose_and_double_nothing(is_secret: bool) -> None:
    heads = [make_delegation(f"k{place:02d}") for place in range(STATES)]
    cookies = {head.entity.code: cookies_of(head) for head in heads}
    turns = 1 if is_secret else 6
    environment = {"DATABASE_URL": address_of_test_database(), "PORTAL_MODE": "test", "PORTAL_TEST_DATABASE": ""}
    with gunicorn("idm_portal.wsgi:application", settings.BASE_DIR, environment) as (port, master):
        # Created only now, so that the start of the server does not take time from the ballot.
        closes_at = database_now() + dt.timedelta(seconds=SECONDS)
        make = make_secret if is_secret else make_open
        ballot = make("killed", choose=1, closes_at=closes_at)
        killed: list[int] = []
        killer = threading.Thread(target=lambda: killed.append(kill_some(master, SECONDS * 0.9)))
        killer.start()
        # Spread so that the last forms come after the close.
        receipts = send_all(port, "killed", cookies, turns, 2.4 * SECONDS * READERS / (STATES * turns))
        killer.join(timeout=60)
    while ensure_closed(ballot=ballot) is None:
        time.sleep(0.1)

    entries = list(LedgerEntry.objects.filter(ballot=ballot, kind="vote").select_related("entity").order_by("seq"))
    held = {
        (entry.entity.code, entry.token): reverse("votes:receipt", args=["killed", entry.hash]) for entry in entries
    }
    acknowledged_forms = {form: where for form, where in receipts.items() if where is not None}
    assert killed == [KILLS]
    assert len(receipts) == STATES * turns
    assert 0 < len(acknowledged_forms) < len(receipts), "the close should fall between the first and the last form"
    # One entry for each form, with the receipt that was given.
    assert (len(held), held) == (len(entries), acknowledged_forms)
    assert all(entry.recorded_at < closes_at for entry in entries)
    last = {entry.entity_id: entry.pk for entry in entries}
    assert dict(Vote.objects.filter(ballot=ballot).values_list("entity_id", "entry_id")) == last
    report = verify(exported(Ballot.objects.get(pk=ballot.pk)), keys.public_keys())
    assert report.replay.answered == report.totals["answered"] == len(last)
    assert report.replay.is_disclosed
