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
from django.utils.crypto import salted_hmac

from foundation.jobs.models import Job
from foundation.jobs.registry import JobContext, JobRefused, from_backup, job_handler
from foundation.jobs.services import request_job
from foundation.mail.models import Mail
from foundation.mail.restored import SEND, SEND_AT_ONCE
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
# Seconds between the tries: a mail server that is away for an hour loses nothing. Then an administrator decides.
PAUSES = (10, 60, 300, 900, 2400)
# An argument that is deleted as soon as the email was sent or is no longer needed.
SEALED = "sealed"

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
    *,
    kind: str,
    key: str,
    recipient: str,
    language: str,
    arguments: dict[str, Any],
    at_once: bool = False,
    is_awaited: bool = False,
) -> Mail:
    """Request an email in the caller's transaction; it is sent after the commit. The same key twice is one email.

    A kind with a joiner waits for others of its kind, unless it is to go `at_once`; then it takes those along. An email
    that `is_awaited` by somebody in front of the screen does not queue behind others. What a restored backup requests
    again is held.
    """
    if kind not in _composers:
        raise LookupError(f"no composer for mails of kind {kind}")
    state = Mail.State.HELD if from_backup.get() else Mail.State.WAITING
    defaults = {"kind": kind, "recipient": recipient, "language": language, "arguments": arguments, "state": state}
    mail, created = _get_or_create(key, defaults)
    if created and state == Mail.State.WAITING:
        waits = kind in _gatherings and not at_once
        not_before = database_now() + _gatherings[kind].wait if waits else None
        job_kind = SEND_AT_ONCE if is_awaited else SEND
        request_job(kind=job_kind, key=str(mail.pk), arguments={"mail_id": mail.pk}, not_before=not_before)
    return mail


def _get_or_create(key: str, defaults: dict[str, Any]) -> tuple[Mail, bool]:
    """Return the email with this key, also if its personal data has been removed, or create it."""
    found = Mail.objects.filter(key__in=[key, purged_key(key)]).first()
    return (found, False) if found else Mail.objects.get_or_create(key=key, defaults=defaults)


def purged_key(key: str) -> str:
    """Return what remains of the key of an email whose personal data was removed; keys may contain addresses."""
    return f"purged:{salted_hmac('foundation.mail', key, algorithm='sha256').hexdigest()}"


def absolute(path: str) -> str:
    """Return the full URL of a page, for emails and printed references."""
    return f"{settings.PUBLIC_ADDRESS}{path}"


def _could_not_be_sent(job: Job) -> None:
    Mail.objects.filter(pk=job.arguments["mail_id"], state=Mail.State.WAITING).update(state=Mail.State.FAILED)


@job_handler(
    SEND_AT_ONCE,
    queue="urgent",
    limit=SENDING_LIMIT,
    pauses=PAUSES,
    on_failure=_could_not_be_sent,
    is_decided_elsewhere=True,
)
@job_handler(SEND, limit=SENDING_LIMIT, pauses=PAUSES, on_failure=_could_not_be_sent, is_decided_elsewhere=True)
def send(context: JobContext, *, mail_id: int) -> None:
    """Compose and send an email together with others that are waiting to be sent with it."""
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
        if message is None:
            together.update(state=Mail.State.OBSOLETE)
        else:
            together.update(state=Mail.State.SENT, sent_at=database_now())
        if SEALED in mail.arguments:
            together.update(arguments={})


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
