"""Request PDFs. Briefs are confidential: no job, file, email or history mentions them."""

import datetime as dt
import hashlib
import json
import uuid
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from documents.models import Document
from foundation.jobs.services import request_job
from foundation.refusals import Refused
from foundation.text import LANGUAGES
from foundation.time.clock import database_now
from foundation.time.zones import is_zone
from membership.models import Accreditation, Person
from votes.models import Ballot, Printout
from votes.permissions import require_accredited
from votes.printing import STYLESHEET
from votes.printing.briefs import brief_material
from votes.printing.results import result_material

JOB_KIND = "votes.print"
LONGEST_MESSAGE = 5000
# Limit for each ballot and delegation, because each brief can be emailed.
MOST_BRIEFS = 30


@transaction.atomic
def request_brief(
    *,
    ballot: Ballot,
    delegation: Accreditation,
    actor: Person,
    language: str,
    capital_zone: str = "",
    message: str = "",
    send_to: str = "",
    now: dt.datetime | None = None,
) -> Printout:
    """Request a brief of the current ballot; with `send_to` it is emailed when ready."""
    moment = now or database_now()
    require_accredited(delegation, actor, moment)
    if ballot.is_draft or moment >= ballot.closes_at:
        raise Refused(_("You cannot prepare a position because the ballot has not been announced or has closed."))
    if language not in LANGUAGES or (capital_zone and not is_zone(capital_zone)):
        raise Refused(_("Choose a language and a time zone from the lists."))
    asked = Printout.objects.filter(kind=Printout.Kind.BRIEF, ballot=ballot, entity=delegation.entity_id)
    if asked.count() >= MOST_BRIEFS:
        sentence = _(
            "You cannot create more than %(count)s briefs for one ballot. The earlier ones are listed on this page."
        )
        raise Refused(sentence % {"count": MOST_BRIEFS})
    if len(message) > LONGEST_MESSAGE:
        raise Refused(_("Shorten the message to %(limit)s characters or fewer.") % {"limit": LONGEST_MESSAGE})
    documents = Document.objects.visible_to(actor, moment)
    with translation.override(language):
        material = brief_material(
            ballot, delegation.entity_id, capital_zone=capital_zone, message=message.strip(), documents=documents
        )
    made = _printout(Printout.Kind.BRIEF, ballot, language, material)
    made.entity_id, made.send_to, made.asked_by, made.asked_at = delegation.entity_id, send_to, actor, moment
    made.save()
    _wish(made)
    return made


@transaction.atomic
def request_result_printout(
    *, ballot: Ballot, language: str, totals: bool, choices: bool, now: dt.datetime | None = None
) -> Printout:
    """Request a printed result. Requests with the same content share one file."""
    with translation.override(language):
        material = result_material(ballot, totals=totals, choices=choices)
    wanted = _printout(Printout.Kind.RESULT, ballot, language, material)
    held = Printout.objects.filter(ballot=ballot, kind=Printout.Kind.RESULT, hash=wanted.hash).first()
    if held is not None and (held.content is not None or (held.job is not None and not held.job.is_finished)):
        return held
    made = held or wanted
    made.asked_at = now or database_now()
    made.save()
    _wish(made)
    return made


@transaction.atomic
def send_held_brief(
    *, printout: Printout, delegation: Accreditation, actor: Person, now: dt.datetime | None = None
) -> None:
    """Send a brief held after a restoration, although it may have been sent before."""
    moment = now or database_now()
    require_accredited(delegation, actor, moment)
    own = Printout.objects.select_for_update(of=("self",))
    own = own.filter(entity=delegation.entity_id, kind=Printout.Kind.BRIEF, is_held=True, sent_at=None)
    held = own.select_related("ballot").filter(pk=printout.pk).first()
    if held is None:
        raise Refused(_("The brief has already been emailed, or will be sent automatically."))
    if moment >= held.ballot.closes_at:
        raise Refused(_("You cannot prepare a position because the ballot has not been announced or has closed."))
    held.is_held = False
    held.save(update_fields=["is_held"])
    _wish(held)


def _printout(kind: str, ballot: Ballot, language: str, material: dict[str, Any]) -> Printout:
    # A hash of content and stylesheet, so that a changed stylesheet gives a new file.
    hashed = json.dumps([kind, language, STYLESHEET.read_text(encoding="utf-8"), material], sort_keys=True)
    return Printout(
        id=uuid.uuid4(),
        kind=kind,
        ballot=ballot,
        language=language,
        material=material,
        hash=hashlib.sha256(hashed.encode()).hexdigest(),
    )


def _wish(made: Printout) -> None:
    made.job = request_job(kind=JOB_KIND, key=made.pk.hex, arguments={"printout_id": str(made.pk)})
    made.save(update_fields=["job"])


def delete_briefs(*, before: dt.datetime) -> int:
    """Delete briefs of ballots that closed before this moment."""
    _total, by_model = Printout.objects.filter(kind=Printout.Kind.BRIEF, ballot__closes_at__lte=before).delete()
    return by_model.get(Printout._meta.label, 0)
