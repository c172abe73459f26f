"""A restored database sends no email that its original may have sent."""

import pytest
from django.core import mail as outbox

from foundation.jobs.models import Job
from foundation.jobs.services import run_job
from foundation.mail import restored
from foundation.mail.models import DatabaseHome, Mail
from foundation.mail.services import Message, mail_composer, request_mail

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
    for _attempt in range(settings.JOB_ATTEMPTS):
        Job.objects.filter(pk=job.pk).update(not_before=None)
        run_job(str(job.pk))
    assert states() == {"a": "failed"}
    assert list(restored.undecided()) == [mail]


class Refusing:
    """An email server that refuses every message."""

    def __init__(self, **_kwargs: object) -> None:
        pass

    def send_messages(self, messages: list) -> int:
        raise OSError("the mail server refuses")
