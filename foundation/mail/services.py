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
    """What a composer returns. `html` may be empty; the subject has no line break."""

    subject: str
    text: str
    html: str = ""


Composer = Callable[..., Message | None]
_composers: dict[str, Composer] = {}


def mail_composer(kind: str) -> Callable[[Composer], Composer]:
    """Registers `composer(language=…, **arguments) -> Message | None` (None: no longer worth sending).

    It is called when the mail is sent, inside the transaction that marks it sent, with the language active.
    """

    def register(composer: Composer) -> Composer:
        _composers[kind] = composer
        return composer

    return register


def wish_mail(*, kind: str, key: str, recipient: str, language: str, arguments: dict[str, Any]) -> Mail:
    """Writes the wish in the caller's transaction; sent after the commit. The same key twice is one mail."""
    if kind not in _composers:
        raise LookupError(f"no composer for mails of kind {kind}")
    mail, created = Mail.objects.get_or_create(
        key=key, defaults={"kind": kind, "recipient": recipient, "language": language, "arguments": arguments}
    )
    if created:
        request_job(kind="mail.send", key=str(mail.pk), arguments={"mail_id": mail.pk})
    return mail


def absolute(path: str) -> str:
    """The full address of a page, for mails and printed references."""
    return f"{settings.PUBLIC_ADDRESS}{path}"


def _could_not_be_sent(job: Job) -> None:
    Mail.objects.filter(pk=job.arguments["mail_id"], state=Mail.State.WAITING).update(state=Mail.State.FAILED)


@job_handler("mail.send", on_failure=_could_not_be_sent)
def send(context: JobContext, *, mail_id: int) -> None:
    held_once_a_process()
    with transaction.atomic():
        mail = Mail.objects.select_for_update().get(pk=mail_id)
        if mail.state != Mail.State.WAITING:
            return
        with translation.override(mail.language):
            message = _composers[mail.kind](language=mail.language, **mail.arguments)
        if message is not None:
            if "\n" in message.subject or "\r" in message.subject:
                raise JobRefused("The subject of a mail has a line break.")
            host = urlsplit(settings.PUBLIC_ADDRESS).hostname or "idm.example"
            # Lasting, so that a mail sent twice after a crash is recognised as one.
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
        mail.state, mail.sent_at = Mail.State.SENT, database_now()
        mail.save(update_fields=["state", "sent_at"])
