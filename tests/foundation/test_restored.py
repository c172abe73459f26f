"""A restored database sends no email that its original may have sent."""

import pytest
from django.core import mail as outbox

from foundation.jobs import registry
from foundation.jobs.models import Job
from foundation.jobs.registry import follows_deadlines, job_handler
from foundation.jobs.services import request_job, run_job
from foundation.jobs.tasks import follow_deadlines
from foundation.mail import restored
from foundation.mail.models import DatabaseHome, Mail
from foundation.mail.services import PAUSES, Message, mail_composer, request_mail
from foundation.time.clock import database_now

pytestmark = pytest.mark.django_db


@mail_composer("test.restored")
def compose(*, language: str) -> Message:
    return Message(subject="Hello", text="words")


def ask(key: str) -> Mail:
    return request_mail(kind="test.restored", key=key, recipient=f"{key}@idm.example", language="en", arguments={})


def run_waiting() -> None:
    restored.held_once_a_process.cache_clear()
    for job in Job.objects.filter(kind="mail.send", state=Job.State.WAITING):
        run_job(str(job.pk))


def states() -> dict[str, str]:
    return dict(Mail.objects.values_list("key", "state"))


def test_mail_is_sent_where_the_database_always_was():
    ask("a")
    run_waiting()
    ask("b")
    run_waiting()
    assert [message.to for message in outbox.outbox] == [["a@idm.example"], ["b@idm.example"]]
    assert DatabaseHome.objects.get().identity == restored.identity()


def test_what_waited_in_a_restored_database_is_held_and_what_comes_later_is_sent():
    DatabaseHome.objects.create(identity="7000000000000000000/16384")
    ask("a")
    run_waiting()
    assert states() == {"a": "held"} and outbox.outbox == []
    ask("b")
    run_waiting()
    assert states() == {"a": "held", "b": "sent"}


def test_administrator_sends_some_drops_others_and_what_was_decided_stays(sign_in, administrator):
    for key in "abc":
        ask(key)
    restored.hold_waiting()
    ids = dict(Mail.objects.values_list("key", "pk"))
    browser = sign_in(administrator)
    assert "3 emails need your decision" in browser.get("/").content.decode()
    browser.post("/operations/mail/", {"act": "send", "mail": [ids["a"]]})
    browser.post("/operations/mail/", {"act": "drop", "mail": [ids["a"], ids["b"], "x"]})
    run_waiting()
    assert states() == {"a": "sent", "b": "dropped", "c": "held"}
    assert [message.to for message in outbox.outbox] == [["a@idm.example"]]


def test_mail_that_no_server_takes_waits_for_a_person(settings):
    settings.EMAIL_BACKEND = "tests.foundation.test_restored.Refusing"
    mail = ask("a")
    job = Job.objects.get(kind="mail.send", key=str(mail.pk))
    pauses = []
    for _attempt in range(len(PAUSES) + 1):
        Job.objects.filter(pk=job.pk).update(not_before=None)
        run_job(str(job.pk))
        job.refresh_from_db()
        if job.not_before:
            pauses.append(round((job.not_before - database_now()).total_seconds()))
    assert states() == {"a": "failed"}
    assert list(restored.undecided()) == [mail]
    assert pauses == list(PAUSES) and 3600 <= sum(pauses) <= 4000


@job_handler("test.restored_job")
def asks_for_more(context, *, key: str, again: bool) -> None:
    """A job that requests an email and, in another job, a second one."""
    ask(key)
    if again:
        request_job(kind="test.restored_job", key=f"{key}-later", arguments={"key": f"{key}-later", "again": False})


def run_all() -> None:
    for job in Job.objects.filter(state=Job.State.WAITING).order_by("requested_at"):
        run_job(str(job.pk))


def restore() -> None:
    """Take the database to be the restored copy of another one."""
    DatabaseHome.objects.update_or_create(pk=1, defaults={"identity": "7000000000000000000/16384"})
    restored.held_once_a_process.cache_clear()


@pytest.mark.parametrize("is_elsewhere", [True, False])
def test_email_that_jobs_of_the_backup_request_later_is_held_too(is_elsewhere):
    """Also by the jobs that those jobs request, and when the backup was restored in place."""
    request_job(kind="test.restored_job", key="old", arguments={"key": "old", "again": True})
    if is_elsewhere:
        restore()
    else:
        restored.hold_waiting()
    run_all()
    run_all()
    assert states() == {"old": "held", "old-later": "held"}
    request_job(kind="test.restored_job", key="new", arguments={"key": "new", "again": False})
    run_all()
    run_all()
    assert (states()["new"], [message.to for message in outbox.outbox]) == ("sent", [["new@idm.example"]])


def test_email_of_deadlines_that_passed_since_the_backup_is_held_and_of_later_ones_sent(monkeypatch):
    monkeypatch.setattr(registry, "_followers", {})
    passed = ["old"]
    follows_deadlines("test")(lambda now: ask(passed[0]))
    restore()
    follow_deadlines()
    passed[0] = "new"
    follow_deadlines()
    run_all()
    assert states() == {"old": "held", "new": "sent"}


def test_deadlines_of_a_portal_that_was_not_restored_send_their_email_at_once(monkeypatch):
    monkeypatch.setattr(registry, "_followers", {})
    restored.held_once_a_process.cache_clear()
    follows_deadlines("test")(lambda now: ask("a"))
    follow_deadlines()
    run_all()
    assert states() == {"a": "sent"}


class Refusing:
    """An email server that refuses every message."""

    def __init__(self, **_kwargs: object) -> None:
        pass

    def send_messages(self, messages: list) -> int:
        raise OSError("the mail server refuses")
