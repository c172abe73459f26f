"""Emails with a code or a link: encrypted while they wait, not sent when they would be useless, removed afterwards."""

import datetime as dt
import json

import pytest
from django.core import mail as outbox
from django.db import connection

from foundation.jobs.models import Job
from foundation.mail import restored
from foundation.mail.models import Mail
from foundation.mail.sealed import request_sealed_mail
from foundation.mail.services import Message
from tests.mails import deliver

pytestmark = pytest.mark.django_db
TEN_MINUTES = dt.timedelta(minutes=10)


def ask(*, valid_for: dt.timedelta | None = TEN_MINUTES) -> Mail:
    message = Message(subject="Your code", text="It is QWX-7731")
    return request_sealed_mail(recipient="jane@idm.example", language="en", message=message, valid_for=valid_for)


def row() -> tuple[str, dict]:
    found = Mail.objects.get()
    return found.state, found.arguments


def test_code_is_sent_and_nothing_of_it_remains():
    ask()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(m::text, ' ') FROM foundation_mail m")
        assert "QWX" not in cursor.fetchone()[0] + json.dumps(list(Job.objects.values_list("arguments", flat=True)))
    [message] = deliver()
    assert (message.to, message.subject, message.body) == (["jane@idm.example"], "Your code", "It is QWX-7731")
    assert row() == ("sent", {})


def test_code_does_not_queue_behind_other_email():
    ask()
    assert Job.objects.get().queue == "urgent"


def test_code_that_is_no_longer_valid_is_not_sent(time_machine):
    made = ask()
    Mail.objects.filter(pk=made.pk).update(arguments={**made.arguments, "until": made.arguments["until"] - 601})
    assert deliver() == []
    assert row() == ("obsolete", {})


def test_message_without_a_limit_is_sent_whenever_the_server_is_back():
    ask(valid_for=None)
    assert len(deliver()) == 1


def test_key_that_was_replaced_and_is_not_a_fallback_sends_nothing(settings):
    ask()
    old, settings.SECRET_KEY = settings.SECRET_KEY, "x" * 50
    settings.SECRET_KEY_FALLBACKS = []
    assert deliver() == [] and row() == ("obsolete", {})
    settings.SECRET_KEY_FALLBACKS = [old]


def test_fallback_key_still_opens_what_waits(settings):
    ask()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "x" * 50
    assert len(deliver()) == 1


def test_mail_server_that_was_away_too_long_leaves_a_decision_and_send_again_works(settings):
    made = ask(valid_for=None)
    Mail.objects.filter(pk=made.pk).update(state="failed")
    Job.objects.all().delete()
    assert restored.send_undecided(mail_ids=[made.pk]) == 1
    assert len(deliver()) == 1 and outbox.outbox[0].to == ["jane@idm.example"]
