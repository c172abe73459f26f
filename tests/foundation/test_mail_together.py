"""Emails of one kind to one person, requested within a short time, are sent as one."""

import datetime as dt

import pytest
from django.core import mail

from foundation.jobs.models import Job
from foundation.mail.models import Mail
from foundation.mail.restored import hold_waiting, send_undecided
from foundation.mail.services import Message, mail_composer, mail_joiner, request_mail, send
from foundation.time.clock import database_now

pytestmark = pytest.mark.django_db
WAIT = dt.timedelta(minutes=5)


@mail_composer("test.together")
def composer(*, language, name):
    return Message(f"One: {name}", "text")


@mail_joiner("test.together", wait=WAIT)
def joiner(*, language, several):
    return Message(", ".join(arguments["name"] for arguments in several), "text")


def ask(name: str, recipient: str = "a@idm.example", language: str = "en", **fields) -> Mail:
    arguments = {"name": name}
    return request_mail(
        kind="test.together", key=f"{name}:{recipient}", recipient=recipient, language=language, arguments=arguments,
        **fields,
    )  # fmt: skip


def test_what_has_come_by_then_is_one_mail_and_each_row_is_sent():
    rows = [ask("x"), ask("y"), ask("z", "b@idm.example"), ask("v", language="fr"), ask("y")]
    for row in rows:
        send(None, mail_id=row.pk)
    assert [(message.subject, message.to) for message in mail.outbox] == [
        ("x, y", ["a@idm.example"]),
        ("One: z", ["b@idm.example"]),
        ("One: v", ["a@idm.example"]),
    ]
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}


def test_it_waits_and_what_has_to_go_at_once_takes_along_what_waits():
    ask("x")
    (job,) = Job.objects.all()
    assert abs(job.not_before - database_now() - WAIT) < dt.timedelta(seconds=5)
    urgent = ask("y", at_once=True)
    assert Job.objects.get(arguments={"mail_id": urgent.pk}).not_before is None
    send(None, mail_id=urgent.pk)
    assert [message.subject for message in mail.outbox] == ["x, y"]


def test_what_was_held_goes_only_when_it_is_decided():
    held = ask("x")
    hold_waiting()
    send(None, mail_id=ask("y").pk)
    send_undecided(mail_ids=[held.pk])
    send(None, mail_id=held.pk)
    assert [message.subject for message in mail.outbox] == ["One: y", "One: x"]
