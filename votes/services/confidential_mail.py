"""Emails to delegations about their drafts, and the deletion of drafts. Staff see neither."""

import datetime as dt
import hashlib
import logging
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from foundation.mail.restored import held_once_a_process, holds_own_mail
from foundation.mail.services import absolute
from foundation.time.clock import database_now
from foundation.time.formats import time_left, zoned
from votes.models import Ballot, Position, Printout, QuietMail, Vote
from votes.permissions import day_of
from votes.services.positions import KEPT_AFTER_CLOSE, delete_positions_of_closed_ballots
from votes.services.printouts import delete_briefs
from votes.services.recipients import Recipient, delegations_of
from votes.statements import last_spoken

log = logging.getLogger(__name__)

# How long before the close a head of delegation is reminded of an unsent draft.
BEFORE_CLOSE = {"one-day": dt.timedelta(days=1), "three-days": dt.timedelta(days=3)}
AT_ONCE = 50


def waiting_positions(now: dt.datetime, within: dt.timedelta) -> list[Position]:
    """Return unsent drafts of open ballots that close within this time."""
    closing = Ballot.objects.open_at(now).filter(closes_at__lte=now + within)
    rows = list(Position.objects.filter(ballot__in=closing).select_related("ballot", "entity"))
    votes = {
        (vote.ballot_id, vote.entity_id): vote
        for vote in Vote.objects.filter(ballot__in=closing, entity__in=[row.entity_id for row in rows]).select_related(
            "entry"
        )
    }
    spoken = last_spoken([row.entity_id for row in rows], [row.ballot_id for row in rows])
    return [
        row
        for row in rows
        if (
            row.awaits(votes.get((row.ballot_id, row.entity_id)))
            if row.ballot.takes_answers
            else row.awaits_speaking(spoken.get((row.ballot_id, row.entity_id)))
        )
    ]


def remind_heads_of_positions(*, now: dt.datetime) -> int:
    """Remind heads three days and one day before the close, for each stage of the draft.

    One email covers all ballots due at the same time. Returns how many were sent.
    """
    held_once_a_process()
    due = _due(now)
    return sum(_remind_one(head, rows, now) for head, rows in list(due.items())[:AT_ONCE])


@holds_own_mail("votes")
@transaction.atomic
def hold_confidential_mail(*, now: dt.datetime | None = None) -> None:
    """Hold emails that may have been sent since the restored backup.

    The delegation decides about briefs on its own page. Due reminders count as sent; dashboards show them.
    """
    moment = now or database_now()
    Printout.objects.filter(sent_at=None).exclude(send_to="").update(is_held=True)
    rows = [
        QuietMail(ballot=row.ballot, entity=row.entity, recipient=head.address, stage=stage, sent_at=moment)
        for head, drafts in _due(moment).items()
        for row, stage in drafts
    ]
    QuietMail.objects.bulk_create(rows, ignore_conflicts=True)


def _due(now: dt.datetime) -> dict[Recipient, list[tuple[Position, str]]]:
    due: dict[Recipient, list[tuple[Position, str]]] = {}
    positions = waiting_positions(now, max(BEFORE_CLOSE.values()))
    heads = delegations_of([row.entity_id for row in positions], day_of(now), mailboxes=False) if positions else []
    sent = set(QuietMail.objects.values_list("ballot_id", "entity_id", "recipient", "stage")) if positions else set()
    for position in positions:
        left = position.ballot.closes_at - now
        stage = f"{position.stage}/{next(name for name, span in BEFORE_CLOSE.items() if left <= span)}"
        for head in heads:
            known = (position.ballot_id, position.entity_id, head.address, stage)
            if head.entity_id == position.entity_id and known not in sent:
                due.setdefault(head, []).append((position, stage))
    return due


def _remind_one(head: Recipient, rows: list[tuple[Position, str]], now: dt.datetime) -> bool:
    """Send one reminder. A failure does not stop the others and is logged without the address."""
    try:
        _remind(head, rows, now)
    except NotSent as error:
        log.warning("a mail to a delegation could not be sent: %s", error)
        return False
    return True


@transaction.atomic
def _remind(head: Recipient, rows: list[tuple[Position, str]], now: dt.datetime) -> None:
    """Send one reminder and record it in the same transaction, so that a failed one is retried."""
    for position, stage in rows:
        QuietMail.objects.create(
            ballot=position.ballot, entity=position.entity, recipient=head.address, stage=stage, sent_at=now
        )
    with translation.override(head.language):
        lines = [
            {
                "question": position.ballot.question,
                "cleared": position.stage == Position.Stage.CLEARED,
                "closes": zoned(position.ballot.closes_at, position.ballot.zone),
                "left": time_left(position.ballot.closes_at, now),
                "url": absolute(position.ballot.get_absolute_url()),
            }
            for position, _stage in rows
        ]
        text = render_to_string("votes/position_waiting_email.txt", {"lines": lines})
        subject = _("Your delegation’s position has not been sent")
    what = ",".join(f"{position.pk}/{stage}" for position, stage in rows)
    headers = confidential_headers(f"waiting:{head.address}:{what}")
    send_confidentially(EmailMessage(subject=subject, body=text, to=[head.address], headers=headers))


def confidential_headers(what: str) -> dict[str, str]:
    """Return headers with a permanent message ID, so that mail programs recognize duplicates.

    The ID contains only a hash of `what`.
    """
    identity = hashlib.sha256(f"{settings.SECRET_KEY}:{what}".encode()).hexdigest()[:32]
    host = urlsplit(settings.PUBLIC_ADDRESS).hostname or "idm.example"
    return {"Message-ID": f"<{identity}@{host}>", "Auto-Submitted": "auto-generated"}


def send_confidentially(mail: EmailMessage) -> None:
    """Send the email. Errors give only their type, because a server's reply contains the address."""
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        raise NotSent(type(error).__name__) from None


class NotSent(Exception):
    """An email to a delegation could not be sent. It names the reason but not the recipient."""


def delete_prepared_material(*, now: dt.datetime) -> int:
    """Delete drafts, briefs and records of reminders thirty days after the close."""
    before = now - KEPT_AFTER_CLOSE
    reminded, _rows = QuietMail.objects.filter(ballot__closes_at__lte=before).delete()
    return delete_positions_of_closed_ballots(now=now) + delete_briefs(before=before) + reminded
