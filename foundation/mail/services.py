"""Request and send email. Apps register composers, which write the text when an email is sent."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import translation

from foundation.jobs.models import Job
from foundation.jobs.registry import JobContext, JobRefused, job_handler
from foundation.jobs.services import request_job
from foundation.mail.models import Mail
from foundation.mail.restored import held_once_a_process
from foundation.time.clock import database_now


@dataclass(frozen=True)
class Message:
    """The result of a composer. `html` may be empty; the subject has no line break."""

    subject: str
    text: str
    html: str = ""


Composer = Callable[..., Message | None]
# Takes the arguments of several requests of one kind to one recipient, oldest first.
Joiner = Callable[..., Message | None]


@dataclass(frozen=True)
class Gathering:
    """Emails of this kind wait `wait` for others to the same recipient and are then sent as one."""

    wait: dt.timedelta
    join: Joiner


# Seconds: several times what a slow mail server may take to answer (`EMAIL_TIMEOUT`).
SENDING_LIMIT = 120

_composers: dict[str, Composer] = {}
_gatherings: dict[str, Gathering] = {}


def mail_composer(kind: str) -> Callable[[Composer], Composer]:
    """Register `composer(language=…, **arguments) -> Message | None` (None: no longer needed).

    It is called when the email is sent, inside the transaction that marks it sent, with the language active.
    """

    def register(composer: Composer) -> Composer:
        _composers[kind] = composer
        return composer

    return register


def mail_joiner(kind: str, *, wait: dt.timedelta) -> Callable[[Joiner], Joiner]:
    """Register `join(language=…, several=[arguments, …]) -> Message | None` in addition to the kind's composer."""

    def register(join: Joiner) -> Joiner:
        _gatherings[kind] = Gathering(wait, join)
        return join

    return register


def request_mail(
    *, kind: str, key: str, recipient: str, language: str, arguments: dict[str, Any], at_once: bool = False
) -> Mail:
    """Request an email in the caller's transaction; it is sent after the commit. The same key twice is one email.

    A kind with a joiner waits for others of its kind, unless it is to go `at_once`; then it takes those along.
    """
    if kind not in _composers:
        raise LookupError(f"no composer for mails of kind {kind}")
    mail, created = Mail.objects.get_or_create(
        key=key, defaults={"kind": kind, "recipient": recipient, "language": language, "arguments": arguments}
    )
    if created:
        waits = kind in _gatherings and not at_once
        not_before = database_now() + _gatherings[kind].wait if waits else None
        request_job(kind="mail.send", key=str(mail.pk), arguments={"mail_id": mail.pk}, not_before=not_before)
    return mail


def absolute(path: str) -> str:
    """Return the full URL of a page, for emails and printed references."""
    return f"{settings.PUBLIC_ADDRESS}{path}"


def _could_not_be_sent(job: Job) -> None:
    Mail.objects.filter(pk=job.arguments["mail_id"], state=Mail.State.WAITING).update(state=Mail.State.FAILED)


@job_handler("mail.send", limit=SENDING_LIMIT, on_failure=_could_not_be_sent, is_decided_elsewhere=True)
def send(context: JobContext, *, mail_id: int) -> None:
    """Compose and send an email together with others that are waiting to be sent with it."""
    held_once_a_process()
    with transaction.atomic():
        mails = _waiting_together(mail_id)
        if not mails:
            return
        mail = mails[0]
        with translation.override(mail.language):
            if len(mails) > 1:
                join = _gatherings[mail.kind].join
                message = join(language=mail.language, several=[row.arguments for row in mails])
            else:
                message = _composers[mail.kind](language=mail.language, **mail.arguments)
        if message is not None:
            if "\n" in message.subject or "\r" in message.subject:
                raise JobRefused("The subject of a mail has a line break.")
            host = urlsplit(settings.PUBLIC_ADDRESS).hostname or "idm.example"
            # Permanent, so that an email sent twice after a crash is recognised as one.
            message_id = hashlib.sha256(f"{mail.pk}:{mail.key}".encode()).hexdigest()[:32]
            outgoing = EmailMultiAlternatives(
                subject=message.subject,
                body=message.text,
                to=[mail.recipient],
                headers={"Message-ID": f"<{message_id}@{host}>", "Auto-Submitted": "auto-generated"},
            )
            if message.html:
                outgoing.attach_alternative(message.html, "text/html")
            outgoing.send()
        together = Mail.objects.filter(pk__in=[row.pk for row in mails])
        together.update(state=Mail.State.SENT, sent_at=database_now())


def _waiting_together(mail_id: int) -> list[Mail]:
    """Return the email, locked, with those to be sent with it, oldest first; empty if it no longer waits.

    Each has its own job: the first one sends them all, and the others find them sent.
    """
    mail = Mail.objects.get(pk=mail_id)
    wanted = Mail.objects.filter(pk=mail_id)
    if mail.kind in _gatherings:
        wanted = Mail.objects.filter(kind=mail.kind, recipient=mail.recipient, language=mail.language)
    found = list(wanted.filter(state=Mail.State.WAITING).select_for_update().order_by("pk"))
    return found if any(row.pk == mail_id for row in found) else []
