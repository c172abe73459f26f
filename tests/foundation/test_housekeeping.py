"""The daily job deletes what is no longer needed, by settings, and nothing else."""

import datetime as dt
import os
import time
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from foundation import housekeeping
from foundation.jobs.models import Job
from foundation.jobs.services import run_job
from foundation.mail.models import Mail
from foundation.mail.services import Message, mail_composer, request_mail
from foundation.pages.access import public
from foundation.tables.models import TableUpload
from foundation.time.clock import database_now
from foundation.uploads.models import StoredFile
from foundation.uploads.orphans import leaving_no_orphans
from foundation.uploads.services import store_bytes
from idm_portal import urls
from tests.mails import deliver

pytestmark = pytest.mark.django_db


@mail_composer("test.housekeeping")
def compose(*, language: str) -> Message:
    return Message(subject="Hello", text="words")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def ago(days: float) -> dt.datetime:
    return database_now() - dt.timedelta(days=days)


def clean() -> dict:
    job = Job.objects.create(kind=housekeeping.KIND, key="daily")
    assert run_job(str(job.pk)) == "ready"
    job.refresh_from_db()
    return {name: count for name, count in job.result.items() if count}


def a_job(key: str, state: str, days: int, **values) -> None:
    job = Job.objects.create(kind=values.pop("kind", "test.work"), key=key, state=state, **values)
    Job.objects.filter(pk=job.pk).update(requested_at=ago(days))


def test_finished_jobs_are_deleted_and_those_that_need_somebody_stay(settings):
    settings.JOBS_KEPT_DAYS = 30
    for state in ("ready", "failed", "dropped", "set_aside", "waiting"):
        a_job(f"{state}-old", state, 31)
        a_job(f"{state}-new", state, 29)
    a_job("mail", "set_aside", 31, kind="mail.send")
    assert clean() == {"jobs": 4}
    left = set(Job.objects.exclude(kind=housekeeping.KIND).values_list("key", flat=True))
    assert left == {
        "ready-new", "failed-new", "dropped-new", "set_aside-new", "waiting-new", "set_aside-old", "waiting-old",
    }  # fmt: skip


def ask(key: str, days: int, state: str = "sent") -> Mail:
    row = request_mail(kind="test.housekeeping", key=key, recipient=f"{key}@idm.example", language="en", arguments={})
    Mail.objects.filter(pk=row.pk).update(requested_at=ago(days), state=state, arguments={"person_id": 1})
    return row


def test_old_email_loses_its_address_and_is_still_not_sent_twice(settings):
    settings.MAIL_KEPT_DAYS = 30
    old, new, held = ask("old", 31), ask("new", 29), ask("held", 31, state="held")
    assert clean() == {"emails made anonymous": 1}
    assert dict(Mail.objects.values_list("pk", "recipient")) == {
        old.pk: "",
        new.pk: "new@idm.example",
        held.pk: "held@idm.example",
    }
    old.refresh_from_db()
    assert (old.arguments, "old" in old.key) == ({}, False)
    Job.objects.all().delete()
    assert (
        request_mail(kind="test.housekeeping", key="old", recipient="old@idm.example", language="en", arguments={}).pk
        == old.pk
    )
    assert (deliver(), Job.objects.count()) == ([], 0)
    assert clean() == {}


def test_what_remains_of_an_email_is_deleted_later(settings):
    settings.MAIL_KEPT_DAYS, settings.MAIL_KEYS_KEPT_DAYS = 30, 60
    ask("old", 61)
    ask("held", 61, state="held")
    assert clean() == {"emails made anonymous": 1, "emails": 1}
    assert list(Mail.objects.values_list("key", flat=True)) == ["held"]


def test_expired_sessions_are_deleted():
    now = timezone.now()
    for key, days in (("expired", -1), ("open", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + dt.timedelta(days=days))
    assert clean() == {"sessions": 1}
    assert Session.objects.get().session_key == "open"


def age(path: Path) -> Path:
    old = time.time() - 2 * 24 * 3600
    os.utime(path, (old, old))
    return path


def test_files_without_rows_are_deleted_after_a_day(folder):
    kept = store_bytes(content=b"kept", media_type="text/plain")
    age(kept.path)
    lost = store_bytes(content=b"lost", media_type="text/plain")
    fresh = store_bytes(content=b"fresh", media_type="text/plain")
    StoredFile.objects.filter(pk__in=[lost.pk, fresh.pk]).delete()
    age(lost.path)
    part, other = folder / "incoming-x1", folder / "README"
    for left in (part, other):
        left.write_bytes(b"x")
        age(left)
    assert clean() == {"files without rows": 2}
    assert {path.name for path in folder.glob("**/*") if path.is_file()} == {kept.sha256, fresh.sha256, "README"}


def test_rows_that_nothing_refers_to_are_deleted_with_their_file_after_a_week(make_used_file):
    used, unused, recent = (
        make_used_file(),
        *(store_bytes(content=word, media_type="text/plain") for word in (b"unused", b"recent")),
    )
    StoredFile.objects.exclude(pk=recent.pk).update(stored_at=ago(8))
    assert clean() == {"rows of unused files": 1}
    assert {row.pk: row.path.exists() for row in StoredFile.objects.all()} == {used.pk: True, recent.pk: True}
    assert not unused.path.exists()


@pytest.fixture
def make_used_file(editor):
    def make() -> StoredFile:
        stored = store_bytes(content=b"used", media_type="text/csv")
        TableUpload.objects.create(kind="x", file=stored, file_name="x.csv", media_type="text/csv", uploaded_by=editor)
        return stored

    return make


@pytest.mark.django_db(transaction=True)
def test_file_of_a_transaction_that_failed_is_deleted_at_once(folder):
    kept = store_bytes(content=b"kept", media_type="text/plain")
    with pytest.raises(ZeroDivisionError), leaving_no_orphans(), transaction.atomic():
        store_bytes(content=b"kept", media_type="text/plain")
        store_bytes(content=b"refused", media_type="text/plain")
        1 / 0  # noqa: B018
    assert {path.name for path in folder.glob("**/*") if path.is_file()} == {kept.sha256}


def test_housekeeping_is_requested_once_a_day():
    now = database_now()
    housekeeping.request_housekeeping(now)
    first = Job.objects.get()
    run_job(str(first.pk))
    housekeeping.request_housekeeping(now)
    assert Job.objects.count() == 1
    Job.objects.update(requested_at=ago(1.01))
    housekeeping.request_housekeeping(now)
    assert Job.objects.count() == 2


@public
def refusing(request):
    """Stores the file and then refuses the form, as a service does that finds a clash after reading the file."""
    try:
        with transaction.atomic():
            store_bytes(content=request.FILES["file"].read(), media_type="text/plain")
            if request.POST["act"] == "refuse":
                raise ValueError
    except ValueError:
        return HttpResponse("refused", status=409)
    return HttpResponse("stored")


urlpatterns = [path("refusing/", refusing), *urls.urlpatterns]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("act", ["refuse", "store"])
def test_refused_upload_leaves_no_file(folder, tmp_path, act):
    upload = tmp_path / "upload.txt"
    upload.write_bytes(b"words" * 1_000_000)  # too large to stay in memory
    with upload.open("rb") as file:
        answer = Client().post("/refusing/", {"act": act, "file": file})
    left = [found for found in folder.glob("**/*") if found.is_file()]
    assert (answer.status_code, len(left)) == ((409, 0) if act == "refuse" else (200, 1))
